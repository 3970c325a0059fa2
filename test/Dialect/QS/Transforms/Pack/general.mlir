// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}))' | FileCheck %s
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx2}))' | FileCheck %s --check-prefix=AVX2

// What dots of the target do not take as it is: zero points that make weights
// too wide, that come at run time or with each row, short groups, batches.

// CHECK-LABEL: @wide_weights
// CHECK: qs.packed_matmul {{.*}} group_zero({{.*}} : tensor<16xi32>) {{.*}}!qs.q<int16>>, #qs.gemm_layout<{{.*}} k = 2>>
func.func @wide_weights(%x: tensor<2x4x!qs.q<uint8, tensor>>) -> tensor<2x1xi32> {
  %w0 = arith.constant dense<[[1], [32767], [-32767], [7]]> : tensor<4x1xi16>
  %w = qs.storage_cast %w0 : tensor<4x1xi16> -> tensor<4x1x!qs.q<int16, tensor>>
  %z = arith.constant dense<5> : tensor<i32>
  %acc = qs.matmul %x, %w rhs_zp(%z : tensor<i32>) : tensor<2x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<int16, tensor>> -> tensor<2x1xi32>
  return %acc : tensor<2x1xi32>
}

// CHECK-LABEL: @row_zero_points
// CHECK: %[[Z:.*]] = arith.minsi
// CHECK: %[[S:.*]] = arith.constant dense<[4, 0, {{.*}}]> : tensor<16xi32>
// CHECK: qs.packed_matmul {{.*}} row_zero(%[[Z]] : tensor<2xi32>) column_sums(%[[S]] : tensor<16xi32>) {{.*}} k = 4>>
func.func @row_zero_points(%x: tensor<2x4x!qs.q<uint8, tensor>>, %zp: tensor<2xi32>) -> tensor<2x1xi32> {
  %w0 = arith.constant dense<1> : tensor<4x1xi8>
  %w = qs.storage_cast %w0 : tensor<4x1xi8> -> tensor<4x1x!qs.q<int8, tensor>>
  %acc = qs.matmul %x, %w lhs_zp(%zp : tensor<2xi32>) : tensor<2x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<int8, tensor>> -> tensor<2x1xi32>
  return %acc : tensor<2x1xi32>
}

// CHECK-LABEL: @padding
// CHECK: %[[P:.*]] = tensor.pad {{.*}} low[0, 1, 1, 0] high[0, 1, 1, 0]
// CHECK: qs.packed_conv2d %[[P]], {{.*}} tensor<1x6x6x4xi8>
func.func @padding(%x: tensor<1x4x4x4x!qs.q<uint8, tensor>>, %zp: tensor<i32>) -> tensor<1x4x4x1xi32> {
  %w0 = arith.constant dense<1> : tensor<1x3x3x4xi8>
  %w = qs.storage_cast %w0 : tensor<1x3x3x4xi8> -> tensor<1x3x3x4x!qs.q<int8, tensor>>
  %acc = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] input_zp(%zp : tensor<i32>) : tensor<1x4x4x4x!qs.q<uint8, tensor>>, tensor<1x3x3x4x!qs.q<int8, tensor>> -> tensor<1x4x4x1xi32>
  return %acc : tensor<1x4x4x1xi32>
}

// CHECK-LABEL: @thin_groups
// CHECK: qs.packed_conv2d {{.*}} tensor<1x4x4x4xi16>, {{.*}} groups = 2, taps = 9, lanes = 16, vectors = 1, k = 2>>
func.func @thin_groups(%x: tensor<1x4x4x4x!qs.q<uint8, tensor>>) -> tensor<1x2x2x2xi32> {
  %w0 = arith.constant dense<1> : tensor<2x3x3x2xi8>
  %w = qs.storage_cast %w0 : tensor<2x3x3x2xi8> -> tensor<2x3x3x2x!qs.q<int8, tensor>>
  %acc = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2 : tensor<1x4x4x4x!qs.q<uint8, tensor>>, tensor<2x3x3x2x!qs.q<int8, tensor>> -> tensor<1x2x2x2xi32>
  return %acc : tensor<1x2x2x2xi32>
}

// One weight for each scale: a dot of one element.
// CHECK-LABEL: @group1
// CHECK: qs.packed_matmul {{.*}} tensor<3x2xi16>, {{.*}} taps = 2, lanes = 16, vectors = 1, k = 1>>
// AVX2-LABEL: @group1
// AVX2: qs.packed_matmul {{.*}} taps = 2, lanes = 8, vectors = 1, k = 1>>
func.func @group1(%x: tensor<3x2x!qs.q<uint8, tensor>>) -> tensor<3x1xf32> {
  %w0 = arith.constant dense<[[1, 2]]> : tensor<1x2xi4>
  %w = qs.storage_cast %w0 : tensor<1x2xi4> -> tensor<1x2x!qs.q<int4, group(1, 1)>>
  %s = arith.constant dense<[[0.5, 0.25]]> : tensor<1x2xf32>
  %y = qs.matmul %x, %w transpose_rhs rhs_scale(%s : tensor<1x2xf32>) : tensor<3x2x!qs.q<uint8, tensor>>, tensor<1x2x!qs.q<int4, group(1, 1)>> -> tensor<3x1xf32>
  return %y : tensor<3x1xf32>
}

// CHECK-LABEL: @group3
// CHECK: qs.packed_matmul {{.*}} taps = 2, lanes = 16, vectors = 1, k = 2>>
// AVX2-LABEL: @group3
// AVX2: qs.packed_matmul {{.*}} taps = 2, lanes = 8, vectors = 1, k = 2, table =
func.func @group3(%x: tensor<3x6x!qs.q<uint8, tensor>>) -> tensor<3x1xf32> {
  %w0 = arith.constant dense<1> : tensor<1x6xi4>
  %w = qs.storage_cast %w0 : tensor<1x6xi4> -> tensor<1x6x!qs.q<int4, group(1, 3)>>
  %s = arith.constant dense<[[0.5, 0.25]]> : tensor<1x2xf32>
  %y = qs.matmul %x, %w transpose_rhs rhs_scale(%s : tensor<1x2xf32>) : tensor<3x6x!qs.q<uint8, tensor>>, tensor<1x6x!qs.q<int4, group(1, 3)>> -> tensor<3x1xf32>
  return %y : tensor<3x1xf32>
}

// So is each tap of a depthwise convolution with scales of its own.
// CHECK-LABEL: @depthwise_groups
// CHECK: qs.packed_conv2d {{.*}} weight_scale({{.*}} groups = 8, taps = 2, lanes = 16, vectors = 1, k = 1>>
// AVX2-LABEL: @depthwise_groups
// AVX2: qs.packed_conv2d {{.*}} weight_scale({{.*}} groups = 8, taps = 2, lanes = 8, vectors = 1, k = 1>>
func.func @depthwise_groups(%x: tensor<1x5x3x8x!qs.q<uint8, tensor>>, %z: tensor<i32>) -> tensor<1x4x3x8xf32> {
  %w0 = arith.constant dense<3> : tensor<8x2x1x1xi5>
  %w = qs.storage_cast %w0 : tensor<8x2x1x1xi5> -> tensor<8x2x1x1x!qs.q<int5, group(3, 1)>>
  %s = arith.constant dense<0.5> : tensor<8x2x1x1xf32>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 8 input_zp(%z : tensor<i32>) weight_scale(%s : tensor<8x2x1x1xf32>) : tensor<1x5x3x8x!qs.q<uint8, tensor>>, tensor<8x2x1x1x!qs.q<int5, group(3, 1)>> -> tensor<1x4x3x8xf32>
  return %y : tensor<1x4x3x8xf32>
}

// Sums of groups that only i64 holds: so many terms fit i32.
// CHECK-LABEL: @wide_groups
// CHECK: qs.packed_matmul {{.*}} weight_scale({{.*}}) wide 31 epilogue <kind = store>
func.func @wide_groups(%x: tensor<3x32x!qs.q<int16, tensor>>) -> tensor<3x1xf32> {
  %w0 = arith.constant dense<-2048> : tensor<1x32xi12>
  %w = qs.storage_cast %w0 : tensor<1x32xi12> -> tensor<1x32x!qs.q<int12, group(1, 32)>>
  %s = arith.constant dense<0.5> : tensor<1x1xf32>
  %y = qs.matmul %x, %w transpose_rhs rhs_scale(%s : tensor<1x1xf32>) {accumulator = #qs.accumulator<i33>} : tensor<3x32x!qs.q<int16, tensor>>, tensor<1x32x!qs.q<int12, group(1, 32)>> -> tensor<3x1xf32>
  return %y : tensor<3x1xf32>
}

// The batch becomes groups of a convolution.
// CHECK-LABEL: @batch
// CHECK: linalg.transpose ins({{.*}} : tensor<2x3x4xi8>) {{.*}} permutation = [1, 0, 2]
// CHECK: qs.packed_conv2d {{.*}} tensor<1x3x1x8xi8>, {{.*}} groups = 2, taps = 1
// CHECK: linalg.transpose ins({{.*}} : tensor<3x2x1xi32>)
func.func @batch(%x: tensor<2x3x4x!qs.q<uint8, tensor>>) -> tensor<2x3x1xi32> {
  %w0 = arith.constant dense<[[[1], [2], [3], [4]], [[5], [6], [7], [8]]]> : tensor<2x4x1xi8>
  %w = qs.storage_cast %w0 : tensor<2x4x1xi8> -> tensor<2x4x1x!qs.q<int8, tensor>>
  %b = arith.constant dense<9> : tensor<1xi32>
  %y = qs.matmul %x, %w bias(%b : tensor<1xi32>) : tensor<2x3x4x!qs.q<uint8, tensor>>, tensor<2x4x1x!qs.q<int8, tensor>> -> tensor<2x3x1xi32>
  return %y : tensor<2x3x1xi32>
}

// Weights that come at run time are put into panels.
// CHECK-LABEL: @runtime
// CHECK: %[[Z:.*]] = linalg.broadcast ins({{.*}} : tensor<i16>)
// CHECK: arith.subi %{{.*}}, %[[Z]] : tensor<2x5x3xi16>
// CHECK: tensor.pad {{.*}} high[0, 1, 13]
// CHECK: linalg.transpose {{.*}} permutation = [0, 3, 1, 4, 2]
// CHECK: %[[W:.*]] = qs.packed_view {{.*}} : tensor<192xi16> -> <tensor<6x1x1x5x!qs.q<int16>>, #qs.gemm_layout<{{.*}} groups = 2, {{.*}} k = 2>>
// CHECK: qs.packed_conv2d %{{.*}}, %[[W]] {{.*}} signed_input epilogue <kind = store>
func.func @runtime(%x: tensor<2x4x5x!qs.q<uint8, tensor>>, %w: tensor<2x5x3x!qs.q<uint8, tensor>>, %z: tensor<i32>) -> tensor<2x4x3xi32> {
  %y = qs.matmul %x, %w rhs_zp(%z : tensor<i32>) : tensor<2x4x5x!qs.q<uint8, tensor>>, tensor<2x5x3x!qs.q<uint8, tensor>> -> tensor<2x4x3xi32>
  return %y : tensor<2x4x3xi32>
}
