//===- qs-run.cpp - Runs a model
//-------------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "qs/Driver/Batch.h"
#include "qs/Driver/LayerReport.h"
#include "qs/Driver/NamedDiagnostics.h"
#include "qs/Driver/QuantizeModel.h"
#include "qs/Driver/Summary.h"
#include "qs/Interpreter/Arrays.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

#include <algorithm>
#include <chrono>

using namespace mlir;
using namespace qs;
using namespace qs::run;
namespace cl = llvm::cl;

static cl::OptionCategory category("qs-run options");
static cl::opt<std::string> modelPath(cl::Positional, cl::Required,
                                      cl::desc("MODEL (.mlir, .mlirbc, .onnx, .so)"),
                                      cl::cat(category));
static cl::opt<std::string>
    inputPath("input", cl::value_desc("X.npz"), cl::cat(category),
              cl::desc("Inputs by name; not needed by a function without any"));
static cl::opt<std::string>
    outputPath("output", cl::value_desc("Y.npz"), cl::cat(category),
               cl::desc("Where outputs go; printed as text if absent"));
static cl::list<std::string> engineNames(
    "engine", cl::CommaSeparated, cl::value_desc("interp|jit"),
    cl::cat(category),
    cl::desc("What evaluates the model (default interp); of several, the "
             "first gives the outputs and the others must agree with it"));
static cl::opt<std::string> functionName("function", cl::init("main"),
                                         cl::value_desc("NAME"),
                                         cl::cat(category),
                                         cl::desc("The function to run"));
static cl::opt<bool>
    runAll("all", cl::cat(category),
           cl::desc("Run every public function that takes no arguments"));
static cl::opt<std::string>
    comparePath("compare", cl::value_desc("Z.npz"), cl::cat(category),
                cl::desc("Compare outputs with these arrays"));
static cl::opt<double>
    tolerance("tolerance", cl::init(0), cl::value_desc("D"), cl::cat(category),
              cl::desc("Largest difference that --compare and float results "
                       "of several engines may have (default 0)"));
static cl::opt<unsigned>
    timeRuns("time", cl::init(0), cl::value_desc("N"), cl::cat(category),
             cl::desc("Time N runs of the first batch, after one to warm up"));
static cl::opt<std::string>
    recipePath("recipe", cl::value_desc("R.yaml"), cl::cat(category),
               cl::desc("Quantize the model by this recipe before it runs"));
static cl::opt<std::string>
    calibrationPath("calibration", cl::value_desc("C.npz"), cl::cat(category),
                    cl::desc("Samples to calibrate on when quantizing"));
static cl::extrahelp more(
    "\nEXAMPLES:\n"
    "  qs-run model.onnx --input x.npz --output y.npz\n"
    "      run a float model by the interpreter; x.npz holds an array for\n"
    "      each input name; more samples than the model's batch are run\n"
    "      batch by batch and joined\n"
    "  qs-run model.mlir --input x.npz --compare y.npz --tolerance 1e-5\n"
    "      print worst difference and SQNR of each output\n"
    "  qs-run model.mlir --input x.npz --engine interp,jit\n"
    "      run both engines and fail unless they agree\n"
    "  qs-run model.onnx --calibration c.npz --input x.npz --output y.npz\n"
    "      quantize by the default recipe over the samples in c.npz and run\n"
    "  qs-run test.mlir --all\n"
    "      run functions without arguments and print what they return\n"
    "  qs-run net.so --input x.npz --output y.npz --time 100\n"
    "      run and time what qs-compile wrote\n"
    "\nEXIT CODES:\n"
    "  0  all went well\n"
    "  1  a bad command line, file, model or run\n"
    "  2  a comparison failed\n");

enum ExitCode { kOk = 0, kError = 1, kDiffers = 2 };

/// An error outweighs a difference.
static ExitCode worse(ExitCode a, ExitCode b) {
  return a == kError || b == kError ? kError : std::max(a, b);
}

static ExitCode report(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "qs-run")
      << llvm::toString(std::move(error)) << '\n';
  return kError;
}

/// Prints an output as `NAME: TYPE = VALUES`.
static void print(const Port &port, const Array &array) {
  Type type = port.type;
  if (auto shaped = dyn_cast<RankedTensorType>(type))
    type = shaped.clone(array.shape);
  llvm::outs() << port.name << ": " << type << " = ";
  auto tensor = interp::toTensor(array, port.element);
  if (!tensor) {
    llvm::outs() << "(" << llvm::toString(tensor.takeError()) << ")\n";
    return;
  }
  tensor->print(llvm::outs());
  llvm::outs() << '\n';
}

static llvm::Error timeEngine(Engine &engine,
                              const std::vector<Array> &inputs) {
  std::vector<double> times;
  for (unsigned i = 0; i <= timeRuns; ++i) {
    auto start = std::chrono::steady_clock::now();
    auto outputs = engine.run(inputs);
    std::chrono::duration<double, std::micro> elapsed =
        std::chrono::steady_clock::now() - start;
    if (!outputs)
      return outputs.takeError();
    if (i > 0)
      times.push_back(elapsed.count());
  }
  std::sort(times.begin(), times.end());
  size_t n = times.size();
  double median = n % 2 ? times[n / 2] : (times[n / 2 - 1] + times[n / 2]) / 2;
  llvm::outs() << llvm::format(
                      "time_us median=%.1f min=%.1f max=%.1f runs=%u threads=",
                      median, times.front(), times.back(), unsigned(timeRuns))
               << engine.threads() << '\n';
  return llvm::Error::success();
}

/// Integers of two engines must be equal, floats within the tolerance.
static ExitCode agree(const Signature &signature, StringRef first,
                      const std::vector<Array> &expected, StringRef second,
                      const std::vector<Array> &found) {
  ExitCode code = kOk;
  for (auto [port, a, b] : llvm::zip(signature.outputs, expected, found)) {
    std::string text;
    llvm::raw_string_ostream os(text);
    double allowed = port.element.isFloat() ? double(tolerance) : 0;
    if (a == b || compareArrays(port.name, a, b, allowed, os))
      continue;
    llvm::WithColor::error(llvm::errs(), "qs-run")
        << first << " and " << second << " differ: " << text;
    code = kDiffers;
  }
  return code;
}

static ExitCode runFunction(ModuleOp module, StringRef name,
                            const NpzFile &inputs, NpzFile &outputs) {
  auto function = findFunction(module, name);
  if (!function)
    return report(function.takeError());
  auto signature = signatureOf(*function);
  if (!signature)
    return report(signature.takeError());
  auto batches = takeInputs(inputs, *signature);
  if (!batches)
    return report(llvm::createStringError(
        (inputPath.empty() ? std::string("--input is needed")
                           : std::string(inputPath)) +
        ": " + llvm::toString(batches.takeError())));
  ExitCode code = kOk;
  std::vector<Array> results;
  for (auto [i, engineName] : llvm::enumerate(engineNames)) {
    auto engine = makeEngine(engineName, module, *function);
    if (!engine)
      return report(engine.takeError());
    auto found = runBatches(**engine, *batches, *signature);
    if (!found)
      return report(found.takeError());
    if (i == 0)
      results = std::move(*found);
    else
      code = worse(
          code, agree(*signature, engineNames[0], results, engineName, *found));
    if (timeRuns)
      if (llvm::Error error = timeEngine(**engine, batches->at(0, *signature)))
        return report(std::move(error));
  }
  bool text = outputPath.empty() && comparePath.empty() && !timeRuns;
  if (runAll && text)
    llvm::outs() << '@' << name << '\n';
  for (auto [port, array] : llvm::zip(signature->outputs, results)) {
    if (text)
      print(port, array);
    outputs.set(port.name, array);
  }
  return code;
}

static ExitCode compareWith(const NpzFile &outputs) {
  auto reference = readNpz(comparePath);
  if (!reference)
    return report(reference.takeError());
  bool ok = true;
  for (const auto &[name, array] : outputs) {
    const Array *expected = reference->find(name);
    if (!expected)
      return report(llvm::createStringError(
          comparePath + ": no array named '" + name + "'; the file has " +
          (reference->empty() ? std::string("none") : reference->names())));
    ok &= compareArrays(name, *expected, array, tolerance, llvm::outs());
  }
  return ok ? kOk : kDiffers;
}

static ExitCode runModel(ModuleOp module) {
  NpzFile inputs, outputs;
  if (!inputPath.empty()) {
    auto file = readNpz(inputPath);
    if (!file)
      return report(file.takeError());
    inputs = std::move(*file);
  }
  ExitCode code = kOk;
  if (!runAll) {
    code = runFunction(module, functionName, inputs, outputs);
  } else {
    for (auto function : module.getOps<func::FuncOp>())
      if (function.isPublic() && !function.isDeclaration() &&
          function.getNumArguments() == 0 && code != kError)
        code = worse(code,
                     runFunction(module, function.getName(), inputs, outputs));
  }
  if (code == kError)
    return code;
  if (!outputPath.empty())
    if (llvm::Error error = writeNpz(outputPath, outputs))
      return report(std::move(error));
  return comparePath.empty() ? code : worse(code, compareWith(outputs));
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "qs-run: runs a model\n");
  if (!(tolerance >= 0))
    return report(llvm::createStringError(
        "--tolerance: expected a number of at least 0"));
  bool compiled = StringRef(modelPath).ends_with(".so");
  if (compiled && !engineNames.empty())
    return report(llvm::createStringError(
        modelPath + " is compiled: it takes no --engine"));
  if (engineNames.empty())
    engineNames.push_back(compiled ? "so" : "interp");
  if (runAll &&
      (!inputPath.empty() || !outputPath.empty() || !comparePath.empty()))
    return report(llvm::createStringError(
        "--all takes no --input, --output or --compare"));

  DialectRegistry registry;
  registerModelDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  NamedDiagnostics named(&context, modelPath);
  // Locations and names tell the op; a dump of it may be large.
  context.printOpOnDiagnostic(false);
  if (compiled) {
    if (!recipePath.empty() || !calibrationPath.empty())
      return report(llvm::createStringError(
          modelPath + " is compiled: it takes no --recipe or --calibration"));
    auto shared = loadShared(modelPath, &context);
    if (!shared)
      return report(shared.takeError());
    return runModel(**shared);
  }
  OwningOpRef<ModuleOp> module = loadModel(modelPath, &context);
  if (!module)
    return kError;
  if (recipePath.empty() && calibrationPath.empty())
    return runModel(*module);
  auto quantized = quantizeModel(*module, {recipePath, calibrationPath});
  if (!quantized)
    return report(quantized.takeError());
  auto layers = reportLayers(*quantized, /*samples=*/0);
  if (!layers)
    return report(layers.takeError());
  printSummary(*layers, llvm::errs());
  return runModel(*quantized->integer);
}
