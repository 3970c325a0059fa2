// Ranges by a method of each layer: the layer that takes a tensor decides, else
// the one that makes it; two methods on one tensor are two observers.
// REQUIRES: numpy
// RUN: rm -rf %t && split-file %s %t
// RUN: %python -c "import numpy as n; x = n.random.default_rng(1).laplace(size=(4000, 2)).astype('f'); x[0] = 40; n.savez('%t/x.npz', x=x)"
// RUN: qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/methods.yaml | FileCheck %t/net.mlir --check-prefix=PLAN
// RUN: qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/methods.yaml --qs-run-calibration="data=%t/x.npz" | FileCheck %t/net.mlir --check-prefix=RANGES
// RUN: qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/methods.yaml --qs-run-calibration="data=%t/x.npz" --qs-quantize=recipe=%t/methods.yaml | FileCheck %t/net.mlir --check-prefix=QDQ
// RUN: qs-opt %t/net.mlir --qs-run-calibration="data=%t/x.npz method=pact bits=4" | FileCheck %t/net.mlir --check-prefix=PACT

//--- methods.yaml
version: 1
calibration: minmax
defaults:
  activations: {code: uint4}
layers:
  - match: one
    activations: {calibration: pact}
  - match: two
    activations: {calibration: {method: percentile, percentile: 99.5}}

//--- net.mlir
// PLAN: qs.observe %arg0 "x" {qs.observe_by = "pact", qs.observe_for = !qs.q<uint4, tensor>}
// PLAN-NEXT: qs.observe %arg0 "x#uint4" {qs.observe_by = "percentile:99.5", qs.observe_for = !qs.q<uint4, tensor>}
// PLAN-NEXT: qs.observe %arg0 "x#uint4#2" {qs.observe_for = !qs.q<uint4, tensor>}
// PLAN: "y" {qs.observe_by = "pact"
// An outlier of 40 among 8000 values: all of the data, what is worth 4 bits, half
// a percent cut off.
// RANGES: "x" range(<{{-[0-9]\.[0-9e+]+}}, {{[0-9]\.[0-9e+]+}}, "pact", 8000,
// RANGES: "x#uint4" range(<{{-[0-9]\.[0-9e+]+}}, {{[0-9]\.[0-9e+]+}}, "percentile", 8000,
// RANGES: "x#uint4#2" range(<{{.*}}, 4.000000e+01, "minmax", 8000,
// QDQ: qs.quantize {{.*}} %arg0
// QDQ: qs.quantize {{.*}} %arg0
// QDQ: qs.quantize {{.*}} %arg0
// PACT: "x" range(<{{-[0-9]\.[0-9e+]+}}, {{[0-9]\.[0-9e+]+}}, "pact", 8000,
func.func @main(%x: tensor<1x2xf32> {qs.name = "x"}) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = arith.constant dense<[[0.3, 0.1], [-0.2, 0.4]]> : tensor<2x2xf32>
  %o = qs.observe %x "x" : tensor<1x2xf32>
  %0 = qs.matmul %o, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("one")
  %y = qs.observe %0 "y" : tensor<1x2xf32>
  %1 = qs.matmul %o, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("two")
  %2 = qs.matmul %o, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("three")
  return %y, %1, %2 : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}
