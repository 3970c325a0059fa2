// RUN: qs-opt %s --qs-check-integer --split-input-file --remark-format=emitRemark --remarks-filter=qs 2>&1 | FileCheck %s
// RUN: qs-opt %s --qs-check-integer=strict=true --split-input-file --verify-diagnostics -o /dev/null

// A reshape at the border moves elements only.
// CHECK: Function=left | Layer=soft, Op=tosa.exp, Reason="no integer form is known"
// CHECK: Function=left | Layer={{.*}}, Op=tosa.abs, Reason="it was not quantized"
// CHECK: Function=unfolded | Layer=pool, Op=tosa.avg_pool2d, Reason="it is in QDQ form and was not folded (qs-fold)"
// CHECK: Function=unfolded | Layer=half, Op=tosa.sigmoid, Reason="it was not quantized"
// CHECK-NOT: Op=
func.func @left(%a: tensor<4x!qs.q<uint8, tensor>>) -> tensor<2x2xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %shape = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %x = qs.dequantize %a scale %s : tensor<4x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<4xf32>
  // expected-error @unknown {{layer 'soft' stays float: no integer form is known}}
  %0 = tosa.exp %x {qs.fallback = "no integer form is known"} : (tensor<4xf32>) -> tensor<4xf32> loc("soft")
  // expected-error @below {{stays float: it was not quantized}}
  %1 = tosa.abs %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.reshape %1, %shape : (tensor<4xf32>, !tosa.shape<2>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}

// -----

// A pool between dequantize and quantize has an integer form; one input in
// float is enough for none.
func.func @unfolded(%a: tensor<1x2x2x1x!qs.q<uint8, tensor>>, %f: tensor<1x1x1x1xf32>) -> (tensor<1x1x1x1x!qs.q<uint8, tensor>>, tensor<1x1x1x1xf32>) {
  %s = arith.constant dense<0.5> : tensor<f32>
  %zp = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %x = qs.dequantize %a scale %s : tensor<1x2x2x1x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<1x2x2x1xf32>
  // expected-error @unknown {{layer 'pool' stays float: it is in QDQ form and was not folded (qs-fold)}}
  %0 = tosa.avg_pool2d %x, %zp, %zp {acc_type = f32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32> loc("pool")
  %q = qs.quantize half_even round_then_add saturate %0 scale %s : tensor<1x1x1x1xf32>, tensor<f32> -> tensor<1x1x1x1x!qs.q<uint8, tensor>>
  // expected-error @unknown {{layer 'half' stays float: it was not quantized}}
  %1 = tosa.sigmoid %f : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> loc("half")
  return %q, %1 : tensor<1x1x1x1x!qs.q<uint8, tensor>>, tensor<1x1x1x1xf32>
}

// -----

// expected-error @below {{expected a quantized network, found neither qs.quantize nor qs.dequantize}}
func.func @nothing(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}
