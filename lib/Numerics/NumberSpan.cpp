//===- NumberSpan.cpp - What numbers have in common -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/NumberSpan.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

void SpanFinder::add(double number) {
  if (number == 0 || !std::isfinite(number))
    return;
  int top;
  auto steps = static_cast<uint64_t>(
      std::ldexp(std::frexp(std::fabs(number), &top), 53));
  int trailing = 0;
  while (steps % 2 == 0) {
    steps /= 2;
    ++trailing;
  }
  NumberSpan own{53 - trailing, top - 53 + trailing, top};
  if (!any)
    found = own;
  any = true;
  found = {std::max(found.bits, own.bits),
           std::min(found.exponent, own.exponent),
           std::max(found.limit, own.limit)};
}

NumberSpan SpanFinder::span() const { return found; }

NumberSpan qs::num::spanOf(const Code &code) {
  SpanFinder finder;
  for (uint64_t word = 0; word < code.numPatterns(); ++word)
    finder.add(static_cast<double>(
        static_cast<float>(code.decode(static_cast<uint32_t>(word)))));
  return finder.span();
}
