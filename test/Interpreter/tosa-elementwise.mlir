// RUN: qs-run %s --all | FileCheck %s

// CHECK-LABEL: @arithmetic
// CHECK-NEXT: out0: tensor<2x2xf32> = {{\[\[}}1.5, 3], [3.5, 5]]
// CHECK-NEXT: out1: {{.*}} = {{\[\[}}0.5, 1], [2.5, 3]]
// CHECK-NEXT: out2: {{.*}} = {{\[\[}}0.5, 2], [1.5, 4]]
func.func @arithmetic() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %a = "tosa.const"() {values = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %b = "tosa.const"() {values = dense<[[0.5, 1.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.add %a, %b : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %1 = tosa.sub %a, %b : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %2 = tosa.mul %a, %b, %s : (tensor<2x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<2x2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// (a b + 2) >> 2.
// CHECK-LABEL: @mul_shift
// CHECK-NEXT: = [2, -1, 1073741824]
func.func @mul_shift() -> tensor<3xi32> {
  %a = "tosa.const"() {values = dense<[3, -3, 2147483647]> : tensor<3xi32>} : () -> tensor<3xi32>
  %b = "tosa.const"() {values = dense<2> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<2> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.mul %a, %b, %s : (tensor<3xi32>, tensor<1xi32>, tensor<1xi8>) -> tensor<3xi32>
  return %0 : tensor<3xi32>
}

// NaN passes through clamp and maximum unless it is to be ignored.
// CHECK-LABEL: @nan
// CHECK-NEXT: out0: {{.*}} = [NaN, 0, 6]
// CHECK-NEXT: out1: {{.*}} = [0, 0, 6]
// CHECK-NEXT: out2: {{.*}} = [NaN, 1, 9]
// CHECK-NEXT: out3: {{.*}} = [1, 1, 9]
func.func @nan() -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %a = "tosa.const"() {values = dense<[0x7FC00000, -1.0, 9.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %one = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.clamp %a {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<3xf32>) -> tensor<3xf32>
  %1 = tosa.clamp %a {min_val = 0.0 : f32, max_val = 6.0 : f32, nan_mode = IGNORE} : (tensor<3xf32>) -> tensor<3xf32>
  %2 = tosa.maximum %a, %one : (tensor<3xf32>, tensor<1xf32>) -> tensor<3xf32>
  %3 = tosa.maximum %a, %one {nan_mode = IGNORE} : (tensor<3xf32>, tensor<1xf32>) -> tensor<3xf32>
  return %0, %1, %2, %3 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// CHECK-LABEL: @functions
// CHECK-NEXT: out0: {{.*}} = [1, 7.38905{{[0-9]*}}]
// CHECK-NEXT: out1: {{.*}} = [0.5, 0.88079{{.*}}]
// CHECK-NEXT: out2: {{.*}} = [0, 0.96402{{.*}}]
// CHECK-NEXT: out3: {{.*}} = [0, 0.9953222{{.*}}]
// CHECK-NEXT: out4: {{.*}} = [2, 0.5]
// CHECK-NEXT: out5: {{.*}} = [4, 0.25]
// CHECK-NEXT: out6: {{.*}} = [0.0625, 16]
func.func @functions() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %a = "tosa.const"() {values = dense<[0.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %b = "tosa.const"() {values = dense<[0.25, 4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %two = "tosa.const"() {values = dense<2.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.exp %a : (tensor<2xf32>) -> tensor<2xf32>
  %1 = tosa.sigmoid %a : (tensor<2xf32>) -> tensor<2xf32>
  %2 = tosa.tanh %a : (tensor<2xf32>) -> tensor<2xf32>
  %3 = tosa.erf %a : (tensor<2xf32>) -> tensor<2xf32>
  %4 = tosa.rsqrt %b : (tensor<2xf32>) -> tensor<2xf32>
  %5 = tosa.reciprocal %b : (tensor<2xf32>) -> tensor<2xf32>
  %6 = tosa.pow %b, %two : (tensor<2xf32>, tensor<1xf32>) -> tensor<2xf32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: @choose
// CHECK-NEXT: out0: tensor<3xi1> = [0, 1, 0]
// CHECK-NEXT: out1: {{.*}} = [0, 1, 1]
// CHECK-NEXT: out2: {{.*}} = [10, 2, 10]
// CHECK-NEXT: out3: {{.*}} = [-1, -2, -3]
func.func @choose() -> (tensor<3xi1>, tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) {
  %a = "tosa.const"() {values = dense<[1, 2, 3]> : tensor<3xi32>} : () -> tensor<3xi32>
  %b = "tosa.const"() {values = dense<[2, 1, 3]> : tensor<3xi32>} : () -> tensor<3xi32>
  %t = "tosa.const"() {values = dense<10> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.greater %a, %b : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
  %1 = tosa.greater_equal %a, %b : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
  %2 = tosa.select %0, %a, %t : (tensor<3xi1>, tensor<3xi32>, tensor<1xi32>) -> tensor<3xi32>
  %3 = tosa.negate %a, %z, %z : (tensor<3xi32>, tensor<1xi32>, tensor<1xi32>) -> tensor<3xi32>
  return %0, %1, %2, %3 : tensor<3xi1>, tensor<3xi1>, tensor<3xi32>, tensor<3xi32>
}
