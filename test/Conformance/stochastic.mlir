// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Up with the probability of the fraction, by the bits of (seed, element); levels
// stay as they are, what lies outside saturates, and the zero point comes after.
// The expected words come from a program of its own that has SplitMix64.
// CHECK-LABEL: @integers
// CHECK-NEXT: = [10, 11, 10, 11, 10, 10, 13, 127, -128, 12]
func.func @integers() -> tensor<10x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[0.5, 0.5, 1.0, 1.0, -1.5, -1.5, 6.0, 600.0, -600.0, 5.0]> : tensor<10xf32>
  %s = arith.constant dense<2.0> : tensor<f32>
  %z = arith.constant dense<10> : tensor<i32>
  %q = qs.quantize stochastic round_then_add saturate %x scale %s zero_point %z {seed = 4} : tensor<10xf32>, tensor<f32>, tensor<i32> -> tensor<10x!qs.q<int8, tensor>>
  return %q : tensor<10x!qs.q<int8, tensor>>
}

// Between the numbers below and above of a code that is no integer.
// CHECK-LABEL: @small_floats
// CHECK-NEXT: = [2, 3, 2, -2, -2, 6, 6, 6, 0, 1.5]
func.func @small_floats() -> tensor<10xf32> {
  %x = arith.constant dense<[2.5, 2.5, 2.5, -2.5, -2.5, 5.0, 5.0, 9.0, 0.25, 1.5]> : tensor<10xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize stochastic round_then_add saturate %x scale %s {seed = 4} : tensor<10xf32>, tensor<f32> -> tensor<10x!qs.q<f4e2m1, tensor>>
  %d = qs.dequantize %q scale %s : tensor<10x!qs.q<f4e2m1, tensor>>, tensor<f32> -> tensor<10xf32>
  return %d : tensor<10xf32>
}

// NaN is the zero point, infinities saturate; f64 is divided in f64. Rank 2.
// CHECK-LABEL: @special
// CHECK-NEXT: = {{\[\[}}-3, 127], [-128, 4]]
func.func @special() -> tensor<2x2x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[[0x7ff8000000000000, 0x7ff0000000000000], [0xfff0000000000000, 7.0]]> : tensor<2x2xf64>
  %s = arith.constant dense<1.0> : tensor<f32>
  %z = arith.constant dense<-3> : tensor<i32>
  %q = qs.quantize stochastic round_then_add saturate %x scale %s zero_point %z {seed = 0} : tensor<2x2xf64>, tensor<f32>, tensor<i32> -> tensor<2x2x!qs.q<int8, tensor>>
  return %q : tensor<2x2x!qs.q<int8, tensor>>
}

// Each element has bits of its own: of 64 quarters, 15 go up.
// CHECK-LABEL: @mean
// CHECK-NEXT: = [15]
func.func @mean() -> tensor<1xi32> {
  %x = arith.constant dense<0.25> : tensor<1x64xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize stochastic round_then_add saturate %x scale %s {seed = 11} : tensor<1x64xf32>, tensor<f32> -> tensor<1x64x!qs.q<uint8, tensor>>
  %wi = arith.constant dense<1> : tensor<64x1xi8>
  %w = qs.storage_cast %wi : tensor<64x1xi8> -> tensor<64x1x!qs.q<int8, tensor>>
  %m = qs.matmul %q, %w : tensor<1x64x!qs.q<uint8, tensor>>, tensor<64x1x!qs.q<int8, tensor>> -> tensor<1x1xi32>
  %r = tensor.collapse_shape %m [[0, 1]] : tensor<1x1xi32> into tensor<1xi32>
  return %r : tensor<1xi32>
}
