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

