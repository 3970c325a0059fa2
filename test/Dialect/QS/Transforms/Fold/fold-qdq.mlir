// RUN: qs-opt %s --qs-fold-qdq --split-input-file | FileCheck %s

// A convolution, its bias and its clamp. The third channel has no weights: its
// unit is 0.1 / 256, so that its bias of 0.3 is 768. The clamp at 6 is code 60.
// CHECK-LABEL: func @conv
// CHECK-DAG: %[[W:.*]] = qs.storage_cast %{{.*}} : tensor<3x1x1x2xi8> -> tensor<3x1x1x2x!qs.q<int8, axis(0)>>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[1000, -250, 768]> : tensor<3xi32>
// CHECK: %[[A:.*]] = qs.conv2d %{{.*}}, %[[W]] pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] input_zp(%{{.*}} : tensor<i32>) bias(%[[B]] : tensor<3xi32>)
// CHECK: %[[M:.*]] = arith.constant dense<[5.000000e-03, 0.00999999977, 3.906250e-03]> : tensor<3xf32>
// CHECK: %[[Q:.*]] = qs.requantize half_even saturate %[[A]] multiplier %[[M]]
// CHECK: %[[C:.*]] = qs.clamp %[[Q]] min 0 max 60
// CHECK: qs.max_pool2d %[[C]] kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
// CHECK-NOT: tosa.conv2d
// CHECK-NOT: tosa.max_pool2d
func.func @conv(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x3xf32> {
  %s = arith.constant dense<0.05> : tensor<f32>
  %z = arith.constant dense<128> : tensor<i32>
  %sy = arith.constant dense<0.1> : tensor<f32>
  %ws = arith.constant dense<[0.01, 0.02, 1.0]> : tensor<3xf32>
  %wi = arith.constant dense<[[[[1, 2]]], [[[-3, 4]]], [[[0, 0]]]]> : tensor<3x1x1x2xi8>
  %wq = qs.storage_cast %wi : tensor<3x1x1x2xi8> -> tensor<3x1x1x2x!qs.q<int8, axis(0)>>
  %w = qs.dequantize %wq scale %ws : tensor<3x1x1x2x!qs.q<int8, axis(0)>>, tensor<3xf32> -> tensor<3x1x1x2xf32>
  %b = "tosa.const"() {values = dense<[0.5, -0.25, 0.3]> : tensor<3xf32>} : () -> tensor<3xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z : tensor<1x4x4x2xf32>, tensor<f32>, tensor<i32> -> tensor<1x4x4x2x!qs.q<uint8, tensor>>
  %d = qs.dequantize %q scale %s zero_point %z : tensor<1x4x4x2x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<1x4x4x2xf32>
  %c = tosa.conv2d %d, %w, %b, %f0, %f0 {pad = array<i64: 0,0,0,0>, stride = array<i64: 1,1>, dilation = array<i64: 1,1>, acc_type = f32} : (tensor<1x4x4x2xf32>, tensor<3x1x1x2xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x3xf32>
  %r = tosa.clamp %c {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32>
  %rq = qs.quantize half_even round_then_add saturate %r scale %sy : tensor<1x4x4x3xf32>, tensor<f32> -> tensor<1x4x4x3x!qs.q<uint8, tensor>>
  %rd = qs.dequantize %rq scale %sy : tensor<1x4x4x3x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x4x4x3xf32>
  %p = tosa.max_pool2d %rd {kernel = array<i64: 2,2>, stride = array<i64: 2,2>, pad = array<i64: 0,0,0,0>} : (tensor<1x4x4x3xf32>) -> tensor<1x2x2x3xf32>
  return %p : tensor<1x2x2x3xf32>
}

// -----

// A depthwise convolution is a grouped one: HWCM weights become OHWI.
// CHECK-LABEL: func @depthwise
// CHECK: arith.constant dense<{{\[\[\[\[1\], \[3\]\]\], \[\[\[2\], \[4\]\]\]\]}}> : tensor<2x1x2x1xi8>
// CHECK: qs.conv2d {{.*}} groups 2 {{.*}} -> tensor<1x1x1x2xi32>
func.func @depthwise(%q: tensor<1x1x2x2x!qs.q<int8, tensor>>) -> tensor<1x1x1x2x!qs.q<int8, tensor>> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<[0.25, 0.5]> : tensor<2xf32>
  %wi = arith.constant dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8>
  %wq = qs.storage_cast %wi : tensor<1x2x2x1xi8> -> tensor<1x2x2x1x!qs.q<int8, axis(2)>>
  %w = qs.dequantize %wq scale %ws : tensor<1x2x2x1x!qs.q<int8, axis(2)>>, tensor<2xf32> -> tensor<1x2x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x1x2x2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x1x2x2xf32>
  %c = tosa.depthwise_conv2d %d, %w, %b, %f0, %f0 {pad = array<i64: 0,0,0,0>, stride = array<i64: 1,1>, dilation = array<i64: 1,1>, acc_type = f32} : (tensor<1x1x2x2xf32>, tensor<1x2x2x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x2xf32>
  %r = qs.quantize half_even round_then_add saturate %c scale %s : tensor<1x1x1x2xf32>, tensor<f32> -> tensor<1x1x1x2x!qs.q<int8, tensor>>
  return %r : tensor<1x1x1x2x!qs.q<int8, tensor>>
}

// -----

// A product and the constant added to it: the constant is the bias. The result
// is used as float, so the accumulators become reals.
// CHECK-LABEL: func @matmul_float_result
// CHECK: %[[B:.*]] = arith.constant dense<[8, -4, 0]> : tensor<3xi32>
// CHECK: %[[A:.*]] = qs.matmul %{{.*}}, %{{.*}} bias(%[[B]] : tensor<3xi32>) : tensor<1x1x2x!qs.q<uint8, tensor>>, tensor<2x3x!qs.q<int8, tensor>> -> tensor<1x1x3xi32>
// CHECK: %[[F:.*]] = tosa.cast %[[A]] : (tensor<1x1x3xi32>) -> tensor<1x1x3xf32>
// CHECK: tosa.mul %[[F]]
// CHECK-NOT: qs.fallback
func.func @matmul_float_result(%q: tensor<1x1x2x!qs.q<uint8, tensor>>) -> tensor<1x1x3xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %ws = arith.constant dense<0.25> : tensor<f32>
  %wi = arith.constant dense<[[[1, 2, 3], [4, 5, 6]]]> : tensor<1x2x3xi8>
  %wq = qs.storage_cast %wi : tensor<1x2x3xi8> -> tensor<1x2x3x!qs.q<int8, tensor>>
  %w = qs.dequantize %wq scale %ws : tensor<1x2x3x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x2x3xf32>
  %b = "tosa.const"() {values = dense<[[[1.0, -0.5, 0.0]]]> : tensor<1x1x3xf32>} : () -> tensor<1x1x3xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x1x2x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x1x2xf32>
  %m = tosa.matmul %d, %w, %f0, %f0 : (tensor<1x1x2xf32>, tensor<1x2x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x3xf32>
  %r = tosa.add %m, %b : (tensor<1x1x3xf32>, tensor<1x1x3xf32>) -> tensor<1x1x3xf32>
  return %r : tensor<1x1x3xf32>
}

// -----

// CHECK-LABEL: func @elementwise
// CHECK-DAG: %[[HALF:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK-DAG: %[[MINUS:.*]] = arith.constant dense<-2.500000e-01> : tensor<f32>
// CHECK: %[[D:.*]] = qs.add half_even saturate %arg0 * %{{.*}}, %arg1 * %{{.*}} lhs_zp(%{{.*}} : tensor<i32>) zero_point(%{{.*}} : tensor<i32>)
// CHECK: qs.mul half_even saturate %[[D]], %arg1 multiplier %{{.*}} lhs_zp(
// CHECK-NOT: tosa.
func.func @elementwise(%a: tensor<4x!qs.q<uint8, tensor>>, %b: tensor<4x!qs.q<int8, tensor>>) -> tensor<4x!qs.q<uint8, tensor>> {
  %sa = arith.constant dense<0.5> : tensor<f32>
  %sb = arith.constant dense<0.25> : tensor<f32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %ar = qs.dequantize %a scale %sa zero_point %z : tensor<4x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<4xf32>
  %br = qs.dequantize %b scale %sb : tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4xf32>
  %d = tosa.sub %ar, %br : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %dq = qs.quantize half_even round_then_add saturate %d scale %one zero_point %z : tensor<4xf32>, tensor<f32>, tensor<i32> -> tensor<4x!qs.q<uint8, tensor>>
  %dr = qs.dequantize %dq scale %one zero_point %z : tensor<4x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<4xf32>
  %m = tosa.mul %dr, %br, %shift : (tensor<4xf32>, tensor<4xf32>, tensor<1xi8>) -> tensor<4xf32>
  %mq = qs.quantize half_even round_then_add saturate %m scale %one : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<uint8, tensor>>
  return %mq : tensor<4x!qs.q<uint8, tensor>>
}

// -----

// x * min(max(x + 3, 0), 6) / 6 is one function of x: one table.
// CHECK-LABEL: func @hard_swish
// CHECK: %[[T:.*]] = arith.constant dense<[0, 0, -1, -1, 0, 2, 4, 7]> : tensor<8xi4>
// CHECK: %[[Q:.*]] = qs.storage_cast %[[T]] : tensor<8xi4> -> tensor<8x!qs.q<int4, tensor>>
// CHECK: qs.lookup %arg0 in %[[Q]]
// CHECK-NOT: tosa.
func.func @hard_swish(%a: tensor<4x!qs.q<int3, tensor>>) -> tensor<4x!qs.q<int4, tensor>> {
  %s = arith.constant dense<1.0> : tensor<f32>
  %sy = arith.constant dense<0.4> : tensor<f32>
  %three = "tosa.const"() {values = dense<3.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %sixth = "tosa.const"() {values = dense<0.166666672> : tensor<1xf32>} : () -> tensor<1xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %x = qs.dequantize %a scale %s : tensor<4x!qs.q<int3, tensor>>, tensor<f32> -> tensor<4xf32>
  %0 = tosa.add %x, %three : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.mul %x, %1, %shift : (tensor<4xf32>, tensor<4xf32>, tensor<1xi8>) -> tensor<4xf32>
  %3 = tosa.mul %2, %sixth, %shift : (tensor<4xf32>, tensor<1xf32>, tensor<1xi8>) -> tensor<4xf32>
  %4 = qs.quantize half_even round_then_add saturate %3 scale %sy : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int4, tensor>>
  return %4 : tensor<4x!qs.q<int4, tensor>>
}

// -----

// CHECK-LABEL: func @average
// CHECK: %[[S:.*]] = qs.sum_pool2d %arg0 zero_point(%{{.*}} : tensor<i32>) kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
// CHECK: %[[M:.*]] = arith.constant dense<1.250000e-01> : tensor<f32>
// CHECK: qs.requantize half_even saturate %[[S]] multiplier %[[M]] zero_point(
func.func @average(%a: tensor<1x4x4x2x!qs.q<uint8, tensor>>) -> tensor<1x2x2x2x!qs.q<uint8, tensor>> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %sy = arith.constant dense<1.0> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %x = qs.dequantize %a scale %s zero_point %z : tensor<1x4x4x2x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<1x4x4x2xf32>
  %0 = tosa.avg_pool2d %x, %f0, %f0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, acc_type = f32} : (tensor<1x4x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  %1 = qs.quantize half_even round_then_add saturate %0 scale %sy zero_point %z : tensor<1x2x2x2xf32>, tensor<f32>, tensor<i32> -> tensor<1x2x2x2x!qs.q<uint8, tensor>>
  return %1 : tensor<1x2x2x2x!qs.q<uint8, tensor>>
}

// -----

// The mean as exporters write it: two sums and a factor.
// CHECK-LABEL: func @mean
// CHECK: qs.sum_pool2d %arg0 kernel [4, 4] stride [1, 1] pad [0, 0, 0, 0]
// CHECK: arith.constant dense<6.250000e-02> : tensor<f32>
// CHECK: qs.requantize
// CHECK-NOT: tosa.
func.func @mean(%a: tensor<1x4x4x2x!qs.q<uint8, tensor>>) -> tensor<1x1x1x2x!qs.q<uint8, tensor>> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %f = "tosa.const"() {values = dense<0.0625> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %x = qs.dequantize %a scale %s : tensor<1x4x4x2x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x4x4x2xf32>
  %0 = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<1x4x4x2xf32>) -> tensor<1x1x4x2xf32>
  %1 = tosa.reduce_sum %0 {axis = 2 : i32} : (tensor<1x1x4x2xf32>) -> tensor<1x1x1x2xf32>
  %2 = tosa.mul %1, %f, %shift : (tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x1x1x2xf32>
  %3 = qs.quantize half_even round_then_add saturate %2 scale %s : tensor<1x1x1x2xf32>, tensor<f32> -> tensor<1x1x1x2x!qs.q<uint8, tensor>>
  return %3 : tensor<1x1x1x2x!qs.q<uint8, tensor>>
}

// -----

// Elements move as storage words; padding with 0 pads with the zero point, and
// quantizing with the same parameters is nothing.
// CHECK-LABEL: func @movement
// CHECK: %[[A:.*]] = qs.storage_cast %arg0
// CHECK: %[[F:.*]] = "tosa.const"() <{values = dense<7> : tensor<1xi8>}>
// CHECK: %[[P:.*]] = tosa.pad %[[A]], %{{.*}}, %[[F]] : (tensor<2x3xi8>, !tosa.shape<4>, tensor<1xi8>) -> tensor<3x3xi8>
// CHECK: tosa.transpose %{{.*}} {perms = array<i32: 1, 0>} : (tensor<3x3xi8>) -> tensor<3x3xi8>
// CHECK-NOT: qs.quantize
// CHECK-NOT: qs.requantize
func.func @movement(%a: tensor<2x3x!qs.q<uint8, tensor>>) -> tensor<3x3x!qs.q<uint8, tensor>> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<7> : tensor<i32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %pad = tosa.const_shape {values = dense<[0, 1, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %x = qs.dequantize %a scale %s zero_point %z : tensor<2x3x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<2x3xf32>
  %0 = tosa.pad %x, %pad, %f0 : (tensor<2x3xf32>, !tosa.shape<4>, tensor<1xf32>) -> tensor<3x3xf32>
  %1 = tosa.transpose %0 {perms = array<i32: 1, 0>} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %s2 = arith.constant dense<0.5> : tensor<f32>
  %2 = qs.quantize half_even round_then_add saturate %1 scale %s2 zero_point %z : tensor<3x3xf32>, tensor<f32>, tensor<i32> -> tensor<3x3x!qs.q<uint8, tensor>>
  return %2 : tensor<3x3x!qs.q<uint8, tensor>>
}

// -----

// A clamp by itself, to other parameters.
// CHECK-LABEL: func @clamp
// CHECK: %[[R:.*]] = qs.requantize half_even saturate %arg0 multiplier %{{.*}} input_zp(
// CHECK: qs.clamp %[[R]] min 0 max 4
func.func @clamp(%a: tensor<4x!qs.q<uint8, tensor>>) -> tensor<4x!qs.q<int8, tensor>> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %sy = arith.constant dense<0.25> : tensor<f32>
  %z = arith.constant dense<7> : tensor<i32>
  %x = qs.dequantize %a scale %s zero_point %z : tensor<4x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<4xf32>
  %0 = tosa.clamp %x {min_val = 0.0 : f32, max_val = 1.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = qs.quantize half_even round_then_add saturate %0 scale %sy : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %1 : tensor<4x!qs.q<int8, tensor>>
}

// -----

// 1e30 * 1e30 / 1e-30 is no f32: the layer stays float and says why.
// CHECK-LABEL: func @multiplier_out_of_range
// CHECK: tosa.matmul {{.*}} {qs.fallback = "its scales make a multiplier that f32 does not hold"}
func.func @multiplier_out_of_range(%x: tensor<1x3x8x!qs.q<uint8, tensor>>) -> tensor<1x3x4x!qs.q<uint8, tensor>> {
  %sx = arith.constant dense<1.0e30> : tensor<f32>
  %sy = arith.constant dense<1.0e-30> : tensor<f32>
  %xd = qs.dequantize %x scale %sx : tensor<1x3x8x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x3x8xf32>
  %ww = arith.constant dense<3> : tensor<1x8x4xi8>
  %w = qs.storage_cast %ww : tensor<1x8x4xi8> -> tensor<1x8x4x!qs.q<int8, tensor>>
  %wd = qs.dequantize %w scale %sx : tensor<1x8x4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x8x4xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %m = tosa.matmul %xd, %wd, %z, %z : (tensor<1x3x8xf32>, tensor<1x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x4xf32>
  %q = qs.quantize half_even round_then_add saturate %m scale %sy : tensor<1x3x4xf32>, tensor<f32> -> tensor<1x3x4x!qs.q<uint8, tensor>>
  return %q : tensor<1x3x4x!qs.q<uint8, tensor>>
}
