// RUN: qs-run %s --all | FileCheck %s

// Weights are [oc, kh, kw, ic]; padding adds nothing; the bias comes last.
// CHECK-LABEL: @conv2d
// CHECK-NEXT: out0: tensor<1x2x2x1xf32> = {{\[\[\[\[}}100], [111]], {{\[\[}}130], [167]]]]
func.func @conv2d() -> tensor<1x2x2x1xf32> {
  %x = "tosa.const"() {values = dense<[[[[0.0], [1.0], [2.0]], [[3.0], [4.0], [5.0]], [[6.0], [7.0], [8.0]]]]> : tensor<1x3x3x1xf32>} : () -> tensor<1x3x3x1xf32>
  %w = "tosa.const"() {values = dense<[[[[1.0], [2.0]], [[3.0], [4.0]]]]> : tensor<1x2x2x1xf32>} : () -> tensor<1x2x2x1xf32>
  %b = "tosa.const"() {values = dense<[100.0]> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>}
      : (tensor<1x3x3x1xf32>, tensor<1x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  return %y : tensor<1x2x2x1xf32>
}

// The same with integers and zero points.
// CHECK-LABEL: @conv2d_int
// CHECK-NEXT: out0: tensor<1x2x2x1xi32> = {{\[\[\[\[}}100], [111]], {{\[\[}}130], [167]]]]
func.func @conv2d_int() -> tensor<1x2x2x1xi32> {
  %x = "tosa.const"() {values = dense<[[[[-5], [-4], [-3]], [[-2], [-1], [0]], [[1], [2], [3]]]]> : tensor<1x3x3x1xi8>} : () -> tensor<1x3x3x1xi8>
  %w = "tosa.const"() {values = dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  %b = "tosa.const"() {values = dense<[100]> : tensor<1xi32>} : () -> tensor<1xi32>
  %zx = "tosa.const"() {values = dense<-5> : tensor<1xi8>} : () -> tensor<1xi8>
  %zw = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %y = tosa.conv2d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>}
      : (tensor<1x3x3x1xi8>, tensor<1x2x2x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x1xi32>
  return %y : tensor<1x2x2x1xi32>
}

// Weights are [kh, kw, c, m]; output channel c * M + m.
// CHECK-LABEL: @depthwise
// CHECK-NEXT: = {{\[\[\[\[}}5.5, 11, 110, 200]]]]
func.func @depthwise() -> tensor<1x1x1x4xf32> {
  %x = "tosa.const"() {values = dense<[[[[1.0, 10.0], [2.0, 20.0]]]]> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  %w = "tosa.const"() {values = dense<[[[[1.0, 3.0], [5.0, 0.0]], [[2.0, 4.0], [3.0, 10.0]]]]> : tensor<1x2x2x2xf32>} : () -> tensor<1x2x2x2xf32>
  %b = "tosa.const"() {values = dense<[0.5, 0.0, 0.0, 0.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x4xf32>
  return %y : tensor<1x1x1x4xf32>
}

// CHECK-LABEL: @matmul
// CHECK-NEXT: = {{\[\[\[}}11]], {{\[\[}}39]]]
func.func @matmul() -> tensor<2x1x1xf32> {
  %a = "tosa.const"() {values = dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>} : () -> tensor<2x1x2xf32>
  %b = "tosa.const"() {values = dense<[[[3.0], [4.0]], [[5.0], [6.0]]]> : tensor<2x2x1xf32>} : () -> tensor<2x2x1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.matmul %a, %b, %z, %z : (tensor<2x1x2xf32>, tensor<2x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1x1xf32>
  return %y : tensor<2x1x1xf32>
}
