// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// (a - 1)(b - 2) * 0.25 + 3, ties to even.
// CHECK-LABEL: @zero_points
// CHECK-NEXT: out0: tensor<4x!qs.q<int8, tensor>> = [3, 5, 127, -128]
func.func @zero_points() -> tensor<4x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[1, 3, -1, -1]> : tensor<4xi8>
  %a = qs.storage_cast %aw : tensor<4xi8> -> tensor<4x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[77, 5, 127, -127]> : tensor<4xi8>
  %b = qs.storage_cast %bw : tensor<4xi8> -> tensor<4x!qs.q<int8, tensor>>
  %m = arith.constant dense<0.25> : tensor<f32>
  %za = arith.constant dense<1> : tensor<i32>
  %zb = arith.constant dense<2> : tensor<i32>
  %z = arith.constant dense<3> : tensor<i32>
  %y = qs.mul half_even saturate %a, %b multiplier %m lhs_zp(%za : tensor<i32>) rhs_zp(%zb : tensor<i32>)
      zero_point(%z : tensor<i32>)
      : tensor<4x!qs.q<uint8, tensor>>, tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %y : tensor<4x!qs.q<int8, tensor>>
}

// A squeeze-and-excite gate: one factor for each channel.
// CHECK-LABEL: @broadcast
// CHECK-NEXT: = {{\[\[}}2, 6], [10, 21]]
func.func @broadcast() -> tensor<2x2x!qs.q<uint8, tensor>> {
  %aw = arith.constant dense<[[1, 2], [5, 7]]> : tensor<2x2xi8>
  %a = qs.storage_cast %aw : tensor<2x2xi8> -> tensor<2x2x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[[4, 6]]> : tensor<1x2xi8>
  %b = qs.storage_cast %bw : tensor<1x2xi8> -> tensor<1x2x!qs.q<uint8, tensor>>
  %m = arith.constant dense<0.5> : tensor<f32>
  %y = qs.mul half_even saturate %a, %b multiplier %m
      : tensor<2x2x!qs.q<uint8, tensor>>, tensor<1x2x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<2x2x!qs.q<uint8, tensor>>
  return %y : tensor<2x2x!qs.q<uint8, tensor>>
}

// The product of 16-bit codes is exact: 65535 * 65535 leaves i32.
// CHECK-LABEL: @wide
// CHECK-NEXT: = [65534]
func.func @wide() -> tensor<1x!qs.q<uint16, tensor>> {
  %aw = arith.constant dense<[-1]> : tensor<1xi16>
  %a = qs.storage_cast %aw : tensor<1xi16> -> tensor<1x!qs.q<uint16, tensor>>
  %m = arith.constant dense<1.52587890625e-05> : tensor<f32>
  %y = qs.mul half_even saturate %a, %a multiplier %m
      : tensor<1x!qs.q<uint16, tensor>>, tensor<1x!qs.q<uint16, tensor>>, tensor<f32> -> tensor<1x!qs.q<uint16, tensor>>
  return %y : tensor<1x!qs.q<uint16, tensor>>
}
