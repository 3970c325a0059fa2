// RUN: qs-opt %s --convert-qs-to-linalg | FileCheck %s

// CHECK-LABEL: func @add(
func.func @add(%x: tensor<2x4x!qs.q<uint8, tensor>>, %y: tensor<1x4x!qs.q<int8, tensor>>, %m: tensor<f32>, %z: tensor<i32>)
    -> tensor<2x4x!qs.q<int16, tensor>> {
  // CHECK: arith.extui %{{.*}} : i8 to i32
  // CHECK: arith.extsi %{{.*}} : i8 to i32
  // CHECK: %[[A:.*]] = arith.mulf
  // CHECK: %[[B:.*]] = arith.mulf
  // CHECK: arith.addf %[[A]], %[[B]]
  // CHECK: arith.trunci %{{.*}} : i32 to i16
  %0 = qs.add half_even saturate %x * %m, %y * %m rhs_zp(%z : tensor<i32>)
      : tensor<2x4x!qs.q<uint8, tensor>> * tensor<f32>, tensor<1x4x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<2x4x!qs.q<int16, tensor>>
  return %0 : tensor<2x4x!qs.q<int16, tensor>>
}

// Products of two 16-bit codes leave i32.
// CHECK-LABEL: func @mul(
func.func @mul(%x: tensor<4x!qs.q<uint16, tensor>>, %m: tensor<f32>) -> tensor<4x!qs.q<uint8, tensor>> {
  // CHECK: arith.muli %{{.*}} : i64
  %0 = qs.mul half_even saturate %x, %x multiplier %m
      : tensor<4x!qs.q<uint16, tensor>>, tensor<4x!qs.q<uint16, tensor>>, tensor<f32> -> tensor<4x!qs.q<uint8, tensor>>
  return %0 : tensor<4x!qs.q<uint8, tensor>>
}

// CHECK-LABEL: func @clamp(
func.func @clamp(%x: tensor<4x!qs.q<uint8, tensor>>) -> tensor<4x!qs.q<uint8, tensor>> {
  // CHECK: arith.maxui %{{.*}} : i8
  // CHECK: arith.minui %{{.*}} : i8
  %0 = qs.clamp %x min 3 max 200 : tensor<4x!qs.q<uint8, tensor>>
  return %0 : tensor<4x!qs.q<uint8, tensor>>
}

// CHECK-LABEL: func @lookup(
func.func @lookup(%x: tensor<4x!qs.q<int4, tensor>>, %t: tensor<16xf32>) -> tensor<4xf32> {
  // CHECK: %[[MIN:.*]] = arith.constant -8 : i32
  // CHECK: arith.subi %{{.*}}, %[[MIN]]
  // CHECK: tensor.extract
  %0 = qs.lookup %x in %t : tensor<4x!qs.q<int4, tensor>>, tensor<16xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @pools(
func.func @pools(%x: tensor<1x8x8x4x!qs.q<int8, tensor>>, %z: tensor<i32>) -> (tensor<1x4x4x4x!qs.q<int8, tensor>>, tensor<1x4x4x4xi32>) {
  // CHECK: %[[LEAST:.*]] = arith.constant -128 : i8
  // CHECK: tensor.yield %[[LEAST]]
  // CHECK: arith.maxsi
  %0 = qs.max_pool2d %x kernel [3, 3] stride [2, 2] pad [1, 0, 1, 0]
      : tensor<1x8x8x4x!qs.q<int8, tensor>> -> tensor<1x4x4x4x!qs.q<int8, tensor>>
  // CHECK: arith.subi
  // CHECK: arith.addi
  %1 = qs.sum_pool2d %x zero_point(%z : tensor<i32>) kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
      : tensor<1x8x8x4x!qs.q<int8, tensor>> -> tensor<1x4x4x4xi32>
  return %0, %1 : tensor<1x4x4x4x!qs.q<int8, tensor>>, tensor<1x4x4x4xi32>
}

// Constants of sub-byte words are widened here.
// CHECK-LABEL: func @words(
func.func @words(%x: tensor<2x!qs.q<int4>>) -> (tensor<2x!qs.q<uint4>>, tensor<2xi4>) {
  %c = arith.constant dense<[15, 1]> : tensor<2xi4>
  // CHECK: arith.constant dense<[15, 1]> : tensor<2xi8>
  %0 = qs.storage_cast %c : tensor<2xi4> -> tensor<2x!qs.q<uint4>>
  // CHECK: arith.trunci %{{.*}} : i8 to i4
  %1 = qs.storage_cast %x : tensor<2x!qs.q<int4>> -> tensor<2xi4>
  return %0, %1 : tensor<2x!qs.q<uint4>>, tensor<2xi4>
}

// Ops of other dialects follow.
// CHECK-LABEL: func @shapes(
func.func @shapes(%x: tensor<2x4x!qs.q<uint8, tensor>>) -> tensor<8x!qs.q<uint8, tensor>> {
  // CHECK: tensor.collapse_shape %{{.*}} : tensor<2x4xi8> into tensor<8xi8>
  %0 = tensor.collapse_shape %x [[0, 1]] : tensor<2x4x!qs.q<uint8, tensor>> into tensor<8x!qs.q<uint8, tensor>>
  return %0 : tensor<8x!qs.q<uint8, tensor>>
}
