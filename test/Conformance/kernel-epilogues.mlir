// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Packed kernels with their fused epilogues: the rounding modes on many ties,
// result codes of all widths, one multiplier or one a column, clamps. Expected
// values come from numpy, in f32 for the product and in f64 behind it.

// CHECK-LABEL: @half_even_int8_0
// CHECK-NEXT: = {{\[\[}}12, -73, 5, 27, 26, 35, 41, -33, -30, 19, 123, 29, 1, 4, 33, 14, 23, -41, -6], [1, -1, -59, -13, -23, 45, -15, -3, -3, 5, -12, -47, 1, -31, -15, 18, 49, 12, 35], [-11, -43, -57, 35, 1, 65, -11, -38, 15, 21, 55, 19, -5, -57, 22, 12, 59, -25, 7]]
func.func @half_even_int8_0() -> tensor<3x19x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[[10, 12, 0, 12, 7, 8, 10, 4, 15], [0, 4, 6, 9, 6, 2, 0, 0, 0], [2, 15, 3, 10, 12, 3, 4, 6, 4]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[6, -4, 5, 4, 4, -5, -1, 2, 0, 2, 2, 2, -6, 6, 1, 5, -3, -2, 5], [-4, -6, -2, 2, -5, 5, -2, -4, 1, 5, 5, 5, -3, -6, 4, 3, 4, -6, -6], [0, -2, -1, 6, -4, 0, -2, -3, 4, -5, -2, -5, -5, -3, 3, 1, -1, -4, 4], [4, -3, -6, -2, -5, 4, 0, 0, -3, 0, 6, -3, 3, -6, -2, 6, 5, -5, 4], [4, -1, -2, 6, 6, 2, -1, -4, 6, -3, 1, 2, -3, -2, 3, -4, 2, 6, 2], [2, 0, 6, -4, -2, 2, 2, -5, -4, 2, 4, 2, 6, -2, -2, 4, -6, -4, -4], [-1, -4, 4, 5, -2, -6, 3, -5, 1, -4, 6, 2, 6, 2, 3, -2, 4, -5, -5], [-2, 3, 0, 5, 6, -1, -1, 1, 2, 0, 1, 6, 3, -2, -1, -1, -5, -6, 4], [-1, -2, 2, 1, 6, 2, 6, 1, -2, -2, 6, 1, -4, 4, 4, -6, -4, 3, -1]]> : tensor<9x19xi8>
  %w = qs.storage_cast %ww : tensor<9x19xi8> -> tensor<9x19x!qs.q<int8, tensor>>
  %za = arith.constant dense<5> : tensor<i32>
  %z = arith.constant dense<3> : tensor<i32>
  %b = arith.constant dense<[-13, -35, -25, 28, 26, 26, 5, -29, -15, 2, 39, -20, 3, -1, 0, 4, 16, -32, 38]> : tensor<19xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<19xi32>)
      : tensor<3x9x!qs.q<uint8, tensor>>, tensor<9x19x!qs.q<int8, tensor>> -> tensor<3x19xi32>
  %q = qs.requantize half_even saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x19xi32>, tensor<f32> -> tensor<3x19x!qs.q<int8, tensor>>
  return %q : tensor<3x19x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @half_away_int8_1
// CHECK-NEXT: = {{\[\[}}78, -81, 7, -40, 66], [18, -1, -13, -53, 77], [63, -107, 127, -44, 16]]
func.func @half_away_int8_1() -> tensor<3x5x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[[5, 4, -4, -1, -1, -4, -8, 3, -8], [4, -5, 2, -3, -5, 6, -1, 6, -5], [-1, -3, -1, -8, 2, -3, 5, -5, -3]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<int8, tensor>>
  %ww = arith.constant dense<[[-6, 4, 0, -1, 5], [1, 6, 3, 1, 0], [-4, 2, 4, 3, -1], [-6, 3, -6, 4, -5], [-3, -4, 1, -4, -3], [-6, 6, -4, -4, 1], [-5, 5, 4, -2, -1], [-2, 3, -1, -3, 2], [-5, 4, -1, 6, -3]]> : tensor<9x5xi8>
  %w = qs.storage_cast %ww : tensor<9x5xi8> -> tensor<9x5x!qs.q<int8, tensor>>
  %za = arith.constant dense<2> : tensor<i32>
  %z = arith.constant dense<-2> : tensor<i32>
  %b = arith.constant dense<[-10, 29, 16, -37, -13]> : tensor<5xi32>
  %m = arith.constant dense<[0.5, 1.0, 1.5, 0.5, 1.0]> : tensor<5xf32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<5xi32>)
      : tensor<3x9x!qs.q<int8, tensor>>, tensor<9x5x!qs.q<int8, tensor>> -> tensor<3x5xi32>
  %q = qs.requantize half_away saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x5xi32>, tensor<5xf32> -> tensor<3x5x!qs.q<int8, tensor>>
  return %q : tensor<3x5x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @half_up_uint8_2
// CHECK-NEXT: = {{\[\[}}56, 111, 72, 130, 87, 81, 135, 123, 97, 121, 105, 115, 49, 56, 124, 82, 101, 99, 35], [22, 116, 52, 119, 109, 64, 115, 111, 90, 126, 115, 129, 81, 71, 105, 80, 112, 78, 47], [26, 149, 48, 62, 27, 101, 159, 89, 117, 85, 62, 65, 78, 26, 81, 106, 65, 119, 86]]
func.func @half_up_uint8_2() -> tensor<3x19x!qs.q<uint8, tensor>> {
  %aw = arith.constant dense<[[0, 13, 6, 3, 11, 13, 1, 8, 5], [11, 14, 8, 11, 5, 9, 7, 11, 0], [3, 0, 15, 8, 7, 7, 0, 13, 13]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[-6, 2, 1, -2, 0, 5, 1, 0, 3, 3, 0, 4, 1, 2, 0, 1, 1, 5, -3], [-2, 1, -2, 2, 4, -4, -6, 6, 0, 3, 3, 6, -6, -3, 6, -1, -1, -3, -6], [-6, 6, -6, -5, -3, -3, 5, -2, -4, -1, 2, -1, -3, -5, -6, 0, -4, 1, 2], [-2, 0, -6, 1, -4, -1, -5, -3, -1, 0, -6, 5, -1, -4, -4, 3, -1, -3, -1], [-4, -4, -2, 6, -5, 1, 6, -1, -2, 1, -4, 3, -6, 1, -6, -6, -4, 3, -1], [-1, 1, -6, 6, 0, 5, 3, -3, -3, 1, 4, 5, 0, -5, 6, 5, 3, -1, -5], [4, -4, -2, 5, 2, -3, 0, 1, -5, -3, 3, 2, 4, 3, 0, -3, -1, -4, 6], [-6, -2, -6, 5, 2, -1, 4, -2, 0, -2, 3, -6, 1, -3, 6, -4, -1, -6, 0], [1, 3, -1, -3, -6, 5, -4, 4, 5, -2, -5, 3, -2, -6, 6, 5, -5, 3, -1]]> : tensor<9x19xi8>
  %w = qs.storage_cast %ww : tensor<9x19xi8> -> tensor<9x19x!qs.q<int8, tensor>>
  %za = arith.constant dense<5> : tensor<i32>
  %z = arith.constant dense<100> : tensor<i32>
  %b = arith.constant dense<[-35, 24, 28, -39, -32, -35, 36, 34, 27, 14, -33, -20, 1, -2, -32, -21, 15, 31, -32]> : tensor<19xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<19xi32>)
      : tensor<3x9x!qs.q<uint8, tensor>>, tensor<9x19x!qs.q<int8, tensor>> -> tensor<3x19xi32>
  %q = qs.requantize half_up saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x19xi32>, tensor<f32> -> tensor<3x19x!qs.q<uint8, tensor>>
  return %q : tensor<3x19x!qs.q<uint8, tensor>>
}

// CHECK-LABEL: @floor_uint8_3
// CHECK-NEXT: = {{\[\[}}7, 7, 7, 12, 11], [8, 12, 9, 21, 22], [7, 7, 11, 7, 18]]
func.func @floor_uint8_3() -> tensor<3x5x!qs.q<uint8, tensor>> {
  %aw = arith.constant dense<[[7, -3, -7, 6, 0, 2, -6, 6, -2], [-3, 3, 4, 3, -5, -5, 1, -3, -8], [-2, 4, -2, -2, 2, 7, 4, -6, -3]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<int8, tensor>>
  %ww = arith.constant dense<[[0, -1, -4, -6, 2], [-2, -2, 6, 4, 0], [5, 1, 5, 1, -2], [1, 3, 4, 6, -3], [-5, -2, 1, 5, 5], [0, -6, 6, -3, -5], [-4, 4, 0, 0, -2], [0, 3, 5, 6, -5], [3, 0, -2, -3, -6]]> : tensor<9x5xi8>
  %w = qs.storage_cast %ww : tensor<9x5xi8> -> tensor<9x5x!qs.q<int8, tensor>>
  %za = arith.constant dense<2> : tensor<i32>
  %z = arith.constant dense<7> : tensor<i32>
  %b = arith.constant dense<[-13, -22, 25, 31, -9]> : tensor<5xi32>
  %m = arith.constant dense<0.25> : tensor<f32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<5xi32>)
      : tensor<3x9x!qs.q<int8, tensor>>, tensor<9x5x!qs.q<int8, tensor>> -> tensor<3x5xi32>
  %q = qs.requantize floor saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x5xi32>, tensor<f32> -> tensor<3x5x!qs.q<uint8, tensor>>
  %r = qs.clamp %q min 7 max 90 : tensor<3x5x!qs.q<uint8, tensor>>
  return %r : tensor<3x5x!qs.q<uint8, tensor>>
}

// CHECK-LABEL: @ceil_int16_4
// CHECK-NEXT: = {{\[\[}}140, 15, 25, -150, -125, -635, 75, 475, -582, 300, 170, -560, 105, -585, 70, -20, 260, 220, -167], [110, 140, 258, -142, -20, 183, -137, 370, -867, -7, 165, 288, -42, -420, 63, -30, -160, 123, 23], [-90, -145, 160, 163, -145, -117, 45, -120, 475, -172, -335, 250, -57, 205, -230, -22, 170, -260, 8]]
func.func @ceil_int16_4() -> tensor<3x19x!qs.q<int16, tensor>> {
  %aw = arith.constant dense<[[6, 12, 2, 0, 3, 15, 7, 15, 0], [10, 4, 3, 10, 10, 12, 3, 13, 5], [0, 0, 1, 1, 10, 2, 8, 2, 12]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[4, 4, -3, -1, 4, 4, -6, 2, -6, 2, -6, 1, 6, -1, 4, -3, -6, 0, 6], [3, -4, -3, -3, 1, 1, 1, -4, 3, 6, -4, -2, -1, 1, 5, 1, 6, -3, 2], [3, 4, 6, 0, 1, 3, -5, 3, 4, 1, 2, 4, 0, -6, 2, 1, -3, -1, -3], [-5, 0, -1, -6, -3, 1, -6, -4, -3, -3, 6, 5, -2, 1, -1, -3, -4, 3, 3], [6, -2, 5, 5, 4, 4, -2, 1, 1, -1, 1, -1, -5, -1, 3, 4, 0, -6, 0], [-2, 3, 2, -5, 6, -4, 0, 6, -5, -3, 4, -3, 2, -6, -5, -2, 0, 1, -1], [-6, 1, -3, -1, -3, -6, -4, -2, 4, 4, 6, -3, 5, -1, -1, -4, -6, 4, -2], [2, 0, -1, -2, -5, 3, 5, 3, 0, 5, 6, 0, -5, -3, 2, 5, -1, 5, -5], [-5, 0, -4, -3, 2, 6, 4, -3, 6, -6, -6, 5, -4, 4, -1, 1, 1, 1, 4]]> : tensor<9x19xi8>
  %w = qs.storage_cast %ww : tensor<9x19xi8> -> tensor<9x19x!qs.q<int8, tensor>>
  %za = arith.constant dense<5> : tensor<i32>
  %z = arith.constant dense<-5> : tensor<i32>
  %b = arith.constant dense<[16, 4, 27, 1, -33, -21, -40, 12, -21, 6, -35, 35, 25, -25, 5, -31, 15, -12, 5]> : tensor<19xi32>
  %m = arith.constant dense<[2.5, 5.0, 7.5, 2.5, 5.0, 7.5, 2.5, 5.0, 7.5, 2.5, 5.0, 7.5, 2.5, 5.0, 7.5, 2.5, 5.0, 7.5, 2.5]> : tensor<19xf32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<19xi32>)
      : tensor<3x9x!qs.q<uint8, tensor>>, tensor<9x19x!qs.q<int8, tensor>> -> tensor<3x19xi32>
  %q = qs.requantize ceil saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x19xi32>, tensor<19xf32> -> tensor<3x19x!qs.q<int16, tensor>>
  return %q : tensor<3x19x!qs.q<int16, tensor>>
}

// CHECK-LABEL: @toward_zero_uint16_5
// CHECK-NEXT: = {{\[\[}}1043, 981, 936, 1135, 991], [1031, 1066, 910, 1228, 919], [981, 982, 925, 1121, 955]]
func.func @toward_zero_uint16_5() -> tensor<3x5x!qs.q<uint16, tensor>> {
  %aw = arith.constant dense<[[-3, 0, -1, -2, -6, -5, 3, 6, 5], [1, -8, 4, 6, -4, -7, -5, -4, -3], [-1, -3, -2, -3, -5, 1, 3, 1, 5]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<int8, tensor>>
  %ww = arith.constant dense<[[-5, -4, -4, -4, -3], [0, -4, -5, -6, 6], [-2, 5, 1, 4, -6], [-1, 4, 4, -4, -1], [6, -1, 4, -5, 2], [-6, 2, 2, -4, -4], [-3, 6, 6, 1, 5], [1, 1, 5, -2, -3], [1, -6, -2, -4, -6]]> : tensor<9x5xi8>
  %w = qs.storage_cast %ww : tensor<9x5xi8> -> tensor<9x5x!qs.q<int8, tensor>>
  %za = arith.constant dense<2> : tensor<i32>
  %z = arith.constant dense<1000> : tensor<i32>
  %b = arith.constant dense<[-4, 4, -28, 5, -18]> : tensor<5xi32>
  %m = arith.constant dense<1.5> : tensor<f32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<5xi32>)
      : tensor<3x9x!qs.q<int8, tensor>>, tensor<9x5x!qs.q<int8, tensor>> -> tensor<3x5xi32>
  %q = qs.requantize toward_zero saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x5xi32>, tensor<f32> -> tensor<3x5x!qs.q<uint16, tensor>>
  return %q : tensor<3x5x!qs.q<uint16, tensor>>
}

// CHECK-LABEL: @half_even_uint4_6
// CHECK-NEXT: = {{\[\[}}0, 4, 0, 10, 8, 3, 2, 13, 0, 7, 5, 6, 3, 4, 15, 1, 1, 0, 6], [0, 12, 0, 6, 6, 0, 2, 11, 0, 1, 15, 15, 0, 0, 15, 5, 14, 15, 2], [2, 6, 0, 5, 10, 0, 2, 5, 2, 4, 8, 4, 0, 0, 15, 7, 8, 3, 3]]
func.func @half_even_uint4_6() -> tensor<3x19x!qs.q<uint4, tensor>> {
  %aw = arith.constant dense<[[2, 11, 7, 6, 15, 5, 13, 3, 9], [8, 2, 15, 15, 2, 5, 13, 1, 12], [4, 9, 7, 8, 4, 8, 8, 1, 11]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[1, 0, 6, -3, 3, -4, 0, 5, -1, -1, 5, -2, -6, -6, -4, 1, 6, 6, 2], [-3, 4, -2, 0, 4, -6, 0, 0, -3, 2, 3, -5, 6, 0, 3, 6, 4, -6, 0], [-6, 6, -5, -5, 2, -1, 5, -2, -4, 0, 4, 1, -4, 3, 0, 2, 3, 3, -5], [-5, 0, -1, 5, -4, -2, -4, 4, -2, -1, 4, 6, -5, -1, 4, 4, 4, -6, 2], [-2, -4, -5, 6, -1, 3, -1, 6, -3, 5, -1, 4, 2, 2, 1, -5, -3, -5, 3], [-5, 3, -6, -1, 3, -1, 6, -4, -1, 4, 2, -2, -1, -3, 4, 6, 1, -3, -6], [-4, 5, -2, 6, 0, 3, 1, 3, -1, 0, 2, -1, -6, -3, 6, -4, -1, 0, -1], [2, -1, 4, -3, 1, 4, 6, -1, 4, -5, 1, -2, 5, 0, -1, -2, -2, -5, 0], [5, 0, -5, 5, 3, -6, -1, 2, 0, -2, 2, 6, -6, -2, 0, -5, -1, -1, -1]]> : tensor<9x19xi8>
  %w = qs.storage_cast %ww : tensor<9x19xi8> -> tensor<9x19x!qs.q<int8, tensor>>
  %za = arith.constant dense<5> : tensor<i32>
  %z = arith.constant dense<4> : tensor<i32>
  %b = arith.constant dense<[12, -40, -4, -40, 15, -1, -24, -4, 34, -14, -17, -31, 0, -11, 35, 13, -1, 25, 22]> : tensor<19xi32>
  %m = arith.constant dense<[0.0625, 0.125, 0.1875, 0.0625, 0.125, 0.1875, 0.0625, 0.125, 0.1875, 0.0625, 0.125, 0.1875, 0.0625, 0.125, 0.1875, 0.0625, 0.125, 0.1875, 0.0625]> : tensor<19xf32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<19xi32>)
      : tensor<3x9x!qs.q<uint8, tensor>>, tensor<9x19x!qs.q<int8, tensor>> -> tensor<3x19xi32>
  %q = qs.requantize half_even saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x19xi32>, tensor<19xf32> -> tensor<3x19x!qs.q<uint4, tensor>>
  return %q : tensor<3x19x!qs.q<uint4, tensor>>
}

// CHECK-LABEL: @half_even_int5_7
// CHECK-NEXT: = {{\[\[}}-1, 3, -1, -1, -1], [-1, 6, 12, -1, 4], [-1, 8, 6, -1, 2]]
func.func @half_even_int5_7() -> tensor<3x5x!qs.q<int5, tensor>> {
  %aw = arith.constant dense<[[4, 2, -8, -8, -3, 1, -1, 2, 5], [3, 1, 5, 4, 7, 3, 3, -7, 6], [7, 7, 0, -4, 1, 4, -4, -7, 6]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<int8, tensor>>
  %ww = arith.constant dense<[[3, 6, 6, -2, -1], [0, -6, -6, 4, 3], [-5, 2, 2, -3, 6], [4, -4, 1, 1, 6], [1, 4, 5, -5, -6], [-3, -5, 5, 6, -6], [3, -5, -1, 5, -3], [4, -4, -3, -3, -2], [3, -6, 6, -5, 6]]> : tensor<9x5xi8>
  %w = qs.storage_cast %ww : tensor<9x5xi8> -> tensor<9x5x!qs.q<int8, tensor>>
  %za = arith.constant dense<2> : tensor<i32>
  %z = arith.constant dense<-1> : tensor<i32>
  %b = arith.constant dense<[-40, 21, 6, -2, 8]> : tensor<5xi32>
  %m = arith.constant dense<0.125> : tensor<f32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<5xi32>)
      : tensor<3x9x!qs.q<int8, tensor>>, tensor<9x5x!qs.q<int8, tensor>> -> tensor<3x5xi32>
  %q = qs.requantize half_even saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x5xi32>, tensor<f32> -> tensor<3x5x!qs.q<int5, tensor>>
  %r = qs.clamp %q min -1 max 15 : tensor<3x5x!qs.q<int5, tensor>>
  return %r : tensor<3x5x!qs.q<int5, tensor>>
}

// CHECK-LABEL: @half_even_uint16_8
// CHECK-NEXT: = {{\[\[}}65508, 65458, 65535, 65535, 65534, 65466, 65535, 65535, 65535, 65524, 65535, 65535, 65535, 65532, 65535, 65534, 65477, 65512, 65535], [65532, 65535, 65516, 65535, 65528, 65535, 65535, 65485, 65520, 65510, 65527, 65486, 65514, 65535, 65534, 65535, 65502, 65535, 65514], [65494, 65506, 65535, 65535, 65535, 65474, 65534, 65535, 65535, 65535, 65528, 65520, 65535, 65525, 65535, 65535, 65460, 65520, 65535]]
func.func @half_even_uint16_8() -> tensor<3x19x!qs.q<uint16, tensor>> {
  %aw = arith.constant dense<[[5, 2, 12, 13, 0, 7, 8, 9, 9], [10, 9, 3, 3, 12, 14, 6, 1, 7], [2, 2, 12, 4, 3, 7, 15, 11, 13]]> : tensor<3x9xi8>
  %a = qs.storage_cast %aw : tensor<3x9xi8> -> tensor<3x9x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[-1, -6, 1, 4, 3, -3, -1, -3, -6, -5, 1, -2, 6, 4, -6, 4, 0, 3, 2], [6, 0, -4, -5, -3, 0, -6, -5, -6, -6, -2, -2, -5, -4, -1, 0, 1, 6, -5], [-4, -6, 6, 3, -2, -6, 4, -4, 0, -1, 4, 3, 5, -6, 4, 0, -5, 4, 5], [1, -5, 6, 3, 0, -6, -2, -3, 6, -5, 5, 2, 4, -2, 1, 1, -3, -4, 3], [-1, 6, 5, -4, 1, 3, 0, -3, 3, 4, 6, -3, -2, 1, -5, -1, -3, 0, -4], [-2, -1, -5, 3, -2, 3, 4, -5, 3, -4, -4, -2, -6, 4, 4, 0, 0, 1, 3], [-3, 1, 1, 2, 1, -3, -2, 6, 1, 5, 3, -6, -2, -5, -1, 5, -5, -2, -3], [-1, -6, 0, -6, 2, -5, -6, 5, 1, 3, -1, 1, 1, 4, -4, -4, 2, -2, 5], [1, 5, 5, 1, 1, -6, -5, 3, -6, 3, -6, 2, 3, 1, 5, 2, -5, 2, 4]]> : tensor<9x19xi8>
  %w = qs.storage_cast %ww : tensor<9x19xi8> -> tensor<9x19x!qs.q<int8, tensor>>
  %za = arith.constant dense<5> : tensor<i32>
  %z = arith.constant dense<65534> : tensor<i32>
  %b = arith.constant dense<[-6, -37, -3, 26, -2, 16, 36, -3, 4, -2, 6, -23, 36, 34, 19, -19, -40, -19, 1]> : tensor<19xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %c = qs.matmul %a, %w lhs_zp(%za : tensor<i32>) bias(%b : tensor<19xi32>)
      : tensor<3x9x!qs.q<uint8, tensor>>, tensor<9x19x!qs.q<int8, tensor>> -> tensor<3x19xi32>
  %q = qs.requantize half_even saturate %c multiplier %m zero_point(%z : tensor<i32>)
      : tensor<3x19xi32>, tensor<f32> -> tensor<3x19x!qs.q<uint16, tensor>>
  return %q : tensor<3x19x!qs.q<uint16, tensor>>
}

// One column, and one behind full vectors: the last store is a single lane. The
// second row would be overwritten by a wider one.
// CHECK-LABEL: @column_1
// CHECK-NEXT: = {{\[\[}}6], [15], [24]]
func.func @column_1() -> tensor<3x1x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[[1, 2, 3], [4, 5, 6], [7, 8, 9]]> : tensor<3x3xi8>
  %a = qs.storage_cast %aw : tensor<3x3xi8> -> tensor<3x3x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<1> : tensor<3x1xi8>
  %w = qs.storage_cast %ww : tensor<3x1xi8> -> tensor<3x1x!qs.q<int8, tensor>>
  %m = arith.constant dense<1.0> : tensor<f32>
  %c = qs.matmul %a, %w : tensor<3x3x!qs.q<uint8, tensor>>, tensor<3x1x!qs.q<int8, tensor>> -> tensor<3x1xi32>
  %q = qs.requantize half_even saturate %c multiplier %m : tensor<3x1xi32>, tensor<f32> -> tensor<3x1x!qs.q<int8, tensor>>
  return %q : tensor<3x1x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @columns_17
// CHECK-NEXT: = {{\[\[}}6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6], [15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15], [24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24]]
func.func @columns_17() -> tensor<3x17x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[[1, 2, 3], [4, 5, 6], [7, 8, 9]]> : tensor<3x3xi8>
  %a = qs.storage_cast %aw : tensor<3x3xi8> -> tensor<3x3x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<1> : tensor<3x17xi8>
  %w = qs.storage_cast %ww : tensor<3x17xi8> -> tensor<3x17x!qs.q<int8, tensor>>
  %m = arith.constant dense<1.0> : tensor<f32>
  %c = qs.matmul %a, %w : tensor<3x3x!qs.q<uint8, tensor>>, tensor<3x17x!qs.q<int8, tensor>> -> tensor<3x17xi32>
  %q = qs.requantize half_even saturate %c multiplier %m : tensor<3x17xi32>, tensor<f32> -> tensor<3x17x!qs.q<int8, tensor>>
  return %q : tensor<3x17x!qs.q<int8, tensor>>
}
