// RUN: qs-opt %s --convert-tosa-to-qs | FileCheck %s
// RUN: qs-opt %s --convert-tosa-to-qs --remarks-filter=qs --remark-policy=all 2>&1 | FileCheck %s --check-prefix=REMARK

// CHECK-LABEL: func @conv(
func.func @conv(%x: tensor<1x8x8x4xf32>, %w: tensor<8x3x3x4xf32>, %b: tensor<8xf32>) -> tensor<1x8x8x8xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: qs.conv2d %{{.*}}, %{{.*}} pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] bias(
  // CHECK-NOT: tosa.conv2d
  %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<8x3x3x4xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x8xf32>
  return %c : tensor<1x8x8x8xf32>
}

// [KH, KW, C, M] weights become [C * M, KH, KW, 1]; a bias of zeros goes.
// CHECK-LABEL: func @depthwise(
func.func @depthwise(%x: tensor<1x4x4x2xf32>) -> tensor<1x3x4x4xf32> {
  %w = "tosa.const"() {values = dense<[[[[1.0, 2.0], [3.0, 4.0]]], [[[5.0, 6.0], [7.0, 8.0]]]]> : tensor<2x1x2x2xf32>} : () -> tensor<2x1x2x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: dense<{{.*}}1.000000e+00{{.*}}5.000000e+00{{.*}}2.000000e+00{{.*}}6.000000e+00{{.*}}> : tensor<4x2x1x1xf32>
  // CHECK: qs.conv2d %{{.*}} groups 2 : {{.*}} -> tensor<1x3x4x4xf32>
  %c = tosa.depthwise_conv2d %x, %w, %z, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x4x4xf32>
  return %c : tensor<1x3x4x4xf32>
}

// Constant weights lose their batch of one.
// CHECK-LABEL: func @matmul(
func.func @matmul(%x: tensor<1x2x3xf32>) -> tensor<1x2x4xf32> {
  %w = "tosa.const"() {values = dense<0.5> : tensor<1x3x4xf32>} : () -> tensor<1x3x4xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: qs.matmul %{{.*}} : tensor<1x2x3xf32>, tensor<3x4xf32> -> tensor<1x2x4xf32>
  %c = tosa.matmul %x, %w, %z, %z : (tensor<1x2x3xf32>, tensor<1x3x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x4xf32>
  return %c : tensor<1x2x4xf32>
}

// The last row and column are cut off for TOSA's sake only.
// CHECK-LABEL: func @cut(
func.func @cut(%x: tensor<1x8x8x4xf32>, %w: tensor<8x1x1x4xf32>) -> tensor<1x4x4x8xf32> {
  %start = tosa.const_shape {values = dense<0> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 7, 7, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK-NOT: tosa.slice
  // CHECK: qs.conv2d %{{.*}} stride [2, 2] {{.*}} : tensor<1x8x8x4xf32>
  %s = tosa.slice %x, %start, %size : (tensor<1x8x8x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x7x7x4xf32>
  %c = tosa.conv2d %s, %w, %z, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x7x7x4xf32>, tensor<8x1x1x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x8xf32>
  return %c : tensor<1x4x4x8xf32>
}

// CHECK-LABEL: func @halves(
func.func @halves(%x: tensor<1x2x3xf16>, %w: tensor<1x3x4xf16>) -> tensor<1x2x4xf16> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf16>} : () -> tensor<1xf16>
  // CHECK: tosa.matmul
  // REMARK: remark: [Missed] convert-tosa-to-qs {{.*}}Function=halves{{.*}}Op=tosa.matmul
  %c = tosa.matmul %x, %w, %z, %z : (tensor<1x2x3xf16>, tensor<1x3x4xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<1x2x4xf16>
  return %c : tensor<1x2x4xf16>
}
