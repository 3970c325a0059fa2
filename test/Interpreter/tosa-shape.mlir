// RUN: qs-run %s --all | FileCheck %s

// CHECK-LABEL: @move
// CHECK-NEXT: out0: tensor<3x2xi32> = {{\[\[}}1, 4], [2, 5], [3, 6]]
// CHECK-NEXT: out1: tensor<6xi32> = [1, 2, 3, 4, 5, 6]
// CHECK-NEXT: out2: tensor<4x3xi32> = {{\[\[}}1, 2, 3], [4, 5, 6], [1, 2, 3], [4, 5, 6]]
// CHECK-NEXT: out3: tensor<2x4xi32> = {{\[\[}}1, 2, 3, 9], [4, 5, 6, 9]]
// CHECK-NEXT: out4: tensor<2x2xi32> = {{\[\[}}2, 3], [5, 6]]
// CHECK-NEXT: out5: tensor<2x6xi32> = {{\[\[}}1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]]
// CHECK-NEXT: out6: tensor<2x3xi32> = {{\[\[}}3, 2, 1], [6, 5, 4]]
func.func @move() -> (tensor<3x2xi32>, tensor<6xi32>, tensor<4x3xi32>, tensor<2x4xi32>, tensor<2x2xi32>, tensor<2x6xi32>, tensor<2x3xi32>) {
  %a = "tosa.const"() {values = dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>} : () -> tensor<2x3xi32>
  %0 = tosa.transpose %a {perms = array<i32: 1, 0>} : (tensor<2x3xi32>) -> tensor<3x2xi32>
  %six = tosa.const_shape {values = dense<6> : tensor<1xindex>} : () -> !tosa.shape<1>
  %1 = tosa.reshape %a, %six : (tensor<2x3xi32>, !tosa.shape<1>) -> tensor<6xi32>
  %2 = tosa.concat %a, %a {axis = 0 : i32} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<4x3xi32>
  %p = tosa.const_shape {values = dense<[0, 0, 0, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %nine = "tosa.const"() {values = dense<9> : tensor<1xi32>} : () -> tensor<1xi32>
  %3 = tosa.pad %a, %p, %nine : (tensor<2x3xi32>, !tosa.shape<4>, tensor<1xi32>) -> tensor<2x4xi32>
  %start = tosa.const_shape {values = dense<[0, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %4 = tosa.slice %a, %start, %size : (tensor<2x3xi32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x2xi32>
  %m = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %5 = tosa.tile %a, %m : (tensor<2x3xi32>, !tosa.shape<2>) -> tensor<2x6xi32>
  %6 = tosa.reverse %a {axis = 1 : i32} : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<3x2xi32>, tensor<6xi32>, tensor<4x3xi32>, tensor<2x4xi32>, tensor<2x2xi32>, tensor<2x6xi32>, tensor<2x3xi32>
}

// CHECK-LABEL: @gather
// CHECK-NEXT: = {{\[\[\[}}5, 6], [1, 2]]]
func.func @gather() -> tensor<1x2x2xi32> {
  %a = "tosa.const"() {values = dense<[[[1, 2], [3, 4], [5, 6]]]> : tensor<1x3x2xi32>} : () -> tensor<1x3x2xi32>
  %i = "tosa.const"() {values = dense<[[2, 0]]> : tensor<1x2xi32>} : () -> tensor<1x2xi32>
  %0 = tosa.gather %a, %i : (tensor<1x3x2xi32>, tensor<1x2xi32>) -> tensor<1x2x2xi32>
  return %0 : tensor<1x2x2xi32>
}
