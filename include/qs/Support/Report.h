//===- Report.h - What compilation did and cost -----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The report as data, as JSON (whose keys are stable) and as one HTML file
/// that loads nothing from the network.
///
/// JSON:
///   layers      list of {name, op, weights, activations, kernel,
///               accumulator, fallback, macs, macs_skipped, time_us,
///               float_time_us, output_sqnr_db, own_sqnr_db}; weights and
///               activations are null or {code, scale, pattern, bytes,
///               stored_bytes, float_bytes, sparsity, sqnr_db, note};
///               accumulator is null or
///               what a linear layer sums in; fallback is null or the reason
///               why the layer stays float, note null or why the recipe was not
///               followed otherwise
///   totals      {float_bytes, bytes, stored_bytes, macs, macs_skipped}
///   accuracy    null or {metric, float, quantized, samples}
///   timing      null or {method, runs, network_us, layers_us, other_us,
///               clock_us, float_network_us, other: list of {name, time_us}};
///               all but method are null where nothing could be measured, and
///               method says why
///   provenance  {tool_version, model, target, recipe, recipe_text,
///               calibration_method, data_hash}
/// What is not known is null. SQNR is in dB, 200 meaning exact (Sqnr.h).
///
//===----------------------------------------------------------------------===//

#ifndef QS_SUPPORT_REPORT_H
#define QS_SUPPORT_REPORT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qs {

struct ReportTensor {
  std::string code, scale, pattern = "dense";
  /// Size in the bits of the code with scales and zero points, and that of the
  /// same as f32.
  uint64_t bytes = 0, floatBytes = 0;
  /// The share of positions that do not exist, or that were pruned before
  /// (`pruned: true`) and are 0; 0 to 1.
  double sparsity = 0;
  std::optional<double> sqnrDb;
  /// Why it is not stored as the recipe's defaults say, or not equalized.
  std::optional<std::string> note;
  /// Weights: what the compiled code holds of them, with padding, whole bytes,
  /// scales, zero points and tables; unknown where nothing was compiled.
  std::optional<uint64_t> storedBytes;
};

struct ReportLayer {
  std::string name, op;
  std::optional<ReportTensor> weights, activations;
  /// What computes it, e.g. `vnni-gemm`; empty where not lowered.
  std::string kernel;
  /// What a linear layer sums in: `#qs.accumulator<i19>`
  /// for the proved width, `#qs.accumulator<f16, chunk = 64>`.
  std::optional<std::string> accumulator;
  /// The reason why the layer is float.
  std::optional<std::string> fallback;
  uint64_t macs = 0, macsSkipped = 0;
  std::optional<double> timeUs, floatTimeUs;
  /// Error of the layer's output against the float network: with what earlier
  /// layers lost, and what this layer adds to exact inputs.
  std::optional<double> outputSqnrDb, ownSqnrDb;
};

/// Microseconds of work that belongs to no row of the report.
struct ReportOther {
  std::string name;
  double timeUs = 0;
};

/// How `timeUs` was measured, and what it adds up to.
struct ReportTiming {
  std::string method;
  std::optional<uint64_t> runs;
  /// One run of the code as it is shipped; of the code with clocks the sum over
  /// the layers and over `other`; what one clock costs (taken off already).
  std::optional<double> networkUs, layersUs, otherUs, clockUs;
  /// The float network as it was calibrated (batch norms folded) with clocks,
  /// their cost taken off.
  std::optional<double> floatNetworkUs;
  std::vector<ReportOther> other;
};

struct ReportAccuracy {
  std::string metric = "top-1";
  /// Shares, 0 to 1; that of the float network is unknown where the model came
  /// quantized.
  std::optional<double> floatValue;
  double quantized = 0;
  uint64_t samples = 0;
};

struct ReportProvenance {
  std::string toolVersion, model, target, recipe, recipeText, calibrationMethod,
      dataHash;
};

struct Report {
  std::vector<ReportLayer> layers;
  std::optional<ReportAccuracy> accuracy;
  std::optional<ReportTiming> timing;
  ReportProvenance provenance;

  /// Sums over the layers' weights.
  uint64_t floatBytes() const;
  uint64_t bytes() const;
  /// Unknown where that of a layer is.
  std::optional<uint64_t> storedBytes() const;
  uint64_t macs() const;
  uint64_t macsSkipped() const;
};

llvm::json::Value toJSON(const Report &report);
/// Reads what toJSON() wrote; unknown keys are ignored, missing optional ones
/// are unknown.
llvm::Expected<Report> parseReport(llvm::StringRef text, llvm::StringRef where);

llvm::Error writeReport(llvm::StringRef path, const Report &report);
llvm::Expected<Report> readReport(llvm::StringRef path);

} // namespace qs

#endif // QS_SUPPORT_REPORT_H
