// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// sum (a - 1) b + bias.
// CHECK-LABEL: @u8s8
// CHECK-NEXT: out0: tensor<2x2xi32> = {{\[\[}}-244, 274], [-32491, 32275]]
func.func @u8s8() -> tensor<2x2xi32> {
  %aw = arith.constant dense<[[1, 2, 3], [4, 5, 255]]> : tensor<2x3xi8>
  %a = qs.storage_cast %aw : tensor<2x3xi8> -> tensor<2x3x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[[1, -1], [2, 0], [-128, 127]]> : tensor<3x2xi8>
  %b = qs.storage_cast %bw : tensor<3x2xi8> -> tensor<3x2x!qs.q<int8, tensor>>
  %za = arith.constant dense<1> : tensor<i32>
  %bias = arith.constant dense<[10, 20]> : tensor<2xi32>
  %c = qs.matmul %a, %b lhs_zp(%za : tensor<i32>) bias(%bias : tensor<2xi32>)
      : tensor<2x3x!qs.q<uint8, tensor>>, tensor<3x2x!qs.q<int8, tensor>> -> tensor<2x2xi32>
  return %c : tensor<2x2xi32>
}

// The transposed right operand, a zero point for each row and each column.
// CHECK-LABEL: @zero_points
// CHECK-NEXT: = {{\[\[}}-1, 0], [-1, -22]]
func.func @zero_points() -> tensor<2x2xi32> {
  %aw = arith.constant dense<[[1, 2, 3], [-4, 5, 6]]> : tensor<2x3xi8>
  %a = qs.storage_cast %aw : tensor<2x3xi8> -> tensor<2x3x!qs.q<int8, tensor>>
  %bw = arith.constant dense<[[1, 2, 0], [1, -1, 1]]> : tensor<2x3xi8>
  %b = qs.storage_cast %bw : tensor<2x3xi8> -> tensor<2x3x!qs.q<int8, axis(0)>>
  %za = arith.constant dense<[2, -1]> : tensor<2xi32>
  %zb = arith.constant dense<[1, 2]> : tensor<2xi32>
  %c = qs.matmul %a, %b transpose_rhs lhs_zp(%za : tensor<2xi32>) rhs_zp(%zb : tensor<2xi32>)
      : tensor<2x3x!qs.q<int8, tensor>>, tensor<2x3x!qs.q<int8, axis(0)>> -> tensor<2x2xi32>
  return %c : tensor<2x2xi32>
}

// Leading dimensions of both operands, or of the left one only.
// CHECK-LABEL: @batched
// CHECK-NEXT: out0: tensor<2x1x1xi32> = {{\[\[\[}}11]], {{\[\[}}39]]]
// CHECK-NEXT: out1: tensor<2x1x1xi32> = {{\[\[\[}}11]], {{\[\[}}25]]]
func.func @batched() -> (tensor<2x1x1xi32>, tensor<2x1x1xi32>) {
  %aw = arith.constant dense<[[[1, 2]], [[3, 4]]]> : tensor<2x1x2xi8>
  %a = qs.storage_cast %aw : tensor<2x1x2xi8> -> tensor<2x1x2x!qs.q<uint8>>
  %bw = arith.constant dense<[[[3], [4]], [[5], [6]]]> : tensor<2x2x1xi8>
  %b = qs.storage_cast %bw : tensor<2x2x1xi8> -> tensor<2x2x1x!qs.q<uint8>>
  %sw = arith.constant dense<[[3], [4]]> : tensor<2x1xi8>
  %s = qs.storage_cast %sw : tensor<2x1xi8> -> tensor<2x1x!qs.q<uint8>>
  %0 = qs.matmul %a, %b : tensor<2x1x2x!qs.q<uint8>>, tensor<2x2x1x!qs.q<uint8>> -> tensor<2x1x1xi32>
  %1 = qs.matmul %a, %s : tensor<2x1x2x!qs.q<uint8>>, tensor<2x1x!qs.q<uint8>> -> tensor<2x1x1xi32>
  return %0, %1 : tensor<2x1x1xi32>, tensor<2x1x1xi32>
}

// Codes of unlike widths and signs.
// CHECK-LABEL: @widths
// CHECK-NEXT: = {{\[\[}}-458745]]
func.func @widths() -> tensor<1x1xi32> {
  %aw = arith.constant dense<[[-1, 3]]> : tensor<1x2xi16>
  %a = qs.storage_cast %aw : tensor<1x2xi16> -> tensor<1x2x!qs.q<uint16>>
  %bw = arith.constant dense<[[-7], [-200]]> : tensor<2x1xi12>
  %b = qs.storage_cast %bw : tensor<2x1xi12> -> tensor<2x1x!qs.q<int12>>
  %bias = arith.constant dense<[600]> : tensor<1xi32>
  %c = qs.matmul %a, %b bias(%bias : tensor<1xi32>)
      : tensor<1x2x!qs.q<uint16>>, tensor<2x1x!qs.q<int12>> -> tensor<1x1xi32>
  return %c : tensor<1x1xi32>
}

// CHECK-LABEL: @floats
// CHECK-NEXT: = {{\[\[}}8.5, -1], [0.5, 1]]
func.func @floats() -> tensor<2x2xf32> {
  %a = arith.constant dense<[[1.0, 2.0], [-1.0, 0.5]]> : tensor<2x2xf32>
  %b = arith.constant dense<[[2.0, 1.0], [3.0, 0.0]]> : tensor<2x2xf32>
  %bias = arith.constant dense<[0.5, -2.0]> : tensor<2xf32>
  %bias1 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %c = qs.matmul %a, %b bias(%bias : tensor<2xf32>) : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %d = qs.matmul %a, %b bias(%bias1 : tensor<2xf32>) : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %top = tensor.extract_slice %c[0, 0] [1, 2] [1, 1] : tensor<2x2xf32> to tensor<1x2xf32>
  %bottom = tensor.extract_slice %d[1, 0] [1, 2] [1, 1] : tensor<2x2xf32> to tensor<1x2xf32>
  %e = tensor.concat dim(0) %top, %bottom : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %e : tensor<2x2xf32>
}

// Signs are counted in i32 only; sums of i64 take another kernel.
// CHECK-LABEL: @wide_signs
// CHECK-NEXT: = {{\[\[}}-2]]
func.func @wide_signs() -> tensor<1x1xi64> {
  %xw = arith.constant dense<[[0, 1, 1, 0, 0, 1]]> : tensor<1x6xi1>
  %x = qs.storage_cast %xw : tensor<1x6xi1> -> tensor<1x6x!qs.q<binary, tensor>>
  %ww = arith.constant dense<true> : tensor<6x1xi1>
  %w = qs.storage_cast %ww : tensor<6x1xi1> -> tensor<6x1x!qs.q<binary, tensor>>
  %b = arith.constant dense<-2> : tensor<1xi64>
  %y = qs.matmul %x, %w bias(%b : tensor<1xi64>) {accumulator = #qs.accumulator<i33>}
      : tensor<1x6x!qs.q<binary, tensor>>, tensor<6x1x!qs.q<binary, tensor>> -> tensor<1x1xi64>
  return %y : tensor<1x1xi64>
}
