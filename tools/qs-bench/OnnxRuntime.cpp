//===- OnnxRuntime.cpp - onnxruntime as a peer ----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs ort-run.js as a server: the model is loaded once, and each line that is
// asked times it for a while. What an empty model takes there is node's share;
// it is subtracted.
//
//===----------------------------------------------------------------------===//

#include "OnnxModel.h"
#include "Peers.h"
#include "Process.h"
#include "qs/Support/Npz.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

namespace qs::bench {

namespace {

class OnnxRuntime : public Peer {
public:
  ~OnnxRuntime() override {
    if (!folder.empty())
      llvm::sys::fs::remove_directories(folder);
  }
  llvm::Error start();
  std::string name() const override { return "onnxruntime-" + version; }
  std::string describe() const override {
    std::string text;
    llvm::raw_string_ostream(text)
        << "networks and matrix multiplies; " << llvm::format("%.1f us", nodeUs)
        << " that an empty model takes through node are subtracted";
    return text;
  }
  llvm::Expected<Contender> kernel(const Case &c, const Data &data,
                                   int threads) override;
  llvm::Expected<Contender> network(const NetworkCase &c,
                                    const NetworkAnswer &answer,
                                    int threads) override;

private:
  std::string file(const llvm::Twine &leaf) const {
    return (folder + "/" + leaf).str();
  }
  /// `model` on the arrays of `input`, answering to `output`.
  llvm::Expected<Contender> serve(const std::string &model,
                                  const NpzFile &input,
                                  const std::string &output, int threads,
                                  double overheadUs);

  std::string script = QS_INTEGRATION_DIR "/ort/ort-run.js";
  std::string folder, version;
  double nodeUs = 0;
  /// For the names of files.
  unsigned served = 0;
};

llvm::Expected<Contender> OnnxRuntime::serve(const std::string &model,
                                             const NpzFile &input,
                                             const std::string &output,
                                             int threads, double overheadUs) {
  std::string data = file("in" + llvm::Twine(served++) + ".npz");
  if (llvm::Error error = writeNpz(data, input))
    return std::move(error);
  auto process = Process::start(
      {"node", script, model, "--input", data, "--output", output, "--optimize",
       "all", "--threads", std::to_string(threads), "--serve"});
  if (!process)
    return process.takeError();
  auto ready = (*process)->ask();
  if (!ready)
    return ready.takeError();
  Contender contender;
  contender.engine = name();
  contender.sample = [process = std::shared_ptr<Process>(std::move(*process)),
                      overheadUs](double seconds,
                                  Samples &samples) -> llvm::Error {
    auto answer = process->ask(std::to_string(seconds));
    if (!answer)
      return answer.takeError();
    for (llvm::StringRef rest = *answer; !rest.empty();) {
      auto [word, tail] = rest.split(' ');
      double us;
      if (word.getAsDouble(us))
        return llvm::createStringError("ort-run: expected times, found " +
                                       *answer);
      samples.us.push_back(std::max(us - overheadUs, 0.0));
      rest = tail;
    }
    return llvm::Error::success();
  };
  return contender;
}

llvm::Error OnnxRuntime::start() {
  auto node = llvm::sys::findProgramByName("node");
  if (!node)
    return llvm::createStringError("onnxruntime: node is not installed");
  if (!llvm::sys::fs::exists(script))
    return llvm::createStringError("onnxruntime: no file " + script);
  auto probe = Process::start({"node", script, "--probe"});
  if (!probe)
    return probe.takeError();
  auto found = (*probe)->ask();
  if (!found) {
    llvm::consumeError(found.takeError());
    return llvm::createStringError(
        "onnxruntime: the package onnxruntime-node is not installed (npm "
        "install --ignore-scripts --no-save --no-package-lock "
        "onnxruntime-node)");
  }
  version = llvm::StringRef(*found).rsplit('.').first.str();
  llvm::SmallString<128> path;
  if (std::error_code code =
          llvm::sys::fs::createUniqueDirectory("qs-bench", path))
    return llvm::createStringError("cannot make a temporary folder: " +
                                   code.message());
  folder = std::string(path);
  NpzFile input;
  input.set("image", Array(DType::F32, {1, 1, 8, 8}));
  auto empty = serve(QS_INTEGRATION_DIR "/ort/identity.onnx", input,
                     file("empty.npz"), 1, 0);
  if (!empty)
    return empty.takeError();
  auto times = timeInTurn({&*empty}, 0.4);
  if (!times)
    return times.takeError();
  nodeUs = times->front().medianUs;
  return llvm::Error::success();
}

llvm::Expected<Contender> OnnxRuntime::kernel(const Case &c, const Data &data,
                                              int threads) {
  if (c.isConv)
    return llvm::createStringError("convolutions are measured in networks "
                                   "only");
  std::string model = file(c.name + ".onnx");
  std::error_code code;
  llvm::raw_fd_ostream os(model, code);
  os << matmulModel(c, data);
  os.close();
  if (code || os.has_error()) {
    os.clear_error();
    return llvm::createStringError("cannot write " + model);
  }
  NpzFile input;
  Array x(c.isFloat()    ? DType::F32
          : c.isSigned() ? DType::I8
                         : DType::U8,
          {c.rows(), c.reduction()});
  std::copy_n(data.input.as<char>(), x.data.size(), x.data.begin());
  input.set("x", std::move(x));
  auto contender = serve(model, input, file("y.npz"), threads, nodeUs);
  if (contender)
    contender->note = c.isFloat() ? "MatMul" : "QLinearMatMul without bias";
  return contender;
}

llvm::Expected<Contender> OnnxRuntime::network(const NetworkCase &c,
                                               const NetworkAnswer &answer,
                                               int threads) {
  const std::string &model = c.isFloat ? c.model : c.quantized;
  if (!llvm::sys::fs::exists(model))
    return llvm::createStringError("no file " + model +
                                   (c.isFloat ? ""
                                              : " (test/Integration/networks/"
                                                "make-qdq.py makes it)"));
  NpzFile input;
  input.set(answer.inputName, answer.image);
  std::string output = file(c.name + "-out.npz");
  auto contender = serve(model, input, output, threads, nodeUs);
  if (!contender)
    return contender;
  auto results = readNpz(output);
  if (!results)
    return results.takeError();
  const Array *logits = results->find(answer.outputName);
  if (!logits || logits->size() != answer.logits.size())
    return llvm::createStringError("expected an output " + answer.outputName +
                                   " of as many elements");
  auto note = c.isFloat ? compareFloat(*logits, answer.logits)
                        : compareInteger(*logits, answer.logits);
  if (!note)
    return note.takeError();
  contender->note = *note + " from qs float" + (c.isFloat ? "" : "; QDQ form");
  return contender;
}

} // namespace

llvm::Expected<std::unique_ptr<Peer>> makeOnnxRuntimePeer() {
  auto peer = std::make_unique<OnnxRuntime>();
  if (llvm::Error error = peer->start())
    return std::move(error);
  return peer;
}

} // namespace qs::bench
