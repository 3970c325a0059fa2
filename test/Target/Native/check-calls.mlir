// RUN: qs-opt %s --split-input-file --verify-diagnostics --qs-lower | FileCheck %s

// Helpers are inlined, quantized ops and all, and are gone.
// CHECK-NOT: @half
// CHECK-LABEL: llvm.func @twice(
// CHECK-NOT: llvm.call
// CHECK: llvm.return
func.func private @half(%x: tensor<4xf32>) -> tensor<4xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int4, tensor>>
  %y = qs.dequantize %q scale %s : tensor<4x!qs.q<int4, tensor>>, tensor<f32> -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func @twice(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = func.call @half(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %z = func.call @half(%y) : (tensor<4xf32>) -> tensor<4xf32>
  return %z : tensor<4xf32>
}

// -----

func.func @recursive(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{calls are not supported: 'recursive' could not be inlined, as one that is recursive}}
  %y = func.call @recursive(%x) : (tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// -----

func.func private @elsewhere(tensor<f32>) -> tensor<f32>
func.func @external(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{calls are not supported: 'elsewhere' has no body}}
  %y = func.call @elsewhere(%x) : (tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// -----

module @outer {
  // expected-error @below {{modules in modules are not supported}}
  module @inner {
    func.func @main(%x: tensor<f32>) -> tensor<f32> {
      return %x : tensor<f32>
    }
  }
  func.func @main(%x: tensor<f32>) -> tensor<f32> {
    return %x : tensor<f32>
  }
}
