// Runs the QDQ form and the integer form on all codes of the first channel and
// compares: they may differ by one step of the output, 0.1.
// REQUIRES: numpy
// RUN: %python -c "import numpy as np; x=np.random.default_rng(7).uniform(-7, 7, (64, 6, 6, 2)).astype(np.float32); x[:4, ..., 0].flat[:]=np.linspace(-6.4, 6.4, 144); np.savez('%t.npz', arg0=x)"
// RUN: qs-opt %s --qs-fold -o %t.mlir
// RUN: qs-opt %t.mlir --qs-check-integer=strict=true -o /dev/null
// RUN: qs-run %s --input %t.npz --output %t-qdq.npz
// RUN: qs-run %t.mlir --input %t.npz --compare %t-qdq.npz --tolerance 0.101
// The comparison can fail: without the fold's clamp a difference would show.
// RUN: sed -e 's/max_val = 6.0/max_val = 5.0/' %s | qs-opt --qs-fold -o %t-wrong.mlir
// RUN: not qs-run %t-wrong.mlir --input %t.npz --compare %t-qdq.npz --tolerance 0.101

func.func @main(%x: tensor<1x6x6x2xf32>) -> tensor<1x1x1x3xf32> {
  %s = arith.constant dense<0.05> : tensor<f32>
  %z = arith.constant dense<128> : tensor<i32>
  %sy = arith.constant dense<0.1> : tensor<f32>
  %ws = arith.constant dense<[0.01, 0.02, 1.0]> : tensor<3xf32>
  %wi = arith.constant dense<[[[[100, 20]]], [[[-30, 41]]], [[[0, 0]]]]> : tensor<3x1x1x2xi8>
  %wq = qs.storage_cast %wi : tensor<3x1x1x2xi8> -> tensor<3x1x1x2x!qs.q<int8, axis(0)>>
  %w = qs.dequantize %wq scale %ws : tensor<3x1x1x2x!qs.q<int8, axis(0)>>, tensor<3xf32> -> tensor<3x1x1x2xf32>
  %b = "tosa.const"() {values = dense<[0.5, -0.25, 0.3]> : tensor<3xf32>} : () -> tensor<3xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z : tensor<1x6x6x2xf32>, tensor<f32>, tensor<i32> -> tensor<1x6x6x2x!qs.q<uint8, tensor>>
  %d = qs.dequantize %q scale %s zero_point %z : tensor<1x6x6x2x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<1x6x6x2xf32>
  %c = tosa.conv2d %d, %w, %b, %f0, %f0 {pad = array<i64: 0,0,0,0>, stride = array<i64: 1,1>, dilation = array<i64: 1,1>, acc_type = f32} : (tensor<1x6x6x2xf32>, tensor<3x1x1x2xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x6x3xf32>
  %r = tosa.clamp %c {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x6x6x3xf32>) -> tensor<1x6x6x3xf32>
  %rq = qs.quantize half_even round_then_add saturate %r scale %sy : tensor<1x6x6x3xf32>, tensor<f32> -> tensor<1x6x6x3x!qs.q<uint8, tensor>>
  %rd = qs.dequantize %rq scale %sy : tensor<1x6x6x3x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x6x6x3xf32>
  %t = tosa.sigmoid %rd : (tensor<1x6x6x3xf32>) -> tensor<1x6x6x3xf32>
  %st = arith.constant dense<0.00390625> : tensor<f32>
  %tq = qs.quantize half_even round_then_add saturate %t scale %st : tensor<1x6x6x3xf32>, tensor<f32> -> tensor<1x6x6x3x!qs.q<uint8, tensor>>
  %td = qs.dequantize %tq scale %st : tensor<1x6x6x3x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x6x6x3xf32>
  %m = tosa.mul %rd, %td, %shift : (tensor<1x6x6x3xf32>, tensor<1x6x6x3xf32>, tensor<1xi8>) -> tensor<1x6x6x3xf32>
  %mq = qs.quantize half_even round_then_add saturate %m scale %sy : tensor<1x6x6x3xf32>, tensor<f32> -> tensor<1x6x6x3x!qs.q<uint8, tensor>>
  %md = qs.dequantize %mq scale %sy : tensor<1x6x6x3x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x6x6x3xf32>
  %a = tosa.add %md, %rd : (tensor<1x6x6x3xf32>, tensor<1x6x6x3xf32>) -> tensor<1x6x6x3xf32>
  %aq = qs.quantize half_even round_then_add saturate %a scale %sy : tensor<1x6x6x3xf32>, tensor<f32> -> tensor<1x6x6x3x!qs.q<uint8, tensor>>
  %ad = qs.dequantize %aq scale %sy : tensor<1x6x6x3x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x6x6x3xf32>
  %p = tosa.max_pool2d %ad {kernel = array<i64: 2,2>, stride = array<i64: 2,2>, pad = array<i64: 0,0,0,0>} : (tensor<1x6x6x3xf32>) -> tensor<1x3x3x3xf32>
  %v = tosa.avg_pool2d %p, %f0, %f0 {kernel = array<i64: 3, 3>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, acc_type = f32} : (tensor<1x3x3x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x3xf32>
  %vq = qs.quantize half_even round_then_add saturate %v scale %sy : tensor<1x1x1x3xf32>, tensor<f32> -> tensor<1x1x1x3x!qs.q<uint8, tensor>>
  %vd = qs.dequantize %vq scale %sy : tensor<1x1x1x3x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x1x1x3xf32>
  return %vd : tensor<1x1x1x3xf32>
}
