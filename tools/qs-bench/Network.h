//===- Network.h - Whole networks as cases -----------------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_NETWORK_H
#define QS_TOOLS_QS_BENCH_NETWORK_H

#include "Timing.h"
#include "mlir/IR/MLIRContext.h"
#include "qs/Support/Array.h"
#include "qs/Target/Native/Targets.h"

namespace qs::bench {

/// One network in one precision, on one image. Paths of files that need not
/// exist.
struct NetworkCase {
  /// `network_int8_resnet50`.
  std::string name;
  bool isFloat = false;
  /// Part of `--quick`.
  bool quick = false;
  std::string model, recipe, calibration, images;
  /// Results on the images by another program, in float.
  std::string expected;
  /// The same network in QDQ form, for peers.
  std::string quantized;

  /// Empty where all files are there that this program needs; otherwise what is
  /// missing and how to get it.
  std::string missing() const;
};

/// The digits network of the repository, and ResNet-18, ResNet-50 and
/// MobileNetV2 from ${QS_CACHE:-~/.cache/qs}/networks.
std::vector<NetworkCase> allNetworks();

/// What went in and what our float code says comes out.
struct NetworkAnswer {
  std::string inputName, outputName;
  Array image, logits;
};

struct CompiledNetwork {
  Contender contender;
  NetworkAnswer answer;
  /// Products of its convolutions and matrix multiplies, for one image.
  double macs = 0;
};

/// Compiles a network in this process as qs-compile does, runs it once and
/// checks what comes out: float code against `expected` where that is there,
/// integer code against our float code. A result that is wrong is an error.
llvm::Expected<CompiledNetwork> compileNetwork(mlir::MLIRContext &context,
                                               const NetworkCase &c,
                                               const native::Target &target,
                                               int threads);

/// `worst difference 2e-06 of the largest` for float results, an error where
/// they are not those of the same network.
llvm::Expected<std::string> compareFloat(const Array &found,
                                         const Array &expected);

/// `SQNR 23.4 dB` for integer code, an error below kLeastDb.
llvm::Expected<std::string> compareInteger(const Array &found,
                                           const Array &expected);

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_NETWORK_H
