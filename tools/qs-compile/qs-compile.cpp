//===- qs-compile.cpp - from a model to code ----------------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Output.h"
#include "mlir/IR/Diagnostics.h"
#include "qs/Driver/Accuracy.h"
#include "qs/Driver/LayerReport.h"
#include "qs/Driver/LayerTimes.h"
#include "qs/Driver/Model.h"
#include "qs/Driver/NamedDiagnostics.h"
#include "qs/Driver/QuantizeModel.h"
#include "qs/Driver/Summary.h"
#include "qs/Support/Html.h"
#include "qs/Target/Native/Compile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace qs;
namespace cl = llvm::cl;

static cl::OptionCategory category("qs-compile options");
static cl::opt<std::string> modelPath(cl::Positional, cl::Required,
                                      cl::desc("MODEL (.onnx, .mlir, .mlirbc)"),
                                      cl::cat(category));
static cl::opt<std::string> outputPath(
    "o", cl::Required, cl::value_desc("OUT"), cl::cat(category),
    cl::desc("What to write; a C header goes beside .o and .so; - is "
             "the standard output, for mlir and llvm"));
static cl::opt<std::string>
    recipePath("recipe", cl::value_desc("R.yaml"), cl::cat(category),
               cl::desc("How each layer is stored; without it weights are int8 "
                        "per channel, activations uint8"));
static cl::opt<std::string>
    calibrationPath("calibration", cl::value_desc("X.npz"), cl::cat(category),
                    cl::desc("Samples to calibrate on, by input name"));
static cl::opt<std::string>
    target("target", cl::init("cpu"), cl::value_desc("T"), cl::cat(category),
           cl::desc("cpu (this machine), cpu=<name> or cpu=<triple>/<name>"));
static cl::opt<unsigned>
    threads("openmp-threads", cl::init(1), cl::value_desc("T"),
            cl::cat(category),
            cl::desc("Threads that share the work of a call (default 1); more "
                     "than 1 need LLVM's OpenMP library where the code runs"));
static cl::opt<std::string>
    emitName("emit", cl::value_desc("mlir|llvm|obj|so"), cl::cat(category),
             cl::desc("What to write (default: by the extension of OUT)"));
static cl::opt<std::string> reportPath("report", cl::value_desc("R.json"),
                                       cl::cat(category),
                                       cl::desc("Write the report as JSON"));
static cl::opt<std::string> htmlPath("html", cl::value_desc("R.html"),
                                     cl::cat(category),
                                     cl::desc("Write the report for people"));
static cl::opt<int64_t>
    errorSamples("error-samples", cl::init(4), cl::value_desc("N"),
                 cl::cat(category),
                 cl::desc("Calibration batches that the report's errors are "
                          "measured on (default 4)"));
static cl::opt<unsigned> timeRuns(
    "time-runs", cl::init(200), cl::value_desc("N"), cl::cat(category),
    cl::desc("Runs that the report's times are taken from, for at most "
             "2 s; 0 measures none (default 200)"));
static cl::opt<std::string>
    testPath("test", cl::value_desc("T.npz"), cl::cat(category),
             cl::desc("Samples with an array 'labels': the report states the "
                      "accuracy on them"));
static cl::extrahelp more(
    "\nWithout --recipe and --calibration a float model is compiled as it is.\n"
    "\nEXAMPLES:\n"
    "  qs-compile model.onnx --calibration x.npz -o model.so\n"
    "      quantize to int8 over the samples in x.npz and compile\n"
    "  qs-compile model.onnx --recipe r.yaml --calibration x.npz --emit mlir "
    "\\\n"
    "      -o model.mlir --report r.json --html r.html\n"
    "      write the integer network as MLIR, and what it costs\n"
    "  qs-compile model.onnx --calibration x.npz --openmp-threads 2 \\\n"
    "      -o model.so\n"
    "      the same for two threads, with the same results\n"
    "  qs-compile model.onnx -o float.so\n"
    "      float code, to compare with\n"
    "\nEXIT CODES:\n"
    "  0  written\n"
    "  1  a bad command line, model, recipe or data; nothing was written\n");

static int fail(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "qs-compile")
      << llvm::toString(std::move(error)) << '\n';
  return 1;
}

static llvm::Error measureAccuracy(Report &report, run::QuantizedModel &model) {
  auto test = readNpz(testPath);
  if (!test)
    return test.takeError();
  if (llvm::Error error = run::measureAccuracy(report, model, *test))
    return llvm::createStringError(testPath + ": " +
                                   llvm::toString(std::move(error)));
  return llvm::Error::success();
}

/// Writes `path`, if it is not empty, with `write`.
static llvm::Error
writeReportFile(tool::OutputFiles &files, StringRef path, const Report &report,
                llvm::Error (*write)(StringRef, const Report &)) {
  if (path.empty())
    return llvm::Error::success();
  auto written = files.stage(path);
  return written ? write(*written, report) : written.takeError();
}

static bool hasCode(ModuleOp module) {
  return llvm::any_of(module.getOps<func::FuncOp>(), [](func::FuncOp function) {
    return function.isPublic() && !function.isDeclaration();
  });
}

static llvm::Error compileModel(MLIRContext &context,
                                tool::OutputFiles &files) {
  auto emit = tool::chooseEmit(emitName, outputPath);
  if (!emit)
    return emit.takeError();
  if (llvm::Error error = tool::checkPaths(
          *emit,
          {{"MODEL", modelPath},
           {"--recipe", recipePath},
           {"--calibration", calibrationPath},
           {"--test", testPath}},
          {{"-o", outputPath}, {"--report", reportPath}, {"--html", htmlPath}}))
    return error;
  if (!StringRef(target).starts_with("cpu"))
    return llvm::createStringError(
        "--target: expected cpu, cpu=<name> or cpu=<triple>/<name>, found '" +
        target + "'");
  auto machine = native::resolveMachine(target);
  if (!machine)
    return machine.takeError();
  if (errorSamples < 0)
    return llvm::createStringError("--error-samples: expected at least 0, "
                                   "found " +
                                   std::to_string(errorSamples));
  OwningOpRef<ModuleOp> module = run::loadModel(modelPath, &context);
  if (!module)
    return llvm::createStringError("cannot load " + modelPath);
  if (!hasCode(*module))
    return llvm::createStringError(
        modelPath + ": nothing to compile, expected a public function with a "
                    "body, found none");

  bool quantize = !recipePath.empty() || !calibrationPath.empty() ||
                  run::isQuantized(*module);
  if (quantize) {
    auto model = run::quantizeModel(*module, {recipePath, calibrationPath});
    if (!model)
      return model.takeError();
    auto report = run::reportLayers(*model, errorSamples);
    if (!report)
      return report.takeError();
    if (llvm::Error error =
            run::reportKernels(*report, *model->integer, machine->kernels))
      return error;
    report->provenance.toolVersion = QS_VERSION;
    report->provenance.model = modelPath;
    report->provenance.target = target;
    run::printSummary(*report, llvm::errs());
    bool wanted = !reportPath.empty() || !htmlPath.empty();
    if (wanted && timeRuns)
      if (llvm::Error error = run::timeLayers(
              *report, *model, {target, timeRuns, /*seconds=*/2}))
        return error;
    if (!testPath.empty())
      if (llvm::Error error = measureAccuracy(*report, *model))
        return error;
    if (llvm::Error error =
            writeReportFile(files, reportPath, *report, writeReport))
      return error;
    if (llvm::Error error =
            writeReportFile(files, htmlPath, *report, writeHtml))
      return error;
    module = std::move(model->integer);
  } else if (!reportPath.empty() || !htmlPath.empty() || !testPath.empty()) {
    return llvm::createStringError(
        "a report needs a quantized model: give --calibration");
  }
  if (llvm::Error error = *emit == tool::Emit::MLIR
                              ? tool::writeModule(*module, outputPath, files)
                              : tool::writeNative(*module, target, threads,
                                                  *emit, outputPath, files))
    return error;
  return files.commit();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "qs-compile: from a model to code\n");
  DialectRegistry registry;
  run::registerModelDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  // Shows warnings, such as a rule of the recipe that no layer matches.
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  run::NamedDiagnostics named(&context, modelPath);
  // Locations and names tell the op; a dump of it may be large.
  context.printOpOnDiagnostic(false);
  tool::OutputFiles files;
  if (llvm::Error error = compileModel(context, files))
    return fail(files.withNames(std::move(error)));
  return 0;
}
