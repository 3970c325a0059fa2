//===- Report.cpp - What compilation did and cost -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Report.h"
#include "FileError.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>

using namespace qs;
using llvm::StringRef;
namespace json = llvm::json;

uint64_t Report::floatBytes() const {
  uint64_t sum = 0;
  for (const ReportLayer &layer : layers)
    sum += layer.weights ? layer.weights->floatBytes : 0;
  return sum;
}

uint64_t Report::bytes() const {
  uint64_t sum = 0;
  for (const ReportLayer &layer : layers)
    sum += layer.weights ? layer.weights->bytes : 0;
  return sum;
}

std::optional<uint64_t> Report::storedBytes() const {
  uint64_t sum = 0;
  for (const ReportLayer &layer : layers) {
    if (!layer.weights)
      continue;
    if (!layer.weights->storedBytes)
      return std::nullopt;
    sum += *layer.weights->storedBytes;
  }
  return sum;
}

uint64_t Report::macs() const {
  uint64_t sum = 0;
  for (const ReportLayer &layer : layers)
    sum += layer.macs;
  return sum;
}

uint64_t Report::macsSkipped() const {
  uint64_t sum = 0;
  for (const ReportLayer &layer : layers)
    sum += layer.macsSkipped;
  return sum;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// JSON has no infinities and no NaN: they are unknown.
static json::Value number(std::optional<double> value) {
  if (!value || !std::isfinite(*value))
    return nullptr;
  return *value;
}

/// Names come from models and need not be UTF-8, which JSON has to be.
static json::Value textValue(StringRef text) { return json::fixUTF8(text); }

static json::Value textOrNull(const std::optional<std::string> &text) {
  return text ? textValue(*text) : json::Value(nullptr);
}

static json::Value countOrNull(std::optional<uint64_t> count) {
  return count ? json::Value(*count) : json::Value(nullptr);
}

static json::Value toJSON(const std::optional<ReportTensor> &tensor) {
  if (!tensor)
    return nullptr;
  return json::Object{{"code", textValue(tensor->code)},
                      {"scale", textValue(tensor->scale)},
                      {"pattern", textValue(tensor->pattern)},
                      {"bytes", tensor->bytes},
                      {"stored_bytes", countOrNull(tensor->storedBytes)},
                      {"float_bytes", tensor->floatBytes},
                      {"sparsity", number(tensor->sparsity)},
                      {"sqnr_db", number(tensor->sqnrDb)},
                      {"note", textOrNull(tensor->note)}};
}

static json::Value toJSON(const ReportLayer &layer) {
  return json::Object{{"name", textValue(layer.name)},
                      {"op", textValue(layer.op)},
                      {"weights", toJSON(layer.weights)},
                      {"activations", toJSON(layer.activations)},
                      {"kernel", textValue(layer.kernel)},
                      {"accumulator", textOrNull(layer.accumulator)},
                      {"fallback", textOrNull(layer.fallback)},
                      {"macs", layer.macs},
                      {"macs_skipped", layer.macsSkipped},
                      {"time_us", number(layer.timeUs)},
                      {"float_time_us", number(layer.floatTimeUs)},
                      {"output_sqnr_db", number(layer.outputSqnrDb)},
                      {"own_sqnr_db", number(layer.ownSqnrDb)}};
}

static json::Value toJSON(const std::optional<ReportTiming> &timing) {
  if (!timing)
    return nullptr;
  json::Value runs = nullptr, other = nullptr;
  if (timing->runs) {
    runs = *timing->runs;
    json::Array list;
    for (const ReportOther &entry : timing->other)
      list.push_back(json::Object{{"name", textValue(entry.name)},
                                  {"time_us", number(entry.timeUs)}});
    other = std::move(list);
  }
  return json::Object{{"method", textValue(timing->method)},
                      {"runs", std::move(runs)},
                      {"network_us", number(timing->networkUs)},
                      {"layers_us", number(timing->layersUs)},
                      {"other_us", number(timing->otherUs)},
                      {"clock_us", number(timing->clockUs)},
                      {"float_network_us", number(timing->floatNetworkUs)},
                      {"other", std::move(other)}};
}

json::Value qs::toJSON(const Report &report) {
  json::Array layers;
  for (const ReportLayer &layer : report.layers)
    layers.push_back(::toJSON(layer));
  json::Value accuracy = nullptr;
  if (report.accuracy)
    accuracy = json::Object{{"metric", textValue(report.accuracy->metric)},
                            {"float", number(report.accuracy->floatValue)},
                            {"quantized", number(report.accuracy->quantized)},
                            {"samples", report.accuracy->samples}};
  const ReportProvenance &from = report.provenance;
  return json::Object{
      {"layers", std::move(layers)},
      {"totals",
       json::Object{{"float_bytes", report.floatBytes()},
                    {"bytes", report.bytes()},
                    {"stored_bytes", countOrNull(report.storedBytes())},
                    {"macs", report.macs()},
                    {"macs_skipped", report.macsSkipped()}}},
      {"accuracy", std::move(accuracy)},
      {"timing", ::toJSON(report.timing)},
      {"provenance",
       json::Object{{"tool_version", textValue(from.toolVersion)},
                    {"model", textValue(from.model)},
                    {"target", textValue(from.target)},
                    {"recipe", textValue(from.recipe)},
                    {"recipe_text", textValue(from.recipeText)},
                    {"calibration_method", textValue(from.calibrationMethod)},
                    {"data_hash", textValue(from.dataHash)}}}};
}

llvm::Error qs::writeReport(StringRef path, const Report &report) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << llvm::formatv("{0:2}\n", toJSON(report));
  return writeFile(path, text);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

// Found by ObjectMapper through argument-dependent lookup.
namespace qs {
static bool fromJSON(const json::Value &value, ReportTensor &tensor,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("code", tensor.code) &&
         map.map("scale", tensor.scale) && map.map("pattern", tensor.pattern) &&
         map.map("bytes", tensor.bytes) &&
         map.mapOptional("stored_bytes", tensor.storedBytes) &&
         map.mapOptional("float_bytes", tensor.floatBytes) &&
         map.mapOptional("sparsity", tensor.sparsity) &&
         map.mapOptional("sqnr_db", tensor.sqnrDb) &&
         map.mapOptional("note", tensor.note);
}

static bool fromJSON(const json::Value &value, ReportLayer &layer,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("name", layer.name) && map.map("op", layer.op) &&
         map.mapOptional("weights", layer.weights) &&
         map.mapOptional("activations", layer.activations) &&
         map.mapOptional("kernel", layer.kernel) &&
         map.mapOptional("accumulator", layer.accumulator) &&
         map.mapOptional("fallback", layer.fallback) &&
         map.mapOptional("macs", layer.macs) &&
         map.mapOptional("macs_skipped", layer.macsSkipped) &&
         map.mapOptional("time_us", layer.timeUs) &&
         map.mapOptional("float_time_us", layer.floatTimeUs) &&
         map.mapOptional("output_sqnr_db", layer.outputSqnrDb) &&
         map.mapOptional("own_sqnr_db", layer.ownSqnrDb);
}

static bool fromJSON(const json::Value &value, ReportOther &other,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("name", other.name) && map.map("time_us", other.timeUs);
}

static bool fromJSON(const json::Value &value, ReportTiming &timing,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  std::optional<std::vector<ReportOther>> other;
  if (!map || !map.map("method", timing.method) ||
      !map.mapOptional("runs", timing.runs) ||
      !map.mapOptional("network_us", timing.networkUs) ||
      !map.mapOptional("layers_us", timing.layersUs) ||
      !map.mapOptional("other_us", timing.otherUs) ||
      !map.mapOptional("clock_us", timing.clockUs) ||
      !map.mapOptional("float_network_us", timing.floatNetworkUs) ||
      !map.mapOptional("other", other))
    return false;
  if (other)
    timing.other = std::move(*other);
  return true;
}

static bool fromJSON(const json::Value &value, ReportAccuracy &accuracy,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.mapOptional("metric", accuracy.metric) &&
         map.mapOptional("float", accuracy.floatValue) &&
         map.map("quantized", accuracy.quantized) &&
         map.mapOptional("samples", accuracy.samples);
}

static bool fromJSON(const json::Value &value, ReportProvenance &from,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.mapOptional("tool_version", from.toolVersion) &&
         map.mapOptional("model", from.model) &&
         map.mapOptional("target", from.target) &&
         map.mapOptional("recipe", from.recipe) &&
         map.mapOptional("recipe_text", from.recipeText) &&
         map.mapOptional("calibration_method", from.calibrationMethod) &&
         map.mapOptional("data_hash", from.dataHash);
}

static bool fromJSON(const json::Value &value, Report &report,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("layers", report.layers) &&
         map.mapOptional("accuracy", report.accuracy) &&
         map.mapOptional("timing", report.timing) &&
         map.mapOptional("provenance", report.provenance);
}
} // namespace qs

llvm::Expected<Report> qs::parseReport(StringRef text, StringRef where) {
  llvm::Expected<json::Value> value = json::parse(text);
  if (!value)
    return fileError(where,
                     "not valid JSON: " + llvm::toString(value.takeError()));
  Report report;
  json::Path::Root root("report");
  if (!fromJSON(*value, report, root))
    return fileError(where, llvm::toString(root.getError()));
  return report;
}

llvm::Expected<Report> qs::readReport(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return fileError(path, "cannot be read: " + buffer.getError().message());
  return parseReport((*buffer)->getBuffer(), path);
}
