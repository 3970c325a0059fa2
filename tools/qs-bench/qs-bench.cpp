//===- qs-bench.cpp - Kernels beside the machine's limits and peers -------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bench.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "qs/Dialect/QS/Transforms/Pack/Passes.h"
#include "qs/Pipelines/Pipelines.h"
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
      all kernels and all networks that are there
  qs-bench --quick --peers --filter 'matmul_.*int8' --csv matmul.csv
      a few multiplies, beside oneDNN and onnxruntime
  qs-bench --peers --filter 'network_.*resnet50'
      one network, float and int8, on one image
  qs-bench --codes --quick --filter 'posit|apot|log'
      weights of these codes in groups of 32
  qs-bench --threads 2 --filter matmul
      all on two threads, against the limit of two cores

The first lines are the limits of the machine. Each kernel is compared with a
naive evaluation before it is timed; a float network with what another program
gave; an int8 network with its float form. A case, its limit and its peers are
timed in turn, so that other load falls on all of them; the share is the limit's
median time by the case's.

The digits network is that of the sources. ResNet-18, ResNet-50 and MobileNetV2
are taken from ${QS_CACHE:-~/.cache/qs}/networks, where
test/Integration/networks/make-networks.py puts them; those that are missing
are named and left out.

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
      "threads",
      cl::desc("Threads of kernels, networks and peers (default "
               "1); more than 1 need LLVM's OpenMP library"),
      cl::init(1), cl::cat(category)};
  cl::opt<bool> quick{"quick", cl::desc("Fewer cases, shorter timing"),
                      cl::cat(category)};
  cl::opt<bool> codes{"codes",
                      cl::desc("Cases of every code that recipes know, too"),
                      cl::cat(category)};
  cl::opt<std::string> csv{"csv", cl::desc("Write the table here"),
                           cl::value_desc("file"), cl::init(""),
                           cl::cat(category)};
  cl::opt<std::string> target{"target",
                              cl::desc("avx512vnni, avx2, generic or host"),
                              cl::init("host"), cl::cat(category)};
  cl::opt<std::string> dumpObject{
      "dump-object", cl::desc("Write the object code of the last kernel here"),
      cl::value_desc("file"), cl::init(""), cl::cat(category)};
  cl::opt<bool> list{"list", cl::desc("Print the names of the cases"),
                     cl::cat(category)};
  cl::extrahelp examples{kExamples};
};

} // namespace

static int fail(llvm::Error error) {
  llvm::errs() << "qs-bench: error: " << llvm::toString(std::move(error))
               << "\n";
  return 1;
}

/// Prints the measured limits.
static llvm::Error printLimits(Machine &machine, const native::Target &target) {
  using Products = Machine::Products;
  auto dot = machine.dot(Products::Integer);
  if (!dot)
    return dot.takeError();
  auto fma = machine.dot(Products::Float);
  if (!fma)
    return fma.takeError();
  auto popcount = machine.dot(Products::Signs);
  if (!popcount)
    return popcount.takeError();
  llvm::outs() << "target " << target.name << ", one core: "
               << llvm::format("int8 dot %.1f GMAC/s, f32 %.1f GMAC/s, "
                               "xor and popcount %.1f GMAC/s\n",
                               (*dot)->rate, (*fma)->rate, (*popcount)->rate);
  if (target.narrow.lanes > 0) {
    auto narrow = machine.dot(Products::Narrow);
    if (!narrow)
      return narrow.takeError();
    llvm::outs() << llvm::format("  int8 dot with sums of i16: %.1f GMAC/s\n",
                                 (*narrow)->rate);
  }
  for (auto [name, bytes] : {std::pair("16 KiB", int64_t(16) << 10),
                             std::pair("512 KiB", int64_t(512) << 10),
                             std::pair("16 MiB", int64_t(16) << 20),
                             std::pair("256 MiB", int64_t(256) << 20)}) {
    auto read = machine.read(bytes);
    if (!read)
      return read.takeError();
    llvm::outs() << "  read " << name << ": "
                 << llvm::format("%.1f GB/s\n", (*read)->rate);
  }
  return llvm::Error::success();
}

static std::vector<std::unique_ptr<Peer>> findPeers() {
  std::vector<std::unique_ptr<Peer>> peers;
  for (auto *make : {makeOneDnnPeer, makeOnnxRuntimePeer}) {
    auto peer = make();
    if (!peer) {
      llvm::outs() << "peer left out: " << llvm::toString(peer.takeError())
                   << "\n";
      continue;
    }
    llvm::outs() << "peer " << (*peer)->name() << ": " << (*peer)->describe()
                 << "\n";
    peers.push_back(std::move(*peer));
  }
  return peers;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "qs-bench: kernels and networks beside the limits of the machine\n");

  llvm::Regex expression(options.filter.getValue());
  std::string problem;
  if (!expression.isValid(problem))
    return fail(llvm::createStringError("--filter: " + problem));
  auto chosen = [&](const auto &c) {
    return (!options.quick || c.quick) && expression.match(c.name);
  };
  std::vector<Case> kernels;
  llvm::copy_if(allCases(options.codes), std::back_inserter(kernels), chosen);
  std::vector<NetworkCase> networks;
  llvm::copy_if(allNetworks(), std::back_inserter(networks), chosen);
  if (options.list) {
    for (const Case &c : kernels)
      llvm::outs() << c.name << "\n";
    for (const NetworkCase &c : networks)
      llvm::outs() << c.name << "\n";
    return 0;
  }
  if (kernels.empty() && networks.empty())
    return fail(llvm::createStringError("no case matches"));
  const native::Target *target = resolveTarget(options.target);
  if (!target)
    return fail(llvm::createStringError(
        "unknown target '" + options.target +
        "', expected avx512vnni, avx2, generic or host"));
  if (options.threads < 1)
    return fail(llvm::createStringError("--threads takes at least 1"));

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

  std::vector<std::unique_ptr<Peer>> peers;
  if (options.peers)
    peers = findPeers();
  Machine machine(context, *target, 0.2);
  if (llvm::Error error = printLimits(machine, *target))
    return fail(std::move(error));

  Bench bench(context, *target, machine, peers, table.get(), options.threads,
              options.quick ? 0.4 : 1.2, options.dumpObject);
  bool wrong = false;
  auto run = [&](const auto &cases) {
    for (const auto &c : cases)
      if (llvm::Error error = bench.run(c)) {
        fail(llvm::createStringError(c.name + ": " +
                                     llvm::toString(std::move(error))));
        wrong = true;
      }
  };
  run(kernels);
  run(networks);
  return wrong ? 1 : 0;
}
