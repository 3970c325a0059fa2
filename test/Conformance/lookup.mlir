// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Entry 0 belongs to the smallest code value, -2.
// CHECK-LABEL: @signed
// CHECK-NEXT: out0: tensor<4xf32> = [0.5, 1.5, 2.5, 3.5]
func.func @signed() -> tensor<4xf32> {
  %w = arith.constant dense<[-2, -1, 0, 1]> : tensor<4xi2>
  %q = qs.storage_cast %w : tensor<4xi2> -> tensor<4x!qs.q<int2>>
  %t = arith.constant dense<[0.5, 1.5, 2.5, 3.5]> : tensor<4xf32>
  %y = qs.lookup %q in %t : tensor<4x!qs.q<int2>>, tensor<4xf32> -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// Codes to codes of another kind.
// CHECK-LABEL: @codes
// CHECK-NEXT: out0: tensor<2x2x!qs.q<uint8, tensor>> = {{\[\[}}10, 255], [30, 20]]
func.func @codes() -> tensor<2x2x!qs.q<uint8, tensor>> {
  %w = arith.constant dense<[[0, 3], [2, 1]]> : tensor<2x2xi2>
  %q = qs.storage_cast %w : tensor<2x2xi2> -> tensor<2x2x!qs.q<uint2>>
  %tw = arith.constant dense<[10, 20, 30, -1]> : tensor<4xi8>
  %t = qs.storage_cast %tw : tensor<4xi8> -> tensor<4x!qs.q<uint8, tensor>>
  %y = qs.lookup %q in %t : tensor<2x2x!qs.q<uint2>>, tensor<4x!qs.q<uint8, tensor>> -> tensor<2x2x!qs.q<uint8, tensor>>
  return %y : tensor<2x2x!qs.q<uint8, tensor>>
}
