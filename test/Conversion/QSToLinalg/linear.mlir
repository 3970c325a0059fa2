// RUN: qs-opt %s --convert-qs-to-linalg | FileCheck %s

// CHECK-LABEL: func @matmul(
// CHECK-SAME: tensor<4x16xi8>, %[[B:.*]]: tensor<8x16xi8>
func.func @matmul(%a: tensor<4x16x!qs.q<uint8, tensor>>, %b: tensor<8x16x!qs.q<int8, axis(0)>>,
                  %az: tensor<i32>, %bias: tensor<8xi32>) -> tensor<4x8xi32> {
  // CHECK: linalg.transpose ins(%[[B]]
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "reduction", "parallel"]
  // CHECK: arith.extui %{{.*}} : i8 to i32
  // CHECK: arith.extsi %{{.*}} : i8 to i32
  // CHECK: arith.subi
  // CHECK: arith.muli
  // CHECK: arith.addi
  // The bias comes last.
  // CHECK: linalg.generic
  // CHECK: arith.addi
  %0 = qs.matmul %a, %b transpose_rhs lhs_zp(%az : tensor<i32>) bias(%bias : tensor<8xi32>)
      : tensor<4x16x!qs.q<uint8, tensor>>, tensor<8x16x!qs.q<int8, axis(0)>> -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}

// Padded positions hold the zero point, which is limited to its code first.
// CHECK-LABEL: func @conv(
func.func @conv(%x: tensor<1x8x8x4x!qs.q<uint8, tensor>>, %w: tensor<8x3x3x4x!qs.q<int8, axis(0)>>,
                %zp: tensor<i32>) -> tensor<1x4x4x8xi32> {
  // CHECK: %[[Z:.*]] = tensor.extract
  // CHECK: %[[LOW:.*]] = arith.maxsi %[[Z]], %c0_i32
  // CHECK: %[[IN:.*]] = arith.minsi %[[LOW]], %c255_i32
  // CHECK: %[[FILL:.*]] = arith.trunci %[[IN]] : i32 to i8
  // CHECK: tensor.pad
  // CHECK: tensor.yield %[[FILL]]
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "parallel"]
  %0 = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [2, 2] dilation [1, 1] input_zp(%zp : tensor<i32>)
      : tensor<1x8x8x4x!qs.q<uint8, tensor>>, tensor<8x3x3x4x!qs.q<int8, axis(0)>> -> tensor<1x4x4x8xi32>
  return %0 : tensor<1x4x4x8xi32>
}

// CHECK-LABEL: func @depthwise(
func.func @depthwise(%x: tensor<1x8x8x4x!qs.q<uint8, tensor>>, %w: tensor<4x3x3x1x!qs.q<int8>>) -> tensor<1x6x6x4xi32> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 4
      : tensor<1x8x8x4x!qs.q<uint8, tensor>>, tensor<4x3x3x1x!qs.q<int8>> -> tensor<1x6x6x4xi32>
  return %0 : tensor<1x6x6x4xi32>
}

// CHECK-LABEL: func @grouped(
func.func @grouped(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x3x2xf32>) -> tensor<1x6x6x6xf32> {
  // CHECK: tensor.expand_shape
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "parallel"]
  // CHECK: arith.mulf
  // CHECK: arith.addf
  // CHECK: tensor.collapse_shape
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2
      : tensor<1x8x8x4xf32>, tensor<6x3x3x2xf32> -> tensor<1x6x6x6xf32>
  return %0 : tensor<1x6x6x6xf32>
}

// Weights are transposed here, not at run time.
// CHECK-LABEL: func @constant_weights(
func.func @constant_weights(%a: tensor<1x2xf32>) -> tensor<1x3xf32> {
  %b = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  // CHECK: arith.constant dense<{{\[\[}}1.000000e+00, 3.000000e+00, 5.000000e+00], [2.000000e+00, 4.000000e+00, 6.000000e+00]]> : tensor<2x3xf32>
  // CHECK-NOT: linalg.transpose
  %0 = qs.matmul %a, %b transpose_rhs : tensor<1x2xf32>, tensor<3x2xf32> -> tensor<1x3xf32>
  return %0 : tensor<1x3xf32>
}
