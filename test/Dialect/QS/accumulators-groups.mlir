// RUN: qs-opt %s --mlir-print-op-generic | qs-opt | FileCheck %s
// RUN: qs-opt %s --emit-bytecode | qs-opt | FileCheck %s

// Scales of groups: a float accumulator, or a code that is no fixed-point one,
// sums the numbers of each group; levels are summed without either.
// CHECK-LABEL: func @groups
func.func @groups(%a: tensor<2x4x!qs.q<f8e4m3, tensor>>, %b: tensor<4x3x!qs.q<f4e2m1, group(0, 2):e8m0>>, %s: tensor<2x3xf8E8M0FNU>, %c: tensor<2x4x!qs.q<int8, tensor>>)
    -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  // CHECK: qs.matmul {{.*}} rhs_scale(%{{.*}} : tensor<2x3xf8E8M0FNU>) : tensor<2x4x!qs.q<f8e4m3, tensor>>
  %0 = qs.matmul %a, %b rhs_scale(%s : tensor<2x3xf8E8M0FNU>) : tensor<2x4x!qs.q<f8e4m3, tensor>>, tensor<4x3x!qs.q<f4e2m1, group(0, 2):e8m0>> -> tensor<2x3xf32>
  // CHECK: rhs_scale(%{{.*}} : tensor<2x3xf8E8M0FNU>) {accumulator = #qs.accumulator<f16>} : tensor<2x4x!qs.q<int8, tensor>>
  %1 = qs.matmul %c, %b rhs_scale(%s : tensor<2x3xf8E8M0FNU>) {accumulator = #qs.accumulator<f16>} : tensor<2x4x!qs.q<int8, tensor>>, tensor<4x3x!qs.q<f4e2m1, group(0, 2):e8m0>> -> tensor<2x3xf32>
  return %0, %1 : tensor<2x3xf32>, tensor<2x3xf32>
}
