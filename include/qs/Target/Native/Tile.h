//===- Tile.h - Choice of the register tile ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The width of the tile is fixed when weights are packed, its height when the
// kernel is generated; both sides ask the same small cost model. Its unit is
// one dot: a step of k on a rows x vectors tile costs whichever of dots, loads
// and latency binds. Remainders count as the narrower tiles that they are.
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_TILE_H
#define QS_TARGET_NATIVE_TILE_H

#include "qs/Target/Native/Targets.h"
#include <algorithm>
#include <limits>

namespace qs::native {

/// Shape of the register tile: `rows` x `vectors` accumulators.
struct Tile {
  int64_t rows;
  int64_t vectors;
};

/// Rows of a tile each take a pointer register; more would spill.
inline constexpr int64_t maxTileRows = 8;
inline constexpr int64_t maxTileVectors = 8;

/// Weights that have to be decoded are decoded by each tile of rows anew while
/// there are no more tiles than this; else a panel is decoded once.
inline constexpr int64_t tilesDecodedInRegisters = 1;

/// Products of so few rows wait for memory, which gives more to several streams
/// than to one: their panels are narrow, and a tile takes in several.
inline constexpr int64_t maxStreamedRows = 2;
inline constexpr int64_t maxStreams = 4;

/// Vectors of weights of a group of scales that stay in registers while each
/// place in their slots is summed in turn, and vectors of sums beside them.
inline constexpr int64_t maxGroupLoads = 16;
inline constexpr int64_t maxGroupSums = 4;

/// Sums of a tile whose words stay in their slots: each of `places` there has
/// its own, unless a group (`blocks` vectors of each strip, 0 without) is short.
inline int64_t inPlaceSums(int64_t places, int64_t blocks, int64_t rows,
                           int64_t vectors) {
  bool inTurn = blocks > 0 && blocks * vectors <= maxGroupLoads;
  return rows * vectors * (inTurn ? 1 : places);
}

/// Whether these leave registers for weights, masks and accumulators of groups.
inline bool fitsInPlace(int64_t places, int64_t blocks, int64_t rows,
                        int64_t vectors) {
  int64_t sums = inPlaceSums(places, blocks, rows, vectors);
  bool inTurn = sums == rows * vectors;
  return sums <= (blocks == 0 ? 16 : inTurn ? maxGroupSums : 8);
}

/// The widest panel that keeps its words in place, for few rows: one stream.
inline int64_t inPlaceVectors(int64_t places, int64_t blocks, int64_t rows) {
  int64_t vectors = maxTileVectors;
  while (vectors > 1 && !fitsInPlace(places, blocks, rows, vectors))
    --vectors;
  return vectors;
}

/// Registers of a tile: accumulators, one step of weights, one broadcast row
/// and what the dot primitive needs in between.
inline int64_t tileRegisters(const DotPrimitive &dot, int64_t rows,
                             int64_t vectors) {
  return rows * vectors * dot.accumulators + vectors + 1 + dot.temporaries;
}

inline double tileStepCost(const Target &target, const DotPrimitive &dot,
                           int64_t rows, int64_t vectors) {
  double dots = double(rows * vectors * dot.instructions);
  double loads = double(rows + vectors);
  return std::max({dots, loads, double(target.latency)}) + 0.25;
}

/// The cheapest height of tiles `vectors` wide over `rows` rows, and its cost.
inline double tileColumnCost(const Target &target, const DotPrimitive &dot,
                             int64_t rows, int64_t vectors, int64_t &best) {
  double cheapest = std::numeric_limits<double>::infinity();
  best = 1;
  for (int64_t mr = 1; mr <= std::min(rows, maxTileRows); ++mr) {
    if (tileRegisters(dot, mr, vectors) > target.registers)
      break;
    double cost = double(rows / mr) * tileStepCost(target, dot, mr, vectors);
    if (rows % mr != 0)
      cost += tileStepCost(target, dot, rows % mr, vectors);
    if (cost <= cheapest) {
      cheapest = cost;
      best = mr;
    }
  }
  return cheapest;
}

/// The height of a tile for weights that are packed `vectors` wide.
inline int64_t chooseTileRows(const Target &target, const DotPrimitive &dot,
                              int64_t rows, int64_t vectors) {
  int64_t best;
  tileColumnCost(target, dot, rows, vectors, best);
  return best;
}

/// Panels of `vectors` that a tile over `rows` rows takes in at once.
inline int64_t choosePanels(const Target &target, const DotPrimitive &dot,
                            int64_t rows, int64_t vectors) {
  if (rows > maxStreamedRows)
    return 1;
  int64_t panels = std::min(maxStreams, maxTileVectors / vectors);
  while (panels > 1 &&
         tileRegisters(dot, rows, panels * vectors) > target.registers)
    --panels;
  return std::max<int64_t>(panels, 1);
}

/// The cheapest tile for `rows` x `columns` results; its width is that of one
/// panel.
inline Tile chooseTile(const Target &target, const DotPrimitive &dot,
                       int64_t rows, int64_t columns) {
  int64_t total = (columns + dot.lanes - 1) / dot.lanes;
  double cheapest = std::numeric_limits<double>::infinity();
  Tile tile{1, 1};
  for (int64_t nv = 1; nv <= std::min(total, maxTileVectors); ++nv) {
    if (tileRegisters(dot, 1, nv) > target.registers)
      break;
    int64_t mr, tailRows;
    double cost =
        double(total / nv) * tileColumnCost(target, dot, rows, nv, mr);
    if (total % nv != 0)
      cost += tileColumnCost(target, dot, rows, total % nv, tailRows);
    // A wider panel at the same price streams longer.
    if (cost <= cheapest) {
      cheapest = cost;
      tile = {mr, nv};
    }
  }
  if (rows <= maxStreamedRows && tile.vectors % maxStreams == 0)
    tile.vectors /= maxStreams;
  return tile;
}

} // namespace qs::native

#endif // QS_TARGET_NATIVE_TILE_H
