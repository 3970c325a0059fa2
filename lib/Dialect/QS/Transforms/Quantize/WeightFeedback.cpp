//===- WeightFeedback.cpp - GPTQ on the weights of a layer ----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightJob.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/InputGrams.h"
#include <cmath>

using namespace mlir;
using namespace qs;

namespace {

/// A layer's weights as matrices [outputs, columns], one for each group of its
/// inputs, and the rounding of one of them.
class Feedback {
public:
  Feedback(const WeightJob &job, const WeightCodes &nearest,
           const std::vector<num::Hessian> &grams);

  /// False, with the reason in `why`, where H does not allow it.
  bool run(std::string &why);
  WeightCodes result;

private:
  bool runMatrix(size_t matrix, std::string &why);
  float round(size_t row, size_t column, const double *rest);
  void chooseScale(size_t row, size_t column, const double *rest);
  bool ownsScale(size_t row, size_t column) const;

  const WeightJob &job;
  const WeightCodes &nearest;
  const std::vector<num::Hessian> &grams;
  std::vector<float> nearestReal;
  std::vector<std::unique_ptr<num::Code>> codes;
  std::vector<float> least;
  size_t columns, rows;
  /// Flat index in the weight of each element, [outputs, columns].
  std::vector<int64_t> flatOf;
  num::WeightOptions options;
  std::string method;
  /// Scales of runs along a row, which may follow the weights as they change.
  bool rescales = false;
  /// The lowest level of signed integers in use.
  double lowest = -HUGE_VAL;
  size_t matrix = 0;
};

} // namespace

Feedback::Feedback(const WeightJob &job, const WeightCodes &nearest,
                   const std::vector<num::Hessian> &grams)
    : result(nearest), job(job), nearest(nearest), grams(grams),
      nearestReal(realWeights(job, nearest)),
      columns(size_t(job.linear.columns())),
      rows(size_t(job.linear.outputChannels()) /
           std::max<size_t>(grams.size(), 1)),
      flatOf(job.values.size()) {
  for (size_t i = 0; i < job.values.size(); ++i)
    flatOf[size_t(job.linear.channelOf(int64_t(i))) * columns +
           size_t(job.linear.columnOf(int64_t(i)))] = int64_t(i);
  for (size_t param = 0; param < job.numParams; ++param)
    codes.push_back(codeOf(job, nearest, param));
  std::unique_ptr<num::Code> code = job.code();
  options.storage = job.wanted.scale.storage;
  options.tensorScale = nearest.tensorScale;
  options.pruned = job.wanted.pruned;
  method = scaleMethod(job.wanted, *code);
  // Codes with entries or zero points of their own keep what goes with them.
  rescales = isa<GroupScaleAttr>(job.type.getScale()) && code->isBound() &&
             !job.hasNoScale(*code) && nearest.zeroPoints.empty() &&
             method != "twn" && num::takesCode(method, *code);
  if (isPlainInteger(*code) && code->isSigned())
    lowest = double(num::restrictedRange(code->levels()).min);
  if (job.isAffine(*code))
    least = job.leastScales();
  if (least.empty())
    least.assign(job.numParams, 0.0f);
}

/// True where all elements of the scale are of this row and none comes before.
bool Feedback::ownsScale(size_t row, size_t column) const {
  int64_t own = job.scaleOf[flatOf[row * columns + column]];
  return column == 0 || job.scaleOf[flatOf[row * columns + column - 1]] != own;
}

/// The scale of a group when its first weight comes up.
void Feedback::chooseScale(size_t row, size_t column, const double *rest) {
  int64_t param = job.scaleOf[flatOf[row * columns + column]];
  std::vector<float> run, importance;
  for (size_t j = column; j < columns; ++j) {
    if (job.scaleOf[flatOf[row * columns + j]] != param)
      break;
    // What was passed on to pruned weights does not count.
    int64_t flat = flatOf[row * columns + j];
    run.push_back(job.isPruned(flat) ? 0.0f : float(rest[j - column]));
    importance.push_back(float(grams[matrix](j, j)));
  }
  std::string error;
  std::optional<num::WeightResult> chosen =
      num::quantizeWeights({run.data(), run.size(), importance.data()},
                           *codes[param], method, options, error);
  // Weights that left the range of floats keep the scale they had.
  if (!chosen)
    return;
  result.scales[param] = chosen->scale;
  if (chosen->scale < least[param])
    result.scales[param] = num::storeScale(least[param], options.storage);
}

float Feedback::round(size_t row, size_t column, const double *rest) {
  if (rescales && ownsScale(row, column))
    chooseScale(row, column, rest);
  int64_t flat = flatOf[row * columns + column];
  int64_t param = job.scaleOf[flat];
  const num::Code &code = *codes[param];
  float scale = result.scales[param] * result.tensorScale;
  float weight = job.isPruned(flat) ? 0.0f : float(*rest);
  double x = std::max<double>(weight / scale, lowest);
  uint32_t pattern = code.encode(x, num::Rounding::HalfEven);
  result.words[flat] = int32_t(pattern);
  return float(code.decode(pattern)) * scale;
}

bool Feedback::runMatrix(size_t which, std::string &why) {
  matrix = which;
  size_t first = which * rows;
  std::vector<float> weights(rows * columns), plain(rows * columns);
  for (size_t i = 0; i < weights.size(); ++i) {
    int64_t flat = flatOf[first * columns + i];
    weights[i] = job.values[flat];
    plain[i] = nearestReal[flat];
  }
  std::optional<std::vector<float>> values = num::roundWithFeedback(
      weights.data(), rows, grams[which], num::kGptqDamping,
      [&](size_t row, size_t column, const double *rest) {
        return round(first + row, column, rest);
      },
      why);
  if (!values)
    return false;
  for (size_t row = 0; row < rows; ++row) {
    auto errorOf = [&](const std::vector<float> &q) {
      return num::outputError(grams[which], &weights[row * columns],
                              &q[row * columns], 1);
    };
    if (errorOf(*values) <= errorOf(plain))
      continue;
    for (size_t j = 0; j < columns; ++j) {
      int64_t flat = flatOf[(first + row) * columns + j];
      result.words[flat] = nearest.words[flat];
      result.scales[job.scaleOf[flat]] = nearest.scales[job.scaleOf[flat]];
    }
  }
  return true;
}

bool Feedback::run(std::string &why) {
  for (size_t which = 0; which < grams.size(); ++which)
    if (!runMatrix(which, why))
      return false;
  return true;
}

std::optional<WeightCodes> qs::codeWithFeedback(const WeightJob &job,
                                                std::string &why) {
  std::optional<WeightCodes> nearest = codeNearest(job, why);
  if (!nearest)
    return {};
  if (job.linear.hasBatchedWeights()) {
    why = "quantizer 'gptq' expects one weight matrix, found one for each "
          "matrix of a batch";
    return {};
  }
  std::optional<std::vector<num::Hessian>> grams = readGrams(job.linear);
  if (!grams) {
    why = "quantizer 'gptq' needs data: expected statistics of the layer's "
          "inputs (qs.input_gram), calibrate with this recipe first";
    return {};
  }
  Feedback feedback(job, *nearest, *grams);
  if (!feedback.run(why))
    return {};
  return std::move(feedback.result);
}
