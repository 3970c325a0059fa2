//===- CodeRegistry.cpp - The table of codes ------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"

using namespace qs::num;

namespace {
/// One family of codes: a prefix, and a width where maxBits is not 0.
struct CodeFamily {
  const char *prefix;
  unsigned minBits, maxBits;
  std::unique_ptr<Code> (*make)(unsigned bits);
};
} // namespace

static constexpr CodeFamily kFamilies[] = {
    {"f32", 0, 0, makeF32Code},
    {"f16", 0, 0, makeF16Code},
    {"bf16", 0, 0, makeBF16Code},
    {"f8e4m3", 0, 0, makeF8E4M3Code},
    {"f8e5m2", 0, 0, makeF8E5M2Code},
    {"f6e2m3", 0, 0, makeF6E2M3Code},
    {"f6e3m2", 0, 0, makeF6E3M2Code},
    {"f4e2m1", 0, 0, makeF4E2M1Code},
    {"int", 1, 16, makeIntCode},
    {"uint", 1, 16, makeUIntCode},
    {"ternary", 0, 0, makeTernaryCode},
    {"binary", 0, 0, makeBinaryCode},
    {"log2_", 2, 8, makeLog2Code},
    {"ulog2_", 2, 7, makeULog2Code},
    {"logsqrt2_", 2, 8, makeLogSqrt2Code},
    {"ulogsqrt2_", 2, 8, makeULogSqrt2Code},
    {"apot_", 3, 8, makeApotCode},
    {"codebook", 1, 8, makeCodebookCode},
    {"nf4", 0, 0, makeNF4Code},
    {"posit", 3, 8, makePositCode},
};

/// The family of `name` and its width; null where there is none. Widths have
/// no leading zero, so that a code has one spelling.
static const CodeFamily *findFamily(std::string_view name, unsigned &bits) {
  for (const CodeFamily &family : kFamilies) {
    std::string_view prefix = family.prefix;
    if (name.substr(0, prefix.size()) != prefix)
      continue;
    std::string_view width = name.substr(prefix.size());
    bits = 0;
    if (family.maxBits == 0) {
      if (width.empty())
        return &family;
      continue;
    }
    for (bits = family.minBits; bits <= family.maxBits; ++bits)
      if (width == std::to_string(bits))
        return &family;
  }
  return nullptr;
}

std::unique_ptr<Code> qs::num::makeCode(std::string_view name,
                                        std::string &error) {
  unsigned bits = 0;
  const CodeFamily *family = findFamily(name, bits);
  if (!family) {
    error = "unknown code '" + std::string(name) + "', expected one of " +
            allowedCodes();
    return nullptr;
  }
  return family->make(bits);
}

bool qs::num::isCodeName(std::string_view name) {
  unsigned bits = 0;
  return findFamily(name, bits) != nullptr;
}

template <typename Takes> static std::string listFamilies(Takes takes) {
  std::string text;
  for (const CodeFamily &family : kFamilies) {
    if (!takes(*family.make(family.minBits)))
      continue;
    text += (text.empty() ? "" : ", ") + std::string(family.prefix);
    if (family.maxBits != 0)
      text += std::to_string(family.minBits) + ".." + family.prefix +
              std::to_string(family.maxBits);
  }
  return text;
}

std::string qs::num::allowedCodes(unsigned maxBits) {
  return listFamilies([&](const Code &code) { return code.bits() <= maxBits; });
}

std::string qs::num::allowedCodes(bool (*takes)(const Code &code)) {
  return listFamilies(takes);
}

std::vector<std::string> qs::num::implementedCodes() {
  std::vector<std::string> names;
  for (const CodeFamily &family : kFamilies)
    for (unsigned bits = family.minBits; bits <= family.maxBits; ++bits)
      names.push_back(family.prefix +
                      (family.maxBits ? std::to_string(bits) : ""));
  return names;
}
