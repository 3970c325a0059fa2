//===- Html.cpp - The report for people -----------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Html.h"
#include "BarChart.h"
#include "FileError.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace qs;
using llvm::formatv;
using llvm::StringRef;

static constexpr StringRef kStyle = R"(
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c;
  --page: #ffffff; --panel: #f4f5f7; --line: #d9dbe0; --one: #3569c8;
  --two: #b4b9c4; --warn: #a85400; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a0a5ae;
  --page: #16181c; --panel: #202329; --line: #363a42; --one: #7da7f0;
  --two: #5b616d; --warn: #f0a860; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1100px; color: var(--ink);
  background: var(--page); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; }
p { margin: 4px 0; } .soft { color: var(--soft); } .warn { color: var(--warn); }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.tile { background: var(--panel); border-radius: 8px; padding: 10px 16px; }
.tile b { display: block; font-size: 20px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; min-width: 100%; }
th, td { padding: 4px 10px; border-bottom: 1px solid var(--line);
  text-align: left; white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.long { white-space: normal; min-width: 16em; }
pre { background: var(--panel); padding: 12px; border-radius: 8px;
  overflow-x: auto; font-size: 13px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .soft { fill: var(--soft); } svg .one { fill: var(--one); }
svg .two { fill: var(--two); }
)";

std::string qs::escapeHtml(StringRef text) {
  // Model files name their layers: bytes that are not UTF-8 must not leave the
  // page unreadable.
  std::string out;
  llvm::raw_string_ostream stream(out);
  llvm::printHTMLEscaped(llvm::json::fixUTF8(text), stream);
  return out;
}

static std::string bytesText(uint64_t bytes) {
  if (bytes < 10000)
    return formatv("{0} B", bytes).str();
  if (bytes < 10000000)
    return formatv("{0:f1} kB", static_cast<double>(bytes) / 1e3).str();
  return formatv("{0:f1} MB", static_cast<double>(bytes) / 1e6).str();
}

static std::string countText(uint64_t count) {
  if (count < 10000)
    return formatv("{0}", count).str();
  if (count < 10000000)
    return formatv("{0:f1} k", static_cast<double>(count) / 1e3).str();
  return formatv("{0:f1} M", static_cast<double>(count) / 1e6).str();
}

static std::string decimal(std::optional<double> value, int digits = 1) {
  if (!value)
    return "";
  return digits == 2 ? formatv("{0:f2}", *value).str()
                     : formatv("{0:f1}", *value).str();
}

static std::string dbText(std::optional<double> db) {
  return db && *db >= 200 ? "exact" : decimal(db);
}

/// The length of a bar: beyond 100 dB longer tells nothing, and an exact layer
/// must not squeeze the others.
static double dbLength(double db) { return std::min(db, 100.0); }

namespace {
class Page {
public:
  explicit Page(const Report &report) : report(report), out(text) {}
  std::string build();

private:
  void tile(StringRef value, const llvm::Twine &what);
  void summary();
  void accuracy();
  void charts();
  void chart(StringRef title, StringRef note, const std::vector<Bar> &bars,
             StringRef unit);
  void timing();
  void fallbacks();
  void layers();
  void tensorCells(const std::optional<ReportTensor> &tensor);
  void provenance();

  const Report &report;
  std::string text;
  llvm::raw_string_ostream out;
};
} // namespace

void Page::tile(StringRef value, const llvm::Twine &what) {
  out << "<div class=\"tile\"><b>" << escapeHtml(value) << "</b>"
      << escapeHtml(what.str()) << "</div>\n";
}

void Page::summary() {
  out << "<div class=\"tiles\">\n";
  if (uint64_t bytes = report.bytes())
    tile(formatv("{0:f2}x", double(report.floatBytes()) / double(bytes)).str(),
         "smaller: " + bytesText(bytes) + " of " +
             bytesText(report.floatBytes()));
  if (report.accuracy && report.accuracy->floatValue) {
    double change =
        (report.accuracy->quantized - *report.accuracy->floatValue) * 100;
    tile(formatv("{0}{1:f2}", change > 0 ? "+" : "", change).str(),
         "points of " + report.accuracy->metric);
  }
  if (report.timing && report.timing->networkUs) {
    const ReportTiming &timing = *report.timing;
    std::string what = "one run";
    if (timing.floatNetworkUs && *timing.networkUs > 0)
      what += formatv(", {0:f2} times as fast as float",
                      *timing.floatNetworkUs / *timing.networkUs)
                  .str();
    tile(formatv("{0:f1} us", *timing.networkUs).str(), what);
  }
  tile(countText(report.macs()), "multiply-accumulates");
  size_t stayed = llvm::count_if(report.layers, [](const ReportLayer &layer) {
    return layer.fallback.has_value();
  });
  tile(
      formatv("{0} of {1}", report.layers.size() - stayed, report.layers.size())
          .str(),
      "layers quantized");
  out << "</div>\n";
}

void Page::accuracy() {
  if (!report.accuracy)
    return;
  const ReportAccuracy &a = *report.accuracy;
  out << "<h2>Accuracy</h2>\n<table><tr><th>" << escapeHtml(a.metric)
      << "</th><th class=\"n\">float</th><th class=\"n\">quantized</th>"
         "<th class=\"n\">samples</th></tr>\n<tr><td></td><td class=\"n\">"
      << (a.floatValue ? decimal(*a.floatValue * 100, 2) + " %" : "")
      << "</td><td class=\"n\">" << decimal(a.quantized * 100, 2)
      << " %</td><td class=\"n\">" << a.samples << "</td></tr></table>\n";
}

void Page::chart(StringRef title, StringRef note, const std::vector<Bar> &bars,
                 StringRef unit) {
  if (bars.empty())
    return;
  out << "<h2>" << title << "</h2>\n<p class=\"soft\">" << note << "</p>\n"
      << barChart(title, bars, unit);
}

void Page::charts() {
  std::vector<Bar> output, own, weights, size, sparsity, time;
  for (const ReportLayer &layer : report.layers) {
    if (layer.outputSqnrDb)
      output.push_back({layer.name, dbLength(*layer.outputSqnrDb), std::nullopt,
                        dbText(layer.outputSqnrDb)});
    if (layer.ownSqnrDb)
      own.push_back({layer.name, dbLength(*layer.ownSqnrDb), std::nullopt,
                     dbText(layer.ownSqnrDb)});
    if (layer.timeUs)
      time.push_back({layer.name, *layer.timeUs, layer.floatTimeUs,
                      decimal(layer.timeUs)});
    if (!layer.weights)
      continue;
    const ReportTensor &w = *layer.weights;
    if (w.sqnrDb)
      weights.push_back(
          {layer.name, dbLength(*w.sqnrDb), std::nullopt, dbText(w.sqnrDb)});
    size.push_back({layer.name, static_cast<double>(w.bytes),
                    static_cast<double>(w.floatBytes), bytesText(w.bytes)});
    sparsity.push_back({layer.name, w.sparsity * 100, std::nullopt,
                        decimal(w.sparsity * 100)});
  }
  chart("Error of each layer's output",
        "Signal to noise against the float network, with what earlier layers "
        "lost; longer is better.",
        output, "dB");
  chart("Error that each layer adds",
        "Signal to noise of the layer run on the float network's tensors; "
        "longer is better.",
        own, "dB");
  chart("Error of each layer's weights",
        "Signal to noise of the stored weights; longer is better.", weights,
        "dB");
  chart("Size of each layer's weights",
        "In the bits of the code, and as f32 (grey).", size, "");
  chart("Sparsity of each layer's weights", "Positions that were pruned.",
        sparsity, "%");
  if (report.timing)
    for (const ReportOther &other : report.timing->other)
      time.push_back({"(" + other.name + ")", other.timeUs, std::nullopt,
                      decimal(other.timeUs)});
  chart("Time of each layer",
        "Quantized, and float (grey) where measured; in parentheses work "
        "outside of layers.",
        time, "us");
  timing();
}

void Page::timing() {
  if (!report.timing)
    return;
  const ReportTiming &t = *report.timing;
  if (!t.runs) {
    out << "<h2>Time of each layer</h2>\n<p>" << escapeHtml(t.method)
        << "</p>\n";
    return;
  }
  double layers = t.layersUs.value_or(0), other = t.otherUs.value_or(0);
  out << formatv("<p>Layers {0:f1} us + other work {1:f1} us = {2:f1} us; the "
                 "network without clocks takes {3:f1} us.</p>\n",
                 layers, other, layers + other, t.networkUs.value_or(0))
      << "<p class=\"soft\">" << escapeHtml(t.method) << "</p>\n";
}

void Page::fallbacks() {
  out << "<h2>Layers that stay float</h2>\n";
  bool any = false;
  for (const ReportLayer &layer : report.layers) {
    if (!layer.fallback)
      continue;
    if (!any)
      out << "<table><tr><th>layer</th><th>op</th><th>reason</th></tr>\n";
    any = true;
    out << "<tr><td>" << escapeHtml(layer.name) << "</td><td>"
        << escapeHtml(layer.op) << "</td><td class=\"long warn\">"
        << escapeHtml(*layer.fallback) << "</td></tr>\n";
  }
  out << (any ? "</table>\n" : "<p>None.</p>\n");
}

void Page::tensorCells(const std::optional<ReportTensor> &tensor) {
  if (!tensor) {
    out << "<td></td><td class=\"n\"></td><td class=\"n\"></td>";
    return;
  }
  std::string what = tensor->code;
  if (!tensor->scale.empty())
    what += " " + tensor->scale;
  if (tensor->pattern != "dense")
    what += " " + tensor->pattern;
  out << "<td>" << escapeHtml(what) << "</td><td class=\"n\">"
      << bytesText(tensor->bytes)
      << (tensor->storedBytes ? " (" + bytesText(*tensor->storedBytes) + ")"
                              : std::string())
      << "</td><td class=\"n\">" << dbText(tensor->sqnrDb) << "</td>";
}

void Page::layers() {
  out << "<h2>Layers</h2>\n<p class=\"soft\">Sizes are in the bits of the "
         "code; "
         "in parentheses what the compiled code holds.</p>\n<div "
         "class=\"wide\"><table>\n<tr><th>layer</th>"
         "<th>op</th><th>weights</th><th class=\"n\">size</th><th "
         "class=\"n\">dB</th><th>activations</th><th class=\"n\">size</th><th "
         "class=\"n\">dB</th><th class=\"n\">own dB</th><th "
         "class=\"n\">macs</th><th class=\"n\">us</th>"
         "<th>kernel</th></tr>\n";
  for (const ReportLayer &layer : report.layers) {
    out << "<tr><td>" << escapeHtml(layer.name) << "</td><td>"
        << escapeHtml(layer.op) << "</td>";
    tensorCells(layer.weights);
    tensorCells(layer.activations);
    out << "<td class=\"n\">" << dbText(layer.ownSqnrDb)
        << "</td><td class=\"n\">" << countText(layer.macs)
        << "</td><td class=\"n\">" << decimal(layer.timeUs) << "</td><td>"
        << escapeHtml(layer.kernel) << "</td></tr>\n";
  }
  out << "</table></div>\n";
}

void Page::provenance() {
  const ReportProvenance &from = report.provenance;
  out << "<h2>Provenance</h2>\n<table>\n";
  for (const auto &[name, value] :
       {std::pair<StringRef, StringRef>("tool version", from.toolVersion),
        {"model", from.model},
        {"target", from.target},
        {"recipe", from.recipe},
        {"calibration", from.calibrationMethod},
        {"hash of the data", from.dataHash}})
    if (!value.empty())
      out << "<tr><th>" << name << "</th><td>" << escapeHtml(value)
          << "</td></tr>\n";
  out << "</table>\n";
  if (!from.recipeText.empty())
    out << "<pre>" << escapeHtml(from.recipeText) << "</pre>\n";
}

std::string Page::build() {
  StringRef model = report.provenance.model;
  std::string title =
      model.empty() ? "qs report" : "qs report: " + escapeHtml(model);
  out << "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta "
         "charset=\"utf-8\">\n<meta name=\"viewport\" "
         "content=\"width=device-width, initial-scale=1\">\n<title>"
      << title << "</title>\n<style>" << kStyle << "</style>\n</head>\n<body>\n"
      << "<h1>" << title << "</h1>\n";
  summary();
  accuracy();
  charts();
  fallbacks();
  layers();
  provenance();
  out << "</body>\n</html>\n";
  return std::move(text);
}

std::string qs::formatHtml(const Report &report) {
  return Page(report).build();
}

llvm::Error qs::writeHtml(StringRef path, const Report &report) {
  return writeFile(path, formatHtml(report));
}
