// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=generic}))' | FileCheck %s

// Weights of f32 rows whose words have no table lie in the narrowest elements
// that have all their numbers.

// CHECK-LABEL: @half
// CHECK: qs.packed_constant {{.*}} : tensor<8xi8> : <tensor<1x3x!qs.q<f16, axis(1)>>
// CHECK-SAME: taps = 1, lanes = 4, vectors = 1, k = 1, element = f16>
// CHECK-NOT: qs.dequantize
// CHECK: qs.packed_matmul {{.*}} weight_scale(%{{.*}} : tensor<4xf32>)
func.func @half(%x: tensor<5x1xf32>) -> tensor<5x3xf32> {
  %w0 = arith.constant dense<[[0x3C01, 1, 2]]> : tensor<1x3xi16>
  %w = qs.storage_cast %w0 : tensor<1x3xi16> -> tensor<1x3x!qs.q<f16, axis(1)>>
  %s = arith.constant dense<[0.5, 1.0, 2.0]> : tensor<3xf32>
  %d = qs.dequantize %w scale %s : tensor<1x3x!qs.q<f16, axis(1)>>, tensor<3xf32> -> tensor<1x3xf32>
  %y = qs.matmul %x, %d : tensor<5x1xf32>, tensor<1x3xf32> -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// Scales that are all 1 are none, and do not cut the runs.
// CHECK-LABEL: @ones
// CHECK: qs.packed_constant {{.*}} <tensor<4x1x!qs.q<bf16>>
// CHECK-SAME: taps = 1, {{.*}} element = bf16>
// CHECK: qs.packed_matmul
// CHECK-NOT: weight_scale
// CHECK: return
func.func @ones(%x: tensor<5x4xf32>) -> tensor<5x1xf32> {
  %w0 = arith.constant dense<[[1], [0x3F80], [0x3F81], [128]]> : tensor<4x1xi16>
  %w = qs.storage_cast %w0 : tensor<4x1xi16> -> tensor<4x1x!qs.q<bf16, group(0, 2)>>
  %s = arith.constant dense<1.0> : tensor<2x1xf32>
  %d = qs.dequantize %w scale %s : tensor<4x1x!qs.q<bf16, group(0, 2)>>, tensor<2x1xf32> -> tensor<4x1xf32>
  %y = qs.matmul %x, %d : tensor<5x4xf32>, tensor<4x1xf32> -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// One scale becomes one for each column.
// CHECK-LABEL: @integers
// CHECK-DAG: arith.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-DAG: qs.packed_constant {{.*}} <tensor<2x4x!qs.q<int16, axis(1)>>, {{.*}} element = i16>
// CHECK: qs.packed_matmul {{.*}} weight_scale
func.func @integers(%x: tensor<5x2xf32>) -> tensor<5x4xf32> {
  %w0 = arith.constant dense<[[1, 2, 3, -2048], [4, 5, 6, 2047]]> : tensor<2x4xi12>
  %w = qs.storage_cast %w0 : tensor<2x4xi12> -> tensor<2x4x!qs.q<int12, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %d = qs.dequantize %w scale %s : tensor<2x4x!qs.q<int12, tensor>>, tensor<f32> -> tensor<2x4xf32>
  %y = qs.matmul %x, %d : tensor<5x2xf32>, tensor<2x4xf32> -> tensor<5x4xf32>
  return %y : tensor<5x4xf32>
}

// Zero points that differ from group to group leave no table.
// CHECK-LABEL: @zero_points
// CHECK: <tensor<4x2x!qs.q<int8, group(0, 2)>>
// CHECK-SAME: taps = 2, {{.*}} element = i8>
// CHECK: qs.packed_matmul {{.*}} weight_scale
func.func @zero_points(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %w0 = arith.constant dense<[[1, 1], [2, 3], [0, 4], [5, 6]]> : tensor<4x2xi4>
  %w = qs.storage_cast %w0 : tensor<4x2xi4> -> tensor<4x2x!qs.q<uint4, group(0, 2)>>
  %s = arith.constant dense<[[0.5, 0.25], [3.0, 0.1]]> : tensor<2x2xf32>
  %z = arith.constant dense<[[0, 1], [15, 3]]> : tensor<2x2xi32>
  %d = qs.dequantize %w scale %s zero_point %z : tensor<4x2x!qs.q<uint4, group(0, 2)>>, tensor<2x2xf32>, tensor<2x2xi32> -> tensor<4x2xf32>
  %y = qs.matmul %x, %d : tensor<3x4xf32>, tensor<4x2xf32> -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
