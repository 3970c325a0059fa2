// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Sums of q - 10; padding counts as zero.
// CHECK-LABEL: @padding
// CHECK-NEXT: out0: tensor<1x2x2x1xi32> = {{\[\[\[\[}}-10], [10]], {{\[\[}}70], [375]]]]
func.func @padding() -> tensor<1x2x2x1xi32> {
  %w = arith.constant dense<[[[[0], [10], [20]], [[30], [40], [50]], [[60], [70], [255]]]]> : tensor<1x3x3x1xi8>
  %q = qs.storage_cast %w : tensor<1x3x3x1xi8> -> tensor<1x3x3x1x!qs.q<uint8, tensor>>
  %z = arith.constant dense<10> : tensor<i32>
  %y = qs.sum_pool2d %q zero_point(%z : tensor<i32>) kernel [2, 2] stride [2, 2] pad [1, 0, 1, 0]
      : tensor<1x3x3x1x!qs.q<uint8, tensor>> -> tensor<1x2x2x1xi32>
  return %y : tensor<1x2x2x1xi32>
}

// A global average pool, with its requantization: 100 / 4.
// CHECK-LABEL: @average
// CHECK-NEXT: out0: {{.*}} = {{\[\[\[\[}}100, -6]]]]
// CHECK-NEXT: out1: {{.*}} = {{\[\[\[\[}}25, -2]]]]
func.func @average() -> (tensor<1x1x1x2xi32>, tensor<1x1x1x2x!qs.q<int8, tensor>>) {
  %w = arith.constant dense<[[[[10, -1], [20, -2]], [[30, -3], [40, 0]]]]> : tensor<1x2x2x2xi8>
  %q = qs.storage_cast %w : tensor<1x2x2x2xi8> -> tensor<1x2x2x2x!qs.q<int8, tensor>>
  %s = qs.sum_pool2d %q kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0]
      : tensor<1x2x2x2x!qs.q<int8, tensor>> -> tensor<1x1x1x2xi32>
  %m = arith.constant dense<0.25> : tensor<f32>
  %y = qs.requantize half_even saturate %s multiplier %m
      : tensor<1x1x1x2xi32>, tensor<f32> -> tensor<1x1x1x2x!qs.q<int8, tensor>>
  return %s, %y : tensor<1x1x1x2xi32>, tensor<1x1x1x2x!qs.q<int8, tensor>>
}
