// `dynamic: true`: quantized at run time in front of the layer, by row where the
// operand has rows, without an observer or with one that has no range.
// RUN: split-file %s %t
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/signed.yaml | FileCheck %t/net.mlir --check-prefixes=CHECK,SIGNED
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/unsigned.yaml | FileCheck %t/net.mlir --check-prefixes=CHECK,UNSIGNED
// RUN: qs-opt %t/mixed.mlir --qs-apply-recipe=recipe=%t/mixed.yaml | FileCheck %t/mixed.mlir

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
