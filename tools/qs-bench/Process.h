//===- Process.h - A program that answers line by line -----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_PROCESS_H
#define QS_TOOLS_QS_BENCH_PROCESS_H

#include "llvm/Support/Error.h"
#include <cstdio>
#include <string>
#include <sys/types.h>
#include <vector>

namespace qs::bench {

/// A child process whose standard input and output are pipes; what it writes to
/// standard error appears as this program's. The end of the object is the end
/// of its input, which it has to take as its own.
class Process {
public:
  /// `words[0]` is looked up on the PATH.
  static llvm::Expected<std::unique_ptr<Process>>
  start(const std::vector<std::string> &words);
  ~Process();

  /// Sends `line`, unless it is empty, and gives the next line of the answer.
  llvm::Expected<std::string> ask(const std::string &line = "");

private:
  Process() = default;
  pid_t child = 0;
  FILE *to = nullptr, *from = nullptr;
  std::string name;
};

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_PROCESS_H
