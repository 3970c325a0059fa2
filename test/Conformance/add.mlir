// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// (a - 10) * 0.5 + (b + 3) * 2, ties to even, + 5.
// CHECK-LABEL: @zero_points
// CHECK-NEXT: out0: tensor<4x!qs.q<int8, tensor>> = [11, 13, 127, -120]
func.func @zero_points() -> tensor<4x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[10, 13, -1, 0]> : tensor<4xi8>
  %a = qs.storage_cast %aw : tensor<4xi8> -> tensor<4x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[0, 0, 127, -63]> : tensor<4xi8>
  %b = qs.storage_cast %bw : tensor<4xi8> -> tensor<4x!qs.q<int8, tensor>>
  %ma = arith.constant dense<0.5> : tensor<f32>
  %mb = arith.constant dense<2.0> : tensor<f32>
  %za = arith.constant dense<10> : tensor<i32>
  %zb = arith.constant dense<-3> : tensor<i32>
  %z = arith.constant dense<5> : tensor<i32>
  %y = qs.add half_even saturate %a * %ma, %b * %mb lhs_zp(%za : tensor<i32>) rhs_zp(%zb : tensor<i32>)
      zero_point(%z : tensor<i32>)
      : tensor<4x!qs.q<uint8, tensor>> * tensor<f32>, tensor<4x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<4x!qs.q<int8, tensor>>
  return %y : tensor<4x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @broadcast
// CHECK-NEXT: = {{\[\[}}11, 21], [12, 22]]
func.func @broadcast() -> tensor<2x2x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[[1], [2]]> : tensor<2x1xi8>
  %a = qs.storage_cast %aw : tensor<2x1xi8> -> tensor<2x1x!qs.q<int8, tensor>>
  %bw = arith.constant dense<[[10, 20]]> : tensor<1x2xi8>
  %b = qs.storage_cast %bw : tensor<1x2xi8> -> tensor<1x2x!qs.q<int8, tensor>>
  %m = arith.constant dense<1.0> : tensor<f32>
  %y = qs.add half_even saturate %a * %m, %b * %m
      : tensor<2x1x!qs.q<int8, tensor>> * tensor<f32>, tensor<1x2x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<2x2x!qs.q<int8, tensor>>
  return %y : tensor<2x2x!qs.q<int8, tensor>>
}

// Each product is rounded to f32 before the sum: 3 * 0.1f becomes 0.3f, and the
// difference is 0. A fused multiply-add leaves -7e-9, whose floor is -1.
// CHECK-LABEL: @not_contracted
// CHECK-NEXT: = [0, -1]
func.func @not_contracted() -> tensor<2x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[3, 3]> : tensor<2xi8>
  %a = qs.storage_cast %aw : tensor<2xi8> -> tensor<2x!qs.q<int8, tensor>>
  %bw = arith.constant dense<[-1, -2]> : tensor<2xi8>
  %b = qs.storage_cast %bw : tensor<2xi8> -> tensor<2x!qs.q<int8, tensor>>
  %ma = arith.constant dense<0.1> : tensor<f32>
  %mb = arith.constant dense<0.3> : tensor<f32>
  %y = qs.add floor saturate %a * %ma, %b * %mb
      : tensor<2x!qs.q<int8, tensor>> * tensor<f32>, tensor<2x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<2x!qs.q<int8, tensor>>
  return %y : tensor<2x!qs.q<int8, tensor>>
}
