// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// The example of the specification.
// CHECK-LABEL: @int8_half_even
// CHECK-NEXT: out0: tensor<7x!qs.q<int8, tensor>> = [2, -2, 2, 4, 127, -128, 127]
func.func @int8_half_even() -> tensor<7x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[1.7, -1.7, 2.5, 3.5, 300.0, -300.0, 127.6]> : tensor<7xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<7xf32>, tensor<f32> -> tensor<7x!qs.q<int8, tensor>>
  return %q : tensor<7x!qs.q<int8, tensor>>
}

// NaN becomes the zero point, infinities saturate, subnormals are small.
// CHECK-LABEL: @special_values
// CHECK-NEXT: = [3, 127, -128, 3, 3, 3]
func.func @special_values() -> tensor<6x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[0x7FC00000, 0x7F800000, 0xFF800000, 1.0e-45, -0.0, 0x7F800001]> : tensor<6xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<6xf32>, tensor<f32>, tensor<i32> -> tensor<6x!qs.q<int8, tensor>>
  return %q : tensor<6x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @half_away
// CHECK-NEXT: = [3, -3, 1, -1, 2]
func.func @half_away() -> tensor<5x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[2.5, -2.5, 0.5, -0.5, 2.4]> : tensor<5xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_away round_then_add saturate %x scale %s
      : tensor<5xf32>, tensor<f32> -> tensor<5x!qs.q<int8, tensor>>
  return %q : tensor<5x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @half_up
// CHECK-NEXT: = [3, -2, 1, 0, 2]
func.func @half_up() -> tensor<5x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[2.5, -2.5, 0.5, -0.5, 2.4]> : tensor<5xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_up round_then_add saturate %x scale %s
      : tensor<5xf32>, tensor<f32> -> tensor<5x!qs.q<int8, tensor>>
  return %q : tensor<5x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @floor
// CHECK-NEXT: = [2, -3, 0, -1, 2]
func.func @floor() -> tensor<5x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[2.5, -2.5, 0.5, -0.5, 2.0]> : tensor<5xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize floor round_then_add saturate %x scale %s
      : tensor<5xf32>, tensor<f32> -> tensor<5x!qs.q<int8, tensor>>
  return %q : tensor<5x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @ceil
// CHECK-NEXT: = [3, -2, 1, 0, 2]
func.func @ceil() -> tensor<5x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[2.5, -2.5, 0.5, -0.5, 2.0]> : tensor<5xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize ceil round_then_add saturate %x scale %s
      : tensor<5xf32>, tensor<f32> -> tensor<5x!qs.q<int8, tensor>>
  return %q : tensor<5x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @toward_zero
// CHECK-NEXT: = [2, -2, 0, 0, 2]
func.func @toward_zero() -> tensor<5x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[2.5, -2.5, 0.9, -0.9, 2.0]> : tensor<5xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize toward_zero round_then_add saturate %x scale %s
      : tensor<5xf32>, tensor<f32> -> tensor<5x!qs.q<int8, tensor>>
  return %q : tensor<5x!qs.q<int8, tensor>>
}

// The two orders differ at ties where the zero point is odd.
// CHECK-LABEL: @order
// CHECK-NEXT: out0: {{.*}} = [1, 3, 3, 0]
// CHECK-NEXT: out1: {{.*}} = [2, 2, 4, 0]
func.func @order() -> (tensor<4x!qs.q<uint8, tensor>>, tensor<4x!qs.q<uint8, tensor>>) {
  %x = arith.constant dense<[0.5, 1.5, 2.5, -9.0]> : tensor<4xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %z = arith.constant dense<1> : tensor<i32>
  %0 = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<4xf32>, tensor<f32>, tensor<i32> -> tensor<4x!qs.q<uint8, tensor>>
  %1 = qs.quantize half_even add_then_round saturate %x scale %s zero_point %z
      : tensor<4xf32>, tensor<f32>, tensor<i32> -> tensor<4x!qs.q<uint8, tensor>>
  return %0, %1 : tensor<4x!qs.q<uint8, tensor>>, tensor<4x!qs.q<uint8, tensor>>
}

// Wrapping keeps the low bits: 300 - 256 = 44.
// CHECK-LABEL: @wrap
// CHECK-NEXT: = [44, -44, -128, 127]
func.func @wrap() -> tensor<4x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[300.0, -300.0, 128.0, 127.0]> : tensor<4xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add wrap %x scale %s
      : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %q : tensor<4x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @widths
// CHECK-NEXT: out0: {{.*}} = [-1, 0, 0]
// CHECK-NEXT: out1: {{.*}} = [0, 1, 1]
// CHECK-NEXT: out2: {{.*}} = [-8, 1, 7]
// CHECK-NEXT: out3: {{.*}} = [0, 1, 100]
// CHECK-NEXT: out4: {{.*}} = [-100, 1, 100]
// CHECK-NEXT: out5: {{.*}} = [0, 1, 100]
func.func @widths() -> (tensor<3x!qs.q<int1, tensor>>, tensor<3x!qs.q<uint1, tensor>>,
                        tensor<3x!qs.q<int4, tensor>>, tensor<3x!qs.q<uint7, tensor>>,
                        tensor<3x!qs.q<int16, tensor>>, tensor<3x!qs.q<uint16, tensor>>) {
  %x = arith.constant dense<[-100.0, 1.0, 100.0]> : tensor<3xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %0 = qs.quantize half_even round_then_add saturate %x scale %s : tensor<3xf32>, tensor<f32> -> tensor<3x!qs.q<int1, tensor>>
  %1 = qs.quantize half_even round_then_add saturate %x scale %s : tensor<3xf32>, tensor<f32> -> tensor<3x!qs.q<uint1, tensor>>
  %2 = qs.quantize half_even round_then_add saturate %x scale %s : tensor<3xf32>, tensor<f32> -> tensor<3x!qs.q<int4, tensor>>
  %3 = qs.quantize half_even round_then_add saturate %x scale %s : tensor<3xf32>, tensor<f32> -> tensor<3x!qs.q<uint7, tensor>>
  %4 = qs.quantize half_even round_then_add saturate %x scale %s : tensor<3xf32>, tensor<f32> -> tensor<3x!qs.q<int16, tensor>>
  %5 = qs.quantize half_even round_then_add saturate %x scale %s : tensor<3xf32>, tensor<f32> -> tensor<3x!qs.q<uint16, tensor>>
  return %0, %1, %2, %3, %4, %5 : tensor<3x!qs.q<int1, tensor>>, tensor<3x!qs.q<uint1, tensor>>,
      tensor<3x!qs.q<int4, tensor>>, tensor<3x!qs.q<uint7, tensor>>,
      tensor<3x!qs.q<int16, tensor>>, tensor<3x!qs.q<uint16, tensor>>
}

// CHECK-LABEL: @axis
// CHECK-NEXT: = {{\[\[}}4, 2], [6, 2], [8, 2]]
func.func @axis() -> tensor<3x2x!qs.q<int8, axis(1)>> {
  %x = arith.constant dense<[[2.0, 4.0], [3.0, 4.0], [4.0, 4.0]]> : tensor<3x2xf32>
  %s = arith.constant dense<[0.5, 2.0]> : tensor<2xf32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<3x2xf32>, tensor<2xf32> -> tensor<3x2x!qs.q<int8, axis(1)>>
  return %q : tensor<3x2x!qs.q<int8, axis(1)>>
}

// Groups of two along axis 1, scales stored as f16 and as powers of two.
// CHECK-LABEL: @group
// CHECK-NEXT: out0: {{.*}} = {{\[\[}}9, 9, 6, 6], [5, 5, 3, 3]]
// CHECK-NEXT: out1: {{.*}} = {{\[\[}}8, 8, 4, 4], [2, 2, 1, 1]]
func.func @group() -> (tensor<2x4x!qs.q<int8, group(1, 2):f16>>, tensor<2x4x!qs.q<int8, group(1, 2):e8m0>>) {
  %x = arith.constant dense<4.0> : tensor<2x4xf32>
  %s = arith.constant dense<[[0.5, 1.0], [2.0, 4.0]]> : tensor<2x2xf16>
  %z = arith.constant dense<[[1, 2], [3, 2]]> : tensor<2x2xi32>
  %0 = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<2x4xf32>, tensor<2x2xf16>, tensor<2x2xi32> -> tensor<2x4x!qs.q<int8, group(1, 2):f16>>
  %e = arith.constant dense<[[0.5, 1.0], [2.0, 4.0]]> : tensor<2x2xf8E8M0FNU>
  %1 = qs.quantize half_even round_then_add saturate %x scale %e
      : tensor<2x4xf32>, tensor<2x2xf8E8M0FNU> -> tensor<2x4x!qs.q<int8, group(1, 2):e8m0>>
  return %0, %1 : tensor<2x4x!qs.q<int8, group(1, 2):f16>>, tensor<2x4x!qs.q<int8, group(1, 2):e8m0>>
}

// The quotient of f64 is f64: 2.9999999 is 3 in f32.
// CHECK-LABEL: @wide
// CHECK-NEXT: out0: {{.*}} = [2]
// CHECK-NEXT: out1: {{.*}} = [3]
func.func @wide() -> (tensor<1x!qs.q<int8, tensor>>, tensor<1x!qs.q<int8, tensor>>) {
  %x = arith.constant dense<[2.9999999]> : tensor<1xf64>
  %y = arith.constant dense<[2.9999999]> : tensor<1xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %0 = qs.quantize floor round_then_add saturate %x scale %s : tensor<1xf64>, tensor<f32> -> tensor<1x!qs.q<int8, tensor>>
  %1 = qs.quantize floor round_then_add saturate %y scale %s : tensor<1xf32>, tensor<f32> -> tensor<1x!qs.q<int8, tensor>>
  return %0, %1 : tensor<1x!qs.q<int8, tensor>>, tensor<1x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @empty
// CHECK-NEXT: out0: tensor<0x3x!qs.q<int8, tensor>> = []
func.func @empty() -> tensor<0x3x!qs.q<int8, tensor>> {
  %x = arith.constant dense<> : tensor<0x3xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<0x3xf32>, tensor<f32> -> tensor<0x3x!qs.q<int8, tensor>>
  return %q : tensor<0x3x!qs.q<int8, tensor>>
}
