//===- Pipeline.cpp - qs-lower
//------------------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"
#include "qs/Conversion/QSToVector/Passes.h"
#include "qs/Conversion/TosaToQS/TosaToQS.h"
#include "qs/Dialect/QS/Transforms/Pack/Passes.h"
#include "qs/Target/Native/Passes.h"
#include "qs/Target/Native/Targets.h"

using namespace mlir;
using namespace qs;
using namespace qs::native;

/// TOSA, float or what the front ends left of it, to linalg.
static void addTosaPasses(OpPassManager &pm) {
  auto &functions = pm.nest<func::FuncOp>();
  functions.addPass(tosa::createTosaMakeBroadcastablePass());
  functions.addPass(tosa::createTosaToLinalgNamed());
  functions.addPass(createCanonicalizerPass());
  functions.addPass(tosa::createTosaMakeBroadcastablePass());
  functions.addPass(tosa::createTosaToLinalg());
  functions.addPass(createTosaToArithPass(TosaToArithPassOptions{true, false}));
  functions.addPass(createTosaToTensorPass());
  functions.addPass(createTosaToSCFPass());
}

static void addBufferizePasses(OpPassManager &pm) {
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  options.bufferAlignment = kAlignment;
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  bufferization::BufferResultsToOutParamsPassOptions results;
  results.hoistStaticAllocs = true;
  results.modifyPublicFunctions = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(results));
}

void native::addPackPasses(OpPassManager &pm, const LowerOptions &options) {
  auto &functions = pm.nest<func::FuncOp>();
  functions.addPass(createConvertTosaToQS());
  PackPassOptions pack;
  pack.target = options.kernels;
  pack.fives = options.fives;
  functions.addPass(createPackPass(pack));
}

void native::buildBufferPipeline(OpPassManager &pm,
                                 const LowerOptions &options) {
  // First of all: canonicalization, which the inliner runs, crashes on some of
  // TOSA's ops without a rank.
  pm.addPass(createQSCheckSizes());
  // One function an entry point: buffers are planned within one body.
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(createQSCheckCalls());
  if (options.pack)
    addPackPasses(pm, options);
  pm.addPass(
      createConvertQSToLinalg(ConvertQSToLinalgOptions{options.observe}));
  addTosaPasses(pm);
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createConvertTensorToLinalgPass());
  auto &tensors = pm.nest<func::FuncOp>();

  tensors.addPass(createConvertElementwiseToLinalgPass());
  tensors.addPass(createLinalgGeneralizeNamedOpsPass());
  tensors.addPass(createQSFuseElementwise());
  tensors.addPass(createCanonicalizerPass());
  tensors.addPass(createCSEPass());
  tensors.addPass(createQSOrderLoops());
  // Padding makes tensors that the module did not have.
  pm.addPass(createQSCheckSizes());
  addBufferizePasses(pm);

  auto &buffers = pm.nest<func::FuncOp>();
  buffers.addPass(createQSContiguousOperands());
  buffers.addPass(createQSLowerCopies());
  buffers.addPass(createCanonicalizerPass());
  buffers.addPass(createQSPlanMemory());
  if (options.clocks)
    pm.addPass(createQSInsertClocks());
}

void native::buildLowerPipeline(OpPassManager &pm,
                                const LowerOptions &options) {
  buildBufferPipeline(pm, options);
  QSToVectorPassOptions vectors;
  vectors.threads = options.threads;
  pm.addPass(createQSToVectorPass(vectors));
  pm.addPass(createQSFlattenConstants());
  auto &loops = pm.nest<func::FuncOp>();
  loops.addPass(createQSFlattenEmptyArguments());
  loops.addPass(createLinalgGeneralizeNamedOpsPass());
  loops.addPass(createQSCollapseLoops());
  loops.addPass(createConvertLinalgToLoopsPass());
  loops.addPass(memref::createFoldMemRefAliasOpsPass());
  loops.addPass(createCanonicalizerPass());
  loops.addPass(createCSEPass());
  loops.addPass(createLoopInvariantCodeMotionPass());

  if (options.threads > 1) {
    ConvertSCFToOpenMPPassOptions parallel;
    parallel.numThreads = options.threads;
    pm.addPass(createConvertSCFToOpenMPPass(parallel));
    pm.nest<func::FuncOp>().addPass(createQSInlineScopes());
  }
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(arith::createArithExpandOpsPass());
  if (const Target *target = findTarget(options.kernels);
      target && !target->halves)
    pm.addPass(createQSExpandHalves());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  ConvertFuncToLLVMPassOptions functions;
  functions.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(functions));
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  if (options.threads > 1)
    pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createQSCheckLowered());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void native::registerLowerPipelines() {
  static bool once = [] {
    PassPipelineRegistration<LowerOptions>(
        "qs-to-buffers",
        "qs, TOSA and linalg on tensors to linalg on planned buffers",
        buildBufferPipeline);
    PassPipelineRegistration<LowerOptions>(
        "qs-lower", "qs, TOSA and linalg on tensors to the LLVM dialect",
        buildLowerPipeline);
    return true;
  }();
  (void)once;
}
