//===- Process.cpp - A program that answers line by line ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Process.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace qs::bench {

llvm::Expected<std::unique_ptr<Process>>
Process::start(const std::vector<std::string> &words) {
  // A child that ended early shows as a failed write, not as a signal.
  std::signal(SIGPIPE, SIG_IGN);
  int input[2], output[2];
  // Not inherited: the end of one child must not wait for that of another.
  if (pipe2(input, O_CLOEXEC) != 0)
    return llvm::createStringError(std::string("pipe: ") +
                                   std::strerror(errno));
  if (pipe2(output, O_CLOEXEC) != 0) {
    close(input[0]);
    close(input[1]);
    return llvm::createStringError(std::string("pipe: ") +
                                   std::strerror(errno));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], 0);
  posix_spawn_file_actions_adddup2(&actions, output[1], 1);
  std::vector<char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  std::unique_ptr<Process> process(new Process());
  process->name = words[0];
  int error = posix_spawnp(&process->child, arguments[0], &actions, nullptr,
                           arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(input[0]);
  close(output[1]);
  process->to = fdopen(input[1], "w");
  process->from = fdopen(output[0], "r");
  if (error != 0) {
    process->child = 0;
    return llvm::createStringError(words[0] + ": " + std::strerror(error));
  }
  return process;
}

Process::~Process() {
  if (to)
    fclose(to);
  if (from)
    fclose(from);
  if (child != 0)
    waitpid(child, nullptr, 0);
}

llvm::Expected<std::string> Process::ask(const std::string &line) {
  if (!line.empty()) {
    fputs((line + "\n").c_str(), to);
    fflush(to);
  }
  std::string answer;
  for (int c; (c = getc(from)) != EOF;) {
    if (c == '\n')
      return answer;
    answer += char(c);
  }
  return llvm::createStringError(name + " ended without an answer");
}

} // namespace qs::bench
