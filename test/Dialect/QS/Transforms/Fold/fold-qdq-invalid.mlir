// What folding leaves in float, with the reason.
// RUN: qs-opt %s --qs-fold-qdq --split-input-file --remark-format=emitRemark --remarks-filter=qs -o /dev/null 2>&1 | FileCheck %s
// RUN: qs-opt %s --qs-fold-qdq --split-input-file | FileCheck %s --check-prefix=ATTR

// 140,000 products of two activations, -128 each, leave i32; with constant weights
// the sums would be of i64.
// CHECK: Function=overflow {{.*}}Op=tosa.matmul, Reason="the sum of output channel 0 can leave i32: it reaches 2293760000"
// ATTR-LABEL: func @overflow
// ATTR: tosa.matmul {{.*}}qs.fallback = "the sum of output channel 0 can leave i32: it reaches 2293760000"
func.func @overflow(%q: tensor<1x1x140000x!qs.q<int8, tensor>>, %wq: tensor<1x140000x1x!qs.q<int8, tensor>>) -> tensor<1x1x1xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %w = qs.dequantize %wq scale %s : tensor<1x140000x1x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x140000x1xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %d = qs.dequantize %q scale %s : tensor<1x1x140000x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x1x140000xf32>
  %m = tosa.matmul %d, %w, %f0, %f0 : (tensor<1x1x140000xf32>, tensor<1x140000x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %m : tensor<1x1x1xf32>
}

// -----

// CHECK: Function=bias {{.*}}Reason="the bias of channel 1 leaves 2^52 in units of the accumulator"
func.func @bias(%q: tensor<1x2x!qs.q<int8, tensor>>) -> tensor<1x2xf32> {
  %s = arith.constant dense<0.001> : tensor<f32>
  %wi = arith.constant dense<1> : tensor<2x2xi8>
  %wq = qs.storage_cast %wi : tensor<2x2xi8> -> tensor<2x2x!qs.q<int8, tensor>>
  %w = qs.dequantize %wq scale %s : tensor<2x2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<2x2xf32>
  %b = arith.constant dense<[1.0, 5.0e9]> : tensor<2xf32>
  %d = qs.dequantize %q scale %s : tensor<1x2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x2xf32>
  %m = qs.matmul %d, %w bias(%b : tensor<2xf32>) : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32>
  return %m : tensor<1x2xf32>
}

// -----

// CHECK: Function=real {{.*}}Reason="its weights have the code nf4, which has no fixed-point form"
func.func @real(%q: tensor<1x4x!qs.q<int8, tensor>>) -> tensor<1x2xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %wi = arith.constant dense<1> : tensor<4x2xi4>
  %wq = qs.storage_cast %wi : tensor<4x2xi4> -> tensor<4x2x!qs.q<nf4, tensor>>
  %w = qs.dequantize %wq scale %s : tensor<4x2x!qs.q<nf4, tensor>>, tensor<f32> -> tensor<4x2xf32>
  %d = qs.dequantize %q scale %s : tensor<1x4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x4xf32>
  %m = qs.matmul %d, %w : tensor<1x4xf32>, tensor<4x2xf32> -> tensor<1x2xf32>
  return %m : tensor<1x2xf32>
}

// -----

// Padded windows average fewer elements; run-time scales cannot fold; a float
// use of a sum; different scales in a concatenation; an op without any form.
// CHECK-DAG: Op=tosa.avg_pool2d, Reason="windows at the padded border average fewer elements"
// CHECK-DAG: Op=tosa.tanh, Reason="a scale is known at run time only"
// CHECK-DAG: Op=tosa.add, Reason="its result is used as float by func.return"
// CHECK-DAG: Op=tosa.concat, Reason="its operands have different scales"
// CHECK-DAG: Op=tosa.reduce_max, Reason="no integer form is known"
// CHECK-DAG: Op=tosa.pad, Reason="it pads with a value that no code stands for"
func.func @others(%a: tensor<1x2x2x2x!qs.q<uint8, tensor>>, %run: tensor<f32>)
    -> (tensor<1x2x2x2x!qs.q<uint8, tensor>>, tensor<1x2x2x2x!qs.q<uint8, tensor>>, tensor<1x2x2x2xf32>, tensor<2x2x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x3x2x2xf32>) {
  %s = arith.constant dense<0.5> : tensor<f32>
  %s2 = arith.constant dense<0.25> : tensor<f32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %f1 = "tosa.const"() {values = dense<0.3> : tensor<1xf32>} : () -> tensor<1xf32>
  %pad = tosa.const_shape {values = dense<[0, 0, 0, 1, 0, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %x = qs.dequantize %a scale %s : tensor<1x2x2x2x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x2x2x2xf32>
  %y = qs.dequantize %a scale %s2 : tensor<1x2x2x2x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x2x2x2xf32>
  %r = qs.dequantize %a scale %run : tensor<1x2x2x2x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x2x2x2xf32>
  %0 = tosa.avg_pool2d %x, %f0, %f0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, acc_type = f32} : (tensor<1x2x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  %q0 = qs.quantize half_even round_then_add saturate %0 scale %s : tensor<1x2x2x2xf32>, tensor<f32> -> tensor<1x2x2x2x!qs.q<uint8, tensor>>
  %1 = tosa.tanh %r : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q1 = qs.quantize half_even round_then_add saturate %1 scale %s : tensor<1x2x2x2xf32>, tensor<f32> -> tensor<1x2x2x2x!qs.q<uint8, tensor>>
  %2 = tosa.add %x, %y : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %3 = tosa.concat %x, %y {axis = 0 : i32} : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<2x2x2x2xf32>
  %4 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<1x2x2x2xf32>) -> tensor<1x1x2x2xf32>
  %5 = tosa.pad %x, %pad, %f1 : (tensor<1x2x2x2xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x3x2x2xf32>
  return %q0, %q1, %2, %3, %4, %5 : tensor<1x2x2x2x!qs.q<uint8, tensor>>, tensor<1x2x2x2x!qs.q<uint8, tensor>>, tensor<1x2x2x2xf32>, tensor<2x2x2x2xf32>, tensor<1x1x2x2xf32>, tensor<1x3x2x2xf32>
}
