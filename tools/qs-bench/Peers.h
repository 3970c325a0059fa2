//===- Peers.h - Other libraries on the same cases --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_PEERS_H
#define QS_TOOLS_QS_BENCH_PEERS_H

#include "Data.h"
#include "Timing.h"
#include <functional>
#include <optional>

namespace qs::bench {

/// A library that can run some of the cases. `run` times one of them; nothing
/// for a case that it cannot do, with the reason in `why`.
struct Peer {
  std::string name;
  std::function<std::optional<Time>(const Case &, const Data &, int threads,
                                    double seconds, std::string &why)>
      run;
};

/// oneDNN, where this program was built with it; otherwise nothing, and `why`.
std::optional<Peer> makeOneDnnPeer(std::string &why);

/// onnxruntime through node, where both are installed.
std::optional<Peer> makeOnnxRuntimePeer(std::string &why);

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_PEERS_H
