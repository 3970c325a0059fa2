//===- qs-ir-fuzz.cpp - Damage modules, run them through pipelines --------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each damaged copy is read in a child process with limits on time and memory,
// and where it is accepted, printed and run through each pipeline. What counts:
//
//   accepted  read, verified, printed; every pipeline came through or said why
//   rejected  an error with a location
//   silent    failure without an error
//   crashed   a signal: in the reader ("while reading") or in a pipeline
//   stopped   out of time or memory
//
// Exit code 1 where a case was silent or crashed. MLIR's bytecode reader does
// both on damaged files; while reading bytecode they count with --strict only.
//
//===----------------------------------------------------------------------===//

#include "Mutate.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "qs/Pipelines/Pipelines.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <map>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlir;
namespace cl = llvm::cl;

static cl::list<std::string> files(cl::Positional, cl::desc("FILE..."),
                                   cl::OneOrMore);
static cl::list<std::string> pipelines("run", cl::desc("A pass pipeline"));
static cl::opt<unsigned> count("count", cl::init(1000),
                               cl::desc("Damaged copies of each file"));
static cl::opt<unsigned> seed("seed", cl::init(1));
static cl::opt<unsigned> seconds("seconds", cl::init(10),
                                 cl::desc("Processor time of a copy"));
static cl::opt<bool> asBytecode("bytecode",
                                cl::desc("Write text as bytecode first"));
static cl::opt<bool> strict("strict",
                            cl::desc("Failures of the bytecode reader count"));
static cl::opt<bool> verbose("verbose", cl::desc("Let the children print"));
static cl::opt<std::string> save("save", cl::desc("Keep what crashed here"));

namespace {
enum Outcome { Accepted, Rejected, Silent, Crashed, Stopped, OutcomeCount };

/// What a child tells its parent by shared memory.
struct Progress {
  /// -1 while reading, then the number of the pipeline.
  volatile int pipeline;
};

/// The process of one case; its exit code is the outcome.
[[noreturn]] void runChild(llvm::StringRef bytes, MLIRContext &context,
                           Progress &progress) {
  rlimit time = {seconds, seconds + 1};
  setrlimit(RLIMIT_CPU, &time);
  rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !__has_feature(address_sanitizer)
  rlimit memory = {rlim_t(4) << 30, rlim_t(4) << 30};
  setrlimit(RLIMIT_AS, &memory);
#endif
  if (!verbose) {
    if (!freopen("/dev/null", "w", stderr) ||
        !freopen("/dev/null", "w", stdout))
      _exit(Silent);
  }
  unsigned errors = 0;
  context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      ++errors;
    if (verbose)
      llvm::errs() << diagnostic.getLocation() << ": " << diagnostic << "\n";
    return success();
  });
  auto module = parseSourceString<ModuleOp>(bytes, ParserConfig(&context));
  if (!module)
    _exit(errors ? Rejected : Silent);
  std::string text;
  llvm::raw_string_ostream(text) << *module;
  for (auto [i, pipeline] : llvm::enumerate(pipelines)) {
    progress.pipeline = i;
    OwningOpRef<ModuleOp> copy = module->clone();
    PassManager pm(&context);
    errors = 0;
    if (failed(parsePassPipeline(pipeline, pm, llvm::errs())) ||
        (failed(pm.run(*copy)) && errors == 0))
      _exit(Silent);
  }
  _exit(Accepted);
}

/// Whether this began as bytecode; the first four bytes may be damaged, too.
bool isMagic(StringRef bytes) {
  return bytes.starts_with("ML\xEFR") || bytes.contains('\0');
}

struct Summary {
  unsigned counts[OutcomeCount] = {};
  unsigned bad = 0;
};

void runCase(const std::string &bytes, MLIRContext &context, Progress &progress,
             Summary &summary, const std::string &label) {
  progress.pipeline = -1;
  llvm::outs().flush();
  pid_t child = fork();
  if (child == 0)
    runChild(bytes, context, progress);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) {
    llvm::errs() << "qs-ir-fuzz: cannot start a process\n";
    exit(2);
  }
  Outcome outcome = Crashed;
  if (WIFEXITED(status) && WEXITSTATUS(status) < OutcomeCount)
    outcome = static_cast<Outcome>(WEXITSTATUS(status));
  else if (WIFSIGNALED(status) &&
           (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
    outcome = Stopped;
  ++summary.counts[outcome];
  if (outcome == Accepted || outcome == Rejected)
    return;
  bool reading = progress.pipeline < 0;
  bool upstream = reading && !strict && isMagic(bytes);
  if (outcome != Stopped && !upstream)
    ++summary.bad;
  llvm::outs() << (outcome == Silent    ? "silent"
                   : outcome == Stopped ? "stopped"
                                        : "crashed")
               << " " << label << " "
               << (reading ? std::string("while reading")
                           : "in " + pipelines[progress.pipeline])
               << "\n";
  if (save.empty())
    return;
  std::error_code error;
  llvm::raw_fd_ostream out(save + "/" + label, error);
  if (!error)
    out << bytes;
}

/// The modules of a file: bytecode is one, text is split into its functions.
std::vector<std::string> modulesOf(llvm::StringRef bytes,
                                   MLIRContext &context) {
  std::vector<std::string> modules;
  if (isMagic(bytes))
    return {bytes.str()};
  // Parts of tests, and functions of a part: a change to one shall not be
  // refused for a change to another.
  SmallVector<StringRef> parts, functions;
  bytes.split(parts, "\n// -----");
  for (StringRef &part : parts)
    part.split(functions, "\n}\n");
  parts.clear();
  for (StringRef function : functions)
    if (function.contains("func.func"))
      parts.push_back(StringRef(
          function.begin(), std::min<size_t>(function.size() + 2,
                                             bytes.end() - function.begin())));
  for (StringRef part : parts) {
    if (!asBytecode) {
      modules.push_back(part.str());
      continue;
    }
    ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) {});
    auto module = parseSourceString<ModuleOp>(part, ParserConfig(&context));
    if (!module)
      continue;
    std::string written;
    llvm::raw_string_ostream out(written);
    if (succeeded(writeBytecodeToFile(*module, out)))
      modules.push_back(written);
  }
  return modules;
}
} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  qs::registerQSPasses();
  registerTransformsPasses();
  cl::ParseCommandLineOptions(argc, argv, "damages modules\n");
  DialectRegistry registry;
  qs::registerQSDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  auto *progress = static_cast<Progress *>(
      mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (progress == MAP_FAILED)
    return 2;
  Summary summary;
  for (const std::string &pipeline : pipelines) {
    PassManager pm(&context);
    if (failed(parsePassPipeline(pipeline, pm, llvm::errs())))
      return 2;
  }
  for (const std::string &file : files) {
    auto buffer = llvm::MemoryBuffer::getFile(file);
    if (!buffer) {
      llvm::errs() << "qs-ir-fuzz: cannot read " << file << "\n";
      return 2;
    }
    std::vector<std::string> modules =
        modulesOf((*buffer)->getBuffer(), context);
    if (modules.empty()) {
      llvm::errs() << "qs-ir-fuzz: no module in " << file << "\n";
      return 2;
    }
    for (unsigned i = 0; i < count; ++i) {
      qs::fuzz::Random random(uint64_t(seed) * 1000003 + i);
      const std::string &bytes = modules[random.below(modules.size())];
      std::string damaged =
          isMagic(bytes)
              ? qs::fuzz::mutateBytes(bytes, random)
              : qs::fuzz::mutateText(qs::fuzz::tokenize(bytes), random);
      StringRef name = StringRef(file).rsplit('/').second;
      runCase(damaged, context, *progress, summary,
              (name.empty() ? StringRef(file) : name).str() + "." +
                  std::to_string(seed) + "." + std::to_string(i));
    }
  }
  llvm::outs() << "accepted " << summary.counts[Accepted] << ", rejected "
               << summary.counts[Rejected] << ", silent "
               << summary.counts[Silent] << ", crashed "
               << summary.counts[Crashed] << ", stopped "
               << summary.counts[Stopped] << "\n";
  return summary.bad != 0;
}
