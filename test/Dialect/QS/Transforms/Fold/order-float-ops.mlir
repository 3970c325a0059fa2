// RUN: qs-opt %s --qs-order-float-ops | FileCheck %s

// The clamp goes to the product it belongs to; two reshapes are one.
// CHECK-LABEL: func @clamp
// CHECK: %[[M:.*]] = qs.matmul
// CHECK: %[[C:.*]] = tosa.clamp %[[M]]
// CHECK: %[[R:.*]] = tosa.reshape %[[C]], %{{.*}} -> tensor<2x2xf32>
// CHECK-NEXT: return %[[R]]
func.func @clamp(%x: tensor<1x2xf32>, %w: tensor<2x4xf32>) -> tensor<2x2xf32> {
  %s1 = tosa.const_shape {values = dense<[4]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %s2 = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m = qs.matmul %x, %w : tensor<1x2xf32>, tensor<2x4xf32> -> tensor<1x4xf32>
  %r = tosa.reshape %m, %s1 : (tensor<1x4xf32>, !tosa.shape<1>) -> tensor<4xf32>
  %c = tosa.clamp %r {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %q = tosa.reshape %c, %s2 : (tensor<4xf32>, !tosa.shape<2>) -> tensor<2x2xf32>
  return %q : tensor<2x2xf32>
}

// CHECK-LABEL: func @transposes
// CHECK-NEXT: return %arg0
func.func @transposes(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = tosa.transpose %x {perms = array<i32: 1, 2, 0>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %1 = tosa.identity %0 : (tensor<3x4x2xf32>) -> tensor<3x4x2xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 2, 0, 1>} : (tensor<3x4x2xf32>) -> tensor<2x3x4xf32>
  return %2 : tensor<2x3x4xf32>
}
