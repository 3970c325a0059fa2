// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=generic}))' | FileCheck %s

// The levels reach from -65535 to 65535, so that no word of the kernel's own
// stands for them: they become f32, and the groups of their scales do not cut
// the runs.
// CHECK-LABEL: @group_zero_points
// CHECK: qs.packed_constant {{.*}} <tensor<4x2xf32>, #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1,
// CHECK-NOT: qs.dequantize
// CHECK: qs.packed_matmul
// CHECK-NOT: weight_scale
// CHECK: return
func.func @group_zero_points(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %w0 = arith.constant dense<[[-1, 1], [2, 3], [0, 4], [5, 6]]> : tensor<4x2xi16>
  %w = qs.storage_cast %w0 : tensor<4x2xi16> -> tensor<4x2x!qs.q<uint16, group(0, 2)>>
  %s = arith.constant dense<[[0.5, 0.25], [3.0, 0.1]]> : tensor<2x2xf32>
  %z = arith.constant dense<[[0, 1], [65535, 3]]> : tensor<2x2xi32>
  %d = qs.dequantize %w scale %s zero_point %z : tensor<4x2x!qs.q<uint16, group(0, 2)>>, tensor<2x2xf32>, tensor<2x2xi32> -> tensor<4x2xf32>
  %y = qs.matmul %x, %d : tensor<3x4xf32>, tensor<4x2xf32> -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
