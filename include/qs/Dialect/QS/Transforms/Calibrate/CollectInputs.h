//===- CollectInputs.h - what the inputs of layers are ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Statistics of the inputs of single layers, for quantizers that look at them:
/// extremes and means of each channel, and H = 2 X^T X, in memory that does not
/// depend on the number of samples. The layers that are watched get an observer
/// of their own for the time of the run.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_CALIBRATE_COLLECTINPUTS_H
#define QS_DIALECT_QS_TRANSFORMS_CALIBRATE_COLLECTINPUTS_H

#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Numerics/Gptq.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace qs {

/// What one layer took, over all samples.
struct LayerInputs {
  /// For each input channel: the largest magnitude and the sum of magnitudes.
  std::vector<float> most;
  std::vector<double> sum;
  /// Values of a channel.
  uint64_t count = 0;
  /// Of each matrix (FloatLinear::matrices()), where asked for. A convolution's
  /// rows are its windows, padding included.
  std::vector<num::Hessian> grams;

  /// mean |x| of a channel.
  double mean(size_t channel) const {
    return count ? sum[channel] / double(count) : 0;
  }
};

class InputCollector {
public:
  /// `limitBytes` is the most that the matrices of one layer may take.
  explicit InputCollector(uint64_t limitBytes) : limitBytes(limitBytes) {}
  /// Takes observers away that are still there.
  ~InputCollector();

  /// Puts an observer in front of a linear op. Fails, with the layer's name,
  /// where its matrices would be too large or its shape is not known.
  llvm::Error watch(mlir::Operation *op, bool gram);
  bool empty() const { return layers.empty(); }
  /// Takes what an observer saw; false where it is none of ours.
  bool add(llvm::StringRef observer, llvm::ArrayRef<float> values);
  /// Takes the observers away. Fails where a layer saw nothing, or NaN or
  /// infinities.
  llvm::Error finish();
  const LayerInputs *of(mlir::Operation *op) const;

private:
  struct Layer {
    FloatLinear linear;
    llvm::SmallVector<int64_t> inputShape;
    LayerInputs inputs;
    bool finite = true;

    void add(llvm::ArrayRef<float> values);
    void addWindows(const float *image);
  };
  void removeObservers();

  uint64_t limitBytes;
  bool active = true;
  llvm::MapVector<mlir::Operation *, Layer> layers;
  llvm::StringMap<mlir::Operation *> names;
};

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_CALIBRATE_COLLECTINPUTS_H
