// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Ties go to even before the zero point is added; both ends saturate.
// CHECK-LABEL: @tensor
// CHECK-NEXT: out0: tensor<8x!qs.q<int8, tensor>> = [3, 5, 5, 3, 1, 127, -128, 3]
func.func @tensor() -> tensor<8x!qs.q<int8, tensor>> {
  %a = arith.constant dense<[1, 3, 5, -1, -3, 2147483647, -2147483648, 0]> : tensor<8xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i32>
  %q = qs.requantize half_even saturate %a multiplier %m zero_point(%z : tensor<i32>)
      : tensor<8xi32>, tensor<f32> -> tensor<8x!qs.q<int8, tensor>>
  return %q : tensor<8x!qs.q<int8, tensor>>
}

// One multiplier for each index of the last axis.
// CHECK-LABEL: @channels
// CHECK-NEXT: = {{\[\[}}50, 10, 0], [100, 20, 0]]
func.func @channels() -> tensor<2x3x!qs.q<uint8, tensor>> {
  %a = arith.constant dense<[[100, 100, 100], [200, 200, 200]]> : tensor<2x3xi32>
  %m = arith.constant dense<[0.5, 0.1, 0.0]> : tensor<3xf32>
  %q = qs.requantize half_even saturate %a multiplier %m
      : tensor<2x3xi32>, tensor<3xf32> -> tensor<2x3x!qs.q<uint8, tensor>>
  return %q : tensor<2x3x!qs.q<uint8, tensor>>
}

// From codes to codes: (q - 10) * 2 + 100.
// CHECK-LABEL: @codes
// CHECK-NEXT: = [80, 100, 255]
func.func @codes() -> tensor<3x!qs.q<uint8, tensor>> {
  %w = arith.constant dense<[0, 10, 200]> : tensor<3xi8>
  %x = qs.storage_cast %w : tensor<3xi8> -> tensor<3x!qs.q<uint8, tensor>>
  %m = arith.constant dense<2.0> : tensor<f32>
  %i = arith.constant dense<10> : tensor<i32>
  %z = arith.constant dense<100> : tensor<i32>
  %q = qs.requantize half_even saturate %x multiplier %m input_zp(%i : tensor<i32>) zero_point(%z : tensor<i32>)
      : tensor<3x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<3x!qs.q<uint8, tensor>>
  return %q : tensor<3x!qs.q<uint8, tensor>>
}

// The accumulator is rounded to f32 first: 2^24 + 1 counts as 2^24.
// CHECK-LABEL: @float_accumulator
// CHECK-NEXT: out0: {{.*}} = [1, 2]
// CHECK-NEXT: out1: {{.*}} = [2, 2]
func.func @float_accumulator() -> (tensor<2x!qs.q<int8, tensor>>, tensor<2x!qs.q<int8, tensor>>) {
  %a = arith.constant dense<[16777217, 16777218]> : tensor<2xi32>
  %m = arith.constant dense<5.9604644775390625e-8> : tensor<f32>
  %0 = qs.requantize ceil saturate %a multiplier %m : tensor<2xi32>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  %b = arith.constant dense<[3, 4]> : tensor<2xi32>
  %h = arith.constant dense<0.5> : tensor<f32>
  %1 = qs.requantize half_away saturate %b multiplier %h : tensor<2xi32>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  return %0, %1 : tensor<2x!qs.q<int8, tensor>>, tensor<2x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @narrow_wrap
// CHECK-NEXT: = [-8, 7, 0]
func.func @narrow_wrap() -> tensor<3x!qs.q<int4, tensor>> {
  %a = arith.constant dense<[8, 7, 16]> : tensor<3xi32>
  %m = arith.constant dense<1.0> : tensor<f32>
  %q = qs.requantize half_even wrap %a multiplier %m : tensor<3xi32>, tensor<f32> -> tensor<3x!qs.q<int4, tensor>>
  return %q : tensor<3x!qs.q<int4, tensor>>
}
