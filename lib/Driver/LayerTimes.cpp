//===- LayerTimes.cpp - what each layer takes -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/LayerTimes.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Driver/Batch.h"
#include "qs/Support/Progress.h"
#include "qs/Target/Native/JIT.h"
#include "qs/Target/Native/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

#include <chrono>

using namespace mlir;

namespace qs::run {

namespace {

using Clock = std::chrono::steady_clock;

/// The mean of the middle half: as robust as the median, and finer than the
/// steps of the clock.
double middleMean(std::vector<double> values) {
  if (values.empty())
    return 0;
  llvm::sort(values);
  size_t skip = values.size() / 4;
  double sum = 0;
  for (size_t i = skip; i < values.size() - skip; ++i)
    sum += values[i];
  return sum / double(values.size() - 2 * skip);
}

/// One compiled network with buffers for its inputs and outputs.
class Program {
public:
  static llvm::Expected<Program> create(ModuleOp module, const NpzFile &data,
                                        const TimingOptions &options,
                                        bool clocks);

  /// Runs once; keeps what the clocks showed.
  llvm::Error run();
  double networkUs() const { return middleMean(whole); }
  unsigned runs() const { return unsigned(whole.size()); }
  double clockUs() const { return middleMean(clock); }
  /// Microseconds by layer, in the order of the code, less those of clocks.
  llvm::MapVector<StringRef, double> layersUs() const;

private:
  llvm::Error fill(ModuleOp module, StringRef function, const NpzFile &data);

  std::unique_ptr<native::JIT> jit;
  const native::Signature *signature = nullptr;
  std::vector<std::vector<char>> buffers;
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
  std::vector<double> whole, clock;
  /// By layer: its time in each run, and how many clocks end a part of it.
  struct Layer {
    std::vector<double> us;
    unsigned parts = 0;
  };
  llvm::MapVector<StringRef, Layer> layers;
};

} // namespace

llvm::Expected<Program> Program::create(ModuleOp module, const NpzFile &data,
                                        const TimingOptions &options,
                                        bool clocks) {
  auto entry = getEntryFunction(module);
  if (!entry)
    return entry.takeError();
  native::CompileOptions compile;
  compile.target = options.target;
  compile.clocks = clocks;
  auto jit = native::JIT::create(module, compile);
  if (!jit)
    return jit.takeError();
  Program program;
  program.jit = std::move(*jit);
  program.signature = program.jit->find(entry->getName());
  if (!program.signature)
    return llvm::createStringError("no compiled function '" + entry->getName() +
                                   "'");
  if (llvm::Error error = program.fill(module, entry->getName(), data))
    return std::move(error);
  return std::move(program);
}

/// Inputs from the first batch; without data small numbers that are no
/// subnormals, and no special ones.
llvm::Error Program::fill(ModuleOp module, StringRef name,
                          const NpzFile &data) {
  std::vector<Array> batch;
  if (!data.empty()) {
    auto function = findFunction(module, name);
    if (!function)
      return function.takeError();
    auto ports = signatureOf(*function);
    if (!ports)
      return ports.takeError();
    auto batches = takeInputs(data, *ports);
    if (!batches)
      return batches.takeError();
    batch = batches->at(0, *ports);
  }
  for (auto [i, spec] : llvm::enumerate(signature->inputs)) {
    std::vector<char> bytes(spec.bytes());
    if (i < batch.size() && batch[i].data.size() == bytes.size())
      bytes.assign(batch[i].data.begin(), batch[i].data.end());
    else if (spec.dtype == "f32")
      for (int64_t e = 0; e < spec.elements(); ++e) {
        float value = float(e % 17) / 8 - 1;
        memcpy(bytes.data() + 4 * e, &value, 4);
      }
    buffers.push_back(std::move(bytes));
  }
  for (const native::TensorSpec &spec : signature->outputs)
    buffers.emplace_back(spec.bytes());
  for (auto [i, buffer] : llvm::enumerate(buffers))
    if (i < signature->inputs.size())
      inputs.push_back(buffer.data());
    else
      outputs.push_back(buffer.data());
  return llvm::Error::success();
}

llvm::Error Program::run() {
  auto start = Clock::now();
  if (llvm::Error error = jit->run(signature->name, inputs, outputs))
    return error;
  std::chrono::duration<double, std::micro> took = Clock::now() - start;
  whole.push_back(took.count());
  ArrayRef<std::string> names = jit->clocks();
  ArrayRef<int64_t> ticks = jit->ticks();
  llvm::MapVector<StringRef, std::pair<double, unsigned>> sums;
  for (size_t i = 1; i < names.size(); ++i) {
    // The clocks of another function were not passed.
    if (names[i].empty() || !ticks[i] || !ticks[i - 1])
      continue;
    double us = double(ticks[i] - ticks[i - 1]) / 1e3;
    if (names[i] == native::kClockCost && names[i - 1].empty()) {
      clock.push_back(us);
      continue;
    }
    auto &sum = sums[names[i]];
    sum.first += us;
    ++sum.second;
  }
  for (auto &[name, sum] : sums) {
    layers[name].us.push_back(sum.first);
    layers[name].parts = sum.second;
  }
  return llvm::Error::success();
}

llvm::MapVector<StringRef, double> Program::layersUs() const {
  llvm::MapVector<StringRef, double> result;
  for (const auto &[name, layer] : layers)
    result[name] =
        std::max(middleMean(layer.us) - layer.parts * clockUs(), 0.0);
  return result;
}

/// Runs all programs in turn, so that each meets the same moods of the machine.
static llvm::Error runInTurn(MutableArrayRef<Program> programs,
                             const TimingOptions &options) {
  Progress bar("timing layers", options.runs);
  auto start = Clock::now();
  for (unsigned i = 0; i < std::max(options.runs, 3u); ++i) {
    std::chrono::duration<double> spent = Clock::now() - start;
    if (i >= 3 && spent.count() > options.seconds)
      break;
    for (Program &program : programs)
      if (llvm::Error error = program.run())
        return error;
    bar.step();
  }
  return llvm::Error::success();
}

/// Rows by name; two of one name would share their time, so the first has it.
static llvm::StringMap<ReportLayer *> rowsByName(Report &report) {
  llvm::StringMap<ReportLayer *> rows;
  for (ReportLayer &layer : report.layers)
    rows.try_emplace(layer.name, &layer);
  return rows;
}

llvm::Error timeLayers(Report &report, QuantizedModel &model,
                       const TimingOptions &options) {
  ReportTiming &timing = report.timing.emplace();
  auto machine = native::resolveMachine(options.target);
  if (!machine)
    return machine.takeError();
  if (!native::runsHere(*machine)) {
    timing.method = "not measured: code for '" + options.target +
                    "' does not run on this machine";
    return llvm::Error::success();
  }
  // Text of a network that has no native form is still worth a report.
  std::string why;
  ScopedDiagnosticHandler quiet(model.integer->getContext(),
                                [&](Diagnostic &diagnostic) {
                                  if (why.empty())
                                    why = diagnostic.str();
                                });
  std::vector<Program> programs;
  auto add = [&](ModuleOp module, bool clocks) {
    auto program = Program::create(module, model.data, options, clocks);
    if (program) {
      programs.push_back(std::move(*program));
      return true;
    }
    std::string error = llvm::toString(program.takeError());
    timing.method = "not measured: " + (why.empty() ? error : why);
    return false;
  };
  if (!add(*model.integer, /*clocks=*/false) ||
      !add(*model.integer, /*clocks=*/true) ||
      (model.observed && !add(*model.observed, /*clocks=*/true)))
    return llvm::Error::success();
  Program &shipped = programs[0], &clocked = programs[1];
  if (llvm::Error error = runInTurn(programs, options))
    return error;

  llvm::StringMap<ReportLayer *> rows = rowsByName(report);
  timing.layersUs = timing.otherUs = 0;
  for (auto &[name, us] : clocked.layersUs()) {
    if (ReportLayer *row = rows.lookup(name)) {
      row->timeUs = us;
      *timing.layersUs += us;
    } else {
      timing.other.push_back({name.str(), us});
      *timing.otherUs += us;
    }
  }
  timing.runs = clocked.runs();
  timing.networkUs = shipped.networkUs();
  timing.clockUs = clocked.clockUs();
  if (model.observed) {
    timing.floatNetworkUs = 0;
    for (auto &[name, us] : programs[2].layersUs()) {
      *timing.floatNetworkUs += us;
      if (ReportLayer *row = rows.lookup(name))
        row->floatTimeUs = us;
    }
  }
  timing.method = llvm::formatv(
      "compiled once more with a clock read behind each layer; means of the "
      "middle half of {0} runs on one thread, {1}, less {2:f3} us for each "
      "reading; fused work counts for the layer that its location names first",
      *timing.runs,
      model.data.empty() ? "made-up inputs" : "first calibration batch",
      *timing.clockUs);
  return llvm::Error::success();
}

} // namespace qs::run
