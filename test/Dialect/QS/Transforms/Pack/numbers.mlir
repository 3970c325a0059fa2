// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}))' | FileCheck %s

// Rows become f32 by a table, weights keep their bits; what the products have in
// common comes along.
// CHECK-LABEL: func @matmul
// CHECK-SAME: (%[[X:.*]]: tensor<5x4x!qs.q<f4e2m1, tensor>>)
// CHECK: %[[ROWS:.*]] = qs.prepare_rows decode %{{.*}} pad [0, 0, 0, 0] outs(%{{.*}}) {table = array<f32: 0.000000e+00, 5.000000e-01, {{.*}}>, target = "avx512vnni"} : tensor<5x4xi8>, tensor<5x4xf32>
// CHECK: %[[W:.*]] = qs.packed_constant {{.*}} : <tensor<3x4x!qs.q<f4e2m1>>, #qs.gemm_layout<{{.*}} table = array<f32:
// CHECK: qs.packed_matmul %[[ROWS]], %[[W]] epilogue {{.*}} {accumulator = #qs.accumulator<f32>, product_span = array<i64: 4, -2, 6>}
// CHECK-NOT: qs.matmul
func.func @matmul(%x: tensor<5x4x!qs.q<f4e2m1, tensor>>) -> tensor<5x3xf32> {
  %w = arith.constant dense<[[1, 2, 3, 4], [5, 6, 7, 0], [-8, -7, -6, -5]]> : tensor<3x4xi4>
  %q = qs.storage_cast %w : tensor<3x4xi4> -> tensor<3x4x!qs.q<f4e2m1, axis(0)>>
  %y = qs.matmul %x, %q transpose_rhs {accumulator = #qs.accumulator<f32>}
      : tensor<5x4x!qs.q<f4e2m1, tensor>>, tensor<3x4x!qs.q<f4e2m1, axis(0)>> -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// Scales of groups are those of the sums; zero points are part of the tables.
// CHECK-LABEL: func @groups
// CHECK: qs.prepare_rows decode {{.*}} {table = array<f32: -3.000000e+00, -2.000000e+00,
// CHECK: qs.packed_matmul {{.*}} weight_scale(%{{.*}} : tensor<32xi8>) {{.*}} {accumulator = #qs.accumulator<f16, chunk = 2>
func.func @groups(%x: tensor<5x4x!qs.q<uint8, tensor>>) -> tensor<5x3xf32> {
  %w = arith.constant dense<[[1, 2, 3, 4], [5, 6, 7, 0], [-8, -7, -6, -5]]> : tensor<3x4xi4>
  %q = qs.storage_cast %w : tensor<3x4xi4> -> tensor<3x4x!qs.q<f4e2m1, group(1, 2):e8m0>>
  %s = arith.constant dense<1.0> : tensor<3x2xf8E8M0FNU>
  %z = arith.constant dense<3> : tensor<i32>
  %y = qs.matmul %x, %q transpose_rhs lhs_zp(%z : tensor<i32>) rhs_scale(%s : tensor<3x2xf8E8M0FNU>) {accumulator = #qs.accumulator<f16, chunk = 2>}
      : tensor<5x4x!qs.q<uint8, tensor>>, tensor<3x4x!qs.q<f4e2m1, group(1, 2):e8m0>> -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// Factors, an added constant and a clamp join the kernel as they do elsewhere.
// CHECK-LABEL: func @tail
// CHECK: qs.packed_matmul {{.*}} bias(%{{.*}} : tensor<3xf32>) multiplier(%{{.*}} : tensor<3xf32>) epilogue <kind = dequantize
// CHECK-NOT: tosa.mul
// CHECK-NOT: tosa.add
func.func @tail(%x: tensor<5x4x!qs.q<f16, tensor>>) -> tensor<5x3xf32> {
  %w = arith.constant dense<15360> : tensor<3x4xi16>
  %q = qs.storage_cast %w : tensor<3x4xi16> -> tensor<3x4x!qs.q<f16, axis(0)>>
  %y = qs.matmul %x, %q transpose_rhs : tensor<5x4x!qs.q<f16, tensor>>, tensor<3x4x!qs.q<f16, axis(0)>> -> tensor<5x3xf32>
  %m = "tosa.const"() {values = dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>} : () -> tensor<1x3xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %z = tosa.mul %y, %m, %shift : (tensor<5x3xf32>, tensor<1x3xf32>, tensor<1xi8>) -> tensor<5x3xf32>
  %b = "tosa.const"() {values = dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>} : () -> tensor<1x3xf32>
  %r = tosa.add %z, %b : (tensor<5x3xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  return %r : tensor<5x3xf32>
}

// Numbers of 16-bit words by their element type; padding is part of the step.
// CHECK-LABEL: func @conv
// CHECK: qs.prepare_rows decode {{.*}} pad [1, 1, 1, 1] {{.*}} {element = bf16, target = "avx512vnni"} : tensor<1x3x3x2xi16>, tensor<1x5x5x2xf32>
// CHECK: qs.packed_conv2d {{.*}} {accumulator = #qs.accumulator<e6m9>
func.func @conv(%x: tensor<1x3x3x2x!qs.q<bf16, tensor>>) -> tensor<1x3x3x2xf32> {
  %w = arith.constant dense<16256> : tensor<2x3x3x2xi16>
  %q = qs.storage_cast %w : tensor<2x3x3x2xi16> -> tensor<2x3x3x2x!qs.q<bf16, tensor>>
  %y = qs.conv2d %x, %q pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] {accumulator = #qs.accumulator<e6m9>}
      : tensor<1x3x3x2x!qs.q<bf16, tensor>>, tensor<2x3x3x2x!qs.q<bf16, tensor>> -> tensor<1x3x3x2xf32>
  return %y : tensor<1x3x3x2xf32>
}
