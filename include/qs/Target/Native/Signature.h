//===- Signature.h - what a compiled function takes and gives
//-----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_SIGNATURE_H
#define QS_TARGET_NATIVE_SIGNATURE_H

#include "mlir/IR/Operation.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace qs::native {

/// One buffer of a compiled function: dense, row major.
struct TensorSpec {
  /// `qs.name` of the argument or result, else `arg0`..., `out0`...
  std::string name;
  /// Of one element in memory: f64 f32 f16 bf16, i8 u8 i16 u16 i32 i64, bool
  /// (a byte, 0 or 1). Codes of up to 8 bits lie in i8 or u8, others in i16 or
  /// u16, as the code's value.
  std::string dtype;
  /// The type before lowering: `tensor<1x8x!qs.q<uint8, tensor>>`.
  std::string type;
  std::vector<int64_t> shape;

  int64_t elements() const;
  int64_t elementBytes() const;
  int64_t bytes() const { return elements() * elementBytes(); }
  /// `const float`, `uint8_t`, ...: the element in C.
  const char *cType() const;
};

/// A compiled function: `void symbol(const T *in..., T *out..., void *ws)`.
struct Signature {
  /// Name of the function in the module.
  std::string name;
  /// Name of the symbol; differs where `name` is no C identifier or is `main`.
  std::string symbol;
  std::vector<TensorSpec> inputs, outputs;
  /// Bytes that `ws` points to, aligned to 64; may be 0.
  int64_t workspaceBytes = 0;
  /// Threads that a call uses; more than 1 needs OpenMP.
  int64_t threads = 1;
};

/// The signature of a lowered function (`qs-lower` leaves what is needed in its
/// attributes). Fails with a diagnostic at the function.
llvm::FailureOr<Signature> readSignature(mlir::Operation *function);

/// The JSON text that stands in `<symbol>_metadata`, and back.
std::string toJSON(const Signature &signature);
llvm::Expected<Signature> parseSignature(llvm::StringRef json);

/// A C identifier for a function's name.
std::string toSymbol(llvm::StringRef name);

/// A C header that declares the functions and documents their buffers. `stem`
/// names the include guard.
std::string writeHeader(llvm::ArrayRef<Signature> signatures,
                        llvm::StringRef stem);

} // namespace qs::native

#endif // QS_TARGET_NATIVE_SIGNATURE_H
