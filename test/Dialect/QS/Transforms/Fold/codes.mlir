// RUN: qs-opt %s --qs-fold-qdq | FileCheck %s
// RUN: qs-run %s --all --engine interp | FileCheck %s --check-prefix=EXEC
// RUN: qs-opt %s --qs-fold-qdq | qs-run - --all --engine %qs_engines | FileCheck %s --check-prefix=EXEC

// Scales of groups stay with the weights; the scale of the activations and the
// bias follow the sums as floats.
// CHECK-LABEL: @groups
// CHECK: qs.matmul %{{.*}}, %{{.*}} rhs_scale(%{{.*}} : tensor<2x2xf32>) : tensor<1x4x!qs.q<int8, tensor>>, tensor<4x2x!qs.q<int4, group(0, 2)>> -> tensor<1x2xf32>
// CHECK: tosa.mul
// CHECK: tosa.add
// CHECK-NOT: qs.dequantize
// EXEC-LABEL: @groups
// EXEC-NEXT: = {{\[\[}}-3, 14.75]]
func.func @groups() -> tensor<1x2xf32> {
  %qi = arith.constant dense<[[1, -2, 3, 4]]> : tensor<1x4xi8>
  %q = qs.storage_cast %qi : tensor<1x4xi8> -> tensor<1x4x!qs.q<int8, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<[[2.0, 0.5], [1.0, 0.25]]> : tensor<2x2xf32>
  %wi = arith.constant dense<[[1, -7], [2, 3], [-1, 0], [-1, 7]]> : tensor<4x2xi4>
  %wq = qs.storage_cast %wi : tensor<4x2xi4> -> tensor<4x2x!qs.q<int4, group(0, 2)>>
  %w = qs.dequantize %wq scale %ws : tensor<4x2x!qs.q<int4, group(0, 2)>>, tensor<2x2xf32> -> tensor<4x2xf32>
  %d = qs.dequantize %q scale %s : tensor<1x4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x4xf32>
  %b = arith.constant dense<[3.5, 14.5]> : tensor<2xf32>
  %m = qs.matmul %d, %w bias(%b : tensor<2xf32>) : tensor<1x4xf32>, tensor<4x2xf32> -> tensor<1x2xf32>
  return %m : tensor<1x2xf32>
}

// The power of two of a fixed-point code goes into the multiplier: log2_4 words
// 7, 5, 9 stand for 1, 1/4, -1/64.
// CHECK-LABEL: @log2
// CHECK: qs.matmul {{.*}} tensor<3x1x!qs.q<log2_4, tensor>> -> tensor<1x1xi32>
// EXEC-LABEL: @log2
// EXEC-NEXT: = {{\[\[}}22]]
func.func @log2() -> tensor<1x1x!qs.q<int8, tensor>> {
  %qi = arith.constant dense<[[10, 20, 64]]> : tensor<1x3xi8>
  %q = qs.storage_cast %qi : tensor<1x3xi8> -> tensor<1x3x!qs.q<int8, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<3.125> : tensor<f32>
  %wi = arith.constant dense<[[7], [5], [9]]> : tensor<3x1xi4>
  %wq = qs.storage_cast %wi : tensor<3x1xi4> -> tensor<3x1x!qs.q<log2_4, tensor>>
  %w = qs.dequantize %wq scale %ws : tensor<3x1x!qs.q<log2_4, tensor>>, tensor<f32> -> tensor<3x1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x3x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x3xf32>
  %m = qs.matmul %d, %w : tensor<1x3xf32>, tensor<3x1xf32> -> tensor<1x1xf32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %y = qs.quantize half_even round_then_add saturate %m scale %one
      : tensor<1x1xf32>, tensor<f32> -> tensor<1x1x!qs.q<int8, tensor>>
  return %y : tensor<1x1x!qs.q<int8, tensor>>
}

// A codebook of i8 for each output channel of a convolution.
// CHECK-LABEL: @codebook
// CHECK: qs.conv2d {{.*}} weight_codebook(%{{.*}} : tensor<2x4xi8>)
// EXEC-LABEL: @codebook
// EXEC-NEXT: = {{\[\[\[\[}}-10, 5]]]]
func.func @codebook() -> tensor<1x1x1x2xf32> {
  %qi = arith.constant dense<[[[[1, 2]]]]> : tensor<1x1x1x2xi8>
  %q = qs.storage_cast %qi : tensor<1x1x1x2xi8> -> tensor<1x1x1x2x!qs.q<int8, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<[0.25, 1.0]> : tensor<2xf32>
  %cb = arith.constant dense<[[-128, 0, 48, 3], [0, -2, 5, 6]]> : tensor<2x4xi8>
  %wi = arith.constant dense<[[[[2, 0]]], [[[3, 1]]]]> : tensor<2x1x1x2xi2>
  %wq = qs.storage_cast %wi : tensor<2x1x1x2xi2> -> tensor<2x1x1x2x!qs.q<codebook2, axis(0)>>
  %w = qs.dequantize %wq scale %ws codebook %cb
      : tensor<2x1x1x2x!qs.q<codebook2, axis(0)>>, tensor<2xf32>, tensor<2x4xi8> -> tensor<2x1x1x2xf32>
  %d = qs.dequantize %q scale %s : tensor<1x1x1x2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x1x1x2xf32>
  %b = arith.constant dense<[16.0, 4.0]> : tensor<2xf32>
  %m = qs.conv2d %d, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] bias(%b : tensor<2xf32>)
      : tensor<1x1x1x2xf32>, tensor<2x1x1x2xf32> -> tensor<1x1x1x2xf32>
  return %m : tensor<1x1x1x2xf32>
}

// Zero points and codebooks of groups go into the layout of the qs op.
// CHECK-LABEL: @group_zeros
// CHECK-DAG: %[[Z:.+]] = arith.constant dense<{{\[\[}}0, 1], [2, 3]]> : tensor<2x2xi32>
// CHECK: qs.matmul {{.*}} rhs_zp(%[[Z]] : tensor<2x2xi32>) rhs_scale(%{{.*}} : tensor<2x2xf32>)
// CHECK-NOT: qs.dequantize
// EXEC-LABEL: @group_zeros
// EXEC-NEXT: = {{\[\[\[}}7.5, -1.125]]]
func.func @group_zeros() -> tensor<1x1x2xf32> {
  %qi = arith.constant dense<[[[1, -2, 3, 4]]]> : tensor<1x1x4xi8>
  %q = qs.storage_cast %qi : tensor<1x1x4xi8> -> tensor<1x1x4x!qs.q<int8, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<[[[2.0, 0.5], [1.0, 0.25]]]> : tensor<1x2x2xf32>
  %wz = arith.constant dense<[[[0, 1], [2, 3]]]> : tensor<1x2x2xi32>
  %wi = arith.constant dense<[[[1, -7], [2, 3], [5, 0], [5, 1]]]> : tensor<1x4x2xi4>
  %wq = qs.storage_cast %wi : tensor<1x4x2xi4> -> tensor<1x4x2x!qs.q<uint4, group(1, 2)>>
  %w = qs.dequantize %wq scale %ws zero_point %wz
      : tensor<1x4x2x!qs.q<uint4, group(1, 2)>>, tensor<1x2x2xf32>, tensor<1x2x2xi32> -> tensor<1x4x2xf32>
  %d = qs.dequantize %q scale %s : tensor<1x1x4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x1x4xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %m = tosa.matmul %d, %w, %f0, %f0 : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %m : tensor<1x1x2xf32>
}

// CHECK-LABEL: @group_codebooks
// CHECK: qs.matmul {{.*}} rhs_scale(%{{.*}} : tensor<2x1xf32>) rhs_codebook(%{{.*}} : tensor<2x1x4xi8>)
// CHECK-NOT: qs.dequantize
// EXEC-LABEL: @group_codebooks
// EXEC-NEXT: = {{\[\[\[}}-105.25]]]
func.func @group_codebooks() -> tensor<1x1x1xf32> {
  %qi = arith.constant dense<[[[1, 2, 3, 4]]]> : tensor<1x1x4xi8>
  %q = qs.storage_cast %qi : tensor<1x1x4xi8> -> tensor<1x1x4x!qs.q<int8, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<[[[2.0], [0.5]]]> : tensor<1x2x1xf32>
  %cb = arith.constant dense<[[[[-100, 37, -8, 0]], [[1, 5, 6, 7]]]]> : tensor<1x2x1x4xi8>
  %wi = arith.constant dense<[[[0], [-2], [1], [-1]]]> : tensor<1x4x1xi2>
  %wq = qs.storage_cast %wi : tensor<1x4x1xi2> -> tensor<1x4x1x!qs.q<codebook2, group(1, 2)>>
  %w = qs.dequantize %wq scale %ws codebook %cb
      : tensor<1x4x1x!qs.q<codebook2, group(1, 2)>>, tensor<1x2x1xf32>, tensor<1x2x1x4xi8> -> tensor<1x4x1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x1x4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x1x4xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %m = tosa.matmul %d, %w, %f0, %f0 : (tensor<1x1x4xf32>, tensor<1x4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %m : tensor<1x1x1xf32>
}
