// RUN: qs-opt %s --qs-fold-thresholds --split-input-file | FileCheck %s
// RUN: qs-opt %s --pass-pipeline='builtin.module(qs-fold)' --split-input-file | FileCheck %s

// 0.5 x - 1.25, times 2, -2 and 0, minus 1, 1 and 3: signs of 1.0 x - 3.5,
// -1.0 x + 3.5 and -3. Word 1 is -1, so a positive gain falls. The sums are
// bounded by 4 products of signs; 5 is never reached.
// CHECK-LABEL: @batch_norm
// CHECK-SAME: (%[[X:.+]]: tensor<2x4x!qs.q<binary, tensor>>
// CHECK: %[[A:.+]] = qs.matmul
// CHECK-NOT: tosa
// CHECK: %[[T:.+]] = arith.constant dense<{{\[\[}}4], [4], [-2147483648]]> : tensor<3x1xi32>
// CHECK: %[[Q:.+]] = qs.threshold %[[A]] at %[[T]] falling [true, false, false] : tensor<2x3xi32>, tensor<3x1xi32> -> tensor<2x3x!qs.q<binary, tensor>>
// CHECK: return %[[Q]]
func.func @batch_norm(%x: tensor<2x4x!qs.q<binary, tensor>>, %w: tensor<4x3x!qs.q<binary, axis(1)>>) -> tensor<2x3x!qs.q<binary, tensor>> {
  %i0 = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %unit = arith.constant dense<0.5> : tensor<1x1xf32>
  %bias = arith.constant dense<1.25> : tensor<1x1xf32>
  %gain = arith.constant dense<[[2.0, -2.0, 0.0]]> : tensor<1x3xf32>
  %shift = arith.constant dense<[[-1.0, 1.0, -3.0]]> : tensor<1x3xf32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %a = qs.matmul %x, %w : tensor<2x4x!qs.q<binary, tensor>>, tensor<4x3x!qs.q<binary, axis(1)>> -> tensor<2x3xi32>
  %f = tosa.cast %a : (tensor<2x3xi32>) -> tensor<2x3xf32>
  %m = tosa.mul %f, %unit, %i0 : (tensor<2x3xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<2x3xf32>
  %s = tosa.sub %m, %bias : (tensor<2x3xf32>, tensor<1x1xf32>) -> tensor<2x3xf32>
  %g = tosa.mul %s, %gain, %i0 : (tensor<2x3xf32>, tensor<1x3xf32>, tensor<1xi8>) -> tensor<2x3xf32>
  %y = tosa.add %g, %shift : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  %q = qs.quantize half_even round_then_add saturate %y scale %one : tensor<2x3xf32>, tensor<f32> -> tensor<2x3x!qs.q<binary, tensor>>
  return %q : tensor<2x3x!qs.q<binary, tensor>>
}

// -----

// Levels -2..1 of a sum that nothing bounds: 10 + 0.25 x, limited to 0.5, by
// steps of 1. Rounding is half to even: 0.5 is 0, so that 1 is never reached,
// for which no i32 is left.
// CHECK-LABEL: @unbounded
// CHECK-NOT: qs.threshold
// CHECK: qs.quantize
func.func @unbounded(%a: tensor<2xi32>) -> tensor<2x!qs.q<int2, tensor>> {
  %i0 = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %unit = arith.constant dense<0.25> : tensor<1xf32>
  %ten = arith.constant dense<10.0> : tensor<1xf32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %f = tosa.cast %a : (tensor<2xi32>) -> tensor<2xf32>
  %m = tosa.mul %f, %unit, %i0 : (tensor<2xf32>, tensor<1xf32>, tensor<1xi8>) -> tensor<2xf32>
  %s = tosa.add %ten, %m : (tensor<1xf32>, tensor<2xf32>) -> tensor<2xf32>
  %c = tosa.clamp %s {min_val = -4.0 : f32, max_val = 0.5 : f32} : (tensor<2xf32>) -> tensor<2xf32>
  %q = qs.quantize half_even round_then_add saturate %c scale %one : tensor<2xf32>, tensor<f32> -> tensor<2x!qs.q<int2, tensor>>
  return %q : tensor<2x!qs.q<int2, tensor>>
}

// -----

// With a limit of 0.75, and falling: 10 - 0.25 x >= -1.5, >= -0.5, > 0.5.
// CHECK-LABEL: @levels
// CHECK: arith.constant dense<{{\[\[}}38, 43, 46]]> : tensor<1x3xi32>
// CHECK: qs.threshold %arg0 at %{{.*}} base -2 falling [true]
func.func @levels(%a: tensor<1xi32>) -> tensor<1x!qs.q<int2, tensor>> {
  %i0 = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %unit = arith.constant dense<0.25> : tensor<1xf32>
  %ten = arith.constant dense<10.0> : tensor<1xf32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %f = tosa.cast %a : (tensor<1xi32>) -> tensor<1xf32>
  %m = tosa.mul %f, %unit, %i0 : (tensor<1xf32>, tensor<1xf32>, tensor<1xi8>) -> tensor<1xf32>
  %s = tosa.sub %ten, %m : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  %c = tosa.clamp %s {min_val = -4.0 : f32, max_val = 0.75 : f32} : (tensor<1xf32>) -> tensor<1xf32>
  %q = qs.quantize half_even round_then_add saturate %c scale %one : tensor<1xf32>, tensor<f32> -> tensor<1x!qs.q<int2, tensor>>
  return %q : tensor<1x!qs.q<int2, tensor>>
}

// -----

// Left alone: 256 levels; a scale of run time; steps that overflow; a factor
// for each row.
// CHECK-LABEL: @left
// CHECK-COUNT-4: qs.quantize
// CHECK-NOT: qs.threshold
func.func @left(%a: tensor<2x2xi32>, %s: tensor<f32>, %r: tensor<2x1xf32>) -> (tensor<2x2x!qs.q<int8, tensor>>, tensor<2x2x!qs.q<binary, tensor>>, tensor<2x2x!qs.q<binary, tensor>>, tensor<2x2x!qs.q<binary, tensor>>) {
  %i0 = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %one = arith.constant dense<1.0> : tensor<f32>
  %big = arith.constant dense<1.0e38> : tensor<1x1xf32>
  %f = tosa.cast %a : (tensor<2x2xi32>) -> tensor<2x2xf32>
  %q0 = qs.quantize half_even round_then_add saturate %f scale %one : tensor<2x2xf32>, tensor<f32> -> tensor<2x2x!qs.q<int8, tensor>>
  %q1 = qs.quantize half_even round_then_add saturate %f scale %s : tensor<2x2xf32>, tensor<f32> -> tensor<2x2x!qs.q<binary, tensor>>
  %m = tosa.mul %f, %big, %i0 : (tensor<2x2xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<2x2xf32>
  %q2 = qs.quantize half_even round_then_add saturate %m scale %one : tensor<2x2xf32>, tensor<f32> -> tensor<2x2x!qs.q<binary, tensor>>
  %n = tosa.mul %f, %r, %i0 : (tensor<2x2xf32>, tensor<2x1xf32>, tensor<1xi8>) -> tensor<2x2xf32>
  %q3 = qs.quantize half_even round_then_add saturate %n scale %one : tensor<2x2xf32>, tensor<f32> -> tensor<2x2x!qs.q<binary, tensor>>
  return %q0, %q1, %q2, %q3 : tensor<2x2x!qs.q<int8, tensor>>, tensor<2x2x!qs.q<binary, tensor>>, tensor<2x2x!qs.q<binary, tensor>>, tensor<2x2x!qs.q<binary, tensor>>
}

// -----

// A clamp alone can make a sign constant, which only a bounded sum shows.
// CHECK-LABEL: @constant
// CHECK: arith.constant dense<5> : tensor<3x1xi32>
// CHECK: qs.threshold
func.func @constant(%x: tensor<2x4x!qs.q<binary, tensor>>, %w: tensor<4x3x!qs.q<binary, axis(1)>>) -> tensor<2x3x!qs.q<binary, tensor>> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %a = qs.matmul %x, %w : tensor<2x4x!qs.q<binary, tensor>>, tensor<4x3x!qs.q<binary, axis(1)>> -> tensor<2x3xi32>
  %f = tosa.cast %a : (tensor<2x3xi32>) -> tensor<2x3xf32>
  %c = tosa.clamp %f {min_val = 0.0 : f32, max_val = 3.4e38 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %q = qs.quantize half_even round_then_add saturate %c scale %one : tensor<2x3xf32>, tensor<f32> -> tensor<2x3x!qs.q<binary, tensor>>
  return %q : tensor<2x3x!qs.q<binary, tensor>>
}
