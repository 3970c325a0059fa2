//===- Progress.cpp - A line that says how far things are -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Progress.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace qs;

Progress::Progress(llvm::StringRef what, uint64_t total, bool force)
    : what(what.str()), total(total),
      enabled(force || llvm::sys::Process::StandardErrIsDisplayed()),
      next(std::chrono::steady_clock::now()) {
  if (enabled)
    draw("");
}

Progress::~Progress() { finish(); }

void Progress::step(llvm::StringRef detail) {
  ++done;
  if (!enabled)
    return;
  auto now = std::chrono::steady_clock::now();
  if (now < next && done != total)
    return;
  next = now + std::chrono::milliseconds(100);
  draw(detail);
}

void Progress::draw(llvm::StringRef detail) {
  std::string line = what + " " + std::to_string(done);
  if (total != 0)
    line += "/" + std::to_string(total);
  if (!detail.empty())
    line += "  " + detail.str();
  // A line that wraps could not be overwritten; 80 columns fit everywhere.
  if (line.size() > 79)
    line = line.substr(0, 76) + "...";
  llvm::errs() << "\r\x1b[K" << line;
  llvm::errs().flush();
  drawn = true;
}

void Progress::finish() {
  if (drawn)
    llvm::errs() << "\r\x1b[K";
  drawn = enabled = false;
}
