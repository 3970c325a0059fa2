// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Not the identity: values move to the grid and saturate; NaN becomes 0.
// CHECK-LABEL: @grid
// CHECK-NEXT: out0: tensor<6xf32> = [0, 0.5, 1, 3.5, -4, 0]
func.func @grid() -> tensor<6xf32> {
  %x = arith.constant dense<[0.2, 0.4, 1.2, 9.0, -9.0, 0x7FC00000]> : tensor<6xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<int4, tensor>
      : tensor<6xf32>, tensor<f32>
  return %f : tensor<6xf32>
}

// CHECK-LABEL: @axis
// CHECK-NEXT: = {{\[\[}}1, 0], [1.5, 4]]
func.func @axis() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[1.1, 1.1], [1.6, 3.0]]> : tensor<2x2xf32>
  %s = arith.constant dense<[0.5, 4.0]> : tensor<2xf32>
  %z = arith.constant dense<[1, 2]> : tensor<2xi32>
  %f = qs.fake_quantize half_even round_then_add saturate %x scale %s zero_point %z as !qs.q<uint8, axis(1)>
      : tensor<2x2xf32>, tensor<2xf32>, tensor<2xi32>
  return %f : tensor<2x2xf32>
}
