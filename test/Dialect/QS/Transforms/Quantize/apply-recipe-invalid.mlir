// RUN: split-file %s %t
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/planned.yaml 2>&1 | FileCheck %s --check-prefix=PLANNED
// PLANNED: planned.yaml:3:1: error: layer 'fc1': pattern '2:4' of weights is not implemented yet
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/dynamic.yaml 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// DYNAMIC: dynamic.yaml:3:1: error: layer 'fc1': expected scales that are chosen at run time to be stored as f32 (scale: tensor), found 'tensor:f16'
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/group.yaml 2>&1 | FileCheck %s --check-prefix=GROUP
// GROUP: error: {{.*}}layer 'fc1': expected a reduction dimension that the group size 32 divides, found 2
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/unknown.yaml 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: unknown.yaml:3:
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/absent.yaml 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: {{.*}}absent.yaml
// RUN: not qs-opt %t/no-range.mlir --qs-apply-recipe 2>&1 | FileCheck %s --check-prefix=RANGE
// RANGE: error: expected observer 'x' to have a range, calibrate first
// RUN: not qs-opt %t/huge.mlir --qs-apply-recipe 2>&1 | FileCheck %s --check-prefix=HUGE
// HUGE: error: {{.*}}layer 'fc1': expected at most 1073741824 weights, found 'tensor<65536x65536xf32>'
// RUN: not qs-opt %t/elided.mlir --qs-apply-recipe 2>&1 | FileCheck %s --check-prefix=ELIDED
// ELIDED: error: {{.*}}layer 'fc1': the data of its weights are elided, or not of the size that the type says
// RUN: not qs-opt %t/nan.mlir --qs-apply-recipe 2>&1 | FileCheck %s --check-prefix=NAN
// NAN: error: {{.*}}layer 'fc1': expected finite weights, found nan

//--- planned.yaml
version: 1
layers:
  - match: "fc*"
    weights: {code: int8, scale: tensor, pattern: "2:4"}
//--- dynamic.yaml
version: 1
layers:
  - match: "fc*"
    activations: {code: int8, dynamic: true, scale: "tensor:f16"}
//--- group.yaml
version: 1
layers:
  - match: "fc1"
    weights: {code: int4, scale: group32}
//--- unknown.yaml
version: 1
defaults:
  weights: {code: int77, scale: axis}
//--- net.mlir
func.func @net(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w1 = arith.constant dense<[[1.0, 0.0], [-0.5, 0.0]]> : tensor<2x2xf32>
  %x0 = qs.observe %x "x" range(<0.0, 2.55, "kl", 10, "ab">) : tensor<1x2xf32>
  %m1 = qs.matmul %x0, %w1 : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("fc1")
  %o1 = qs.observe %m1 "fc1" range(<0.0, 2.55, "kl", 10, "ab">) : tensor<1x2xf32>
  return %o1 : tensor<1x2xf32>
}
//--- no-range.mlir
func.func @net(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %x0 = qs.observe %x "x" : tensor<1x2xf32>
  return %x0 : tensor<1x2xf32>
}
//--- elided.mlir
func.func @net(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w1 = arith.constant dense_resource<__elided__> : tensor<2x2xf32>
  %m1 = qs.matmul %x, %w1 : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("fc1")
  return %m1 : tensor<1x2xf32>
}
//--- nan.mlir
func.func @net(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w1 = arith.constant dense<0x7FC00000> : tensor<2x2xf32>
  %m1 = qs.matmul %x, %w1 : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("fc1")
  return %m1 : tensor<1x2xf32>
}
//--- huge.mlir
func.func @net(%x: tensor<1x65536xf32>) -> tensor<1x65536xf32> {
  %w1 = arith.constant dense<0.5> : tensor<65536x65536xf32>
  %m1 = qs.matmul %x, %w1 : tensor<1x65536xf32>, tensor<65536x65536xf32> -> tensor<1x65536xf32> loc("fc1")
  return %m1 : tensor<1x65536xf32>
}
