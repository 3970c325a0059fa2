// What quantizers that look at the inputs, or codes without negative numbers,
// refuse, and what they then say.
// REQUIRES: numpy
// RUN: rm -rf %t && split-file %s %t
// RUN: %python -c "import numpy as n; n.savez('%t/x.npz', x=n.ones((2, 4), 'f')); n.savez('%t/nan.npz', x=n.zeros((2, 4), 'f'))"
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/gptq.yaml 2>&1 | FileCheck %s --check-prefix=DATA
// DATA: error: loc("fc"): layer 'fc': quantizer 'gptq' needs data: expected statistics of the layer's inputs (qs.input_gram), calibrate with this recipe first
// RUN: not qs-opt %t/gram.mlir --qs-apply-recipe=recipe=%t/gptq.yaml 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: not qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/gptq.yaml --qs-run-calibration="data=%t/x.npz statistics-limit=0" 2>&1 | FileCheck %s --check-prefix=LIMIT
// LIMIT: error: layer 'fc': the statistics of its 4 inputs take 1 MiB, the limit is 0; choose a quantizer without gptq, and no awq, for it
// RUN: not qs-opt %t/infinite.mlir --qs-plan-observers=recipe=%t/gptq.yaml --qs-run-calibration="data=%t/nan.npz" 2>&1 | FileCheck %s --check-prefix=INFINITE
// INFINITE: error: layer 'fc': its inputs hold NaN or infinities in calibration
// RUN: not qs-opt %t/infinite.mlir --qs-equalize="recipe=%t/awq.yaml data=%t/nan.npz" 2>&1 | FileCheck %s --check-prefix=INFINITE
// RUN: not qs-opt %t/unseen.mlir --qs-plan-observers=recipe=%t/gptq.yaml --qs-run-calibration="data=%t/x.npz" 2>&1 | FileCheck %s --check-prefix=UNSEEN
// UNSEEN: error: layer 'fc': its inputs were never seen in calibration
// RUN: not qs-opt %t/batched.mlir --qs-plan-observers=recipe=%t/gptq.yaml --qs-run-calibration="data=%t/x.npz" 2>&1 | FileCheck %s --check-prefix=BATCHED
// BATCHED: error: layer 'fc': expected one weight matrix or convolution on f32 where inputs are looked at, found qs.matmul
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/unsigned.yaml 2>&1 | FileCheck %s --check-prefix=UNSIGNED
// UNSIGNED: error: loc("fc"): layer 'fc': code 'ulogsqrt2_4' has no negative numbers, and the least weight is -0.500000; expected a signed code
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/mx.yaml 2>&1 | FileCheck %s --check-prefix=MX
// MX: error: loc("fc"): layer 'fc': code 'uint4' has no negative numbers, and the least weight is -0.500000; expected a signed code or the quantizer absmax or mse, which give it zero points
// Without a scale there is no zero point either, and the method must suit the code all the same.
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/no-scale.yaml 2>&1 | FileCheck %s --check-prefix=NOSCALE
// NOSCALE: error: loc("fc"): layer 'fc': code 'uint4' has no negative numbers, and the least weight is -0.500000; expected a signed code{{$}}
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/no-scale-method.yaml 2>&1 | FileCheck %s --check-prefix=NOMETHOD
// NOMETHOD: error: loc("fc"): layer 'fc': quantizer 'twn_exact' does not take the code 'logsqrt2_3', expected one of absmax mse mx nvfp4
// RUN: not qs-opt %t/by.mlir --qs-run-calibration="data=%t/x.npz" 2>&1 | FileCheck %s --check-prefix=BY
// BY: error: observer 'x': expected 'qs.observe_by' to be one of minmax, percentile, mse, kl, pact
// Weights without negative numbers take them.
// RUN: qs-opt %t/positive.mlir --qs-apply-recipe=recipe=%t/unsigned.yaml | FileCheck %s --check-prefix=POSITIVE
// POSITIVE: !qs.q<ulogsqrt2_4, axis(1)>

//--- gptq.yaml
version: 1
defaults:
  weights: {code: int4, quantizer: gptq}
  activations: {code: f32}
//--- awq.yaml
version: 1
defaults:
  activations: {code: f32}
  equalize: awq
//--- unsigned.yaml
version: 1
defaults:
  weights: {code: ulogsqrt2_4}
//--- mx.yaml
version: 1
defaults:
  weights: {code: uint4, quantizer: mx}
//--- no-scale.yaml
version: 1
defaults:
  weights: {code: uint4, scale: none}
//--- no-scale-method.yaml
version: 1
defaults:
  weights: {code: logsqrt2_3, scale: none, quantizer: twn_exact}
//--- net.mlir
func.func @main(%x: tensor<1x4xf32> {qs.name = "x"}) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[1.0, -0.5], [0.25, 1.0], [0.5, 0.5], [1.0, 0.0]]> : tensor<4x2xf32>
  %y = qs.matmul %x, %w : tensor<1x4xf32>, tensor<4x2xf32> -> tensor<1x2xf32> loc("fc")
  return %y : tensor<1x2xf32>
}
//--- by.mlir
func.func @main(%x: tensor<1x4xf32> {qs.name = "x"}) -> tensor<1x4xf32> {
  %o = qs.observe %x "x" {qs.observe_by = "entropy"} : tensor<1x4xf32>
  return %o : tensor<1x4xf32>
}
//--- gram.mlir
// Statistics of another layer.
func.func @main(%x: tensor<1x4xf32> {qs.name = "x"}) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[1.0, -0.5], [0.25, 1.0], [0.5, 0.5], [1.0, 0.0]]> : tensor<4x2xf32>
  %y = qs.matmul %x, %w {qs.input_gram = dense<1.0> : tensor<1x6xf64>} : tensor<1x4xf32>, tensor<4x2xf32> -> tensor<1x2xf32> loc("fc")
  return %y : tensor<1x2xf32>
}
//--- positive.mlir
func.func @main(%x: tensor<1x4xf32> {qs.name = "x"}) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[1.0, 0.5], [0.25, 1.0], [0.5, 0.5], [1.0, 0.0]]> : tensor<4x2xf32>
  %y = qs.matmul %x, %w : tensor<1x4xf32>, tensor<4x2xf32> -> tensor<1x2xf32> loc("fc")
  return %y : tensor<1x2xf32>
}
//--- infinite.mlir
func.func @main(%x: tensor<1x4xf32> {qs.name = "x"}) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[1.0, -0.5], [0.25, 1.0], [0.5, 0.5], [1.0, 0.0]]> : tensor<4x2xf32>
  %r = tosa.reciprocal %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %y = qs.matmul %r, %w : tensor<1x4xf32>, tensor<4x2xf32> -> tensor<1x2xf32> loc("fc")
  return %y : tensor<1x2xf32>
}
//--- unseen.mlir
func.func @main(%x: tensor<1x4xf32> {qs.name = "x"}) -> tensor<1x4xf32> {
  return %x : tensor<1x4xf32>
}
func.func private @other(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[1.0, -0.5], [0.25, 1.0], [0.5, 0.5], [1.0, 0.0]]> : tensor<4x2xf32>
  %y = qs.matmul %x, %w : tensor<1x4xf32>, tensor<4x2xf32> -> tensor<1x2xf32> loc("fc")
  return %y : tensor<1x2xf32>
}
//--- batched.mlir
func.func @main(%x: tensor<1x4xf32> {qs.name = "x"}) -> tensor<2x1x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x4x2xf32>
  %s = tosa.const_shape {values = dense<[1, 1, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %r = tosa.reshape %x, %s : (tensor<1x4xf32>, !tosa.shape<3>) -> tensor<1x1x4xf32>
  %c = tosa.concat %r, %r {axis = 0 : i32} : (tensor<1x1x4xf32>, tensor<1x1x4xf32>) -> tensor<2x1x4xf32>
  %y = qs.matmul %c, %w : tensor<2x1x4xf32>, tensor<2x4x2xf32> -> tensor<2x1x2xf32> loc("fc")
  return %y : tensor<2x1x2xf32>
}
