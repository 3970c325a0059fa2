// Activations of 1 and -1: signs in front of linear layers, with no range; for
// XNOR-Net the result times the mean of |x| in each window, then the bias.
// RUN: split-file %s %t
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/bnn.yaml | FileCheck %t/net.mlir --check-prefixes=CHECK,BNN
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/xnor.yaml | FileCheck %t/net.mlir --check-prefixes=CHECK,XNOR
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/code.yaml 2>&1 | FileCheck %s --check-prefix=CODE
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/quantizer.yaml 2>&1 | FileCheck %s --check-prefix=QUANTIZER
// A layer of other codes says that the quantizer of the defaults is not its own.
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/mixed.yaml 2>&1 | FileCheck %s --check-prefix=MIXED
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/none.yaml 2>&1 | FileCheck %s --check-prefix=NONE --implicit-check-not=warning
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/unknown.yaml 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/dynamic.yaml 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/scale.yaml 2>&1 | FileCheck %s --check-prefix=SCALE

// CODE: code 'codebook4' needs a codebook, which activations do not have
// QUANTIZER: quantizer 'xnor' of activations needs a code of 1 and -1 (binary), found 'int8', expected quantizer: none beside that code
// MIXED: mixed.yaml:5:1: error: layer '{{.*}}': quantizer 'xnor' of activations needs a code of 1 and -1 (binary), found 'uint8', expected quantizer: none beside that code
// NONE: qs.choose_params {{.*}} as !qs.q<uint8
// UNKNOWN: unknown.yaml:3: key 'quantizer': unknown value 'bnn', expected one of none, xnor
// DYNAMIC: dynamic: true of activations needs a code of more numbers than 1 and -1, found 'binary', expected quantizer: xnor for scales of run time, or one of f32, {{.*}}, int1..int16,
// SCALE: scale 'axis' of activations is not implemented, expected 'tensor'

//--- bnn.yaml
version: 1
defaults:
  activations: {code: binary}
  weights: {code: binary, scale: axis}
//--- xnor.yaml
version: 1
defaults:
  activations: {code: binary, quantizer: xnor}
  weights: {code: binary, scale: axis}
//--- code.yaml
version: 1
defaults:
  activations: {code: codebook4}
//--- quantizer.yaml
version: 1
defaults:
  activations: {code: int8, quantizer: xnor}
//--- mixed.yaml
version: 1
defaults:
  activations: {code: binary, quantizer: xnor}
layers:
  - op: conv
    activations: {code: uint8}
//--- none.yaml
version: 1
defaults:
  activations: {code: binary, quantizer: xnor}
layers:
  - op: conv
    activations: {code: uint8, quantizer: none, dynamic: true}
//--- unknown.yaml
version: 1
defaults:
  activations: {code: binary, quantizer: bnn}
//--- dynamic.yaml
version: 1
defaults:
  activations: {code: binary, dynamic: true}
//--- scale.yaml
version: 1
defaults:
  activations: {code: binary, scale: axis}

//--- net.mlir
// An observer needs no range.
// CHECK-LABEL: @conv
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK: %[[Q:.*]] = qs.quantize half_even round_then_add saturate %arg0 scale %[[ONE]] {{.*}} -> tensor<1x4x4x2x!qs.q<binary, tensor>>
// CHECK: %[[D:.*]] = qs.dequantize %[[Q]] scale %[[ONE]]
// XNOR: %[[ABS:.*]] = tosa.abs %arg0
// XNOR: %[[SUM:.*]] = tosa.reduce_sum %[[ABS]] {axis = 3 : i32
// XNOR: %[[HALF:.*]] = "tosa.const"() <{values = dense<5.000000e-01>
// XNOR: %[[A:.*]] = tosa.mul %[[SUM]], %[[HALF]]
// XNOR: %[[BOX:.*]] = "tosa.const"() <{values = dense<0.111111112> : tensor<1x3x3x1xf32>}>
// XNOR: %[[K:.*]] = qs.conv2d %[[A]], %[[BOX]] pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
// XNOR: %[[ZERO:.*]] = "tosa.const"() <{values = dense<0.000000e+00> : tensor<3xf32>
// CHECK: %[[Y:.*]] = tosa.conv2d %[[D]],
// XNOR-SAME: %[[ZERO]],
// XNOR: %[[S:.*]] = tosa.mul %[[Y]], %[[K]]
// XNOR: tosa.add %[[S]], %{{.*}} : (tensor<1x4x4x3xf32>, tensor<1x1x1x3xf32>)
// BNN-NOT: tosa.mul
// CHECK: return
func.func @conv(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x3xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x3x2xf32>
  %b = "tosa.const"() {values = dense<[0.5, 0.0, 1.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %x0 = qs.observe %x "x" : tensor<1x4x4x2xf32>
  %c = tosa.conv2d %x0, %w, %b, %f0, %f0 {pad = array<i64: 1,1,1,1>, stride = array<i64: 1,1>, dilation = array<i64: 1,1>, acc_type = f32} : (tensor<1x4x4x2xf32>, tensor<3x3x3x2xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x3xf32> loc("conv")
  return %c : tensor<1x4x4x3xf32>
}

// Rows have a scale each. BNN takes the signs in front of the reshape, where
// they can join what is there.
// CHECK-LABEL: @rows
// BNN: %[[Q:.*]] = qs.quantize {{.*}} %arg0 {{.*}} -> tensor<3x2x2x!qs.q<binary, tensor>>
// BNN: %[[D:.*]] = qs.dequantize %[[Q]]
// BNN: %[[F:.*]] = tosa.reshape %[[D]]
// BNN: qs.matmul %[[F]]
// XNOR: %[[F:.*]] = tosa.reshape %arg0
// XNOR: qs.quantize {{.*}} %[[F]]
// XNOR: tosa.abs %[[F]]
// XNOR: %[[K:.*]] = tosa.mul %{{.*}} -> tensor<3x1xf32>
// XNOR: %[[Y:.*]] = qs.matmul
// XNOR: tosa.mul %[[Y]], %[[K]]
func.func @rows(%x: tensor<3x2x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<0.5> : tensor<4x2xf32>
  %shape = tosa.const_shape {values = dense<[3, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %r = tosa.reshape %x, %shape : (tensor<3x2x2xf32>, !tosa.shape<2>) -> tensor<3x4xf32>
  %a = qs.matmul %r, %w : tensor<3x4xf32>, tensor<4x2xf32> -> tensor<3x2xf32> loc("fc")
  return %a : tensor<3x2xf32>
}
