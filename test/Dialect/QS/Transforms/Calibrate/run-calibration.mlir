// REQUIRES: numpy
// RUN: %python -c "import numpy as np; np.savez('%t.npz', x=np.array([[1, -2], [3, 0.5], [0, 0]], np.float32))"
// RUN: %python -c "import numpy as np; np.savez('%t-other.npz', x=np.array([[0, 0], [1, -2], [3, 0.5]], np.float32))"
// RUN: qs-opt %s --qs-run-calibration="data=%t.npz" | FileCheck %s
// RUN: qs-opt %s --qs-run-calibration="data=%t.npz engine=jit" | FileCheck %s
// RUN: qs-opt %s --qs-run-calibration="data=%t-other.npz" | FileCheck %s --check-prefix=RANGE
// RUN: qs-opt %s --qs-run-calibration="data=%t.npz method=percentile percentile=50" | FileCheck %s --check-prefix=PERCENTILE

// Three samples of two values; their order changes nothing but the hash.
// CHECK: qs.observe %arg0 "x" range(<-2.000000e+00, 3.000000e+00, "minmax", 6, "[[H:[0-9a-f]+]]">)
// CHECK: qs.observe %{{.*}} "abs" range(<0.000000e+00, 3.000000e+00, "minmax", 6, "[[H]]">)
// RANGE: qs.observe %arg0 "x" range(<-2.000000e+00, 3.000000e+00, "minmax", 6,
// PERCENTILE: "percentile", 6,
func.func @main(%x: tensor<1x2xf32> {qs.name = "x"}) -> tensor<1x2xf32> {
  %0 = qs.observe %x "x" : tensor<1x2xf32>
  %1 = tosa.abs %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = qs.observe %1 "abs" : tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}
