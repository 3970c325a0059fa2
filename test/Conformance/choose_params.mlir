// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// [-1, 3] over 0..255: s = 4/255, z = round(0 + 1/s) = 64 (63.75).
// CHECK-LABEL: @asymmetric
// CHECK-NEXT: out0: tensor<f32> = 0.01568627{{.*}}
// CHECK-NEXT: out1: tensor<i32> = 64
func.func @asymmetric() -> (tensor<f32>, tensor<i32>) {
  %x = arith.constant dense<[[-1.0, 0.5], [3.0, 2.0]]> : tensor<2x2xf32>
  %s, %z = qs.choose_params %x as !qs.q<uint8, tensor> : tensor<2x2xf32> -> tensor<f32>, tensor<i32>
  return %s, %z : tensor<f32>, tensor<i32>
}

// The range is widened to hold 0.
// CHECK-LABEL: @positive_only
// CHECK-NEXT: out0: tensor<f32> = 2
// CHECK-NEXT: out1: tensor<i32> = 0
func.func @positive_only() -> (tensor<f32>, tensor<i32>) {
  %x = arith.constant dense<[510.0, 255.0]> : tensor<2xf32>
  %s, %z = qs.choose_params %x as !qs.q<uint8, tensor> : tensor<2xf32> -> tensor<f32>, tensor<i32>
  return %s, %z : tensor<f32>, tensor<i32>
}

// CHECK-LABEL: @symmetric
// CHECK-NEXT: out0: tensor<f32> = 2
// CHECK-NEXT: out1: tensor<i32> = 0
func.func @symmetric() -> (tensor<f32>, tensor<i32>) {
  %x = arith.constant dense<[-254.0, 3.0]> : tensor<2xf32>
  %s, %z = qs.choose_params symmetric %x as !qs.q<int8, tensor> : tensor<2xf32> -> tensor<f32>, tensor<i32>
  return %s, %z : tensor<f32>, tensor<i32>
}

// A tensor of zeros keeps a legal scale.
// CHECK-LABEL: @zeros
// CHECK-NEXT: out0: tensor<f32> = 1
// CHECK-NEXT: out1: tensor<i32> = -128
// CHECK-NEXT: out2: tensor<f32> = 1
// CHECK-NEXT: out3: tensor<i32> = 0
func.func @zeros() -> (tensor<f32>, tensor<i32>, tensor<f32>, tensor<i32>) {
  %x = arith.constant dense<0.0> : tensor<4xf32>
  %s, %z = qs.choose_params %x as !qs.q<int8, tensor> : tensor<4xf32> -> tensor<f32>, tensor<i32>
  %t, %y = qs.choose_params symmetric %x as !qs.q<int8, tensor> : tensor<4xf32> -> tensor<f32>, tensor<i32>
  return %s, %z, %t, %y : tensor<f32>, tensor<i32>, tensor<f32>, tensor<i32>
}

// One scale for each row: all zeros, one that holds NaN, one of one sign.
// CHECK-LABEL: @rows
// CHECK-NEXT: out0: tensor<3xf32> = [1, 2, 0.5]
// CHECK-NEXT: out1: tensor<3xi32> = [0, 0, 0]
// CHECK-NEXT: out2: tensor<3xf32> = [1, 1, 0.25]
// CHECK-NEXT: out3: tensor<3xi32> = [0, 255, 0]
func.func @rows() -> (tensor<3xf32>, tensor<3xi32>, tensor<3xf32>, tensor<3xi32>) {
  %x = arith.constant dense<[[0.0, 0.0], [-255.0, 0x7FC00000], [63.5, 63.75]]> : tensor<3x2xf32>
  %y = arith.constant dense<[[0.0, 0.0], [-254.0, 1.0], [63.5, 0.25]]> : tensor<3x2xf32>
  %s, %z = qs.choose_params symmetric %y as !qs.q<int8, axis(0)> : tensor<3x2xf32> -> tensor<3xf32>, tensor<3xi32>
  %t, %w = qs.choose_params %x as !qs.q<uint8, axis(0)> : tensor<3x2xf32> -> tensor<3xf32>, tensor<3xi32>
  return %s, %z, %t, %w : tensor<3xf32>, tensor<3xi32>, tensor<3xf32>, tensor<3xi32>
}

// An axis in the middle: everything else is looked at together.
// CHECK-LABEL: @middle
// CHECK-NEXT: out0: tensor<2xf32> = [3, 1]
// CHECK-NEXT: out1: tensor<2xi32> = [0, 0]
func.func @middle() -> (tensor<2xf32>, tensor<2xi32>) {
  %x = arith.constant dense<[[[1.0, 2.0], [127.0, 0.0]], [[-381.0, 4.0], [-5.0, 6.0]]]> : tensor<2x2x2xf32>
  %s, %z = qs.choose_params symmetric %x as !qs.q<int8, axis(1)> : tensor<2x2x2xf32> -> tensor<2xf32>, tensor<2xi32>
  return %s, %z : tensor<2xf32>, tensor<2xi32>
}

// Codes that are no integers: the largest number of a row gets the largest of the
// code. Rows of zeros, with a NaN, infinite.
// CHECK-LABEL: @floats
// CHECK-NEXT: out0: tensor<4xf32> = [1, 2, 0.5, 7.595{{.*}}E+35]
// CHECK-NEXT: out1: tensor<4xi32> = [0, 0, 0, 0]
func.func @floats() -> (tensor<4xf32>, tensor<4xi32>) {
  %x = arith.constant dense<[[0.0, 0.0], [-896.0, 0x7FC00000], [224.0, -223.0], [0xFF800000, 1.0]]> : tensor<4x2xf32>
  %s, %z = qs.choose_params %x as !qs.q<f8e4m3, axis(0)> : tensor<4x2xf32> -> tensor<4xf32>, tensor<4xi32>
  return %s, %z : tensor<4xf32>, tensor<4xi32>
}

// A code without negative numbers looks at the positive ones only; 1 is the
// largest number of log codes.
// CHECK-LABEL: @unsigned_log
// CHECK-NEXT: out0: tensor<2xf32> = [3, 1]
// CHECK-LABEL: @signed_log
// CHECK-NEXT: out0: tensor<f32> = 8
func.func @unsigned_log() -> tensor<2xf32> {
  %x = arith.constant dense<[[3.0, -8.0], [-1.0, -2.0]]> : tensor<2x2xf32>
  %s, %z = qs.choose_params %x as !qs.q<ulog2_4, axis(0)> : tensor<2x2xf32> -> tensor<2xf32>, tensor<2xi32>
  return %s : tensor<2xf32>
}
func.func @signed_log() -> tensor<f32> {
  %x = arith.constant dense<[[3.0, -8.0], [-1.0, -2.0]]> : tensor<2x2xf32>
  %s, %z = qs.choose_params %x as !qs.q<log2_4, tensor> : tensor<2x2xf32> -> tensor<f32>, tensor<i32>
  return %s : tensor<f32>
}
