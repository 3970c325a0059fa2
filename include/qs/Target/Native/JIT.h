//===- JIT.h - run compiled functions in this process
//-------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// ```
/// auto jit = JIT::create(module);
/// const void *in[] = {x.data()};
/// void *out[] = {y.data()};
/// if (llvm::Error error = (*jit)->run("main", in, out)) ...
/// ```
/// Buffers are dense, of the element types and shapes that the signature gives;
/// they need no alignment beyond that of their elements. Inputs and outputs may
/// not overlap.
///
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_JIT_H
#define QS_TARGET_NATIVE_JIT_H

#include "qs/Target/Native/Compile.h"
#include <functional>

namespace qs::native {

/// Compiled functions that can be called: from a module, or from a shared
/// object made by `qs-compile --emit so`. Not thread safe: calls of one
/// instance share a workspace.
class JIT {
public:
  /// Called for each observer that the code passes: its name and the values.
  using Observer =
      std::function<void(llvm::StringRef name, llvm::ArrayRef<float> values)>;

  ~JIT();

  /// Compiles `module` for this machine.
  static llvm::Expected<std::unique_ptr<JIT>>
  create(mlir::ModuleOp module, const CompileOptions &options = {});
  /// Opens a shared object and reads its signatures.
  static llvm::Expected<std::unique_ptr<JIT>> load(llvm::StringRef path);

  llvm::ArrayRef<Signature> signatures() const { return all; }
  /// The function called `name`, or null. An empty name means the only
  /// function, or `main` among several.
  const Signature *find(llvm::StringRef name) const;

  /// Calls `function`. The numbers of buffers are checked; their sizes are what
  /// the signature says.
  llvm::Error run(llvm::StringRef function, llvm::ArrayRef<const void *> inputs,
                  llvm::ArrayRef<void *> outputs);

  /// Layers by clock id, where compiled with `CompileOptions::clocks`; see the
  /// pass `qs-insert-clocks`.
  llvm::ArrayRef<std::string> clocks() const;
  /// What the clock showed at each id of the last run, in ns; 0 where that run
  /// did not come by.
  llvm::ArrayRef<int64_t> ticks() const;

  /// Valid for calls of this instance from the thread that runs it; compile
  /// with `CompileOptions::observe`.
  void setObserver(Observer observer) { this->observer = std::move(observer); }

private:
  JIT();
  struct Impl;
  std::unique_ptr<Impl> impl;
  std::vector<Signature> all;
  Observer observer;
};

} // namespace qs::native

#endif // QS_TARGET_NATIVE_JIT_H
