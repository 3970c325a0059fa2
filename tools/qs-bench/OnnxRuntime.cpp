//===- OnnxRuntime.cpp - onnxruntime as a peer ----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Peers.h"

std::optional<qs::bench::Peer>
qs::bench::makeOnnxRuntimePeer(std::string &why) {
  why = "onnxruntime is not measured on kernels (`demo.sh` times whole "
        "networks on it)";
  return {};
}
