// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Wrapping keeps the low bits of integers that leave i32 as well, and infinities
// count as 2^40, whose low bits are 0.

// 2e9 * 1.5 = 3e9 = 45776 * 2^16 + 24064.
// CHECK-LABEL: @requantize
// CHECK-NEXT: = [24064, -24064]
func.func @requantize() -> tensor<2x!qs.q<int16>> {
  %a = arith.constant dense<[2000000000, -2000000000]> : tensor<2xi32>
  %m = arith.constant dense<1.5> : tensor<f32>
  %r = qs.requantize half_even wrap %a multiplier %m : tensor<2xi32>, tensor<f32> -> tensor<2x!qs.q<int16>>
  return %r : tensor<2x!qs.q<int16>>
}

// (2^31 - 1) * 2 = 2^32 - 2.
// CHECK-LABEL: @requantize_fixed
// CHECK-NEXT: = [-2, 2]
func.func @requantize_fixed() -> tensor<2x!qs.q<int8>> {
  %a = arith.constant dense<[2147483647, -2147483647]> : tensor<2xi32>
  %m = arith.constant dense<2> : tensor<i32>
  %s = arith.constant dense<0> : tensor<i8>
  %r = qs.requantize_fixed single wrap %a multiplier %m shift %s
      : tensor<2xi32>, tensor<i32>, tensor<i8> -> tensor<2x!qs.q<int8>>
  return %r : tensor<2x!qs.q<int8>>
}

// CHECK-LABEL: @quantize
// CHECK-NEXT: = [0, 0, 4, 44]
func.func @quantize() -> tensor<4x!qs.q<uint8, tensor>> {
  %x = arith.constant dense<[0x7F800000, 0xFF800000, 260.0, 300.0]> : tensor<4xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add wrap %x scale %s
      : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<uint8, tensor>>
  return %q : tensor<4x!qs.q<uint8, tensor>>
}
