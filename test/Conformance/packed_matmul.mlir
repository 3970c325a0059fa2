// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// The weights are [[1, -1, 2], [3, 4, -5]], three columns in a panel of four.
#layout = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
!weights = !qs.packed<tensor<2x3x!qs.q<int8>>, #layout>

// Bytes of the input are unsigned: -56 is 200.
// CHECK-LABEL: @store
// CHECK-NEXT: out0: tensor<2x3xi32> = {{\[\[}}17, 7, -7], [210, -200, 401]]
func.func @store() -> tensor<2x3xi32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, -1, 2, 0, 3, 4, -5, 0]> : tensor<8xi8> : !weights
  %b = arith.constant dense<[10, 0, 1]> : tensor<3xi32>
  %e = tensor.empty() : tensor<2x3xi32>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xi32>) epilogue <kind = store> outs(%e)
      : tensor<2x2xi8>, !weights, tensor<2x3xi32> -> tensor<2x3xi32>
  return %y : tensor<2x3xi32>
}

// CHECK-LABEL: @signed_input
// CHECK-NEXT: = {{\[\[}}7, 7, -8], [-56, 56, -112]]
func.func @signed_input() -> tensor<2x3xi32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, -1, 2, 0, 3, 4, -5, 0]> : tensor<8xi8> : !weights
  %e = tensor.empty() : tensor<2x3xi32>
  %y = qs.packed_matmul %x, %w signed_input epilogue <kind = store> outs(%e)
      : tensor<2x2xi8>, !weights, tensor<2x3xi32> -> tensor<2x3xi32>
  return %y : tensor<2x3xi32>
}

// Ties to even, then the zero point, then the bounds.
// CHECK-LABEL: @requantize
// CHECK-NEXT: = {{\[\[}}9, 5, -3], [106, -99, 127]]
func.func @requantize() -> tensor<2x3xi8> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, -1, 2, 0, 3, 4, -5, 0]> : tensor<8xi8> : !weights
  %b = arith.constant dense<[10, 0, 1]> : tensor<3xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %e = tensor.empty() : tensor<2x3xi8>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xi32>) multiplier(%m : tensor<f32>)
      epilogue <kind = requantize, zeroPoint = 1, lower = -128, upper = 127> outs(%e)
      : tensor<2x2xi8>, !weights, tensor<2x3xi8> -> tensor<2x3xi8>
  return %y : tensor<2x3xi8>
}

// A multiplier for each column, the f32 bias after it, a lower bound.
// CHECK-LABEL: @dequantize
// CHECK-NEXT: = {{\[\[}}4, 7, 0], [100.5, 0, 800]]
func.func @dequantize() -> tensor<2x3xf32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, -1, 2, 0, 3, 4, -5, 0]> : tensor<8xi8> : !weights
  %b = arith.constant dense<[0.5, 0.0, 0.0]> : tensor<3xf32>
  %m = arith.constant dense<[0.5, 1.0, 2.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<2x3xf32>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xf32>) multiplier(%m : tensor<3xf32>)
      epilogue <kind = dequantize, min = 0.0 : f32> outs(%e)
      : tensor<2x2xi8>, !weights, tensor<2x3xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
