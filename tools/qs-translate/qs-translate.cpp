//===- qs-translate.cpp - Between model files and MLIR --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Support/FileUtilities.h"
#include "qs/Import/ONNX/ImportONNX.h"
#include "qs/Numerics/WeightQuantizer.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

static cl::OptionCategory category("qs-translate options");

static cl::opt<bool>
    importONNX("import-onnx", cl::cat(category),
               cl::desc("Read an ONNX model, write TOSA and qs operations"));
static cl::opt<bool>
    listCodes("list-codes", cl::cat(category),
              cl::desc("Print the codes of recipes: name, bits, smallest and "
                       "largest value, and the quantizers that take it"));
static cl::opt<std::string> inputFile(cl::Positional, cl::cat(category),
                                      cl::desc("<model>"));
static cl::opt<std::string> outputFile("o", cl::cat(category),
                                       cl::value_desc("file"), cl::init("-"),
                                       cl::desc("Output; - is standard output. "
                                                ".mlirbc means bytecode"));
static cl::opt<bool> emitBytecode("emit-bytecode", cl::cat(category),
                                  cl::desc("Write bytecode"));
static cl::opt<bool>
    noLocations("no-locations", cl::cat(category),
                cl::desc("Text without locations: layers lose their names"));
static cl::opt<bool> quiet("quiet", cl::cat(category),
                           cl::desc("No remarks on standard error"));
static cl::opt<int64_t>
    batch("batch", cl::cat(category), cl::init(1), cl::value_desc("N"),
          cl::desc("Value of a symbolic first dimension of an input (1)"));
static cl::list<std::string>
    dims("dim", cl::cat(category), cl::value_desc("NAME=N"),
         cl::desc("Value of the symbolic dimension NAME"));
static cl::opt<std::string> externalData(
    "external-data", cl::cat(category), cl::value_desc("folder"),
    cl::desc("Folder of weights outside the model (the model's folder)"));

/// What scripts can tell apart.
enum ExitCode { kSuccess = 0, kRejected = 1, kUsage = 2, kUnwritable = 3 };

static const char *kOverview = R"(translate between model files and MLIR

Examples:
  qs-translate --import-onnx net.onnx -o net.mlir
  qs-translate --import-onnx net.onnx -o net.mlirbc            (bytecode)
  qs-translate --import-onnx net.onnx --batch=8 --dim=H=224 -o net.mlir
  qs-translate --import-onnx net.onnx --no-locations \
               --mlir-elide-elementsattrs-if-larger=16         (for reading)
  qs-translate --list-codes

Text is written with locations, which hold the names of the layers: recipes and
reports go by them. qs-opt keeps them under --mlir-print-debuginfo.

Exit codes: 0 done, 1 the model or an unknown option was rejected, 2 wrong use,
3 the output cannot be written.
)";

static ExitCode usageError(const llvm::Twine &message) {
  llvm::errs() << "qs-translate: " << message << "; see --help\n";
  return kUsage;
}

static ExitCode readOptions(qs::ImportONNXOptions &options) {
  if (batch < 1)
    return usageError("expected --batch of at least 1, found " +
                      llvm::Twine(batch));
  options.batch = batch;
  options.externalDataDir = externalData;
  for (llvm::StringRef entry : dims) {
    auto [name, text] = entry.split('=');
    int64_t value = 0;
    if (name.empty() || text.getAsInteger(10, value) || value < 1)
      return usageError("expected --dim=NAME=N with N of at least 1, found '" +
                        entry + "'");
    options.dims[name] = value;
  }
  return kSuccess;
}

static ExitCode writeModule(mlir::ModuleOp module) {
  std::string message;
  auto output = mlir::openOutputFile(outputFile, &message);
  if (!output) {
    llvm::errs() << "qs-translate: " << message << "\n";
    return kUnwritable;
  }
  if (emitBytecode || llvm::StringRef(outputFile).ends_with(".mlirbc")) {
    if (mlir::failed(mlir::writeBytecodeToFile(module, output->os())))
      return kUnwritable;
  } else {
    // Locations hold the layers' names. The flags start from those of
    // --mlir-print-* and --mlir-elide-*.
    mlir::OpPrintingFlags flags;
    if (!noLocations)
      flags.enableDebugInfo();
    module.print(output->os(), flags);
    output->os() << '\n';
  }
  output->os().flush();
  if (output->os().has_error()) {
    llvm::errs() << "qs-translate: cannot write '" << outputFile
                 << "': " << output->os().error().message() << "\n";
    output->os().clear_error();
    return kUnwritable;
  }
  output->keep();
  return kSuccess;
}

/// A line for each code, with - for what it does not have.
static void printCodes() {
  for (const std::string &name : qs::num::implementedCodes()) {
    std::string error, methods;
    std::unique_ptr<qs::num::Code> code = qs::num::makeCode(name, error);
    for (const std::string &method : qs::num::weightMethods())
      if (qs::num::takesCode(method, *code))
        methods += (methods.empty() ? "" : ",") + method;
    llvm::outs() << name << ' ' << code->bits() << ' ';
    if (code->isBound())
      llvm::outs() << llvm::format("%g %g", code->minValue(), code->maxValue());
    else
      llvm::outs() << "- -";
    llvm::outs() << ' ' << (methods.empty() ? "-" : methods) << '\n';
  }
}

/// `model.onnx: error: node 3 'conv1' (Conv, opset 13): ...`.
static void printDiagnostic(mlir::Diagnostic &diag) {
  auto severity = diag.getSeverity();
  if (quiet && severity == mlir::DiagnosticSeverity::Remark)
    return;
  if (auto name = llvm::dyn_cast<mlir::NameLoc>(diag.getLocation()))
    llvm::errs() << name.getName().getValue();
  else
    llvm::errs() << diag.getLocation();
  llvm::errs() << (severity == mlir::DiagnosticSeverity::Error ? ": error: "
                   : severity == mlir::DiagnosticSeverity::Warning
                       ? ": warning: "
                   : severity == mlir::DiagnosticSeverity::Remark ? ": remark: "
                                                                  : ": note: ")
               << diag << "\n";
  for (mlir::Diagnostic &note : diag.getNotes())
    printDiagnostic(note);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  mlir::registerAsmPrinterCLOptions();
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, kOverview);
  if (listCodes) {
    printCodes();
    return kSuccess;
  }
  if (!importONNX)
    return usageError("expected a translation: --import-onnx");
  if (inputFile.empty())
    return usageError("expected a model file");
  qs::ImportONNXOptions options;
  if (ExitCode code = readOptions(options))
    return code;

  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  mlir::ScopedDiagnosticHandler printer(&context, printDiagnostic);
  auto module = qs::importONNXFile(inputFile, &context, options);
  if (!module)
    return kRejected;
  return writeModule(*module);
}
