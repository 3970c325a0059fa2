// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx2}))' | FileCheck %s
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}))' | FileCheck %s --check-prefix=WIDE
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=generic}))' | FileCheck %s --check-prefix=WIDE

// WIDE-NOT: narrow =

// A lane takes two weights a step: 255 * 2 * 3 * 21 = 32130 fits 16 bits, one
// step more does not.
// CHECK-LABEL: @few_bits
// CHECK-NOT: prepare_rows
// CHECK: k = 4, table = array<i8: {{.*}}>, narrow = 21>
func.func @few_bits(%x: tensor<6x96x!qs.q<uint8, tensor>>) -> tensor<6x1xi32> {
  %c = arith.constant dense<3> : tensor<96x1xi4>
  %w = qs.storage_cast %c : tensor<96x1xi4> -> tensor<96x1x!qs.q<int4, tensor>>
  %y = qs.matmul %x, %w : tensor<6x96x!qs.q<uint8, tensor>>, tensor<96x1x!qs.q<int4, tensor>> -> tensor<6x1xi32>
  return %y : tensor<6x1xi32>
}

// Of bytes by bytes one pair can be too much: 255 * 129.
// CHECK-LABEL: @saturates
// CHECK: prepare_rows zero_extend
// CHECK-NOT: narrow =
// CHECK: return
func.func @saturates(%x: tensor<6x4x!qs.q<uint8, tensor>>) -> tensor<6x1xi32> {
  %c = arith.constant dense<[[65], [64], [1], [1]]> : tensor<4x1xi8>
  %w = qs.storage_cast %c : tensor<4x1xi8> -> tensor<4x1x!qs.q<int8, tensor>>
  %y = qs.matmul %x, %w : tensor<6x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<int8, tensor>> -> tensor<6x1xi32>
  return %y : tensor<6x1xi32>
}

// 64 and 65 are in different lanes, or of different sign; two steps of the first
// lane are too much.
// CHECK-LABEL: @does_not_saturate
// CHECK: narrow = 1>
func.func @does_not_saturate(%x: tensor<6x8x!qs.q<uint8, tensor>>) -> tensor<6x1xi32> {
  %c = arith.constant dense<[[1], [65], [64], [1], [65], [-64], [1], [-127]]> : tensor<8x1xi8>
  %w = qs.storage_cast %c : tensor<8x1xi8> -> tensor<8x1x!qs.q<int8, tensor>>
  %y = qs.matmul %x, %w : tensor<6x8x!qs.q<uint8, tensor>>, tensor<8x1x!qs.q<int8, tensor>> -> tensor<6x1xi32>
  return %y : tensor<6x1xi32>
}

// With rows of 4 bits the whole sum fits: as many as there are steps, those of
// the three runs (two of each, the last one short) in order.
// CHECK-LABEL: @whole_sum
// CHECK: taps = 3, {{.*}} narrow = 6>
func.func @whole_sum(%x: tensor<1x5x5x2x!qs.q<uint4, tensor>>) -> tensor<1x3x3x2xi32> {
  %c = arith.constant dense<100> : tensor<2x3x3x2xi8>
  %w = qs.storage_cast %c : tensor<2x3x3x2xi8> -> tensor<2x3x3x2x!qs.q<int8, tensor>>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<1x5x5x2x!qs.q<uint4, tensor>>, tensor<2x3x3x2x!qs.q<int8, tensor>> -> tensor<1x3x3x2xi32>
  return %y : tensor<1x3x3x2xi32>
}

// Few signed rows of groups go with unsigned weights, -3 + 8 here: 128 * 2 * 5 a
// step. Their sums make up for the 8.
// CHECK-LABEL: @groups_of_a_row
// CHECK: qs.sum_runs
// CHECK: qs.packed_matmul {{.*}} signed_input {{.*}} row_sums({{.*}} narrow = 16>
func.func @groups_of_a_row(%x: tensor<1x64x!qs.q<int8, tensor>>) -> tensor<1x1xf32> {
  %c = arith.constant dense<-3> : tensor<1x64xi4>
  %w = qs.storage_cast %c : tensor<1x64xi4> -> tensor<1x64x!qs.q<int4, group(1, 32)>>
  %s = arith.constant dense<0.5> : tensor<1x2xf32>
  %y = qs.matmul %x, %w transpose_rhs rhs_scale(%s : tensor<1x2xf32>) : tensor<1x64x!qs.q<int8, tensor>>, tensor<1x64x!qs.q<int4, group(1, 32)>> -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// Many become unsigned, 255 * 2 * 3, and each group has a bias.
// CHECK-LABEL: @groups_of_rows
// CHECK: qs.prepare_rows flip_sign
// CHECK: qs.packed_matmul {{.*}} group_bias({{.*}} narrow = 16>
func.func @groups_of_rows(%x: tensor<6x64x!qs.q<int8, tensor>>) -> tensor<6x1xf32> {
  %c = arith.constant dense<-3> : tensor<1x64xi4>
  %w = qs.storage_cast %c : tensor<1x64xi4> -> tensor<1x64x!qs.q<int4, group(1, 32)>>
  %s = arith.constant dense<0.5> : tensor<1x2xf32>
  %y = qs.matmul %x, %w transpose_rhs rhs_scale(%s : tensor<1x2xf32>) : tensor<6x64x!qs.q<int8, tensor>>, tensor<1x64x!qs.q<int4, group(1, 32)>> -> tensor<6x1xf32>
  return %y : tensor<6x1xf32>
}

// The words of few rows' weights are unsigned as they lie: 128 * 2 * 11.
// CHECK-LABEL: @row
// CHECK: qs.prepare_rows flip_sign
// CHECK: qs.sum_runs
// CHECK: qs.packed_matmul {{.*}} signed_input {{.*}} row_sums({{.*}} narrow = 11>
func.func @row(%x: tensor<2x96x!qs.q<uint8, tensor>>) -> tensor<2x1xi32> {
  %c = arith.constant dense<3> : tensor<96x1xi4>
  %w = qs.storage_cast %c : tensor<96x1xi4> -> tensor<96x1x!qs.q<int4, tensor>>
  %y = qs.matmul %x, %w : tensor<2x96x!qs.q<uint8, tensor>>, tensor<96x1x!qs.q<int4, tensor>> -> tensor<2x1xi32>
  return %y : tensor<2x1xi32>
}

// Dots of i16 by i16 stay where rows or weights have more than 8 bits.
// CHECK-LABEL: @words
// CHECK-NOT: narrow =
// CHECK: return
func.func @words(%x: tensor<6x4x!qs.q<int9, tensor>>) -> tensor<6x1xi32> {
  %c = arith.constant dense<1> : tensor<4x1xi4>
  %w = qs.storage_cast %c : tensor<4x1xi4> -> tensor<4x1x!qs.q<int4, tensor>>
  %y = qs.matmul %x, %w : tensor<6x4x!qs.q<int9, tensor>>, tensor<4x1x!qs.q<int4, tensor>> -> tensor<6x1xi32>
  return %y : tensor<6x1xi32>
}
