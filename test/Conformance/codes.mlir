// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Codes that are no integers; test/Unit/Target/CodesTest.cpp runs all of them.

// CHECK-LABEL: @ternary
// CHECK-NEXT: out0: tensor<6x!qs.q<ternary, tensor>> = [1, -1, 0, 0, 1, 0]
// CHECK-NEXT: out1: tensor<6xf32> = [2, -2, 0, 0, 2, 0]
func.func @ternary() -> (tensor<6x!qs.q<ternary, tensor>>, tensor<6xf32>) {
  %x = arith.constant dense<[1.7, -9.0, 0.9, -0.0, 0x7F800000, 0x7FC00000]> : tensor<6xf32>
  %s = arith.constant dense<2.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<6xf32>, tensor<f32> -> tensor<6x!qs.q<ternary, tensor>>
  %d = qs.dequantize %q scale %s : tensor<6x!qs.q<ternary, tensor>>, tensor<f32> -> tensor<6xf32>
  return %q, %d : tensor<6x!qs.q<ternary, tensor>>, tensor<6xf32>
}

// sign(0) = +1.
// CHECK-LABEL: @binary
// CHECK-NEXT: = [0.5, -0.5, 0.5, -0.5]
func.func @binary() -> tensor<4xf32> {
  %x = arith.constant dense<[1.7, -9.0, 0.0, -0.001]> : tensor<4xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %q = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<binary, tensor>
      : tensor<4xf32>, tensor<f32>
  return %q : tensor<4xf32>
}

// The largest number of log2_4 is 1, the least 2^-6, and rounding happens
// between exponents at a mantissa of sqrt(2).
// CHECK-LABEL: @log2
// CHECK-NEXT: = [1, -1, 0.5, 0.5, 1, 0.015625, 0, 0]
func.func @log2() -> tensor<8xf32> {
  %x = arith.constant dense<[1.0, -7.0, 0.5, 0.70710, 0.70711, 0.0157, 0.001, 0.0]> : tensor<8xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<log2_4, tensor>
      : tensor<8xf32>, tensor<f32>
  return %q : tensor<8xf32>
}

// Rows have scales and codebooks of their own; ties go to the lower entry.
// CHECK-LABEL: @codebook_axis
// CHECK-NEXT: = {{\[\[}}-6, 2, 1, -6], [10, 10, -10, 0.5]]
func.func @codebook_axis() -> tensor<2x4xf32> {
  %w = arith.constant dense<[[0, 3, 2, 0], [3, 3, 0, 2]]> : tensor<2x4xi2>
  %q = qs.storage_cast %w : tensor<2x4xi2> -> tensor<2x4x!qs.q<codebook2, axis(0)>>
  %s = arith.constant dense<[2.0, 1.0]> : tensor<2xf32>
  %c = arith.constant dense<[[-3.0, 0.0, 0.5, 1.0], [-10.0, 0.25, 0.5, 10.0]]> : tensor<2x4xf32>
  %d = qs.dequantize %q scale %s codebook %c
      : tensor<2x4x!qs.q<codebook2, axis(0)>>, tensor<2xf32>, tensor<2x4xf32> -> tensor<2x4xf32>
  return %d : tensor<2x4xf32>
}

// CHECK-LABEL: @codebook_quantize
// CHECK-NEXT: out0: tensor<5x!qs.q<codebook2, tensor>> = [0, 1, 1, 2, 3]
func.func @codebook_quantize() -> tensor<5x!qs.q<codebook2, tensor>> {
  %x = arith.constant dense<[-100.0, 0.0, 1.0, 1.1, 5.0]> : tensor<5xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %c = arith.constant dense<[-2, 0, 2, 3]> : tensor<4xi8>
  %q = qs.quantize half_even round_then_add saturate %x scale %s codebook %c
      : tensor<5xf32>, tensor<f32>, tensor<4xi8> -> tensor<5x!qs.q<codebook2, tensor>>
  return %q : tensor<5x!qs.q<codebook2, tensor>>
}

// MXFP4: f4e2m1 in blocks of two with scales that are powers of two.
// CHECK-LABEL: @mxfp4
// CHECK-NEXT: = {{\[\[}}6, 0.5, 1, -3]]
func.func @mxfp4() -> tensor<1x4xf32> {
  %x = arith.constant dense<[[5.1, 0.6, 1.1, -2.9]]> : tensor<1x4xf32>
  %s = arith.constant dense<[[1.0, 0.5]]> : tensor<1x2xf8E8M0FNU>
  %q = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<f4e2m1, group(1, 2):e8m0>
      : tensor<1x4xf32>, tensor<1x2xf8E8M0FNU>
  return %q : tensor<1x4xf32>
}

// NVFP4: scales of e4m3.
// CHECK-LABEL: @nvfp4
// CHECK-NEXT: = {{\[\[}}5.25, 0.4375, 1.125, -3.375]]
func.func @nvfp4() -> tensor<1x4xf32> {
  %x = arith.constant dense<[[5.1, 0.5, 1.1, -3.3]]> : tensor<1x4xf32>
  %s = arith.constant dense<[[0.875, 0.5625]]> : tensor<1x2xf8E4M3FN>
  %q = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<f4e2m1, group(1, 2):e4m3>
      : tensor<1x4xf32>, tensor<1x2xf8E4M3FN>
  return %q : tensor<1x4xf32>
}

// Zero has one word, whatever its sign; NaN is zero.
// CHECK-LABEL: @zeros
// CHECK-NEXT: = [0, 0, 0, 0, 0, 129]
func.func @zeros() -> tensor<6x!qs.q<f8e4m3, tensor>> {
  %x = arith.constant dense<[0.0, -0.0, 1.0e-9, -1.0e-9, 0x7FC00000, -0.001953125]> : tensor<6xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<6xf32>, tensor<f32> -> tensor<6x!qs.q<f8e4m3, tensor>>
  return %q : tensor<6x!qs.q<f8e4m3, tensor>>
}
