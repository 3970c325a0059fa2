// REQUIRES: mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%qs_libs/libQSPlugin.so \
// RUN:          --load-pass-plugin=%qs_libs/libQSPlugin.so \
// RUN:          --pass-pipeline="builtin.module(canonicalize,cse)" %s | FileCheck %s

// Stock passes keep a fake quantization that a stock driver reads.
// CHECK-LABEL: func @fake
func.func @fake(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: qs.fake_quantize
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<int8, tensor>
      : tensor<4xf32>, tensor<f32>
  return %f : tensor<4xf32>
}


// Its passes and pipelines are there by name.
// RUN: mlir-opt --load-dialect-plugin=%qs_libs/libQSPlugin.so \
// RUN:          --load-pass-plugin=%qs_libs/libQSPlugin.so \
// RUN:          --pass-pipeline="builtin.module(qs-fold)" %s | FileCheck %s --check-prefix=FOLD
// FOLD-LABEL: func @clamp
// FOLD-NOT: tosa.clamp
// FOLD: qs.clamp %arg0 min 0 max 4
func.func @clamp(%a: tensor<4x!qs.q<int8, tensor>>) -> tensor<4x!qs.q<int8, tensor>> {
  %s = arith.constant dense<0.25> : tensor<f32>
  %x = qs.dequantize %a scale %s : tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4xf32>
  %0 = tosa.clamp %x {min_val = 0.0 : f32, max_val = 1.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = qs.quantize half_even round_then_add saturate %0 scale %s : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %1 : tensor<4x!qs.q<int8, tensor>>
}
