// REQUIRES: numpy
// RUN: %python %S/Inputs/npz.py %t.npz x=int8:16:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,0 z=int32:1:2
// RUN: qs-run %s --input %t.npz --engine %qs_engines | FileCheck %s

// Two products share the right operand; between them stands one whose panels are
// as large.
// CHECK: y0: tensor<4x4xi32> = {{\[\[}}90, 100, 110, 56], [202, 228, 254, 152], [314, 356, 398, 248], [218, 260, 302, 344]]
// CHECK: y1: tensor<4x4xi32> = {{\[\[}}10, 50, 90, 66], [18, 122, 226, 202], [26, 194, 362, 338], [2, 170, 338, 506]]
// CHECK: y2: tensor<4x4xi32> = {{\[\[}}2308, 2664, 3020, 2480], [5604, 6440, 7276, 5680], [7049, 8062, 9075, 6120], [7103, 8086, 9069, 5972]]
func.func @main(%xw: tensor<16xi8> {qs.name = "x"}, %zw: tensor<1xi32> {qs.name = "z"})
    -> (tensor<4x4xi32> {qs.name = "y0"}, tensor<4x4xi32> {qs.name = "y1"}, tensor<4x4xi32> {qs.name = "y2"}) {
  %w = tensor.expand_shape %xw [[0, 1]] output_shape [4, 4] : tensor<16xi8> into tensor<4x4xi8>
  %z = tensor.collapse_shape %zw [] : tensor<1xi32> into tensor<i32>
  %x = qs.storage_cast %w : tensor<4x4xi8> -> tensor<4x4x!qs.q<uint8>>
  %y0 = qs.matmul %x, %x : tensor<4x4x!qs.q<uint8>>, tensor<4x4x!qs.q<uint8>> -> tensor<4x4xi32>
  %m = arith.constant dense<1.0> : tensor<f32>
  %n = qs.requantize half_even saturate %y0 multiplier %m : tensor<4x4xi32>, tensor<f32> -> tensor<4x4x!qs.q<uint8>>
  %y1 = qs.matmul %x, %x transpose_rhs rhs_zp(%z : tensor<i32>) : tensor<4x4x!qs.q<uint8>>, tensor<4x4x!qs.q<uint8>> -> tensor<4x4xi32>
  %y2 = qs.matmul %n, %x : tensor<4x4x!qs.q<uint8>>, tensor<4x4x!qs.q<uint8>> -> tensor<4x4xi32>
  return %y0, %y1, %y2 : tensor<4x4xi32>, tensor<4x4xi32>, tensor<4x4xi32>
}
