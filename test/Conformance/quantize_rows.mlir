// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// A scale for each row, ties to even, NaN 0.
// CHECK-LABEL: @rows
// CHECK-NEXT: out0: tensor<3x4xi8> = {{\[\[}}127, -2, 0, 2], [0, 0, 0, 0], [0, -127, 64, 0]]
// CHECK-NEXT: out1: tensor<3xf32> = [2, 1, 1]
func.func @rows() -> (tensor<3x4xi8>, tensor<3xf32>) {
  %x = arith.constant dense<[[254.0, -3.0, 1.0, 3.0], [0.0, 0.0, 0.0, 0.0], [0x7FC00000, -127.0, 63.5, -0.5]]> : tensor<3x4xf32>
  %c = tensor.empty() : tensor<3x4xi8>
  %s = tensor.empty() : tensor<3xf32>
  %q:2 = qs.quantize_rows %x range[-128, 127] outs(%c, %s) : tensor<3x4xf32>, tensor<3x4xi8>, tensor<3xf32> -> tensor<3x4xi8>, tensor<3xf32>
  return %q#0, %q#1 : tensor<3x4xi8>, tensor<3xf32>
}

// One scale for all, of a narrower code; what is infinite saturates.
// CHECK-LABEL: @whole
// CHECK-NEXT: out0: tensor<2x2xi8> = {{\[\[}}7, -7], [1, 4]]
// CHECK-NEXT: out1: tensor<1xf32> = [1]
// CHECK-LABEL: @infinite
// CHECK-NEXT: out0: tensor<2xi8> = [7, 0]
func.func @whole() -> (tensor<2x2xi8>, tensor<1xf32>) {
  %x = arith.constant dense<[[7.0, -7.0], [1.0, 3.5]]> : tensor<2x2xf32>
  %c = tensor.empty() : tensor<2x2xi8>
  %s = tensor.empty() : tensor<1xf32>
  %q:2 = qs.quantize_rows %x range[-8, 7] outs(%c, %s) : tensor<2x2xf32>, tensor<2x2xi8>, tensor<1xf32> -> tensor<2x2xi8>, tensor<1xf32>
  return %q#0, %q#1 : tensor<2x2xi8>, tensor<1xf32>
}
func.func @infinite() -> tensor<2xi8> {
  %x = arith.constant dense<[0x7F800000, 1.0]> : tensor<2xf32>
  %c = tensor.empty() : tensor<2xi8>
  %s = tensor.empty() : tensor<1xf32>
  %q:2 = qs.quantize_rows %x range[-8, 7] outs(%c, %s) : tensor<2xf32>, tensor<2xi8>, tensor<1xf32> -> tensor<2xi8>, tensor<1xf32>
  return %q#0 : tensor<2xi8>
}

// Words of a code that is no integer: 448 is the largest of e4m3, 0.75 lies
// between 0.6875 and 0.8125 of its steps; NaN gives 0.
// CHECK-LABEL: @e4m3
// CHECK-NEXT: out0: tensor<3x3xi8> = {{\[\[}}126, -68, 51], [0, 0, 0], [0, -2, 0]]
// CHECK-NEXT: out1: tensor<3xf32> = [2, 1, 1]
func.func @e4m3() -> (tensor<3x3xi8>, tensor<3xf32>) {
  %x = arith.constant dense<[[896.0, -3.0, 1.375], [0.0, 0.0, -0.0], [0x7FC00000, -448.0, -0.0001]]> : tensor<3x3xf32>
  %c = tensor.empty() : tensor<3x3xi8>
  %s = tensor.empty() : tensor<3xf32>
  %q:2 = qs.quantize_rows %x as !qs.q<f8e4m3, axis(0)> outs(%c, %s) : tensor<3x3xf32>, tensor<3x3xi8>, tensor<3xf32> -> tensor<3x3xi8>, tensor<3xf32>
  return %q#0, %q#1 : tensor<3x3xi8>, tensor<3xf32>
}
