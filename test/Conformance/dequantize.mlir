// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// CHECK-LABEL: @asymmetric
// CHECK-NEXT: out0: tensor<4xf32> = [-5, -4.5, 0, 122.5]
func.func @asymmetric() -> tensor<4xf32> {
  %w = arith.constant dense<[0, 1, 10, 255]> : tensor<4xi8>
  %q = qs.storage_cast %w : tensor<4xi8> -> tensor<4x!qs.q<uint8, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<10> : tensor<i32>
  %x = qs.dequantize %q scale %s zero_point %z
      : tensor<4x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<4xf32>
  return %x : tensor<4xf32>
}

// CHECK-LABEL: @axis
// CHECK-NEXT: = {{\[\[}}-2, 4], [-0.25, 0.25]]
func.func @axis() -> tensor<2x2xf32> {
  %w = arith.constant dense<[[-1, 2], [-1, 1]]> : tensor<2x2xi4>
  %q = qs.storage_cast %w : tensor<2x2xi4> -> tensor<2x2x!qs.q<int4, axis(0)>>
  %s = arith.constant dense<[2.0, 0.25]> : tensor<2xf32>
  %x = qs.dequantize %q scale %s
      : tensor<2x2x!qs.q<int4, axis(0)>>, tensor<2xf32> -> tensor<2x2xf32>
  return %x : tensor<2x2xf32>
}

// CHECK-LABEL: @group
// CHECK-NEXT: = {{\[\[}}0.5, 1, 6, 8], [10, 12, 28, 32]]
func.func @group() -> tensor<2x4xf32> {
  %w = arith.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi16>
  %q = qs.storage_cast %w : tensor<2x4xi16> -> tensor<2x4x!qs.q<int16, group(1, 2):f16>>
  %s = arith.constant dense<[[0.5, 2.0], [2.0, 4.0]]> : tensor<2x2xf16>
  %x = qs.dequantize %q scale %s
      : tensor<2x4x!qs.q<int16, group(1, 2):f16>>, tensor<2x2xf16> -> tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}

// The product is rounded to f32 first, then to the result's type.
// CHECK-LABEL: @narrow
// CHECK-NEXT: out0: tensor<2xf16> = [0.{{0*}}99{{.*}}, 12.7{{.*}}]
func.func @narrow() -> tensor<2xf16> {
  %w = arith.constant dense<[1, 127]> : tensor<2xi8>
  %q = qs.storage_cast %w : tensor<2xi8> -> tensor<2x!qs.q<int8, tensor>>
  %s = arith.constant dense<0.1> : tensor<f32>
  %x = qs.dequantize %q scale %s : tensor<2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<2xf16>
  return %x : tensor<2xf16>
}
