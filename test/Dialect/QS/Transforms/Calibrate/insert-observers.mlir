// RUN: qs-opt %s --qs-insert-observers | FileCheck %s

// The clamp belongs to the convolution, so only its result is observed; the
// maximum keeps the range; sigmoid and mul are one function of one tensor.
// CHECK-LABEL: func @net
// CHECK: %[[Y:.*]] = qs.observe %arg1 "arg1"
// CHECK: qs.observe %arg0 "image"
// CHECK: tosa.conv2d
// CHECK-NEXT: tosa.clamp
// CHECK-NEXT: %[[A:.*]] = qs.observe %{{.*}} "conv1"
// CHECK-NEXT: %[[P:.*]] = tosa.max_pool2d %[[A]]
// CHECK-NEXT: %[[G:.*]] = tosa.sigmoid %[[P]]
// CHECK-NEXT: %[[M:.*]] = tosa.mul %[[P]], %[[G]]
// CHECK-NEXT: %[[O:.*]] = qs.observe %[[M]] "silu"
// CHECK-NEXT: %[[S:.*]] = tosa.add %[[O]], %[[Y]]
// CHECK-NEXT: %[[T:.*]] = qs.observe %[[S]] "silu#2"
// CHECK-NEXT: return %[[T]]
func.func @net(%x: tensor<1x4x4x2xf32> {qs.name = "image"}, %y: tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<3x1x1x2xf32>} : () -> tensor<3x1x1x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<3xf32>} : () -> tensor<3xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %c = tosa.conv2d %x, %w, %b, %f0, %f0 {pad = array<i64: 0,0,0,0>, stride = array<i64: 1,1>, dilation = array<i64: 1,1>, acc_type = f32} : (tensor<1x4x4x2xf32>, tensor<3x1x1x2xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x3xf32> loc("conv1")
  %r = tosa.clamp %c {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32> loc("relu1")
  %p = tosa.max_pool2d %r {kernel = array<i64: 2,2>, stride = array<i64: 2,2>, pad = array<i64: 0,0,0,0>} : (tensor<1x4x4x3xf32>) -> tensor<1x2x2x3xf32> loc("pool")
  %g = tosa.sigmoid %p : (tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32> loc("sigmoid")
  %m = tosa.mul %p, %g, %shift : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1xi8>) -> tensor<1x2x2x3xf32> loc("silu")
  %s = tosa.add %m, %y : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32> loc("silu")
  return %s : tensor<1x2x2x3xf32>
}

// Integers and unused values are not observed.
// CHECK-LABEL: func @integers
// CHECK-NOT: qs.observe
func.func @integers(%x: tensor<4xi32>, %y: tensor<4xf32>) -> tensor<4xi32> {
  return %x : tensor<4xi32>
}
