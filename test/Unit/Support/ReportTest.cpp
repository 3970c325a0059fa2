//===- ReportTest.cpp - JSON and HTML reports
//------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Report.h"
#include "qs/Support/Html.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace qs;

static Report sample() {
  Report report;
  ReportLayer conv;
  conv.name = "conv1";
  conv.op = "conv";
  conv.weights = ReportTensor{"int8", "axis", "dense",         650, 2304,
                              0,      42.5,   "no group of 8", {}};
  conv.weights->storedBytes = 704;
  conv.activations =
      ReportTensor{"uint8", "tensor", "dense", 64, 256, 0, {}, {}, {}};
  conv.kernel = "vnni-gemm";
  conv.macs = 1000000;
  conv.timeUs = 12.5;
  conv.floatTimeUs = 40;
  conv.outputSqnrDb = 37.25;
  conv.ownSqnrDb = 44.75;
  ReportLayer soft;
  soft.name = "<soft&max>";
  soft.op = "softmax";
  soft.fallback = "no integer form of \"softmax\"";
  soft.accumulator = "#qs.accumulator<i19>";
  report.layers = {conv, soft};
  report.accuracy = ReportAccuracy{"top-1", 0.975, 0.9725, 400};
  ReportTiming timing;
  timing.method = "by a sundial";
  timing.runs = 20;
  timing.networkUs = 15.25;
  timing.layersUs = 12.5;
  timing.otherUs = 2.25;
  timing.clockUs = 0.025;
  timing.floatNetworkUs = 61;
  timing.other = {{"image", 2.25}};
  report.timing = timing;
  report.provenance = {"0.1.0",           "digits.onnx",  "cpu",
                       "digits.yaml",     "version: 1\n", "kl",
                       "ef46db3751d8e999"};
  return report;
}

static bool isNull(const llvm::json::Value *value) {
  return value && value->kind() == llvm::json::Value::Null;
}

TEST(Report, JsonHasTheStableKeys) {
  llvm::json::Value value = toJSON(sample());
  const llvm::json::Object &top = *value.getAsObject();
  const llvm::json::Array &layers = *top.getArray("layers");
  ASSERT_EQ(layers.size(), 2u);
  const llvm::json::Object &conv = *layers[0].getAsObject();
  EXPECT_EQ(conv.getString("name"), "conv1");
  EXPECT_EQ(conv.getString("kernel"), "vnni-gemm");
  EXPECT_TRUE(isNull(conv.get("fallback")));
  EXPECT_TRUE(isNull(conv.get("accumulator")));
  EXPECT_EQ(conv.getNumber("time_us"), 12.5);
  EXPECT_EQ(conv.getNumber("float_time_us"), 40.0);
  EXPECT_EQ(conv.getNumber("output_sqnr_db"), 37.25);
  EXPECT_EQ(conv.getNumber("own_sqnr_db"), 44.75);
  const llvm::json::Object &weights = *conv.getObject("weights");
  EXPECT_EQ(weights.getString("code"), "int8");
  EXPECT_EQ(weights.getString("scale"), "axis");
  EXPECT_EQ(weights.getString("pattern"), "dense");
  EXPECT_EQ(weights.getInteger("bytes"), 650);
  EXPECT_EQ(weights.getInteger("stored_bytes"), 704);
  EXPECT_TRUE(isNull(conv.getObject("activations")->get("stored_bytes")));
  EXPECT_EQ(weights.getNumber("sparsity"), 0.0);
  EXPECT_EQ(weights.getNumber("sqnr_db"), 42.5);
  EXPECT_EQ(weights.getString("note"), "no group of 8");
  EXPECT_TRUE(isNull(conv.getObject("activations")->get("sqnr_db")));
  const llvm::json::Object &soft = *layers[1].getAsObject();
  EXPECT_TRUE(isNull(soft.get("weights")));
  EXPECT_TRUE(isNull(soft.get("time_us")));
  EXPECT_TRUE(isNull(soft.get("own_sqnr_db")));
  EXPECT_EQ(soft.getString("fallback"), "no integer form of \"softmax\"");
  EXPECT_EQ(soft.getString("accumulator"), "#qs.accumulator<i19>");
  const llvm::json::Object &totals = *top.getObject("totals");
  EXPECT_EQ(totals.getInteger("float_bytes"), 2304);
  EXPECT_EQ(totals.getInteger("bytes"), 650);
  EXPECT_EQ(totals.getInteger("stored_bytes"), 704);
  EXPECT_EQ(totals.getInteger("macs"), 1000000);
  EXPECT_EQ(totals.getInteger("macs_skipped"), 0);
  EXPECT_EQ(top.getObject("accuracy")->getNumber("quantized"), 0.9725);
  const llvm::json::Object &timing = *top.getObject("timing");
  EXPECT_EQ(timing.getString("method"), "by a sundial");
  EXPECT_EQ(timing.getInteger("runs"), 20);
  EXPECT_EQ(timing.getNumber("network_us"), 15.25);
  EXPECT_EQ(timing.getNumber("layers_us"), 12.5);
  EXPECT_EQ(timing.getNumber("other_us"), 2.25);
  EXPECT_EQ(timing.getNumber("clock_us"), 0.025);
  EXPECT_EQ(timing.getNumber("float_network_us"), 61.0);
  const llvm::json::Object &other =
      *timing.getArray("other")->front().getAsObject();
  EXPECT_EQ(other.getString("name"), "image");
  EXPECT_EQ(other.getNumber("time_us"), 2.25);
  const llvm::json::Object &from = *top.getObject("provenance");
  EXPECT_EQ(from.getString("tool_version"), "0.1.0");
  EXPECT_EQ(from.getString("calibration_method"), "kl");
  EXPECT_EQ(from.getString("data_hash"), "ef46db3751d8e999");
  Report unknown;
  EXPECT_TRUE(isNull(toJSON(unknown).getAsObject()->get("accuracy")));
  EXPECT_TRUE(isNull(toJSON(unknown).getAsObject()->get("timing")));
  unknown.timing.emplace().method = "not measured: no clock";
  llvm::json::Value none = toJSON(unknown);
  const llvm::json::Object &stated = *none.getAsObject()->getObject("timing");
  EXPECT_EQ(stated.getString("method"), "not measured: no clock");
  EXPECT_TRUE(isNull(stated.get("runs")));
  EXPECT_TRUE(isNull(stated.get("other")));
}

TEST(Report, RoundTrip) {
  std::string text = llvm::formatv("{0}", toJSON(sample())).str();
  llvm::Expected<Report> back = parseReport(text, "r.json");
  ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError());
  EXPECT_EQ(llvm::formatv("{0}", toJSON(*back)).str(), text);
}

TEST(Report, OddValues) {
  Report report = sample();
  report.layers[0].outputSqnrDb = INFINITY;
  report.layers[0].name = "bad\xff utf-8";
  std::string text = llvm::formatv("{0}", toJSON(report)).str();
  llvm::Expected<Report> back = parseReport(text, "r.json");
  ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError());
  EXPECT_FALSE(back->layers[0].outputSqnrDb);
  auto error = [](llvm::StringRef text) {
    return llvm::toString(parseReport(text, "r.json").takeError());
  };
  EXPECT_EQ(error("[]").rfind("r.json: expected object", 0), 0u);
  EXPECT_EQ(error("{}").rfind("r.json: missing value", 0), 0u);
  EXPECT_EQ(error("{").rfind("r.json: not valid JSON: ", 0), 0u);
}

TEST(Html, SelfContainedAndEscaped) {
  std::string page = formatHtml(sample());
  for (const char *wanted :
       {"<!doctype html>", "</html>", "&lt;soft&amp;max&gt;", "<svg",
        "no integer form of &quot;softmax&quot;", "ef46db3751d8e999",
        "prefers-color-scheme: dark", "97.25 %", "conv1", "42.5",
        "Error of each layer's output", "Error that each layer adds",
        "Sparsity of each layer's weights", "Time of each layer", "(image)",
        "Layers 12.5 us + other work 2.2 us = 14.8 us; the network without "
        "clocks takes 15.2 us",
        "by a sundial", "4.00 times as fast as float", "digits.yaml"})
    EXPECT_NE(page.find(wanted), std::string::npos) << wanted;
  for (const char *unwanted :
       {"http://", "https://", "<script", "<soft", "src=", "url(", "@import"})
    EXPECT_EQ(page.find(unwanted), std::string::npos) << unwanted;
  EXPECT_LT(page.find("-0.25"), page.find("points of top-1"));
}

TEST(Html, EmptyReport) {
  std::string page = formatHtml(Report());
  EXPECT_NE(page.find("None."), std::string::npos);
  EXPECT_EQ(page.find("<svg"), std::string::npos);
  EXPECT_EQ(page.find(">nan"), std::string::npos);
}
