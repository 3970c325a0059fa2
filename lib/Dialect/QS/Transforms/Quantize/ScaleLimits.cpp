//===- ScaleLimits.cpp - scales that their storage cannot hold ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScaleLimits.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace mlir;
using namespace qs;

static std::string text(double number) {
  std::string made;
  llvm::raw_string_ostream(made) << llvm::format("%.6g", number);
  return made;
}

static bool isOutside(num::ScaleStorage storage, float needed) {
  num::ScaleLimits limits = num::scaleLimits(storage);
  return needed > limits.max || (needed > 0 && needed < limits.min);
}

namespace {
/// What a scale of some weights would have to be.
struct Need {
  float scale = 0;
  int64_t largest = -1; ///< flat index of the largest of these weights
};
} // namespace

/// The scale that puts the largest weight on the code's largest number, and the
/// bias in range; f32, as it may lie outside of what f32 holds as normal.
static std::vector<Need> neededScales(const WeightJob &job,
                                      const WeightCodes &codes) {
  std::vector<Need> needs(job.numParams);
  // From zero on, for codes with zero points.
  std::vector<double> low(job.numParams, 0), high(job.numParams, 0);
  for (size_t i = 0; i < job.values.size(); ++i) {
    Need &need = needs[job.scaleOf[i]];
    low[job.scaleOf[i]] = std::min<double>(low[job.scaleOf[i]], job.values[i]);
    high[job.scaleOf[i]] =
        std::max<double>(high[job.scaleOf[i]], job.values[i]);
    if (need.largest < 0 ||
        std::fabs(job.values[i]) > std::fabs(job.values[need.largest]))
      need.largest = int64_t(i);
  }
  std::vector<float> least = job.leastScales();
  for (size_t param = 0; param < needs.size(); ++param) {
    Need &need = needs[param];
    if (need.largest < 0)
      continue;
    std::unique_ptr<num::Code> code = codeOf(job, codes, param);
    double most = isPlainInteger(*code) && code->isSigned()
                      ? double(code->maxLevel())
                      : code->maxMagnitude();
    double scale = std::fabs(job.values[need.largest]) / std::max(most, 1e-30);
    if (!codes.zeroPoints.empty() && !job.code()->isSigned())
      scale = (high[param] - low[param]) / job.code()->maxMagnitude();
    if (param < least.size())
      scale = std::max<double>(scale, least[param]);
    need.scale = float(scale / codes.tensorScale);
  }
  return needs;
}

/// Codes that are floats of their own.
static void warnOfSaturatedFloats(const WeightJob &job) {
  double most = job.code()->maxMagnitude();
  for (size_t i = 0; i < job.values.size(); ++i)
    if (std::fabs(job.values[i]) > most) {
      job.linear.op->emitWarning()
          << "layer '" << getLayerName(job.linear.op) << "': channel "
          << job.linear.channelOf(int64_t(i)) << " has the weight "
          << text(job.values[i]) << ", which saturates at " << text(most)
          << " in the code '" << job.wanted.code << "'";
      return;
    }
}

void qs::warnOfLostWeights(const WeightJob &job, const WeightCodes &codes) {
  std::unique_ptr<num::Code> code = job.code();
  Operation *op = job.linear.op;
  if (job.hasNoScale(*code)) {
    if (code->isFloat())
      warnOfSaturatedFloats(job);
    else if (op->hasAttr(kFoldedGainAttr))
      op->emitWarning() << "layer '" << getLayerName(op)
                        << "': the factors of a batch norm were folded into "
                           "its weights, and the scale none of the code '"
                        << job.wanted.code
                        << "' drops them; expected scale: axis";
    return;
  }
  num::ScaleStorage storage = storageOf(job.type.getScale().getStorage());
  // What f32 does not hold is below 2^-126, which no weight is by intent.
  if (storage == num::ScaleStorage::F32)
    return;
  std::vector<Need> needs = neededScales(job, codes);
  num::ScaleLimits limits = num::scaleLimits(storage);
  auto isLost = [&](size_t param) {
    float stored = codes.scales[param];
    return isOutside(storage, needs[param].scale) &&
           (stored == limits.min || stored == limits.max);
  };
  size_t first = needs.size(), count = 0;
  for (size_t param = 0; param < needs.size(); ++param)
    if (isLost(param)) {
      first = std::min(first, param);
      ++count;
    }
  if (!count)
    return;
  const Need &need = needs[first];
  float stored = codes.scales[first];
  op->emitWarning() << "layer '" << getLayerName(op)
                    << "': expected the scale of "
                    << "channel " << job.linear.channelOf(need.largest)
                    << " to be about " << text(need.scale) << ", found "
                    << text(stored) << ", the "
                    << (stored == limits.max ? "largest" : "least") << " that "
                    << num::toString(storage) << " holds: weights "
                    << (stored == limits.max ? "saturate" : "vanish") << " ("
                    << count << " of " << needs.size()
                    << " scales); store them as f32";
}

void qs::warnOfLostRange(Location loc, StringRef tensor, Type stored,
                         float needed) {
  num::ScaleStorage storage = storageOf(stored);
  if (storage == num::ScaleStorage::F32 || !isOutside(storage, needed))
    return;
  num::ScaleLimits limits = num::scaleLimits(storage);
  emitWarning(loc) << "tensor '" << tensor << "': expected a scale of about "
                   << text(needed) << ", found that " << num::toString(storage)
                   << " holds " << text(limits.min) << " to "
                   << text(limits.max) << "; store it as f32";
}
