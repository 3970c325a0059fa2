//===- qs-bench.cpp - Kernels beside the machine's limits and peers -------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"
#include "Machine.h"
#include "Peers.h"
#include "Results.h"
#include "qs/Dialect/QS/Transforms/Pack/Passes.h"
#include "qs/Pipelines/Pipelines.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Regex.h"

using namespace qs;
using namespace qs::bench;
namespace cl = llvm::cl;

static constexpr llvm::StringLiteral kExamples = R"(
EXAMPLES:
  qs-bench --csv all.csv
  qs-bench --quick --peers --filter 'matmul_.*int8' --csv matmul.csv

The first lines are the limits of the machine, measured in the same run. Each
kernel is compared with a naive evaluation before it is timed.

EXIT CODES:
  0  all cases ran and agree
  1  a bad command line, a file that cannot be written, a difference
)";

namespace {

/// Made after the parser is reset: LLVM's libraries register options of the
/// same names.
struct Options {
  cl::OptionCategory category{"qs-bench options"};
  cl::opt<std::string> filter{
      "filter", cl::desc("Only cases whose name matches this expression"),
      cl::value_desc("regex"), cl::init(".*"), cl::cat(category)};
  cl::opt<bool> peers{"peers",
                      cl::desc("Run the same cases on oneDNN and onnxruntime "
                               "too, where they are installed"),
                      cl::cat(category)};
  cl::opt<int> threads{
      "threads", cl::desc("Threads of the peers (qs kernels run on one)"),
      cl::init(1), cl::cat(category)};
  cl::opt<bool> quick{"quick", cl::desc("Fewer cases, shorter timing"),
                      cl::cat(category)};
  cl::opt<std::string> csv{"csv", cl::desc("Write the table here"),
                           cl::value_desc("file"), cl::init(""),
                           cl::cat(category)};
  cl::opt<std::string> target{"target",
                              cl::desc("avx512vnni, avx2, generic or host"),
                              cl::init("host"), cl::cat(category)};
  cl::opt<std::string> dumpObject{
      "dump-object", cl::desc("Write the object code of the last case here"),
      cl::value_desc("file"), cl::init(""), cl::cat(category)};
  cl::opt<bool> list{"list", cl::desc("Print the names of the cases"),
                     cl::cat(category)};
  cl::extrahelp examples{kExamples};
};

} // namespace



/// The tighter of the two bounds: arithmetic, and reading weights and
/// activations once at the bandwidth of memory of that size.
static llvm::Expected<Limit> limitOf(Machine &machine, const Case &c) {
  auto peak = machine.peak(c.isFloat());
  if (!peak)
    return peak.takeError();
  int64_t bytes = c.weightBytes();
  auto bandwidth = machine.readBandwidth(bytes);
  if (!bandwidth)
    return bandwidth.takeError();
  double compute = c.macs() / *peak / 1e3;
  double memory = double(bytes) / *bandwidth / 1e3;
  if (compute >= memory)
    return Limit{c.isFloat() ? "fma" : "dot", compute};
  return Limit{"read", memory};
}

static int fail(llvm::Error error) {
  llvm::errs() << "qs-bench: error: " << llvm::toString(std::move(error))
               << "\n";
  return 1;
}

/// Prints the measured limits.
static llvm::Error printLimits(Machine &machine, llvm::StringRef target) {
  auto dot = machine.peak(false), fma = machine.peak(true);
  if (!dot)
    return dot.takeError();
  if (!fma)
    return fma.takeError();
  llvm::outs() << "target " << target << ", one core: "
               << llvm::format("int8 dot %.1f GMAC/s, f32 %.1f GMAC/s\n", *dot,
                               *fma);
  for (auto [name, bytes] : {std::pair("16 KiB", int64_t(16) << 10),
                             std::pair("512 KiB", int64_t(512) << 10),
                             std::pair("16 MiB", int64_t(16) << 20),
                             std::pair("256 MiB", int64_t(256) << 20)}) {
    auto bandwidth = machine.readBandwidth(bytes);
    if (!bandwidth)
      return bandwidth.takeError();
    llvm::outs() << "  read " << name << ": "
                 << llvm::format("%.1f GB/s\n", *bandwidth);
  }
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(
      argc, argv, "qs-bench: kernels beside the limits of the machine\n");

  llvm::Regex expression(options.filter.getValue());
  std::string problem;
  if (!expression.isValid(problem))
    return fail(llvm::createStringError("--filter: " + problem));
  std::vector<Case> cases;
  for (Case &c : allCases())
    if ((!options.quick || c.quick) && expression.match(c.name))
      cases.push_back(c);
  if (options.list) {
    for (const Case &c : cases)
      llvm::outs() << c.name << "\n";
    return 0;
  }
  if (cases.empty())
    return fail(llvm::createStringError("no case matches"));
  const native::Target *target = resolveTarget(options.target);
  if (!target)
    return fail(llvm::createStringError(
        "unknown target '" + options.target +
        "', expected avx512vnni, avx2, generic or host"));
  if (options.threads < 1)
    return fail(llvm::createStringError("--threads takes at least 1"));
  if (options.threads > 1)
    llvm::outs() << "qs kernels run on one thread; --threads "
                 << options.threads.getValue() << " is for the peers\n";

  std::unique_ptr<llvm::raw_fd_ostream> table;
  if (!options.csv.empty()) {
    std::error_code code;
    table = std::make_unique<llvm::raw_fd_ostream>(options.csv, code);
    if (code)
      return fail(llvm::createStringError(options.csv + ": " + code.message()));
    writeCsvHeader(*table);
  }

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registerQSDialects(registry);
  mlir::registerAllPasses();
  registerQSPasses();
  mlir::MLIRContext context(registry);
  context.loadAllAvailableDialects();

  std::vector<Peer> peers;
  if (options.peers)
    for (auto *make : {makeOneDnnPeer, makeOnnxRuntimePeer}) {
      std::string why;
      if (std::optional<Peer> peer = make(why))
        peers.push_back(std::move(*peer));
      else
        llvm::outs() << "peer left out: " << why << "\n";
    }

  double seconds = options.quick ? 0.2 : 0.6;
  Machine machine(context, *target, seconds);
  if (llvm::Error error = printLimits(machine, target->name))
    return fail(std::move(error));

  bool wrong = false;
  for (const Case &c : cases) {
    Data data(c);
    Buffer output(c.outputElements() * (c.isFloat() ? 4 : 1));
    auto limit = limitOf(machine, c);
    if (!limit)
      return fail(limit.takeError());
    auto kernel = Kernel::create(context, c, data, *target, options.dumpObject);
    if (!kernel)
      return fail(kernel.takeError());
    (*kernel)(data.input.as<char>(), output.as<char>());
    int64_t compared;
    int64_t different =
        countDifferences(c, data, output.as<char>(), compared);
    Row row;
    row.c = &c;
    row.engine = "qs-" + std::string(target->name);
    row.limit = *limit;
    if (different != 0) {
      llvm::errs() << "qs-bench: error: " << c.name << ": " << different
                   << " of " << compared << " compared results are wrong\n";
      wrong = true;
      continue;
    }
    row.note = compared == c.outputElements()
                   ? "all results checked"
                   : std::to_string(compared) + " results checked";
    row.time = measure(
        [&] { (*kernel)(data.input.as<char>(), output.as<char>()); }, seconds);
    writeText(llvm::outs(), row);
    if (table)
      writeCsv(*table, row);
    for (const Peer &peer : peers) {
      std::string why;
      std::optional<Time> time =
          peer.run(c, data, options.threads, seconds, why);
      if (!time) {
        llvm::outs() << "  " << peer.name << ": " << why << "\n";
        continue;
      }
      row.engine = peer.name;
      row.threads = options.threads;
      row.time = *time;
      row.note = why;
      writeText(llvm::outs(), row);
      if (table)
        writeCsv(*table, row);
    }
  }
  return wrong ? 1 : 0;
}
