// RUN: qs-opt %s --mlir-print-op-generic | qs-opt | FileCheck %s
// RUN: qs-opt %s --emit-bytecode | qs-opt | FileCheck %s
// RUN: qs-opt %s --canonicalize --cse | FileCheck %s

// A word that is quantized again need not be the same, so nothing folds.
// CHECK-LABEL: func @again
func.func @again(%q: tensor<4x!qs.q<f8e4m3, tensor>>) -> tensor<4x!qs.q<f8e4m3, tensor>> {
  // CHECK: qs.dequantize
  // CHECK: qs.quantize stochastic round_then_add saturate %{{.*}} scale %{{.*}} {seed = -3 : i64} : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<f8e4m3, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %d = qs.dequantize %q scale %s : tensor<4x!qs.q<f8e4m3, tensor>>, tensor<f32> -> tensor<4xf32>
  %r = qs.quantize stochastic round_then_add saturate %d scale %s {seed = -3} : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<f8e4m3, tensor>>
  return %r : tensor<4x!qs.q<f8e4m3, tensor>>
}
