// `dynamic: true`: quantized at run time in front of the layer, by row where the
// operand has rows, without an observer or with one that has no range.
// RUN: split-file %s %t
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/signed.yaml | FileCheck %t/net.mlir --check-prefixes=CHECK,SIGNED
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/unsigned.yaml | FileCheck %t/net.mlir --check-prefixes=CHECK,UNSIGNED
// RUN: qs-opt %t/mixed.mlir --qs-apply-recipe=recipe=%t/mixed.yaml | FileCheck %t/mixed.mlir

// Other codes: the greatest number of a row becomes the code's, numbers that are
// converted have no scale, and no data are asked for either way.
// RUN: qs-opt %t/codes.mlir --qs-apply-recipe=recipe=%t/codes.yaml | FileCheck %t/codes.mlir
// RUN: qs-opt %t/codes.mlir --qs-apply-recipe=recipe=%t/codes.yaml --qs-fold-qdq | FileCheck %t/codes.mlir --check-prefix=FOLD
// RUN: qs-opt %t/codes.mlir --qs-apply-recipe=recipe=%t/codes.yaml --qs-fold --qs-pack=target=generic | FileCheck %t/codes.mlir --check-prefix=PACK

//--- codes.yaml
version: 1
defaults:
  weights: {code: f8e4m3, scale: axis}
  activations: {code: f8e4m3, dynamic: true}
layers:
  - match: "half"
    weights: {code: f16, scale: none}
    activations: {code: f16, scale: none}
  - match: "log"
    weights: {code: int4}
    activations: {code: ulog2_3}
//--- codes.mlir
// CHECK-LABEL: @main
// CHECK: %[[S:.*]], %{{.*}} = qs.choose_params %arg0 as !qs.q<f8e4m3, axis(0)> : tensor<3x2xf32> -> tensor<3xf32>, tensor<3xi32>
// CHECK-NEXT: qs.quantize half_even round_then_add saturate %arg0 scale %[[S]] : tensor<3x2xf32>, tensor<3xf32> -> tensor<3x2x!qs.q<f8e4m3, axis(0)>>
// CHECK: qs.matmul
// CHECK-NOT: qs.choose_params
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK: qs.quantize {{.*}} scale %[[ONE]] : {{.*}} -> tensor<3x2x!qs.q<f16, tensor>>
// CHECK: qs.matmul
// CHECK: qs.choose_params {{.*}} as !qs.q<ulog2_3, axis(0)>
// Sums of numbers take the scales of rows behind them, levels are i32.
// FOLD: qs.matmul {{.*}} : tensor<3x2x!qs.q<f8e4m3, axis(0)>>, tensor<2x2x!qs.q<f8e4m3, axis(1)>> -> tensor<3x2xf32>
// FOLD: tensor.expand_shape
// FOLD: qs.matmul {{.*}} : tensor<3x2x!qs.q<f16, tensor>>, {{.*}} -> tensor<3x2xf32>
// FOLD: qs.matmul {{.*}} : tensor<3x2x!qs.q<ulog2_3, axis(0)>>, {{.*}} -> tensor<3x2xi32>
// PACK: qs.quantize_rows %{{.*}} as !qs.q<f8e4m3, axis(0)> outs(
// PACK: qs.packed_matmul {{.*}} row_scale(
// PACK: qs.packed_matmul
// PACK: qs.quantize_rows %{{.*}} as !qs.q<ulog2_3, axis(0)> outs(
// PACK: qs.packed_matmul {{.*}} row_scale(
func.func @main(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1.0, 0.0], [-0.5, 0.25]]> : tensor<2x2xf32>
  %x0 = qs.observe %x "x" : tensor<3x2xf32>
  %a = qs.matmul %x0, %w : tensor<3x2xf32>, tensor<2x2xf32> -> tensor<3x2xf32> loc("fc")
  %a0 = qs.observe %a "fc" : tensor<3x2xf32>
  %b = qs.matmul %a0, %w : tensor<3x2xf32>, tensor<2x2xf32> -> tensor<3x2xf32> loc("half")
  %b0 = qs.observe %b "half" : tensor<3x2xf32>
  %c = qs.matmul %b0, %w : tensor<3x2xf32>, tensor<2x2xf32> -> tensor<3x2xf32> loc("log")
  return %c : tensor<3x2xf32>
}

//--- signed.yaml
version: 1
defaults:
  activations: {code: int8, dynamic: true}
//--- unsigned.yaml
version: 1
defaults:
  activations: {code: uint8, dynamic: true}
//--- mixed.yaml
version: 1
layers:
  - match: "fc1"
    activations: {code: int8, dynamic: true}

//--- net.mlir
// CHECK-LABEL: @rows
// SIGNED: %[[S:.*]], %{{.*}} = qs.choose_params symmetric %arg0 as !qs.q<int8, axis(0)> : tensor<3x2xf32> -> tensor<3xf32>, tensor<3xi32>
// SIGNED-NEXT: %[[Q:.*]] = qs.quantize half_even round_then_add saturate %arg0 scale %[[S]] : tensor<3x2xf32>, tensor<3xf32> -> tensor<3x2x!qs.q<int8, axis(0)>>
// SIGNED-NEXT: %[[D:.*]] = qs.dequantize %[[Q]] scale %[[S]] :
// UNSIGNED: %[[S:.*]], %[[Z:.*]] = qs.choose_params %arg0 as !qs.q<uint8, axis(0)> : tensor<3x2xf32> -> tensor<3xf32>, tensor<3xi32>
// UNSIGNED-NEXT: %[[Q:.*]] = qs.quantize half_even round_then_add saturate %arg0 scale %[[S]] zero_point %[[Z]] :
// UNSIGNED-NEXT: %[[D:.*]] = qs.dequantize %[[Q]] scale %[[S]] zero_point %[[Z]] :
// Both layers share the codes; the clamp between them stays float.
// CHECK-NOT: qs.choose_params
// CHECK: %[[M:.*]] = qs.matmul %[[D]]
// CHECK-NOT: qs.choose_params
// CHECK: qs.matmul %[[D]]
func.func @rows(%x: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %w = arith.constant dense<[[1.0, 0.0], [-0.5, 0.25]]> : tensor<2x2xf32>
  %x0 = qs.observe %x "x" : tensor<3x2xf32>
  %a = qs.matmul %x0, %w : tensor<3x2xf32>, tensor<2x2xf32> -> tensor<3x2xf32> loc("fc1")
  %b = qs.matmul %x0, %w : tensor<3x2xf32>, tensor<2x2xf32> -> tensor<3x2xf32> loc("fc2")
  return %a, %b : tensor<3x2xf32>, tensor<3x2xf32>
}

// A batch of matrices has no rows of its own, nor has a right operand.
// CHECK-LABEL: @batch
// CHECK-DAG: qs.choose_params {{.*}}%arg0 as !qs.q<{{u?}}int8, tensor> : tensor<2x3x2xf32> -> tensor<f32>, tensor<i32>
// CHECK-DAG: qs.choose_params {{.*}}%arg1 as !qs.q<{{u?}}int8, tensor> : tensor<2x2x2xf32> -> tensor<f32>, tensor<i32>
func.func @batch(%x: tensor<2x3x2xf32>, %y: tensor<2x2x2xf32>) -> tensor<2x3x2xf32> {
  %a = qs.matmul %x, %y : tensor<2x3x2xf32>, tensor<2x2x2xf32> -> tensor<2x3x2xf32>
  return %a : tensor<2x3x2xf32>
}

// CHECK-LABEL: @conv
// CHECK: qs.choose_params {{.*}}%arg0 as !qs.q<{{u?}}int8, tensor> : tensor<1x2x2x1xf32> -> tensor<f32>, tensor<i32>
func.func @conv(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x1x1xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %c = tosa.conv2d %x, %w, %b, %f0, %f0 {pad = array<i64: 0,0,0,0>, stride = array<i64: 1,1>, dilation = array<i64: 1,1>, acc_type = f32} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  return %c : tensor<1x2x2x1xf32>
}

//--- mixed.mlir
// The second layer's input is quantized by its range, the first layer's is not.
// CHECK-LABEL: @main
// CHECK: %[[S:.*]], %{{.*}} = qs.choose_params symmetric %arg0 as !qs.q<int8, axis(0)>
// CHECK: qs.matmul
// CHECK-NOT: qs.choose_params
// CHECK: qs.quantize {{.*}} -> tensor<3x2x!qs.q<uint8, tensor>>
// CHECK: qs.matmul
func.func @main(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1.0, 0.0], [-0.5, 0.25]]> : tensor<2x2xf32>
  %x0 = qs.observe %x "x" : tensor<3x2xf32>
  %a = qs.matmul %x0, %w : tensor<3x2xf32>, tensor<2x2xf32> -> tensor<3x2xf32> loc("fc1")
  %a0 = qs.observe %a "fc1" range(<0.0, 2.55, "kl", 10, "ab">) : tensor<3x2xf32>
  %b = qs.matmul %a0, %w : tensor<3x2xf32>, tensor<2x2xf32> -> tensor<3x2xf32> loc("fc2")
  %b0 = qs.observe %b "fc2" range(<0.0, 2.55, "kl", 10, "ab">) : tensor<3x2xf32>
  return %b0 : tensor<3x2xf32>
}
