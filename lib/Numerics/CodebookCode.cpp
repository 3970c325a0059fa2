//===- CodebookCode.cpp - codebook1..8 and nf4 ----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableCode.h"

#include <cmath>

using namespace qs::num;

namespace {
/// Pattern p stands for entry p; entries may have any order and may repeat.
/// Ties go to the lower entry (the one of the lower pattern) in every nearest
/// mode.
class BoundTable : public TableCode {
public:
  explicit BoundTable(std::vector<double> entries) {
    setValues(std::move(entries));
  }
  bool isBound() const override { return true; }

private:
  bool takesGreater(uint32_t lesser, uint32_t greater,
                    Rounding) const override {
    return greater < lesser;
  }
};

/// The part that codebooks with and without their entries share.
std::string codebookName(unsigned width) {
  return "codebook" + std::to_string(width);
}

std::unique_ptr<Code> bindCodebook(unsigned width,
                                   const std::vector<double> &entries,
                                   std::string &error);

class BoundCodebook : public BoundTable {
public:
  BoundCodebook(unsigned width, std::vector<double> entries)
      : BoundTable(std::move(entries)), width(width) {}
  std::string name() const override { return codebookName(width); }
  unsigned bits() const override { return width; }
  unsigned parameterCount() const override { return 1u << width; }
  std::unique_ptr<Code> bind(const std::vector<double> &parameters,
                             std::string &error) const override {
    return bindCodebook(width, parameters, error);
  }

private:
  unsigned width;
};

/// A name without entries: it has no values until it is bound, so decode()
/// gives NaN and encode() pattern 0.
class UnboundCodebook : public Code {
public:
  explicit UnboundCodebook(unsigned width) : width(width) {}
  std::string name() const override { return codebookName(width); }
  unsigned bits() const override { return width; }
  unsigned parameterCount() const override { return 1u << width; }
  double decode(uint32_t) const override { return NAN; }
  uint32_t encode(double, Rounding) const override { return 0; }
  std::unique_ptr<Code> bind(const std::vector<double> &parameters,
                             std::string &error) const override {
    return bindCodebook(width, parameters, error);
  }

private:
  unsigned width;
};

std::unique_ptr<Code> bindCodebook(unsigned width,
                                   const std::vector<double> &entries,
                                   std::string &error) {
  size_t wanted = size_t(1) << width;
  if (entries.size() != wanted) {
    error = "code '" + codebookName(width) + "' takes " +
            std::to_string(wanted) + " entries, found " +
            std::to_string(entries.size());
    return nullptr;
  }
  for (size_t i = 0; i < entries.size(); ++i)
    if (!std::isfinite(entries[i])) {
      error = "code '" + codebookName(width) +
              "' takes finite entries, found " + std::to_string(entries[i]) +
              " at " + std::to_string(i);
      return nullptr;
    }
  return std::make_unique<BoundCodebook>(width, entries);
}

/// Quantiles of the normal distribution, scaled to [-1, 1], with an exact 0:
/// T. Dettmers, A. Pagnoni, A. Holtzman, L. Zettlemoyer: QLoRA, 2023,
/// appendix E. The values are floats.
class NF4Code : public BoundTable {
public:
  NF4Code()
      : BoundTable({-1.0, -0.6961928009986877, -0.5250730514526367,
                    -0.39491748809814453, -0.28444138169288635,
                    -0.18477343022823334, -0.09105003625154495, 0.0,
                    0.07958029955625534, 0.16093020141124725,
                    0.24611230194568634, 0.33791524171829224,
                    0.44070982933044434, 0.5626170039176941, 0.7229568362236023,
                    1.0}) {}
  std::string name() const override { return "nf4"; }
  unsigned bits() const override { return 4; }
};
} // namespace

std::unique_ptr<Code> qs::num::makeCodebookCode(unsigned bits) {
  return std::make_unique<UnboundCodebook>(bits);
}

std::unique_ptr<Code> qs::num::makeNF4Code(unsigned) {
  return std::make_unique<NF4Code>();
}
