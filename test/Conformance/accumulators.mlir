// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Sums of numbers in a stated type and order, see docs/Spec.md, qs.matmul.

// Words of f8e4m3: 0x38 is 1, 0x40 is 2, 0x3c is 1.5, 0xb8 is -1, 0x01 is 2^-9,
// 0x7e is 448. 1*2 + 1.5*-1 = 0.5, 1*448 + 1.5*2^-9 is an f32.
// CHECK-LABEL: @small_floats
// CHECK-NEXT: = {{\[\[}}0.5, 448.00293], [1000.5, 1448.00293]]
func.func @small_floats() -> tensor<2x2xf32> {
  %aw = arith.constant dense<[[0x38, 0x3c], [0x38, 0x3c]]> : tensor<2x2xi8>
  %a = qs.storage_cast %aw : tensor<2x2xi8> -> tensor<2x2x!qs.q<f8e4m3, tensor>>
  %bw = arith.constant dense<[[0x40, 0x7e], [-72, 0x01]]> : tensor<2x2xi8>
  %b = qs.storage_cast %bw : tensor<2x2xi8> -> tensor<2x2x!qs.q<f8e4m3, axis(1)>>
  %0 = qs.matmul %a, %b : tensor<2x2x!qs.q<f8e4m3, tensor>>, tensor<2x2x!qs.q<f8e4m3, axis(1)>> -> tensor<2x2xf32>
  %m = arith.constant dense<[[0.0, 0.0], [1000.0, 1000.0]]> : tensor<2x2xf32>
  %1 = arith.addf %0, %m : tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// Powers of two multiply exactly: 2^-1 * 2^-3 + 1 * 2^-14. The words of log2_5
// are m = 1..15 for 2^(m - 15), the sign on top.
// CHECK-LABEL: @logarithms
// CHECK-NEXT: = {{\[\[}}0.06256103{{[0-9]*}}], [-0.0625]]
func.func @logarithms() -> tensor<2x1xf32> {
  %aw = arith.constant dense<[[14, 15, 0], [-2, 0, 9]]> : tensor<2x3xi5>
  %a = qs.storage_cast %aw : tensor<2x3xi5> -> tensor<2x3x!qs.q<log2_5, tensor>>
  %bw = arith.constant dense<[[12, 1, 0]]> : tensor<1x3xi5>
  %b = qs.storage_cast %bw : tensor<1x3xi5> -> tensor<1x3x!qs.q<log2_5, tensor>>
  %c = qs.matmul %a, %b transpose_rhs : tensor<2x3x!qs.q<log2_5, tensor>>, tensor<1x3x!qs.q<log2_5, tensor>> -> tensor<2x1xf32>
  return %c : tensor<2x1xf32>
}

// In f16 (11 bits), 2048 + 1 is 2048; in two chunks of two terms the ones meet.
// CHECK-LABEL: @f16
// CHECK-NEXT: = {{\[\[}}2048]]
func.func @f16() -> tensor<1x1xf32> {
  %a = arith.constant dense<[[2048.0, 0.0, 1.0, 1.0]]> : tensor<1x4xf32>
  %b = arith.constant dense<1.0> : tensor<4x1xf32>
  %c = qs.matmul %a, %b {accumulator = #qs.accumulator<f16>} : tensor<1x4xf32>, tensor<4x1xf32> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}
// CHECK-LABEL: @f16_chunks
// CHECK-NEXT: = {{\[\[}}2050]]
func.func @f16_chunks() -> tensor<1x1xf32> {
  %a = arith.constant dense<[[2048.0, 0.0, 1.0, 1.0]]> : tensor<1x4xf32>
  %b = arith.constant dense<1.0> : tensor<4x1xf32>
  %c = qs.matmul %a, %b {accumulator = #qs.accumulator<f16, chunk = 2>} : tensor<1x4xf32>, tensor<4x1xf32> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}
// Strided, the chunks are 2048, 1 and 0, 1.
// CHECK-LABEL: @f16_strided
// CHECK-NEXT: = {{\[\[}}2048]]
func.func @f16_strided() -> tensor<1x1xf32> {
  %a = arith.constant dense<[[2048.0, 0.0, 1.0, 1.0]]> : tensor<1x4xf32>
  %b = arith.constant dense<1.0> : tensor<4x1xf32>
  %c = qs.matmul %a, %b {accumulator = #qs.accumulator<f16, chunk = 2, order = strided>} : tensor<1x4xf32>, tensor<4x1xf32> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}
// 1.25 * 1.25 = 1.5625 is 1.5 with 2 bits of mantissa, and fused with 0.25 it is
// 1.8125, which becomes 1.75.
// CHECK-LABEL: @rounded_products
// CHECK-NEXT: = {{\[\[}}1.75]]
func.func @rounded_products() -> tensor<1x1xf32> {
  %a = arith.constant dense<[[0.25, 1.25]]> : tensor<1x2xf32>
  %b = arith.constant dense<[[1.0], [1.25]]> : tensor<2x1xf32>
  %c = qs.matmul %a, %b {accumulator = #qs.accumulator<e4m2>} : tensor<1x2xf32>, tensor<2x1xf32> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}
// 0.5 + 1.375 * 1.125 = 2.046875: the product alone is 1.5.
// CHECK-LABEL: @fused
// CHECK-NEXT: = {{\[\[}}2]]
func.func @fused() -> tensor<1x1xf32> {
  %a = arith.constant dense<[[0.625, 1.375]]> : tensor<1x2xf32>
  %b = arith.constant dense<[[1.0], [1.125]]> : tensor<2x1xf32>
  %c = qs.matmul %a, %b {accumulator = #qs.accumulator<e4m2, fused>} : tensor<1x2xf32>, tensor<2x1xf32> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}
// Beyond the greatest number of e4m3 as IEEE has it, 240: infinity.
// CHECK-LABEL: @overflow
// CHECK-NEXT: = {{\[\[}}+Inf]]
func.func @overflow() -> tensor<1x1xf32> {
  %a = arith.constant dense<[[240.0, 16.0]]> : tensor<1x2xf32>
  %b = arith.constant dense<1.0> : tensor<2x1xf32>
  %c = qs.matmul %a, %b {accumulator = #qs.accumulator<e4m3>} : tensor<1x2xf32>, tensor<2x1xf32> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}

// Integer codes are numbers there, less their zero points: 3 * 0.5 - 2 * 1.
// CHECK-LABEL: @integer_codes
// CHECK-NEXT: = {{\[\[}}-0.5]]
func.func @integer_codes() -> tensor<1x1xf32> {
  %aw = arith.constant dense<[[13, 8]]> : tensor<1x2xi8>
  %a = qs.storage_cast %aw : tensor<1x2xi8> -> tensor<1x2x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[[0x30], [0x38]]> : tensor<2x1xi8>
  %b = qs.storage_cast %bw : tensor<2x1xi8> -> tensor<2x1x!qs.q<f8e4m3, tensor>>
  %z = arith.constant dense<10> : tensor<i32>
  %c = qs.matmul %a, %b lhs_zp(%z : tensor<i32>) : tensor<1x2x!qs.q<uint8, tensor>>, tensor<2x1x!qs.q<f8e4m3, tensor>> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}

// Padding is the number 0, for a code without that number and with a zero point.
// CHECK-LABEL: @padding
// CHECK-NEXT: = {{\[\[\[\[}}2], [3], [2]]]]
func.func @padding() -> tensor<1x1x3x1xf32> {
  %aw = arith.constant dense<0> : tensor<1x1x3x1xi1>
  %a = qs.storage_cast %aw : tensor<1x1x3x1xi1> -> tensor<1x1x3x1x!qs.q<binary, tensor>>
  %bw = arith.constant dense<0x38> : tensor<1x1x3x1xi8>
  %b = qs.storage_cast %bw : tensor<1x1x3x1xi8> -> tensor<1x1x3x1x!qs.q<f8e4m3, tensor>>
  %c = qs.conv2d %a, %b pad [0, 0, 1, 1] stride [1, 1] dilation [1, 1] : tensor<1x1x3x1x!qs.q<binary, tensor>>, tensor<1x1x3x1x!qs.q<f8e4m3, tensor>> -> tensor<1x1x3x1xf32>
  return %c : tensor<1x1x3x1xf32>
}

// Two groups of two channels, one output each, chunks across the taps.
// CHECK-LABEL: @grouped
// CHECK-NEXT: = {{\[\[\[\[}}2054, 46.5]]]]
func.func @grouped() -> tensor<1x1x1x2xf32> {
  %a = arith.constant dense<[[[[2048.0, 3.0, 1.0, 2.0], [3.0, 1.0, 4.0, 4.0]]]]> : tensor<1x1x2x4xf32>
  %b = arith.constant dense<[[[[1.0, 1.0], [1.0, 1.0]]], [[[0.5, 1.0], [3.0, 8.0]]]]> : tensor<2x1x2x2xf32>
  %bias = arith.constant dense<[-2.0, 0.0]> : tensor<2xf32>
  %c = qs.conv2d %a, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2 bias(%bias : tensor<2xf32>) {accumulator = #qs.accumulator<f16, chunk = 2>} : tensor<1x1x2x4xf32>, tensor<2x1x2x2xf32> -> tensor<1x1x1x2xf32>
  return %c : tensor<1x1x1x2xf32>
}

// CHECK-LABEL: @depthwise
// CHECK-NEXT: = {{\[\[\[\[}}7, 1], [3, 0.5]]]]
func.func @depthwise() -> tensor<1x1x2x2xf32> {
  %aw = arith.constant dense<[[[[0x38, 0x30], [0x44, 0x30]]]]> : tensor<1x1x2x2xi8>
  %a = qs.storage_cast %aw : tensor<1x1x2x2xi8> -> tensor<1x1x2x2x!qs.q<f8e4m3, tensor>>
  %bw = arith.constant dense<[[[[0x38], [0x40]]], [[[0x38], [0x38]]]]> : tensor<2x1x2x1xi8>
  %b = qs.storage_cast %bw : tensor<2x1x2x1xi8> -> tensor<2x1x2x1x!qs.q<f8e4m3, axis(0)>>
  %c = qs.conv2d %a, %b pad [0, 0, 0, 1] stride [1, 1] dilation [1, 1] groups 2 : tensor<1x1x2x2x!qs.q<f8e4m3, tensor>>, tensor<2x1x2x1x!qs.q<f8e4m3, axis(0)>> -> tensor<1x1x2x2xf32>
  return %c : tensor<1x1x2x2xf32>
}

// Wider than 32 bits: 32767 * 32767 * 4 and the bias.
// CHECK-LABEL: @wide
// CHECK-NEXT: = {{\[\[}}4294705157, -7]]
func.func @wide() -> tensor<1x2xi64> {
  %aw = arith.constant dense<32767> : tensor<1x4xi16>
  %a = qs.storage_cast %aw : tensor<1x4xi16> -> tensor<1x4x!qs.q<int16, tensor>>
  %bw = arith.constant dense<[[32767, 32767, 32767, 32767], [0, 0, 0, 0]]> : tensor<2x4xi16>
  %b = qs.storage_cast %bw : tensor<2x4xi16> -> tensor<2x4x!qs.q<int16, tensor>>
  %bias = arith.constant dense<[1, -7]> : tensor<2xi64>
  %c = qs.matmul %a, %b transpose_rhs bias(%bias : tensor<2xi64>) {accumulator = #qs.accumulator<i33>} : tensor<1x4x!qs.q<int16, tensor>>, tensor<2x4x!qs.q<int16, tensor>> -> tensor<1x2xi64>
  return %c : tensor<1x2xi64>
}
// CHECK-LABEL: @requantized
// CHECK-NEXT: = {{\[\[}}16776, -32768]]
func.func @requantized() -> tensor<1x2x!qs.q<int16, tensor>> {
  %a = arith.constant dense<[[4294705157, -4294705157000]]> : tensor<1x2xi64>
  %m = arith.constant dense<3.90625e-6> : tensor<f32>
  %r = qs.requantize half_even saturate %a multiplier %m : tensor<1x2xi64>, tensor<f32> -> tensor<1x2x!qs.q<int16, tensor>>
  return %r : tensor<1x2x!qs.q<int16, tensor>>
}

// Scales of groups belong to the sums of groups: 5 / 2 + 0 * 4, and
// 7 * 2 + 9.75 / 4; in e5m2 the product 9 and the sum 8.75 become 8.
// CHECK-LABEL: @groups
// CHECK-NEXT: out0: tensor<1x2xf32> = {{\[\[}}2.5, 16.4375]]
// CHECK-NEXT: out1: tensor<1x2xf32> = {{\[\[}}2.5, 16]]
func.func @groups() -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %aw = arith.constant dense<[[0x38, 0x40, 0x30, 0x44]]> : tensor<1x4xi8>
  %a = qs.storage_cast %aw : tensor<1x4xi8> -> tensor<1x4x!qs.q<f8e4m3, tensor>>
  %bw = arith.constant dense<[[2, 4, 7, -6], [7, 1, 3, 5]]> : tensor<2x4xi4>
  %b = qs.storage_cast %bw : tensor<2x4xi4> -> tensor<2x4x!qs.q<f4e2m1, group(1, 2):e8m0>>
  %s = arith.constant dense<[[0.5, 4.0], [2.0, 0.25]]> : tensor<2x2xf8E8M0FNU>
  %0 = qs.matmul %a, %b transpose_rhs rhs_scale(%s : tensor<2x2xf8E8M0FNU>) : tensor<1x4x!qs.q<f8e4m3, tensor>>, tensor<2x4x!qs.q<f4e2m1, group(1, 2):e8m0>> -> tensor<1x2xf32>
  %1 = qs.matmul %a, %b transpose_rhs rhs_scale(%s : tensor<2x2xf8E8M0FNU>) {accumulator = #qs.accumulator<e5m2>} : tensor<1x4x!qs.q<f8e4m3, tensor>>, tensor<2x4x!qs.q<f4e2m1, group(1, 2):e8m0>> -> tensor<1x2xf32>
  return %0, %1 : tensor<1x2xf32>, tensor<1x2xf32>
}
