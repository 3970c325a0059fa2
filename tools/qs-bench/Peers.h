//===- Peers.h - Other libraries on the same cases --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_PEERS_H
#define QS_TOOLS_QS_BENCH_PEERS_H

#include "Data.h"
#include "Network.h"
#include "Timing.h"
#include <memory>

namespace qs::bench {

/// A library that can run some of the cases.
class Peer {
public:
  virtual ~Peer() = default;
  /// As the column `engine` says it.
  virtual std::string name() const = 0;
  /// What it runs, for people.
  virtual std::string describe() const = 0;
  /// The case made ready to time. An error says why it cannot run this one.
  virtual llvm::Expected<Contender> kernel(const Case &c, const Data &data,
                                           int threads) = 0;
  virtual llvm::Expected<Contender>
  network(const NetworkCase &c, const NetworkAnswer &answer, int threads) = 0;
};

/// oneDNN, where this program was built with it. An error says what is missing.
llvm::Expected<std::unique_ptr<Peer>> makeOneDnnPeer();

/// onnxruntime through node, where both are installed.
llvm::Expected<std::unique_ptr<Peer>> makeOnnxRuntimePeer();

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_PEERS_H
