//===- Progress.h - A line that says how far things are ---------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One line on the terminal, overwritten in place and removed at the end.
/// Prints nothing where stderr is no terminal, so logs and pipes stay clean.
///
//===----------------------------------------------------------------------===//

#ifndef QS_SUPPORT_PROGRESS_H
#define QS_SUPPORT_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace qs {

class Progress {
public:
  /// `what` stands in front: `calibrating 12/64`. A total of 0 shows the
  /// count alone. On a terminal only, unless `force` is set (tests).
  explicit Progress(llvm::StringRef what, uint64_t total = 0,
                    bool force = false);
  /// Removes the line.
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// Counts one step; `detail` follows the numbers. Redraws at most ten times
  /// a second.
  void step(llvm::StringRef detail = "");
  /// Removes the line before the end of the scope.
  void finish();

private:
  void draw(llvm::StringRef detail);

  std::string what;
  uint64_t total, done = 0;
  bool enabled, drawn = false;
  std::chrono::steady_clock::time_point next;
};

} // namespace qs

#endif // QS_SUPPORT_PROGRESS_H
