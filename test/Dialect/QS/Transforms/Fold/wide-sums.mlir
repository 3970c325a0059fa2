// Sums with constant weights that i32 is not proved to hold become i64.
// RUN: qs-opt %s --qs-fold-qdq --qs-narrow-accumulators | FileCheck %s

// 4 * 32768 * 32767 is below 2^32, and so is 2^29, the bias of 0.5 in units of
// 2^-30: 34 bits.
// CHECK-LABEL: func @wide
// CHECK: %[[BIAS:.*]] = arith.constant dense<536870912> : tensor<1xi64>
// CHECK: qs.matmul %{{.*}} bias(%[[BIAS]] : tensor<1xi64>) {accumulator = #qs.accumulator<i34>} : {{.*}} -> tensor<1x1x1xi64>
// CHECK-NOT: qs.fallback
// CHECK: tosa.cast %{{.*}} : (tensor<1x1x1xi64>) -> tensor<1x1x1xf32>
// CHECK-NOT: qs.fallback
func.func @wide(%q: tensor<1x1x4x!qs.q<int16, tensor>>) -> tensor<1x1x1xf32> {
  %s = arith.constant dense<3.0517578125e-05> : tensor<f32>
  %wi = arith.constant dense<-32767> : tensor<1x4x1xi16>
  %wq = qs.storage_cast %wi : tensor<1x4x1xi16> -> tensor<1x4x1x!qs.q<int16, tensor>>
  %w = qs.dequantize %wq scale %s : tensor<1x4x1x!qs.q<int16, tensor>>, tensor<f32> -> tensor<1x4x1xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %b = arith.constant dense<0.5> : tensor<1x1x1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x1x4x!qs.q<int16, tensor>>, tensor<f32> -> tensor<1x1x4xf32>
  %m = tosa.matmul %d, %w, %f0, %f0 : (tensor<1x1x4xf32>, tensor<1x4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %y = tosa.add %m, %b : (tensor<1x1x1xf32>, tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// One product fits i32.
// CHECK-LABEL: func @narrow
// CHECK: qs.matmul %{{.*}} {accumulator = #qs.accumulator<i31>} : {{.*}} -> tensor<1x1x1xi32>
func.func @narrow(%q: tensor<1x1x1x!qs.q<int16, tensor>>) -> tensor<1x1x1xf32> {
  %s = arith.constant dense<3.0517578125e-05> : tensor<f32>
  %wi = arith.constant dense<32767> : tensor<1x1x1xi16>
  %wq = qs.storage_cast %wi : tensor<1x1x1xi16> -> tensor<1x1x1x!qs.q<int16, tensor>>
  %w = qs.dequantize %wq scale %s : tensor<1x1x1x!qs.q<int16, tensor>>, tensor<f32> -> tensor<1x1x1xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x1x1x!qs.q<int16, tensor>>, tensor<f32> -> tensor<1x1x1xf32>
  %m = tosa.matmul %d, %w, %f0, %f0 : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %m : tensor<1x1x1xf32>
}

// Groups are bounded one by one: the sum of all four products would take i33.
// CHECK-LABEL: func @groups
// CHECK: qs.matmul %{{.*}} {accumulator = #qs.accumulator<i32>} : {{.*}} -> tensor<1x1xf32>
func.func @groups(%q: tensor<1x4x!qs.q<int16, tensor>>) -> tensor<1x1xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<0.5> : tensor<2x1xf32>
  %wi = arith.constant dense<32767> : tensor<4x1xi16>
  %wq = qs.storage_cast %wi : tensor<4x1xi16> -> tensor<4x1x!qs.q<int16, group(0, 2)>>
  %w = qs.dequantize %wq scale %ws : tensor<4x1x!qs.q<int16, group(0, 2)>>, tensor<2x1xf32> -> tensor<4x1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x4x!qs.q<int16, tensor>>, tensor<f32> -> tensor<1x4xf32>
  %m = qs.matmul %d, %w : tensor<1x4xf32>, tensor<4x1xf32> -> tensor<1x1xf32>
  return %m : tensor<1x1xf32>
}

// Sums of groups that need more are of i64, and the results stay f32.
// CHECK-LABEL: func @wide_groups
// CHECK: qs.matmul %{{.*}} rhs_scale(%{{.*}}) {accumulator = #qs.accumulator<i33>} : {{.*}} -> tensor<1x1xf32>
// CHECK-NOT: qs.fallback
func.func @wide_groups(%q: tensor<1x8x!qs.q<int16, tensor>>) -> tensor<1x1xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<0.5> : tensor<2x1xf32>
  %wi = arith.constant dense<32767> : tensor<8x1xi16>
  %wq = qs.storage_cast %wi : tensor<8x1xi16> -> tensor<8x1x!qs.q<int16, group(0, 4)>>
  %w = qs.dequantize %wq scale %ws : tensor<8x1x!qs.q<int16, group(0, 4)>>, tensor<2x1xf32> -> tensor<8x1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x8x!qs.q<int16, tensor>>, tensor<f32> -> tensor<1x8xf32>
  %m = qs.matmul %d, %w : tensor<1x8xf32>, tensor<8x1xf32> -> tensor<1x1xf32>
  return %m : tensor<1x1xf32>
}
