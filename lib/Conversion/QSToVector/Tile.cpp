//===- Tile.cpp - Choice of the register tile -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Gemm.h"
#include <limits>

namespace qs::vec {

using native::Dot;
using native::DotPrimitive;
using native::Target;

/// Rows whose windows each take a pointer register; more would spill.
static constexpr int64_t maxRows = 8;
static constexpr int64_t maxVectors = 8;

/// Registers of a tile: accumulators, one step of weights, one broadcast row
/// and what the dot primitive needs in between.
static int64_t registersOf(const DotPrimitive &dot, int64_t rows,
                           int64_t vectors) {
  bool fused = dot.kind == Dot::VpDpBusd || dot.kind == Dot::Fma;
  return rows * vectors + vectors + 1 + (fused ? 0 : 1);
}

/// Time of one step of k, in dots: whichever of dots, loads and latency binds.
static double stepCost(const Target &target, int64_t rows, int64_t vectors) {
  double dots = double(rows * vectors);
  double loads = double(rows + vectors);
  return std::max({dots, loads, double(target.latency)}) + 0.25;
}

static double columnCost(const Target &target, const DotPrimitive &dot,
                         int64_t rows, int64_t vectors, int64_t &best) {
  double cheapest = std::numeric_limits<double>::infinity();
  best = 1;
  for (int64_t mr = 1; mr <= std::min(rows, maxRows); ++mr) {
    if (registersOf(dot, mr, vectors) > target.registers)
      break;
    double cost = double(rows / mr) * stepCost(target, mr, vectors);
    if (rows % mr != 0)
      cost += stepCost(target, rows % mr, vectors);
    if (cost <= cheapest) {
      cheapest = cost;
      best = mr;
    }
  }
  return cheapest;
}

int64_t chooseTileRows(const Target &target, const DotPrimitive &dot,
                       int64_t rows, int64_t vectors) {
  int64_t best;
  columnCost(target, dot, rows, vectors, best);
  return best;
}

Tile chooseTile(const Target &target, const DotPrimitive &dot, int64_t rows,
                int64_t columns) {
  int64_t total = (columns + dot.lanes - 1) / dot.lanes;
  double cheapest = std::numeric_limits<double>::infinity();
  Tile tile{1, 1};
  for (int64_t nv = 1; nv <= std::min(total, maxVectors); ++nv) {
    if (registersOf(dot, 1, nv) > target.registers)
      break;
    int64_t mr, tailRows;
    double cost = double(total / nv) * columnCost(target, dot, rows, nv, mr);
    if (total % nv != 0)
      cost += columnCost(target, dot, rows, total % nv, tailRows);
    // A wider panel at the same price streams longer.
    if (cost <= cheapest) {
      cheapest = cost;
      tile = {mr, nv};
    }
  }
  return tile;
}

} // namespace qs::vec
