// RUN: qs-run %s --all | FileCheck %s

// CHECK-LABEL: @reduce
// CHECK-NEXT: out0: tensor<2x1xf32> = {{\[\[}}6], [15]]
// CHECK-NEXT: out1: tensor<1x3xf32> = {{\[\[}}4, 5, 6]]
// CHECK-NEXT: out2: {{.*}} = {{\[\[}}1], [4]]
// CHECK-NEXT: out3: tensor<2xi32> = [2, 2]
// CHECK-NEXT: out4: {{.*}} = {{\[\[}}6], [120]]
func.func @reduce() -> (tensor<2x1xf32>, tensor<1x3xf32>, tensor<2x1xf32>, tensor<2xi32>, tensor<2x1xf32>) {
  %a = "tosa.const"() {values = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %0 = tosa.reduce_sum %a {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %1 = tosa.reduce_max %a {axis = 0 : i32} : (tensor<2x3xf32>) -> tensor<1x3xf32>
  %2 = tosa.reduce_min %a {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %3 = tosa.argmax %a {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2xi32>
  %4 = tosa.reduce_product %a {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return %0, %1, %2, %3, %4 : tensor<2x1xf32>, tensor<1x3xf32>, tensor<2x1xf32>, tensor<2xi32>, tensor<2x1xf32>
}

// Averages divide by the number of positions inside the input.
// CHECK-LABEL: @pool
// CHECK-NEXT: out0: {{.*}} = {{\[\[\[\[}}1], [2.5]], {{\[\[}}5.5], [7]]]]
// CHECK-NEXT: out1: {{.*}} = {{\[\[\[\[}}1], [3]], {{\[\[}}7], [9]]]]
// CHECK-NEXT: out2: {{.*}} = {{\[\[\[\[}}1], [3]], {{\[\[}}6], [7]]]]
func.func @pool() -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xi8>) {
  %x = "tosa.const"() {values = dense<[[[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]], [[7.0], [8.0], [9.0]]]]> : tensor<1x3x3x1xf32>} : () -> tensor<1x3x3x1xf32>
  %i = "tosa.const"() {values = dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8>} : () -> tensor<1x3x3x1xi8>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %zi = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.avg_pool2d %x, %z, %z {acc_type = f32, kernel = array<i64: 2, 2>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>} : (tensor<1x3x3x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  %1 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>} : (tensor<1x3x3x1xf32>) -> tensor<1x2x2x1xf32>
  %2 = tosa.avg_pool2d %i, %zi, %zi {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>} : (tensor<1x3x3x1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x1xi8>
  return %0, %1, %2 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xi8>
}
