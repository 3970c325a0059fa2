//===- Network.cpp - Whole networks as cases ------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Network.h"
#include "qs/Driver/Batch.h"
#include "qs/Driver/QuantizeModel.h"
#include "qs/Numerics/Sqnr.h"
#include "qs/Target/Native/JIT.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

using namespace mlir;

namespace qs::bench {

/// The least that integer code may keep of the float result.
static constexpr double kLeastDb = 10;
/// The most that float code may differ from another program, of the largest
/// result.
static constexpr double kMostDifference = 1e-4;

static std::string pathTo(llvm::StringRef folder, const llvm::Twine &file) {
  llvm::SmallString<256> path(folder);
  llvm::sys::path::append(path, file);
  return std::string(path);
}

static std::string cacheFolder() {
  if (auto cache = llvm::sys::Process::GetEnv("QS_CACHE"))
    return pathTo(*cache, "networks");
  llvm::SmallString<256> home;
  llvm::sys::path::home_directory(home);
  return pathTo(home, ".cache/qs/networks");
}

std::vector<NetworkCase> allNetworks() {
  std::vector<NetworkCase> cases;
  const std::string sources = QS_INTEGRATION_DIR, cache = cacheFolder();
  auto add = [&](llvm::StringRef name, NetworkCase c) {
    for (bool isFloat : {false, true}) {
      c.isFloat = isFloat;
      c.name = (isFloat ? "network_f32_" : "network_int8_") + name.str();
      cases.push_back(c);
    }
  };
  NetworkCase digits;
  digits.quick = true;
  digits.model = pathTo(sources, "digits/digits.onnx");
  digits.recipe = pathTo(sources, "int8-kl.yaml");
  digits.calibration = pathTo(sources, "digits/calibration.npz");
  digits.images = pathTo(sources, "digits/test.npz");
  digits.expected = pathTo(sources, "digits/test-logits.npz");
  digits.quantized = pathTo(sources, "quantized/digits-qdq.onnx");
  add("digits", digits);
  for (std::string name : {"resnet18", "resnet50", "mobilenet_v2"}) {
    NetworkCase c;
    c.model = pathTo(cache, name + ".onnx");
    c.recipe = pathTo(sources, "int8-mse.yaml");
    c.calibration = pathTo(cache, "calibration.npz");
    c.images = pathTo(cache, "test.npz");
    c.expected = pathTo(cache, name + "-float.npz");
    c.quantized = pathTo(cache, name + "-qdq.onnx");
    add(name, c);
  }
  return cases;
}

std::string NetworkCase::missing() const {
  for (const std::string &path : {model, recipe, calibration, images})
    if (!llvm::sys::fs::exists(path))
      return "no file " + path +
             " (test/Integration/networks/make-networks.py makes the large "
             "networks; QS_CACHE says where they are)";
  return "";
}

llvm::Expected<std::string> compareFloat(const Array &found,
                                         const Array &expected) {
  num::Sqnr error;
  double largest = 0;
  for (int64_t i = 0; i < found.size(); ++i) {
    error.add(expected.get(i), found.get(i));
    largest = std::max(largest, std::abs(expected.get(i)));
  }
  double relative = error.worst() / largest;
  std::string text;
  llvm::raw_string_ostream(text)
      << "worst difference " << llvm::format("%.0e", relative)
      << " of the largest";
  if (!(relative <= kMostDifference))
    return llvm::createStringError(text + "; at most 1e-04 is expected");
  return text;
}

llvm::Expected<std::string> compareInteger(const Array &found,
                                           const Array &expected) {
  num::Sqnr error;
  for (int64_t i = 0; i < found.size(); ++i)
    error.add(expected.get(i), found.get(i));
  std::string text;
  llvm::raw_string_ostream(text)
      << "SQNR " << llvm::format("%.1f dB", error.db());
  if (!(error.db() >= kLeastDb))
    return llvm::createStringError(text + "; at least 10 dB is expected");
  return text;
}

namespace {
/// Compiled code with the buffers that it runs on.
struct Runner {
  std::unique_ptr<native::JIT> jit;
  Array image, result;

  static llvm::Expected<std::shared_ptr<Runner>>
  create(ModuleOp module, const Array &image, const native::Target &target,
         int threads);
  void run() {
    // One input and one output were checked by create.
    llvm::cantFail(jit->run("main", {image.data.data()}, {result.data.data()}));
  }
};
} // namespace

llvm::Expected<std::shared_ptr<Runner>>
Runner::create(ModuleOp module, const Array &image,
               const native::Target &target, int threads) {
  native::CompileOptions options;
  options.target = "cpu=" + std::string(target.name);
  options.threads = threads;
  auto jit = native::JIT::create(module, options);
  if (!jit)
    return jit.takeError();
  const native::Signature *signature = (*jit)->find("main");
  if (!signature || signature->inputs.size() != 1 ||
      signature->outputs.size() != 1 ||
      signature->inputs[0].bytes() != int64_t(image.data.size()) ||
      signature->outputs[0].dtype != "f32")
    return llvm::createStringError(
        "expected a function @main of one image with one f32 result");
  auto runner = std::make_shared<Runner>();
  runner->image = image;
  runner->result = Array(DType::F32, signature->outputs[0].shape);
  runner->jit = std::move(*jit);
  runner->run();
  return runner;
}

/// The first image, as the model takes it, and the names of its ports.
static llvm::Expected<NetworkAnswer> takeImage(ModuleOp module,
                                               const NetworkCase &c) {
  auto function = run::findFunction(module, "main");
  if (!function)
    return function.takeError();
  auto signature = run::signatureOf(*function);
  if (!signature)
    return signature.takeError();
  auto images = readNpz(c.images);
  if (!images)
    return images.takeError();
  auto batches = run::takeInputs(*images, *signature);
  if (!batches)
    return batches.takeError();
  NetworkAnswer answer;
  answer.image = batches->at(0, *signature).front();
  answer.inputName = signature->inputs.front().name;
  answer.outputName = signature->outputs.front().name;
  return answer;
}

/// How the float code's result agrees with that of another program.
static llvm::Expected<std::string> checkFloat(const NetworkCase &c,
                                              const NetworkAnswer &answer) {
  if (!llvm::sys::fs::exists(c.expected))
    return "not compared with another program: no " +
           llvm::sys::path::filename(c.expected).str();
  auto file = readNpz(c.expected);
  if (!file)
    return file.takeError();
  const Array *all = file->find(answer.outputName);
  if (!all || all->rank() < 1 || all->size() < answer.logits.size())
    return llvm::createStringError(c.expected + ": expected an array '" +
                                   answer.outputName + "'");
  auto text = compareFloat(answer.logits, slice(*all, 0, 1));
  if (!text)
    return text.takeError();
  return *text + " from " + llvm::sys::path::filename(c.expected).str();
}

llvm::Expected<CompiledNetwork> compileNetwork(MLIRContext &context,
                                               const NetworkCase &c,
                                               const native::Target &target,
                                               int threads) {
  OwningOpRef<ModuleOp> module = run::loadModel(c.model, &context);
  if (!module)
    return llvm::createStringError("cannot load " + c.model);
  CompiledNetwork network;
  network.macs = run::countProducts(*module);
  auto answer = takeImage(*module, c);
  if (!answer)
    return answer.takeError();
  network.answer = std::move(*answer);
  auto runner = Runner::create(*module, network.answer.image, target, threads);
  if (!runner)
    return runner.takeError();
  network.answer.logits = (*runner)->result;
  auto note = checkFloat(c, network.answer);
  if (!note)
    return note.takeError();
  if (!c.isFloat) {
    auto quantized = run::quantizeModel(*module, {c.recipe, c.calibration});
    if (!quantized)
      return quantized.takeError();
    runner = Runner::create(*quantized->integer, network.answer.image, target,
                            threads);
    if (!runner)
      return runner.takeError();
    note = compareInteger((*runner)->result, network.answer.logits);
    if (!note)
      return note.takeError();
    *note += " from float";
  }
  network.contender = timeCalls(
      "qs-" + std::string(target.name), [runner = *runner] { runner->run(); },
      threads);
  network.contender.note = *note;
  return network;
}

} // namespace qs::bench
