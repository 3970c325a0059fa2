// REQUIRES: numpy
// RUN: %python -c "import numpy as np; np.savez('%t-nan.npz', x=np.array([[1, np.nan], [np.inf, 0.5]], np.float32))"
// RUN: not qs-opt %s --qs-run-calibration="data=%t-nan.npz" 2>&1 | FileCheck %s --check-prefix=NAN
// NAN: error: calibration data 'x' hold 2 values that are NaN or infinite

// RUN: %python -c "import numpy as np; np.savez('%t-zero.npz', x=np.array([[1, 0]], np.float32))"
// RUN: not qs-opt %s --qs-run-calibration="data=%t-zero.npz" 2>&1 | FileCheck %s --check-prefix=INNER
// INNER: error: observer 'reciprocal' saw 0 NaN and 1 infinite values among 2

// RUN: %python -c "import numpy as np; np.savez('%t-name.npz', y=np.zeros((1, 2), np.float32))"
// RUN: not qs-opt %s --qs-run-calibration="data=%t-name.npz" 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: the calibration data have no array 'x', only y

// RUN: %python -c "import numpy as np; np.savez('%t-shape.npz', x=np.zeros((4, 3), np.float32))"
// RUN: not qs-opt %s --qs-run-calibration="data=%t-shape.npz" 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: error: expected calibration data 'x' of shape 1x2 with more samples on the first axis, found 4x3

// RUN: not qs-opt %s --qs-run-calibration="data=%t-zero.npz method=best" 2>&1 | FileCheck %s --check-prefix=METHOD
// METHOD: error: expected a calibration method of minmax, percentile, mse, kl, pact, found 'best'
// RUN: not qs-opt %s --qs-run-calibration="data=%t-zero.npz engine=gpu" 2>&1 | FileCheck %s --check-prefix=ENGINE
// ENGINE: error: expected engine interp or jit, found 'gpu'
// RUN: not qs-opt %s --qs-run-calibration="data=%t-absent.npz" 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: {{.*}}absent.npz
func.func @main(%x: tensor<1x2xf32> {qs.name = "x"}) -> tensor<1x2xf32> {
  %0 = qs.observe %x "x" : tensor<1x2xf32>
  %1 = tosa.reciprocal %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = qs.observe %1 "reciprocal" : tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}
