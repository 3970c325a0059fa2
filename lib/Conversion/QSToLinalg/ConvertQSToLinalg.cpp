//===- ConvertQSToLinalg.cpp - the pass
//---------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"
#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs {
#define GEN_PASS_DEF_CONVERTQSTOLINALG
#include "qs/Conversion/QSToLinalg/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

StorageTypeConverter::StorageTypeConverter() {
  addConversion([](Type type) { return type; });
  addConversion([](QuantType type) -> Type { return storageOf(type); });
  addConversion([](ShapedType type) -> Type {
    if (QuantType element = QuantType::of(type))
      return type.clone(storageOf(element));
    return type;
  });
  auto cast = [](OpBuilder &b, Type type, ValueRange values, Location loc) {
    return UnrealizedConversionCastOp::create(b, loc, type, values)
        .getResult(0);
  };
  addSourceMaterialization(cast);
  addTargetMaterialization(cast);
}

void qs::populateQSToLinalgPatterns(TypeConverter &converter,
                                    RewritePatternSet &patterns) {
  populateQuantPatterns(converter, patterns);
  populateRequantizePatterns(converter, patterns);
  populateLinearPatterns(converter, patterns);
  populateElementwisePatterns(converter, patterns);
  populatePoolPatterns(converter, patterns);
  populateCastPatterns(converter, patterns);
}

/// Calls the observer with the tensor's elements as f32; `op` goes.
static void lowerObserve(ObserveOp op, int64_t id) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value value = op.getInput();
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.getElementType().isF32()) {
    type = type.clone(b.getF32Type());
    value = buildElementwise(b, loc, type, value, {same(value)},
                             [](Scalars &s, ValueRange v) {
                               Type f32 = s.b.getF32Type();
                               return s.narrow(s.widen(v[0], f32), f32);
                             });
  }
  auto memref = MemRefType::get(type.getShape(), type.getElementType());
  Value buffer = bufferization::ToBufferOp::create(b, loc, memref, value,
                                                   /*read_only=*/true);
  Value address =
      memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
  Value count = arith::ConstantIndexOp::create(b, loc, 1);
  for (int64_t i = 0; i < type.getRank(); ++i)
    count = arith::MulIOp::create(b, loc, count,
                                  memref::DimOp::create(b, loc, buffer, i));
  Type i64 = b.getI64Type();
  Value arguments[] = {
      arith::IndexCastOp::create(b, loc, i64, address),
      arith::IndexCastOp::create(b, loc, i64, count),
      arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(id))};
  func::CallOp::create(b, loc, kObserveFunction, TypeRange(), arguments);
}

namespace {
struct ConvertQSToLinalgPass
    : qs::impl::ConvertQSToLinalgBase<ConvertQSToLinalgPass> {
  using ConvertQSToLinalgBase::ConvertQSToLinalgBase;

  void lowerObservers() {
    SmallVector<ObserveOp> observers;
    getOperation().walk([&](ObserveOp op) { observers.push_back(op); });
    SmallVector<Attribute> names;
    // Modules in modules declare the function of their own.
    llvm::SetVector<Operation *> tables;
    for (ObserveOp op : observers) {
      tables.insert(SymbolTable::getNearestSymbolTable(op));
      if (observe)
        lowerObserve(op, names.size());
      names.push_back(op.getNameAttr());
      op.getResult().replaceAllUsesWith(op.getInput());
      op.erase();
    }
    if (!observe || names.empty())
      return;
    Builder attributes(&getContext());
    getOperation()->setAttr(kObserversAttr, attributes.getArrayAttr(names));
    for (Operation *table : tables) {
      OpBuilder b = OpBuilder::atBlockBegin(&table->getRegion(0).front());
      Type i64 = b.getI64Type();
      auto function =
          func::FuncOp::create(b, table->getLoc(), kObserveFunction,
                               b.getFunctionType({i64, i64, i64}, {}));
      function.setPrivate();
    }
  }

  static void recordTypes(func::FuncOp function) {
    if (function.isDeclaration() || function->hasAttr(kArgTypesAttr))
      return;
    Builder b(function.getContext());
    function->setAttr(kArgTypesAttr,
                      b.getTypeArrayAttr(function.getArgumentTypes()));
    function->setAttr(kResultTypesAttr,
                      b.getTypeArrayAttr(function.getResultTypes()));
    SmallVector<Attribute> arguments, results;
    auto take = [&](Attribute name) -> Attribute {
      return isa_and_nonnull<StringAttr>(name) ? name : b.getStringAttr("");
    };
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      arguments.push_back(take(function.getArgAttr(i, "qs.name")));
      function.removeArgAttr(i, "qs.name");
    }
    for (unsigned i = 0; i < function.getNumResults(); ++i) {
      results.push_back(take(function.getResultAttr(i, "qs.name")));
      function.removeResultAttr(i, b.getStringAttr("qs.name"));
    }
    function->setAttr(kArgNamesAttr, b.getArrayAttr(arguments));
    function->setAttr(kResultNamesAttr, b.getArrayAttr(results));
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    MLIRContext *ctx = &getContext();
    module.walk([](func::FuncOp function) { recordTypes(function); });
    lowerObservers();

    StorageTypeConverter converter;
    ConversionTarget target(*ctx);
    target.addIllegalDialect<QSDialect>();
    // Packed constants and kernels have a lowering of their own.
    target.addLegalOp<PackedConstantOp, PackedViewOp, PrepareRowsOp, SumRunsOp, LookupBytesOp,
                      QuantizeRowsOp, PackedMatmulOp, PackedConv2DOp>();
    target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp op) {
      return converter.isSignatureLegal(op.getFunctionType()) &&
             converter.isLegal(&op.getBody());
    });
    target.markUnknownOpDynamicallyLegal([&](Operation *op) {
      return converter.isLegal(op) &&
             llvm::all_of(op->getRegions(), [&](Region &region) {
               return converter.isLegal(&region);
             });
    });
    RewritePatternSet patterns(ctx);
    populateQSToLinalgPatterns(converter, patterns);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                   converter);
    if (failed(applyFullConversion(module, target, std::move(patterns))))
      return signalPassFailure();

    RewritePatternSet folds(ctx);
    populateFoldConstantTransposePatterns(folds);
    if (failed(applyPatternsGreedily(module, std::move(folds))))
      return signalPassFailure();
  }
};
} // namespace
