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
///   layers      list of {name, op, weights, activations, kernel, fallback,
///               macs, time_us, float_time_us, output_sqnr_db}; weights and
///               activations are null or {code, scale, pattern, bytes,
///               float_bytes, sparsity, sqnr_db}; fallback is null or the
///               reason why the layer stays float
///   totals      {float_bytes, bytes, macs, macs_skipped}
///   accuracy    null or {metric, float, quantized, samples}
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
  /// Stored size with scales and zero points, and that of the same as f32.
  uint64_t bytes = 0, floatBytes = 0;
  /// The share of positions that do not exist, 0 to 1.
  double sparsity = 0;
  std::optional<double> sqnrDb;
};

struct ReportLayer {
  std::string name, op;
  std::optional<ReportTensor> weights, activations;
  /// What computes it, e.g. `vnni-gemm`; empty where not lowered.
  std::string kernel;
  /// The reason why the layer is float.
  std::optional<std::string> fallback;
  uint64_t macs = 0, macsSkipped = 0;
  std::optional<double> timeUs, floatTimeUs;
  /// Error of the layer's output against the float network.
  std::optional<double> outputSqnrDb;
};

struct ReportAccuracy {
  std::string metric = "top-1";
  /// Shares, 0 to 1.
  double floatValue = 0, quantized = 0;
  uint64_t samples = 0;
};

struct ReportProvenance {
  std::string toolVersion, model, target, recipe, recipeText, calibrationMethod,
      dataHash;
};

struct Report {
  std::vector<ReportLayer> layers;
  std::optional<ReportAccuracy> accuracy;
  ReportProvenance provenance;

  /// Sums over the layers' weights.
  uint64_t floatBytes() const;
  uint64_t bytes() const;
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
