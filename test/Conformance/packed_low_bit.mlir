// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// The weights are [[1, -1, 2], [3, 4, -5]] in four bits: the low half of a byte
// holds the first row of a column, the high half the second.
#levels = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1>>
!levels = !qs.packed<tensor<2x3x!qs.q<int4>>, #levels>

// CHECK-LABEL: @levels
// CHECK-NEXT: out0: tensor<2x3xi32> = {{\[\[}}17, 7, -7], [210, -200, 401]]
func.func @levels() -> tensor<2x3xi32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[49, 79, -78, 0]> : tensor<4xi8> : !levels
  %b = arith.constant dense<[10, 0, 1]> : tensor<3xi32>
  %e = tensor.empty() : tensor<2x3xi32>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xi32>) epilogue <kind = store> outs(%e)
      : tensor<2x2xi8>, !levels, tensor<2x3xi32> -> tensor<2x3xi32>
  return %y : tensor<2x3xi32>
}

// The words mean what the table says: here ten times as much, with a hole.
#tens = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 10, 20, 30, 40, 50, 60, 70, 0, -70, -60, -50, -40, -30, -20, -10>>
!tens = !qs.packed<tensor<2x3x!qs.q<int4>>, #tens>

// CHECK-LABEL: @table
// CHECK-NEXT: = {{\[\[}}70, 70, -80]]
func.func @table() -> tensor<1x3xi32> {
  %x = arith.constant dense<[[1, 2]]> : tensor<1x2xi8>
  %w = qs.packed_constant dense<[49, 79, -78, 0]> : tensor<4xi8> : !tens
  %e = tensor.empty() : tensor<1x3xi32>
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%e)
      : tensor<1x2xi8>, !tens, tensor<1x3xi32> -> tensor<1x3xi32>
  return %y : tensor<1x3xi32>
}

// Each row of K is a group with scales of its own.
#groups = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 2, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1>>
!groups = !qs.packed<tensor<2x3x!qs.q<int4, group(0, 1)>>, #groups>

// CHECK-LABEL: @groups
// CHECK-NEXT: = {{\[\[}}7, 7, -6], [100.5, -200, 800]]
func.func @groups() -> tensor<2x3xf32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, 15, 2, 0, 3, 4, 11, 0]> : tensor<8xi8> : !groups
  %s = arith.constant dense<[0.5, 1.0, 2.0, 0.0, 1.0, 1.0, 1.0, 0.0]> : tensor<8xf32>
  %b = arith.constant dense<[0.5, 0.0, 0.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<2x3xf32>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xf32>) weight_scale(%s : tensor<8xf32>)
      epilogue <kind = store> outs(%e)
      : tensor<2x2xi8>, !groups, tensor<2x3xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// What a zero point of 1 adds to each group, a scale for each row, a bound.
// CHECK-LABEL: @row_scale
// CHECK-NEXT: = {{\[\[}}6.5, 8, -2], [48.75, -2, 400]]
func.func @row_scale() -> tensor<2x3xf32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, 15, 2, 0, 3, 4, 11, 0]> : tensor<8xi8> : !groups
  %s = arith.constant dense<[0.5, 1.0, 2.0, 0.0, 1.0, 1.0, 1.0, 0.0]> : tensor<8xf32>
  %g = arith.constant dense<[-1, 1, -2, 0, -3, -4, 5, 0]> : tensor<8xi32>
  %r = arith.constant dense<[2.0, 0.5]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, 0.0, 0.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<2x3xf32>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xf32>) weight_scale(%s : tensor<8xf32>)
      group_bias(%g : tensor<8xi32>) row_scale(%r : tensor<2xf32>)
      epilogue <kind = dequantize, min = -2.0 : f32, max = 400.0 : f32> outs(%e)
      : tensor<2x2xi8>, !groups, tensor<2x3xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: @quantize
// CHECK-NEXT: = {{\[\[}}4, 5, -2], [14, -24, 100]]
func.func @quantize() -> tensor<2x3xi8> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, 15, 2, 0, 3, 4, 11, 0]> : tensor<8xi8> : !groups
  %s = arith.constant dense<[0.5, 1.0, 2.0, 0.0, 1.0, 1.0, 1.0, 0.0]> : tensor<8xf32>
  %r = arith.constant dense<[2.0, 0.5]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, 0.0, 0.0]> : tensor<3xf32>
  %t = arith.constant dense<4.0> : tensor<f32>
  %e = tensor.empty() : tensor<2x3xi8>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xf32>) weight_scale(%s : tensor<8xf32>)
      row_scale(%r : tensor<2xf32>) result_scale(%t : tensor<f32>)
      epilogue <kind = quantize, zeroPoint = 1, lower = -128, upper = 100> outs(%e)
      : tensor<2x2xi8>, !groups, tensor<2x3xi8> -> tensor<2x3xi8>
  return %y : tensor<2x3xi8>
}

// Sums of i32 take a scale for each row too: f32(acc) * m * r + bias.
// CHECK-LABEL: @plain_row_scale
// CHECK-NEXT: = {{\[\[}}7.5, 7, -8], [50.5, -50, 100]]
func.func @plain_row_scale() -> tensor<2x3xf32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[49, 79, -78, 0]> : tensor<4xi8> : !levels
  %m = arith.constant dense<0.5> : tensor<f32>
  %r = arith.constant dense<[2.0, 0.5]> : tensor<2xf32>
  %b = arith.constant dense<[0.5, 0.0, 0.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<2x3xf32>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xf32>) multiplier(%m : tensor<f32>)
      row_scale(%r : tensor<2xf32>) epilogue <kind = dequantize> outs(%e)
      : tensor<2x2xi8>, !levels, tensor<2x3xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// f32 rows: two bits in words of 32, numbers from the table, a scale for each
// column. The weights are [[0.5, -1, 0], [3, 0, 0.5]].
#floats = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<f32: 0.0, 0.5, -1.0, 3.0>>
!floats = !qs.packed<tensor<2x3x!qs.q<int2, axis(1)>>, #floats>

// CHECK-LABEL: @floats
// CHECK-NEXT: out0: tensor<1x3xf32> = {{\[\[}}6.5, -1, 1]]
// CHECK-NEXT: out1: tensor<1x3xf32> = {{\[\[}}13, -0.5, 4]]
func.func @floats() -> (tensor<1x3xf32>, tensor<1x3xf32>) {
  %x = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %w = qs.packed_constant dense<[13, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]> : tensor<16xi8> : !floats
  %s = arith.constant dense<[2.0, 0.5, 4.0, 0.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<1x3xf32>
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%e)
      : tensor<1x2xf32>, !floats, tensor<1x3xf32> -> tensor<1x3xf32>
  %z = qs.packed_matmul %x, %w weight_scale(%s : tensor<4xf32>) epilogue <kind = store> outs(%e)
      : tensor<1x2xf32>, !floats, tensor<1x3xf32> -> tensor<1x3xf32>
  return %y, %z : tensor<1x3xf32>, tensor<1x3xf32>
}

// A convolution with two groups of two channels in each of two taps.
#taps = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 4, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1, -2, -1>>
!taps = !qs.packed<tensor<1x1x2x4x!qs.q<int2, group(3, 2)>>, #taps>

// Words 1 1 | 1 3 and 0 1 | 2 2: levels 1 1 1 -1 and 0 1 -2 -2.
// CHECK-LABEL: @conv
// CHECK-NEXT: = {{\[\[\[\[}}-0.5], [7.5]]]]
func.func @conv() -> tensor<1x1x2x1xf32> {
  %x = arith.constant dense<[[[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]]]> : tensor<1x1x3x4xi8>
  %w = qs.packed_constant dense<[5, 0, 0, 0, 13, 0, 0, 0, 4, 0, 0, 0, 10, 0, 0, 0]> : tensor<16xi8> : !taps
  %s = arith.constant dense<[1.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0]> : tensor<16xf32>
  %e = tensor.empty() : tensor<1x1x2x1xf32>
  %y = qs.packed_conv2d %x, %w stride [1, 1] dilation [1, 1] weight_scale(%s : tensor<16xf32>)
      epilogue <kind = store> outs(%e)
      : tensor<1x1x3x4xi8>, !taps, tensor<1x1x2x1xf32> -> tensor<1x1x2x1xf32>
  return %y : tensor<1x1x2x1xf32>
}

// CHECK-LABEL: @sum_runs
// CHECK-NEXT: = {{\[\[}}3, -1], [127, -255]]
func.func @sum_runs() -> tensor<2x2xi32> {
  %x = arith.constant dense<[[1, 2, 3, -4], [127, 0, -128, -127]]> : tensor<2x4xi8>
  %e = tensor.empty() : tensor<2x2xi32>
  %y = qs.sum_runs %x outs(%e) : tensor<2x4xi8>, tensor<2x2xi32> -> tensor<2x2xi32>
  return %y : tensor<2x2xi32>
}

// Bytes count from 0 to 255: entry 255 belongs to -1.
// CHECK-LABEL: @lookup_bytes
// CHECK-NEXT: = [7, 9, -3, 8]
func.func @lookup_bytes() -> tensor<4xi8> {
  %x = arith.constant dense<[0, 127, -128, -1]> : tensor<4xi8>
  %e = tensor.empty() : tensor<4xi8>
  %y = qs.lookup_bytes %x in [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, -3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8]
      target "generic" outs(%e) : tensor<4xi8>, tensor<4xi8> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// Five steps in a byte, digits of base 3: the columns are [1, -1, 0, 1, 1, -1],
// [-1, -1, -1, -1, -1, 1] and [1, 1, 1, 1, 1, 0].
#fives = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: -1, 0, 1>>
!fives = !qs.packed<tensor<6x3x!qs.q<ternary>>, #fives>

// CHECK-LABEL: @fives
// CHECK-NEXT: = {{\[\[}}2, -9, 15]]
func.func @fives() -> tensor<1x3xi32> {
  %x = arith.constant dense<[[1, 2, 3, 4, 5, 6]]> : tensor<1x6xi8>
  %w = qs.packed_constant dense<[-29, 0, -14, 0, 0, 2, 1, 0]> : tensor<8xi8> : !fives
  %e = tensor.empty() : tensor<1x3xi32>
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%e)
      : tensor<1x6xi8>, !fives, tensor<1x3xi32> -> tensor<1x3xi32>
  return %y : tensor<1x3xi32>
}

// Three bits: eight steps take three vectors, two words whole in each byte (the
// first in its low bits). The upper two bits of the first two bytes are those of
// the last two words, whose low bits are the upper two of the third byte.
#pieces = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1, 2, 3, -4, -3, -2, -1>>
!pieces = !qs.packed<tensor<8x2x!qs.q<int3>>, #pieces>

// CHECK-LABEL: @pieces
// CHECK-NEXT: = {{\[\[}}36, -90]]
func.func @pieces() -> tensor<1x2xi32> {
  %x = arith.constant dense<[[1, -2, 3, -4, 5, -6, 7, -8]]> : tensor<1x8xi8>
  %w = qs.packed_constant dense<[-47, -121, 0, 0, -93, 78, 0, 0, -11, 85, 0, 0]> : tensor<12xi8> : !pieces
  %e = tensor.empty() : tensor<1x2xi32>
  %y = qs.packed_matmul %x, %w signed_input epilogue <kind = store> outs(%e)
      : tensor<1x8xi8>, !pieces, tensor<1x2xi32> -> tensor<1x2xi32>
  return %y : tensor<1x2xi32>
}
