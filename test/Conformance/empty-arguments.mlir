// REQUIRES: numpy
// RUN: %python %S/Inputs/npz.py %t.npz a=uint8:2x0: b=int8:0x3:
// RUN: qs-run %s --input %t.npz --engine %qs_engines | FileCheck %s

// Arguments and results without elements.
// CHECK: out0: tensor<2x3xi32> = {{\[\[}}1, 2, 3], [1, 2, 3]]
// CHECK-NEXT: out1: tensor<2x0xi8> = {{\[\[}}], []]
func.func @main(%a: tensor<2x0x!qs.q<uint8, tensor>> {qs.name = "a"}, %b: tensor<0x3x!qs.q<int8, tensor>> {qs.name = "b"})
    -> (tensor<2x3xi32>, tensor<2x0xi8>) {
  %bias = arith.constant dense<[1, 2, 3]> : tensor<3xi32>
  %y = qs.matmul %a, %b bias(%bias : tensor<3xi32>)
      : tensor<2x0x!qs.q<uint8, tensor>>, tensor<0x3x!qs.q<int8, tensor>> -> tensor<2x3xi32>
  %w = qs.storage_cast %a : tensor<2x0x!qs.q<uint8, tensor>> -> tensor<2x0xi8>
  return %y, %w : tensor<2x3xi32>, tensor<2x0xi8>
}
