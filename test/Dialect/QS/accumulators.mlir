// RUN: qs-opt %s --mlir-print-op-generic | qs-opt | FileCheck %s
// RUN: qs-opt %s --emit-bytecode | qs-opt | FileCheck %s
// RUN: qs-opt %s --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func @levels
func.func @levels(%a: tensor<4x16x!qs.q<uint8, tensor>>, %b: tensor<8x16x!qs.q<int8, axis(0)>>, %c: tensor<8x16x!qs.q<int16, axis(0)>>)
    -> (tensor<4x8xi32>, tensor<4x8xi64>) {
  // CHECK: qs.matmul %{{.*}}, %{{.*}} transpose_rhs {accumulator = #qs.accumulator<i20>} : {{.*}} -> tensor<4x8xi32>
  %0 = qs.matmul %a, %b transpose_rhs {accumulator = #qs.accumulator<i20>}
      : tensor<4x16x!qs.q<uint8, tensor>>, tensor<8x16x!qs.q<int8, axis(0)>> -> tensor<4x8xi32>
  // CHECK: {accumulator = #qs.accumulator<i40>} : {{.*}} -> tensor<4x8xi64>
  %1 = qs.matmul %a, %c transpose_rhs {accumulator = #qs.accumulator<i40>}
      : tensor<4x16x!qs.q<uint8, tensor>>, tensor<8x16x!qs.q<int16, axis(0)>> -> tensor<4x8xi64>
  return %0, %1 : tensor<4x8xi32>, tensor<4x8xi64>
}

// CHECK-LABEL: func @numbers
func.func @numbers(%a: tensor<4x16x!qs.q<f8e4m3, tensor>>, %b: tensor<8x16x!qs.q<f8e5m2, axis(0)>>, %c: tensor<4x16xf32>, %d: tensor<16x8xf32>)
    -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  // CHECK: qs.matmul %{{.*}}, %{{.*}} transpose_rhs : {{.*}} -> tensor<4x8xf32>
  %0 = qs.matmul %a, %b transpose_rhs
      : tensor<4x16x!qs.q<f8e4m3, tensor>>, tensor<8x16x!qs.q<f8e5m2, axis(0)>> -> tensor<4x8xf32>
  // CHECK: {accumulator = #qs.accumulator<f16, chunk = 64, order = strided, fused, seed = 18446744073709551615>}
  %1 = qs.matmul %a, %b transpose_rhs {accumulator = #qs.accumulator<f16, seed = 18446744073709551615, fused, order = strided, chunk = 64>}
      : tensor<4x16x!qs.q<f8e4m3, tensor>>, tensor<8x16x!qs.q<f8e5m2, axis(0)>> -> tensor<4x8xf32>
  // CHECK: {accumulator = #qs.accumulator<e6m9, chunk = 4>}
  %2 = qs.matmul %c, %d {accumulator = #qs.accumulator<e6m9, order = consecutive, chunk = 4>}
      : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  return %0, %1, %2 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @convolution
func.func @convolution(%a: tensor<1x4x4x2x!qs.q<log2_5, tensor>>, %b: tensor<3x3x3x2x!qs.q<log2_5, axis(0)>>) -> tensor<1x4x4x3xf32> {
  // CHECK: qs.conv2d {{.*}} dilation [1, 1] {accumulator = #qs.accumulator<bf16>}
  %0 = qs.conv2d %a, %b pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] {accumulator = #qs.accumulator<bf16>}
      : tensor<1x4x4x2x!qs.q<log2_5, tensor>>, tensor<3x3x3x2x!qs.q<log2_5, axis(0)>> -> tensor<1x4x4x3xf32>
  return %0 : tensor<1x4x4x3xf32>
}

// A codebook of floats is a table of numbers where numbers are summed.
// CHECK-LABEL: func @codebook
func.func @codebook(%a: tensor<2x4x!qs.q<f16, tensor>>, %b: tensor<4x3x!qs.q<codebook2, tensor>>, %c: tensor<4xf32>) -> tensor<2x3xf32> {
  // CHECK: qs.matmul {{.*}} rhs_codebook(%{{.*}} : tensor<4xf32>) {accumulator = #qs.accumulator<f32>} :
  %0 = qs.matmul %a, %b rhs_codebook(%c : tensor<4xf32>) {accumulator = #qs.accumulator<f32>} : tensor<2x4x!qs.q<f16, tensor>>, tensor<4x3x!qs.q<codebook2, tensor>> -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
