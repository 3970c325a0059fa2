//===- TableCode.h - Codes that are a short table ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The base of codes whose values follow no formula that encoding could use:
/// patterns look their number up, encoding searches the sorted values.
///
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_NUMERICS_TABLECODE_H
#define QS_LIB_NUMERICS_TABLECODE_H

#include "qs/Numerics/Code.h"

namespace qs::num {

class TableCode : public Code {
public:
  bool isLegal(uint32_t pattern) const override;
  double decode(uint32_t pattern) const override;
  /// Distances are taken in double. A value that stands several times in the
  /// table is encoded by its lowest pattern. toward_zero takes the next value
  /// on the way to zero, and the nearest where there is none on that side.
  uint32_t encode(double x, Rounding rounding) const override;

protected:
  /// `values[pattern]`; NaN for illegal patterns. At least one is legal.
  void setValues(std::vector<double> values);
  const std::vector<double> &values() const { return byPattern; }
  /// Of two values that are equally near, the one that a nearest mode takes:
  /// true for the greater one.
  virtual bool takesGreater(uint32_t lesser, uint32_t greater,
                            Rounding rounding) const = 0;

private:
  std::vector<double> byPattern;
  /// Patterns in the order of their values, without doubles.
  std::vector<uint32_t> sorted;
};

} // namespace qs::num

#endif // QS_LIB_NUMERICS_TABLECODE_H
