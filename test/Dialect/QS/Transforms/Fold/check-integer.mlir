// RUN: qs-opt %s --qs-check-integer --split-input-file --remark-format=emitRemark --remarks-filter=qs 2>&1 | FileCheck %s
// RUN: qs-opt %s --qs-check-integer=strict=true --split-input-file --verify-diagnostics -o /dev/null

// A reshape at the border moves elements only.
// CHECK: Function=left | Layer=soft, Op=tosa.exp, Reason="no integer form is known"
// CHECK: Function=left | Layer={{.*}}, Op=tosa.abs, Reason="it was not quantized"
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

// expected-error @below {{expected a quantized network, found neither qs.quantize nor qs.dequantize}}
func.func @nothing(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}
