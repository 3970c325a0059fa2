//===- CompiledTest.h - Fixtures of compiled modules ------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What every test of compiled code needs: a context with all dialects and
/// passes, a module made from text or ops and compiled, its function called
/// with vectors, and the targets that this machine runs.
///
//===----------------------------------------------------------------------===//

#ifndef QS_TEST_UNIT_TARGET_COMPILEDTEST_H
#define QS_TEST_UNIT_TARGET_COMPILEDTEST_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Pack/Passes.h"
#include "qs/Pipelines/Pipelines.h"
#include "qs/Target/Native/JIT.h"
#include "qs/Target/Native/Targets.h"
#include "gtest/gtest.h"
#include <type_traits>
#include <vector>

namespace qs::test {

/// Compiles modules. All that fails is recorded as a failure of the test.
class CompiledTest : public ::testing::Test {
protected:
  CompiledTest() : context(makeRegistry()) {
    registerQSPasses();
    context.loadAllAvailableDialects();
  }

  /// The module compiled; null where that failed.
  static std::unique_ptr<native::JIT>
  jit(mlir::ModuleOp module, const native::CompileOptions &options = {}) {
    auto made = native::JIT::create(module, options);
    if (made)
      return std::move(*made);
    ADD_FAILURE() << llvm::toString(made.takeError());
    return nullptr;
  }

  /// The module that `text` spells, compiled; null where that failed.
  std::unique_ptr<native::JIT> jit(llvm::StringRef text,
                                   const native::CompileOptions &options = {}) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (module)
      return jit(*module, options);
    ADD_FAILURE() << "no module:\n" << text.str();
    return nullptr;
  }

  /// Calls the only function (or `main`) with the buffers given.
  static void call(native::JIT &jit, std::vector<const void *> inputs,
                   std::vector<void *> outputs) {
    llvm::Error error = jit.run("", inputs, outputs);
    EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  }

  /// The `count` elements of the only result of the only function.
  template <typename Out, typename... In>
  static std::vector<Out> run(native::JIT &jit, size_t count,
                              const std::vector<In> &...in) {
    std::vector<Out> out(count);
    call(jit, {in.data()...}, {out.data()});
    return out;
  }

  mlir::MLIRContext context;

private:
  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registerQSDialects(registry);
    return registry;
  }
};

/// A test that each target of this machine runs once; see QS_EVERY_TARGET.
class TargetTest
    : public CompiledTest,
      public ::testing::WithParamInterface<const native::Target *> {
protected:
  const native::Target &target() const { return *GetParam(); }
  /// To compile for the kernels of `target()`.
  native::CompileOptions targetOptions() const {
    native::CompileOptions options;
    options.target = "cpu=" + std::string(target().name);
    return options;
  }
  /// Packs the weights of `module` for `target()`; no linear op may be left as
  /// it was.
  void pack(mlir::ModuleOp module) {
    PackPassOptions options;
    options.target = std::string(target().name);
    mlir::PassManager passes(&context);
    passes.addNestedPass<mlir::func::FuncOp>(createPackPass(options));
    ASSERT_TRUE(succeeded(passes.run(module)));
    module.walk([](mlir::Operation *op) {
      EXPECT_FALSE((mlir::isa<MatmulOp, Conv2DOp>(op))) << "not packed";
    });
  }
};

/// The targets from the host's row on: each runs what those behind it run.
inline std::vector<const native::Target *> targetsHere() {
  std::vector<const native::Target *> here;
  for (const native::Target *t = &hostTarget(); t != std::end(native::targets);
       ++t)
    here.push_back(t);
  return here;
}

} // namespace qs::test

/// Runs the tests of `suite`, a TargetTest, once for each target.
#define QS_EVERY_TARGET(suite)                                                 \
  INSTANTIATE_TEST_SUITE_P(                                                    \
      Targets, suite, ::testing::ValuesIn(::qs::test::targetsHere()),          \
      [](const auto &info) { return std::string(info.param->name); })

#endif // QS_TEST_UNIT_TARGET_COMPILEDTEST_H
