// RUN: split-file %s %t
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/all.yaml | FileCheck %t/net.mlir
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/bad.yaml 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: error: {{.*}}layer 'ternary': quantizer 'twn' does not take the code 'int4', expected one of absmax mse mx nvfp4

//--- all.yaml
version: 1
defaults:
  activations: {code: f32}
layers:
  - match: ternary
    weights: {code: ternary, scale: tensor, quantizer: twn}
  - match: ttq
    weights: {code: codebook2, scale: tensor, quantizer: ttq, codebook: scale:f32}
  - match: shared
    weights: {code: codebook1, scale: axis}
  - match: own
    weights: {code: codebook1, scale: axis, codebook: scale:f16}
  - match: mx
    weights: {code: f4e2m1, scale: "group2:e8m0"}
  - match: nv
    weights: {code: f4e2m1, scale: "group2:e4m3"}
  - match: half
    weights: {code: f16, scale: none}

//--- bad.yaml
version: 1
layers:
  - match: ternary
    weights: {code: int4, quantizer: twn}

//--- net.mlir
// The weights [[4, -4, 0.5, -1], [2, 2, 0.25, -2]] in each code.

// TWN: threshold 0.7 mean|w| = 1.378, scale the mean of 4, 4, 2, 2, 2.
// CHECK-LABEL: @ternary
// CHECK-DAG: %[[W:.*]] = qs.storage_cast %[[C:.*]] : tensor<2x4xi2>
// CHECK-DAG: %[[C]] = arith.constant dense<{{\[\[}}1, -1, 0, 0], [1, 1, 0, -1]]> : tensor<2x4xi2>
// CHECK-DAG: dense<2.800000e+00> : tensor<f32>
// CHECK: qs.dequantize %[[W]]
func.func @ternary(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[4.0, -4.0, 0.5, -1.0], [2.0, 2.0, 0.25, -2.0]]> : tensor<2x4xf32>
  %y = qs.matmul %x, %w transpose_rhs : tensor<1x4xf32>, tensor<2x4xf32> -> tensor<1x2xf32> loc("ternary")
  return %y : tensor<1x2xf32>
}

// CHECK-LABEL: @ttq
// CHECK: qs.dequantize %{{.*}} scale %{{.*}} codebook %{{.*}} : tensor<2x4x!qs.q<codebook2, tensor>>, tensor<f32>, tensor<4xf32>
func.func @ttq(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[4.0, -4.0, 0.5, -1.0], [2.0, 2.0, 0.25, -2.0]]> : tensor<2x4xf32>
  %y = qs.matmul %x, %w transpose_rhs : tensor<1x4xf32>, tensor<2x4xf32> -> tensor<1x2xf32> loc("ttq")
  return %y : tensor<1x2xf32>
}

// CHECK-LABEL: @shared
// CHECK: qs.dequantize %{{.*}} codebook %{{.*}} : tensor<2x4x!qs.q<codebook1, axis(0)>>, tensor<2xf32>, tensor<2xi8>
func.func @shared(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[4.0, -4.0, 0.5, -1.0], [2.0, 2.0, 0.25, -2.0]]> : tensor<2x4xf32>
  %y = qs.matmul %x, %w transpose_rhs : tensor<1x4xf32>, tensor<2x4xf32> -> tensor<1x2xf32> loc("shared")
  return %y : tensor<1x2xf32>
}

// CHECK-LABEL: @own
// CHECK: qs.dequantize %{{.*}} codebook %{{.*}} : tensor<2x4x!qs.q<codebook1, axis(0)>>, tensor<2xf32>, tensor<2x2xf16>
func.func @own(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[4.0, -4.0, 0.5, -1.0], [2.0, 2.0, 0.25, -2.0]]> : tensor<2x4xf32>
  %y = qs.matmul %x, %w transpose_rhs : tensor<1x4xf32>, tensor<2x4xf32> -> tensor<1x2xf32> loc("own")
  return %y : tensor<1x2xf32>
}

// Shared exponents floor(log2 4) - 2 = 0, -2, -1, -1.
// CHECK-LABEL: @mx
// CHECK-DAG: dense<{{\[\[}}1.000000e+00, 2.500000e-01], [5.000000e-01, 5.000000e-01]]> : tensor<2x2xf8E8M0FNU>
// CHECK-DAG: tensor<2x4x!qs.q<f4e2m1, group(1, 2):e8m0>>
func.func @mx(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[4.0, -4.0, 0.5, -1.0], [2.0, 2.0, 0.25, -2.0]]> : tensor<2x4xf32>
  %y = qs.matmul %x, %w transpose_rhs : tensor<1x4xf32>, tensor<2x4xf32> -> tensor<1x2xf32> loc("mx")
  return %y : tensor<1x2xf32>
}

// The second level is a power of two behind the dequantize.
// CHECK-LABEL: @nv
// CHECK: %[[D:.*]] = qs.dequantize %{{.*}} : tensor<2x4x!qs.q<f4e2m1, group(1, 2):e4m3>>, tensor<2x2xf8E4M3FN>
// CHECK: tosa.mul %[[D]]
func.func @nv(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[4.0, -4.0, 0.5, -1.0], [2.0, 2.0, 0.25, -2.0]]> : tensor<2x4xf32>
  %y = qs.matmul %x, %w transpose_rhs : tensor<1x4xf32>, tensor<2x4xf32> -> tensor<1x2xf32> loc("nv")
  return %y : tensor<1x2xf32>
}

// CHECK-LABEL: @half
// CHECK: qs.dequantize %{{.*}} : tensor<2x4x!qs.q<f16, tensor>>
func.func @half(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[4.0, -4.0, 0.5, -1.0], [2.0, 2.0, 0.25, -2.0]]> : tensor<2x4xf32>
  %y = qs.matmul %x, %w transpose_rhs : tensor<1x4xf32>, tensor<2x4xf32> -> tensor<1x2xf32> loc("half")
  return %y : tensor<1x2xf32>
}
