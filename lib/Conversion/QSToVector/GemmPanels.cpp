//===- GemmPanels.cpp - Panels of weights, decoded ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitUtils.h"
#include "GemmEmitter.h"

using namespace mlir;

namespace qs::vec {

/// The panel with the scales of a run, which its weights are multiplied by.
GemmEmitter::Panel GemmEmitter::scaled(const Panel &panel, Value run) {
  Panel result = panel;
  if (!p.scaleStorage || !panel.encoded || isGrouped)
    return result;
  Value start = scales.start(addIndex(b, loc, scaleBase, panel.column),
                             panel.streamVectors, run);
  for (int64_t v = 0; v < panel.vectors; ++v)
    result.scales.push_back(scales.load(start, scaleOffset(panel, v)));
  return result;
}

Value GemmEmitter::decoded(const Panel &panel, DecodeEmitter::Block &block,
                           int64_t v, int64_t step) {
  Value level = decoder->decode(block, v, vectorOffset(panel, v), step);
  if (panel.scales.empty())
    return level;
  return arith::MulFOp::create(b, loc, level, panel.scales[v]);
}

/// Decodes `steps` steps of a block that starts at element `from` of a panel to
/// element `to` of the scratch buffer.
void GemmEmitter::decodeBlock(const Panel &panel, Value from, Value to,
                              int64_t steps) {
  DecodeEmitter::Block block(panel.buffer, from, panel.streamVectors);
  int64_t vector = layout.lanes * layout.k;
  for (int64_t s = 0; s < steps; ++s)
    for (int64_t v = 0; v < panel.vectors; ++v)
      vector::StoreOp::create(
          b, loc, decoded(panel, block, v, s), operands.scratch,
          addIndex(b, loc, to, (s * panel.vectors + v) * vector));
}

/// The panel as plain elements, where there is a buffer for them.
GemmEmitter::Panel GemmEmitter::decodePanel(const Panel &panel) {
  if (!panel.encoded || !operands.scratch)
    return panel;
  Panel plain = panel;
  plain.encoded = false;
  plain.buffer = operands.scratch;
  plain.weights = constIndex(b, loc, 0);
  plain.scales.clear();
  int64_t vectors = panel.vectors * layout.lanes * layout.k;
  int64_t perBlock = layout.planes.blockSteps();
  int64_t whole = layout.steps() / perBlock, rest = layout.steps() % perBlock;
  int64_t fromBlock = layout.planes.blockVectors() * vectors;
  int64_t toBlock = perBlock * vectors;
  forEach(b, loc, layout.taps, 1, [&](Value tap) {
    Value from = addIndex(b, loc, panel.weights,
                          mulIndex(b, loc, tap, runElements(panel)));
    Value to = mulIndex(b, loc, tap, runElements(plain));
    Panel run = isFloat ? scaled(panel, tap) : panel;
    forEach(b, loc, whole, 1, [&](Value block) {
      decodeBlock(
          run, addIndex(b, loc, from, mulIndex(b, loc, block, fromBlock)),
          addIndex(b, loc, to, mulIndex(b, loc, block, toBlock)), perBlock);
    });
    if (rest > 0)
      decodeBlock(run, addIndex(b, loc, from, whole * fromBlock),
                  addIndex(b, loc, to, whole * toBlock), rest);
  });
  return plain;
}

} // namespace qs::vec
