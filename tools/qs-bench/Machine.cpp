//===- Machine.cpp - Measured limits of this machine ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Data.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "qs/Conversion/QSToVector/Dot.h"
#include <cstring>

using namespace mlir;

namespace qs::bench {

/// A module with one function `name` on the given memrefs; `body` fills it.
static OwningOpRef<ModuleOp>
makeFunction(OpBuilder &b, ArrayRef<Type> arguments,
             llvm::function_ref<void(Block::BlockArgListType)> body) {
  Location loc = b.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  b.setInsertionPointToEnd(module->getBody());
  auto function =
      func::FuncOp::create(b, loc, "limit", b.getFunctionType(arguments, {}));
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToStart(entry);
  body(entry->getArguments());
  b.setInsertionPointToEnd(entry);
  func::ReturnOp::create(b, loc);
  return module;
}

static Value index(OpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, b.getUnknownLoc(), value);
}

/// The same value, of which the optimizer knows nothing: products of it are
/// computed in every trip. Costs no instruction.
static Value hide(OpBuilder &b, Value value) {
#if defined(__aarch64__)
  const char *constraint = "=w,0";
#else
  const char *constraint = "=v,0";
#endif
  return LLVM::InlineAsmOp::create(
             b, b.getUnknownLoc(), value.getType(), value, "", constraint,
             /*has_side_effects=*/true, /*is_align_stack=*/false,
             LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr())
      .getResult(0);
}

llvm::Error Machine::measure(Limit &limit, std::string name, double units,
                             std::function<void()> call) {
  limit.name = std::move(name);
  limit.contender = timeCalls("limit", std::move(call), /*threads=*/1);
  limit.units = units;
  auto times = timeInTurn({&limit.contender}, seconds);
  if (!times)
    return times.takeError();
  limit.rate = units / times->front().minUs / 1e3;
  return llvm::Error::success();
}

llvm::Expected<const Limit *> Machine::dot(Products products) {
  Limit &limit = dots[products];
  if (limit.units > 0)
    return &limit;
  bool isFloat = products == Products::Float;
  bool isSigns = products == Products::Signs;
  bool isWords = products == Products::Words;
  bool isNarrow = products == Products::Narrow;
  native::DotPrimitive dot = isFloat    ? target.floating
                             : isSigns  ? target.bits
                             : isWords  ? target.words
                             : isNarrow ? target.narrow
                                        : target.integer;
  // Sums are never flushed here.
  if (isNarrow)
    dot.flushSteps = 1;
  constexpr int64_t trips = 20000;
  // A register tile whose operands stay where they are.
  bool many = target.registers >= 32;
  int64_t rowCount = many ? 4 : isSigns ? 2 : 3, vectors = many ? 5 : 3;
  int64_t sums = rowCount * vectors;
  OpBuilder b(&context);
  Location loc = b.getUnknownLoc();
  vec::StoredWeights stored;
  stored.bits = isWords ? 16 : 8;
  vec::DotEmitter emitter(b, loc, dot, /*signedRows=*/false, stored);
  int64_t group = int64_t(dot.lanes) * dot.k;
  auto rows = MemRefType::get({group * rowCount}, emitter.rowElement());
  auto weights = MemRefType::get({group * vectors}, emitter.weightElement());
  VectorType sumType = emitter.countType();
  int64_t sumLanes = sumType.getNumElements();
  auto result = MemRefType::get({sums * sumLanes}, sumType.getElementType());
  auto module = makeFunction(b, {rows, weights, result}, [&](auto arguments) {
    SmallVector<Value> row, weight, init;
    for (int64_t r = 0; r < rowCount; ++r)
      row.push_back(emitter.broadcastRow(arguments[0], index(b, r * group), 0));
    for (int64_t v = 0; v < vectors; ++v)
      weight.push_back(emitter.loadWeights(arguments[1], index(b, v * group)));
    for (int64_t i = 0; i < sums; ++i)
      init.push_back(vector::LoadOp::create(b, loc, sumType, arguments[2],
                                            index(b, i * sumLanes)));
    auto loop = scf::ForOp::create(b, loc, index(b, 0), index(b, trips),
                                   index(b, 1), init);
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> next(loop.getRegionIterArgs());
    for (int64_t r = 0; r < rowCount; ++r) {
      Value opaque = hide(b, row[r]);
      for (int64_t v = 0; v < vectors; ++v) {
        Value &sum = next[r * vectors + v];
        sum = emitter.dotInto(sum, opaque, weight[v]);
      }
    }
    scf::YieldOp::create(b, loc, next);
    b.setInsertionPointAfter(loop);
    for (int64_t i = 0; i < sums; ++i)
      vector::StoreOp::create(b, loc, loop.getResult(i), arguments[2],
                              index(b, i * sumLanes));
  });
  auto jit = Jit::compile(*module, target);
  if (!jit)
    return jit.takeError();
  auto address = jit->lookup("limit");
  if (!address)
    return address.takeError();
  auto *code = reinterpret_cast<void (*)(void *, void *, void *)>(*address);
  struct State {
    Jit jit;
    Buffer a, w, r;
  };
  auto state =
      std::make_shared<State>(State{std::move(*jit), Buffer(4096), Buffer(4096),
                                    Buffer(size_t(sums) * dot.lanes * 4)});
  int64_t products32 = isSigns ? 32 : 1;
  llvm::Error error = measure(
      limit,
      isFloat    ? "fma"
      : isSigns  ? "popcount"
      : isWords  ? "word dot"
      : isNarrow ? "narrow dot"
                 : "dot",
      double(trips) * sums * dot.lanes * dot.k * products32, [state, code] {
        code(state->a.as<char>(), state->w.as<char>(), state->r.as<char>());
      });
  if (error)
    return std::move(error);
  return &limit;
}

llvm::Expected<const Limit *> Machine::read(int64_t bytes) {
  Limit &limit = reads[bytes];
  if (limit.units > 0)
    return &limit;
  // Whether the prefetchers like one stream or several depends on the machine.
  for (int64_t streams : {1, 4}) {
    Limit other;
    if (llvm::Error error = makeRead(other, bytes, streams))
      return std::move(error);
    if (other.rate > limit.rate)
      limit = std::move(other);
  }
  return &limit;
}

llvm::Error Machine::makeRead(Limit &limit, int64_t bytes, int64_t streams) {
  // Independent sums hide the latency of the additions.
  constexpr int64_t unroll = 8;
  int64_t lanes = target.integer.lanes;
  int64_t chunk = unroll * lanes;
  int64_t count = std::max(chunk, bytes / 4 / chunk * chunk);
  int64_t part = count / streams, together = unroll / streams;
  OpBuilder b(&context);
  Location loc = b.getUnknownLoc();
  auto source = MemRefType::get({count}, b.getI32Type());
  auto result = MemRefType::get({chunk}, b.getI32Type());
  auto vectorType = VectorType::get({lanes}, b.getI32Type());
  auto module = makeFunction(b, {source, result}, [&](auto arguments) {
    SmallVector<Value> init;
    for (int64_t i = 0; i < unroll; ++i)
      init.push_back(vector::LoadOp::create(b, loc, vectorType, arguments[1],
                                            index(b, i * lanes)));
    auto loop = scf::ForOp::create(b, loc, index(b, 0), index(b, part),
                                   index(b, together * lanes), init);
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> next;
    for (int64_t i = 0; i < unroll; ++i) {
      int64_t offset = i / together * part + i % together * lanes;
      Value at = arith::AddIOp::create(b, loc, loop.getInductionVar(),
                                       index(b, offset));
      Value value =
          vector::LoadOp::create(b, loc, vectorType, arguments[0], at);
      next.push_back(
          arith::AddIOp::create(b, loc, loop.getRegionIterArgs()[i], value));
    }
    scf::YieldOp::create(b, loc, next);
    b.setInsertionPointAfter(loop);
    for (int64_t i = 0; i < unroll; ++i)
      vector::StoreOp::create(b, loc, loop.getResult(i), arguments[1],
                              index(b, i * lanes));
  });
  auto jit = Jit::compile(*module, target);
  if (!jit)
    return jit.takeError();
  auto address = jit->lookup("limit");
  if (!address)
    return address.takeError();
  auto *code = reinterpret_cast<void (*)(void *, void *)>(*address);
  struct State {
    Jit jit;
    Buffer memory, sums;
  };
  auto state = std::make_shared<State>(
      State{std::move(*jit), Buffer(count * 4), Buffer(chunk * 4)});
  return measure(limit, "read", double(count) * 4, [state, code] {
    code(state->memory.as<char>(), state->sums.as<char>());
  });
}

} // namespace qs::bench
