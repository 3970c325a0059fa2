// RUN: qs-opt %s --convert-qs-to-linalg | FileCheck %s

// Finite constant multipliers give no NaN, so none is looked for.
// CHECK-LABEL: func @real(
func.func @real(%x: tensor<4x2xi32>) -> tensor<4x2x!qs.q<uint8, tensor>> {
  %m = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>
  // CHECK-NOT: cmpf ord
  // CHECK: arith.sitofp %{{.*}} : i32 to f32
  // CHECK: arith.mulf
  // CHECK: arith.fptosi
  %0 = qs.requantize half_up saturate %x multiplier %m : tensor<4x2xi32>, tensor<2xf32> -> tensor<4x2x!qs.q<uint8, tensor>>
  return %0 : tensor<4x2x!qs.q<uint8, tensor>>
}

// CHECK-LABEL: func @run_time_multiplier(
func.func @run_time_multiplier(%x: tensor<4xi32>, %m: tensor<f32>) -> tensor<4x!qs.q<uint8, tensor>> {
  // CHECK: cmpf ord
  %0 = qs.requantize half_even saturate %x multiplier %m : tensor<4xi32>, tensor<f32> -> tensor<4x!qs.q<uint8, tensor>>
  return %0 : tensor<4x!qs.q<uint8, tensor>>
}

// CHECK-LABEL: func @fixed(
func.func @fixed(%x: tensor<4xi32>) -> tensor<4x!qs.q<int8, tensor>> {
  %m = arith.constant dense<1073741824> : tensor<i32>
  %s = arith.constant dense<36> : tensor<i8>
  // CHECK: arith.muli %{{.*}} : i64
  // CHECK: arith.shrsi %{{.*}} : i64
  // CHECK: arith.maxsi %{{.*}} : i64
  // CHECK: arith.minsi %{{.*}} : i64
  // CHECK: arith.trunci %{{.*}} : i64 to i8
  %0 = qs.requantize_fixed double saturate %x multiplier %m shift %s
      : tensor<4xi32>, tensor<i32>, tensor<i8> -> tensor<4x!qs.q<int8, tensor>>
  return %0 : tensor<4x!qs.q<int8, tensor>>
}
