// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s
// The general loops, too, which take what no packed kernel does.
// RUN: qs-opt %s --convert-qs-to-linalg -o %t.mlir
// RUN: qs-run %t.mlir --all | FileCheck %s

// Sums of groups, each times its scale: (1*1 + 2*2) * 2 + (3*3 - 4*1) * 0.5 + 10.
// CHECK-LABEL: @matmul
// CHECK-NEXT: = {{\[\[}}22.5, -15]]
func.func @matmul() -> tensor<1x2xf32> {
  %aw = arith.constant dense<[[1, 2, 3, 4]]> : tensor<1x4xi8>
  %a = qs.storage_cast %aw : tensor<1x4xi8> -> tensor<1x4x!qs.q<int8>>
  %bw = arith.constant dense<[[1, 2, 3, -1], [-7, 1, 1, 1]]> : tensor<2x4xi4>
  %b = qs.storage_cast %bw : tensor<2x4xi4> -> tensor<2x4x!qs.q<int4, group(1, 2)>>
  %s = arith.constant dense<[[2.0, 0.5], [3.0, 1.0]]> : tensor<2x2xf32>
  %bias = arith.constant dense<[10.0, -7.0]> : tensor<2xf32>
  %c = qs.matmul %a, %b transpose_rhs rhs_scale(%s : tensor<2x2xf32>) bias(%bias : tensor<2xf32>)
      : tensor<1x4x!qs.q<int8>>, tensor<2x4x!qs.q<int4, group(1, 2)>> -> tensor<1x2xf32>
  return %c : tensor<1x2xf32>
}

// [K, N] weights, a zero point on the left, and a batch.
// CHECK-LABEL: @zero_point
// CHECK-NEXT: = {{\[\[\[}}7], [-2]], {{\[\[}}0], [0]]]
func.func @zero_point() -> tensor<2x2x1xf32> {
  %aw = arith.constant dense<[[[4, 5], [3, 2]], [[3, 3], [3, 3]]]> : tensor<2x2x2xi8>
  %a = qs.storage_cast %aw : tensor<2x2x2xi8> -> tensor<2x2x2x!qs.q<uint8>>
  %bw = arith.constant dense<[[3], [2]]> : tensor<2x1xi3>
  %b = qs.storage_cast %bw : tensor<2x1xi3> -> tensor<2x1x!qs.q<int3, group(0, 1):f16>>
  %s = arith.constant dense<[[1.0], [1.0]]> : tensor<2x1xf16>
  %z = arith.constant dense<3> : tensor<i32>
  %c = qs.matmul %a, %b lhs_zp(%z : tensor<i32>) rhs_scale(%s : tensor<2x1xf16>)
      : tensor<2x2x2x!qs.q<uint8>>, tensor<2x1x!qs.q<int3, group(0, 1):f16>> -> tensor<2x2x1xf32>
  return %c : tensor<2x2x1xf32>
}

// Levels of ternary, log2 and codebook weights: words 3, 1, 0 of ternary are
// -1, 1, 0; log2_4 has 1/64 as its unit; the codebook is the levels.
// CHECK-LABEL: @levels
// CHECK-NEXT: out0: tensor<1x1xi32> = {{\[\[}}10]]
// CHECK-NEXT: out1: tensor<1x1xi32> = {{\[\[}}610]]
// CHECK-NEXT: out2: tensor<1x1xi32> = {{\[\[}}-970]]
func.func @levels() -> (tensor<1x1xi32>, tensor<1x1xi32>, tensor<1x1xi32>) {
  %aw = arith.constant dense<[[10, 20, 30]]> : tensor<1x3xi8>
  %a = qs.storage_cast %aw : tensor<1x3xi8> -> tensor<1x3x!qs.q<uint8>>
  %tw = arith.constant dense<[[3], [1], [0]]> : tensor<3x1xi2>
  %t = qs.storage_cast %tw : tensor<3x1xi2> -> tensor<3x1x!qs.q<ternary, tensor>>
  %lw = arith.constant dense<[[7], [0], [9]]> : tensor<3x1xi4>
  %l = qs.storage_cast %lw : tensor<3x1xi4> -> tensor<3x1x!qs.q<log2_4, tensor>>
  %kw = arith.constant dense<[[2], [0], [1]]> : tensor<3x1xi2>
  %k = qs.storage_cast %kw : tensor<3x1xi2> -> tensor<3x1x!qs.q<codebook2, axis(1)>>
  %cb = arith.constant dense<[[-100, 37, -8, 0]]> : tensor<1x4xi8>
  %0 = qs.matmul %a, %t : tensor<1x3x!qs.q<uint8>>, tensor<3x1x!qs.q<ternary, tensor>> -> tensor<1x1xi32>
  %1 = qs.matmul %a, %l : tensor<1x3x!qs.q<uint8>>, tensor<3x1x!qs.q<log2_4, tensor>> -> tensor<1x1xi32>
  %2 = qs.matmul %a, %k rhs_codebook(%cb : tensor<1x4xi8>)
      : tensor<1x3x!qs.q<uint8>>, tensor<3x1x!qs.q<codebook2, axis(1)>> -> tensor<1x1xi32>
  return %0, %1, %2 : tensor<1x1xi32>, tensor<1x1xi32>, tensor<1x1xi32>
}

// Groups of channels in each tap; the window hangs over the left edge, where
// padding adds nothing although the zero point is 1.
// CHECK-LABEL: @conv
// CHECK-NEXT: = {{\[\[\[\[}}22], [20.375]]]]
func.func @conv() -> tensor<1x1x2x1xf32> {
  %xw = arith.constant dense<[[[[2, 3, 4, 5], [1, 1, 2, 3]]]]> : tensor<1x1x2x4xi8>
  %x = qs.storage_cast %xw : tensor<1x1x2x4xi8> -> tensor<1x1x2x4x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[[[7, 7, 7, 7], [1, 2, 3, 1]]]]> : tensor<1x1x2x4xi4>
  %w = qs.storage_cast %ww : tensor<1x1x2x4xi4> -> tensor<1x1x2x4x!qs.q<int4, group(3, 2)>>
  %s = arith.constant dense<[[[[0.25, 0.125], [1.0, 1.0]]]]> : tensor<1x1x2x2xf32>
  %z = arith.constant dense<1> : tensor<i32>
  %b = arith.constant dense<[4.0]> : tensor<1xf32>
  %y = qs.conv2d %x, %w pad [0, 0, 1, 0] stride [1, 1] dilation [1, 1] input_zp(%z : tensor<i32>)
      weight_scale(%s : tensor<1x1x2x2xf32>) bias(%b : tensor<1xf32>)
      : tensor<1x1x2x4x!qs.q<uint8, tensor>>, tensor<1x1x2x4x!qs.q<int4, group(3, 2)>> -> tensor<1x1x2x1xf32>
  return %y : tensor<1x1x2x1xf32>
}

// Groups of the convolution, each with the scales of its own channels.
// CHECK-LABEL: @grouped
// CHECK-NEXT: = {{\[\[\[\[}}-1.25, 8.5]]]]
func.func @grouped() -> tensor<1x1x1x2xf32> {
  %xw = arith.constant dense<[[[[2, 3, 4, 5]]]]> : tensor<1x1x1x4xi8>
  %x = qs.storage_cast %xw : tensor<1x1x1x4xi8> -> tensor<1x1x1x4x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[[[3, -2]]], [[[1, 5]]]]> : tensor<2x1x1x2xi4>
  %w = qs.storage_cast %ww : tensor<2x1x1x2xi4> -> tensor<2x1x1x2x!qs.q<int4, group(3, 1)>>
  %s = arith.constant dense<[[[[0.25, 0.5]]], [[[2.0, 0.125]]]]> : tensor<2x1x1x2xf32>
  %z = arith.constant dense<1> : tensor<i32>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2 input_zp(%z : tensor<i32>)
      weight_scale(%s : tensor<2x1x1x2xf32>)
      : tensor<1x1x1x4x!qs.q<uint8, tensor>>, tensor<2x1x1x2x!qs.q<int4, group(3, 1)>> -> tensor<1x1x1x2xf32>
  return %y : tensor<1x1x1x2xf32>
}

// Nothing to sum: the bias alone.
// CHECK-LABEL: @empty
// CHECK-NEXT: = {{\[\[}}1, 2], [1, 2]]
func.func @empty() -> tensor<2x2xf32> {
  %xw = arith.constant dense<> : tensor<2x0xi8>
  %x = qs.storage_cast %xw : tensor<2x0xi8> -> tensor<2x0x!qs.q<int8>>
  %ww = arith.constant dense<> : tensor<0x2xi8>
  %w = qs.storage_cast %ww : tensor<0x2xi8> -> tensor<0x2x!qs.q<int8, group(0, 2)>>
  %s = arith.constant dense<> : tensor<0x2xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %c = qs.matmul %x, %w rhs_scale(%s : tensor<0x2xf32>) bias(%b : tensor<2xf32>)
      : tensor<2x0x!qs.q<int8>>, tensor<0x2x!qs.q<int8, group(0, 2)>> -> tensor<2x2xf32>
  return %c : tensor<2x2xf32>
}

// A zero point for each group, for words of a whole byte.
// CHECK-LABEL: @zeros
// CHECK-NEXT: = {{\[\[}}-278, 39126.75, 40589], [-37658.5, 29225, 29676.5]]
func.func @zeros() -> tensor<2x3xf32> {
  %aw = arith.constant dense<[[-128, -107, -83, -68, -82, 77, 94, 21], [-118, -104, -43, -18, 31, -6, -61, -88]]> : tensor<2x8xi8>
  %a = qs.storage_cast %aw : tensor<2x8xi8> -> tensor<2x8x!qs.q<int8>>
  %bw = arith.constant dense<[[-79, -68, 8], [29, 115, 100], [-29, -124, 107], [110, -86, -106],
                              [44, -68, -63], [-12, -55, 72], [81, -90, -90], [-78, -34, 74]]> : tensor<8x3xi8>
  %b = qs.storage_cast %bw : tensor<8x3xi8> -> tensor<8x3x!qs.q<uint8, group(0, 4)>>
  %s = arith.constant dense<[[0.5, 1.0, 2.0], [1.0, 0.25, 0.5]]> : tensor<2x3xf32>
  %z = arith.constant dense<[[0, 255, 128], [7, 200, 1]]> : tensor<2x3xi32>
  %c = qs.matmul %a, %b rhs_zp(%z : tensor<2x3xi32>) rhs_scale(%s : tensor<2x3xf32>)
      : tensor<2x8x!qs.q<int8>>, tensor<8x3x!qs.q<uint8, group(0, 4)>> -> tensor<2x3xf32>
  return %c : tensor<2x3xf32>
}

// The same with weights that are known at run time only.
// CHECK-LABEL: @zeros_of_run_time
// CHECK-NEXT: = {{\[\[}}9, 1]]
func.func @zeros_of_run_time() -> tensor<1x2xf32> {
  %aw = arith.constant dense<[[1, 2, 3, 4]]> : tensor<1x4xi8>
  %a = qs.storage_cast %aw : tensor<1x4xi8> -> tensor<1x4x!qs.q<int8>>
  %bw = arith.constant dense<[[1, 2, 3, 4], [5, 6, 7, 0]]> : tensor<2x4xi8>
  %s = arith.constant dense<[[2.0, 1.0], [1.0, 0.5]]> : tensor<2x2xf32>
  %z = arith.constant dense<[[0, 3], [6, 3]]> : tensor<2x2xi32>
  %c = func.call @multiply(%a, %bw, %s, %z) : (tensor<1x4x!qs.q<int8>>, tensor<2x4xi8>, tensor<2x2xf32>, tensor<2x2xi32>) -> tensor<1x2xf32>
  // (1*1 + 2*2) * 2 + (3*0 + 4*1) * 1 = 14; (1*-1 + 2*0) * 1 + (3*4 - 4*3) * 0.5.
  %off = arith.constant dense<[[-5.0, 2.0]]> : tensor<1x2xf32>
  %r = arith.addf %c, %off : tensor<1x2xf32>
  return %r : tensor<1x2xf32>
}
func.func private @multiply(%a: tensor<1x4x!qs.q<int8>>, %bw: tensor<2x4xi8>, %s: tensor<2x2xf32>, %z: tensor<2x2xi32>) -> tensor<1x2xf32> {
  %b = qs.storage_cast %bw : tensor<2x4xi8> -> tensor<2x4x!qs.q<uint8, group(1, 2)>>
  %c = qs.matmul %a, %b transpose_rhs rhs_zp(%z : tensor<2x2xi32>) rhs_scale(%s : tensor<2x2xf32>)
      : tensor<1x4x!qs.q<int8>>, tensor<2x4x!qs.q<uint8, group(1, 2)>> -> tensor<1x2xf32>
  return %c : tensor<1x2xf32>
}

// Of groups in the taps of a convolution; the left column of the first window
// is padding.
// CHECK-LABEL: @conv_zeros
// CHECK-NEXT: = {{\[\[\[\[}}-2561.5, -9595], [-4963, -3027.5]]]]
func.func @conv_zeros() -> tensor<1x1x2x2xf32> {
  %xw = arith.constant dense<[[[[-16, 0, 19, -7], [-15, 76, 35, 80]]]]> : tensor<1x1x2x4xi8>
  %x = qs.storage_cast %xw : tensor<1x1x2x4xi8> -> tensor<1x1x2x4x!qs.q<uint8>>
  %ww = arith.constant dense<[[[[0, -2, -6, -7], [3, 7, 3, -4]]], [[[7, 0, 4, -5], [-8, 5, 4, 1]]]]> : tensor<2x1x2x4xi4>
  %w = qs.storage_cast %ww : tensor<2x1x2x4xi4> -> tensor<2x1x2x4x!qs.q<uint4, group(3, 2)>>
  %s = arith.constant dense<[[[[1.0, 0.5], [2.0, 0.25]]], [[[0.5, 1.0], [1.0, 4.0]]]]> : tensor<2x1x2x2xf32>
  %z = arith.constant dense<[[[[9, 10], [8, 14]]], [[[14, 3], [9, 10]]]]> : tensor<2x1x2x2xi32>
  %one = arith.constant dense<1> : tensor<i32>
  %y = qs.conv2d %x, %w pad [0, 0, 1, 0] stride [1, 1] dilation [1, 1]
      input_zp(%one : tensor<i32>) weight_zp(%z : tensor<2x1x2x2xi32>) weight_scale(%s : tensor<2x1x2x2xf32>)
      : tensor<1x1x2x4x!qs.q<uint8>>, tensor<2x1x2x4x!qs.q<uint4, group(3, 2)>> -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// Four products of 32767 * 32767 are 4294705156, which i32 does not hold and
// f32 rounds to 4294705152.
// CHECK-LABEL: @wide
// CHECK-NEXT: = {{\[\[}}65532]]
func.func @wide() -> tensor<1x1xf32> {
  %aw = arith.constant dense<32767> : tensor<1x4xi16>
  %a = qs.storage_cast %aw : tensor<1x4xi16> -> tensor<1x4x!qs.q<int16>>
  %bw = arith.constant dense<32767> : tensor<1x4xi16>
  %b = qs.storage_cast %bw : tensor<1x4xi16> -> tensor<1x4x!qs.q<int16, group(1, 4)>>
  %s = arith.constant dense<1.52587890625e-05> : tensor<1x1xf32>
  %c = qs.matmul %a, %b transpose_rhs rhs_scale(%s : tensor<1x1xf32>) {accumulator = #qs.accumulator<i34>}
      : tensor<1x4x!qs.q<int16>>, tensor<1x4x!qs.q<int16, group(1, 4)>> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}

// Depthwise, each tap with a scale: (1 - 1) 1 * 0.5 + (3 - 1) 2 * 2 and
// (2 - 1) 3 * 1 + (4 - 1) (-1) * 0.25.
// CHECK-LABEL: @depthwise
// CHECK-NEXT: = {{\[\[\[\[}}8, 2.25]]]]
func.func @depthwise() -> tensor<1x1x1x2xf32> {
  %xw = arith.constant dense<[[[[1, 2]], [[3, 4]]]]> : tensor<1x2x1x2xi8>
  %x = qs.storage_cast %xw : tensor<1x2x1x2xi8> -> tensor<1x2x1x2x!qs.q<uint8>>
  %ww = arith.constant dense<[[[[1]], [[2]]], [[[3]], [[-1]]]]> : tensor<2x2x1x1xi4>
  %w = qs.storage_cast %ww : tensor<2x2x1x1xi4> -> tensor<2x2x1x1x!qs.q<int4, group(3, 1)>>
  %s = arith.constant dense<[[[[0.5]], [[2.0]]], [[[1.0]], [[0.25]]]]> : tensor<2x2x1x1xf32>
  %one = arith.constant dense<1> : tensor<i32>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2
      input_zp(%one : tensor<i32>) weight_scale(%s : tensor<2x2x1x1xf32>)
      : tensor<1x2x1x2x!qs.q<uint8>>, tensor<2x2x1x1x!qs.q<int4, group(3, 1)>> -> tensor<1x1x1x2xf32>
  return %y : tensor<1x1x1x2xf32>
}
