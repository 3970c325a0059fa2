//===- Bench.cpp - Measures one case beside its limit and peers -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bench.h"
#include "Kernel.h"
#include "qs/Target/Native/TableSums.h"

namespace qs::bench {

using Products = Machine::Products;

llvm::Expected<const Limit *> Bench::limitOf(Products products, double macs,
                                             int64_t bytes) {
  auto dot = machine.dot(products);
  if (!dot || bytes == 0)
    return dot;
  auto read = machine.read(bytes);
  if (!read)
    return read;
  bool computes = macs / (*dot)->rate >= double(bytes) / (*read)->rate;
  return computes ? *dot : *read;
}

void Bench::leaveOut(const Peer &peer, llvm::Error why) {
  llvm::outs() << "  not on " << peer.name() << ": "
               << llvm::toString(std::move(why)) << "\n";
}

llvm::Error Bench::measure(Row row, const Limit &limit, double units,
                           std::vector<Contender> contenders) {
  std::vector<const Contender *> all = {&limit.contender};
  for (const Contender &contender : contenders)
    all.push_back(&contender);
  auto times = timeInTurn(all, seconds);
  if (!times)
    return times.takeError();
  row.threads = threads;
  row.limit = limit.name;
  // More threads are held against as many times the limit of one core.
  double scale = units / limit.units / threads;
  row.limitTime = {times->front().medianUs * scale,
                   times->front().minUs * scale};
  for (size_t i = 0; i < contenders.size(); ++i) {
    row.engine = contenders[i].engine;
    row.note = contenders[i].note;
    row.time = (*times)[i + 1];
    writeText(llvm::outs(), row);
    if (table)
      writeCsv(*table, row);
  }
  return llvm::Error::success();
}

llvm::Error Bench::run(const Case &c) {
  auto data = std::make_shared<Data>(c);
  int64_t bytes = c.weightBytes();
  auto kernel = Kernel::create(context, c, *data, target, threads, object);
  if (!kernel)
    return kernel.takeError();
  // Sums that are looked up make no products: reading is all that binds.
  bool looksUp =
      native::TableSums::serves(target, c.weightBits, c.rows(), c.columns) &&
      !c.isConv && !c.isFloat() && !c.isNumbers() && !c.isBits();
  auto limit = looksUp ? machine.read(bytes)
                       : limitOf(c.isFloat() || c.isNumbers() ? Products::Float
                                 : c.isBits()                 ? Products::Signs
                                 : c.hasWords()               ? Products::Words
                                 : kernel->isNarrow() ? Products::Narrow
                                                      : Products::Integer,
                                 c.macs(), bytes);
  if (!limit)
    return limit.takeError();
  auto output =
      std::make_shared<Buffer>(c.resultBytes());
  auto call = [kernel = std::make_shared<Kernel>(std::move(*kernel)), data,
               output] {
    (*kernel)(data->input.as<char>(), output->as<char>());
  };
  call();
  int64_t compared;
  int64_t different = countDifferences(c, *data, output->as<char>(), compared);
  if (different != 0)
    return llvm::createStringError(std::to_string(different) + " of " +
                                   std::to_string(compared) +
                                   " compared results are wrong");
  std::vector<Contender> contenders = {
      timeCalls("qs-" + std::string(target.name), call, threads)};
  contenders[0].note = compared == c.outputElements()
                           ? "all results checked"
                           : std::to_string(compared) + " results checked";
  for (const std::unique_ptr<Peer> &peer : peers) {
    if (c.isBits() || c.hasWords()) {
      leaveOut(*peer, llvm::createStringError(
                          c.isBits() ? "it has no binary activations"
                                     : "it has no sums over words"));
      continue;
    }
    if (c.isNumbers()) {
      leaveOut(*peer, llvm::createStringError("it states no format of sums"));
      continue;
    }
    auto contender = peer->kernel(c, *data, threads);
    if (contender)
      contenders.push_back(std::move(*contender));
    else
      leaveOut(*peer, contender.takeError());
  }
  Row row;
  row.name = c.name;
  row.weights = c.weightsName();
  row.activations = c.activationsName();
  if (!c.isConv)
    row.shape = {c.rows(), c.columns, c.reduction()};
  row.macs = c.macs();
  return measure(std::move(row), **limit,
                 (*limit)->name == "read" ? double(bytes) : c.macs(),
                 std::move(contenders));
}

llvm::Error Bench::run(const NetworkCase &c) {
  if (std::string missing = c.missing(); !missing.empty()) {
    llvm::outs() << c.name << " left out: " << missing << "\n";
    return llvm::Error::success();
  }
  auto network = compileNetwork(context, c, target, threads);
  if (!network)
    return network.takeError();
  auto limit = limitOf(c.isFloat ? Products::Float : Products::Integer,
                       network->macs, 0);
  if (!limit)
    return limit.takeError();
  std::vector<Contender> contenders = {std::move(network->contender)};
  for (const std::unique_ptr<Peer> &peer : peers) {
    auto contender = peer->network(c, network->answer, threads);
    if (contender)
      contenders.push_back(std::move(*contender));
    else
      leaveOut(*peer, contender.takeError());
  }
  Row row;
  row.name = c.name;
  row.weights = c.isFloat ? "f32" : "int8";
  row.activations = c.isFloat ? "f32" : "uint8";
  row.macs = network->macs;
  return measure(std::move(row), **limit, row.macs, std::move(contenders));
}

} // namespace qs::bench
