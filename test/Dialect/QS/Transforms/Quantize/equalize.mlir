// Factors between layers: by hand on two channels.
// REQUIRES: numpy
// RUN: split-file %s %t
// RUN: %python -c "import numpy as n; x = n.array([[8, 0.5], [-2, 0.25]], 'f'); n.savez('%t/x.npz', x=x, y=x)"
// RUN: qs-opt %t/cross.mlir --qs-equalize=recipe=%t/cross.yaml --remark-format=emitRemark --remarks-filter=qs 2>&1 | FileCheck %t/cross.mlir
// RUN: qs-opt %t/inputs.mlir --qs-equalize="recipe=%t/smooth.yaml data=%t/x.npz" --remark-format=emitRemark --remarks-filter=qs 2>&1 | FileCheck %t/inputs.mlir
// RUN: qs-opt %t/inputs.mlir --qs-equalize="recipe=%t/smooth.yaml data=%t/x.npz engine=jit" | FileCheck %t/inputs.mlir --check-prefix=JIT
// RUN: qs-opt %t/inputs.mlir --qs-equalize="recipe=%t/quantized.yaml data=%t/x.npz" --remark-format=emitRemark --remarks-filter=qs 2>&1 | FileCheck %t/inputs.mlir --check-prefix=QUANTIZED
// Without a recipe, and with one that asks for nothing, nothing changes.
// RUN: qs-opt %t/cross.mlir --qs-equalize -o %t/same.mlir
// RUN: qs-opt %t/cross.mlir -o %t/parsed.mlir
// RUN: diff %t/same.mlir %t/parsed.mlir

//--- cross.yaml
version: 1
defaults:
  equalize: {method: cross_layer, factors: pow2}
//--- smooth.yaml
version: 1
defaults:
  activations: {code: f32}
layers:
  - match: other
    weights: {code: f32}
    equalize: awq
  - op: matmul
    equalize: {method: smoothquant, factors: pow2}
//--- quantized.yaml
version: 1
defaults:
  equalize: {method: smoothquant, factors: pow2}

//--- cross.mlir
// Largest weights of channel 0 are 8 and 2, of channel 1 0.5 and 2: factors
// sqrt(16)/2 = 2 and sqrt(1)/2 = 0.5. A clamp at 6 does not let them through, and
// an argument has no weights.
// CHECK-DAG: remark: {{.*}}qs-equalize{{.*}}Into=first, Layer=second, Method=cross_layer
// CHECK-DAG: remark: {{.*}}Layer=third, Op=qs.matmul, Reason="cross_layer does not apply: 'tosa.clamp' in front of it does not commute with factors for channels"
// CHECK-DAG: remark: {{.*}}Layer=first, Op=qs.matmul, Reason="cross_layer does not apply: its input is an argument of the function"
// CHECK-LABEL: @main
// CHECK-DAG: %[[W1:.*]] = "tosa.const"() <{values = dense<{{\[\[}}4.000000e+00, 1.000000e+00], [2.000000e+00, -5.000000e-01]]> : tensor<2x2xf32>}>
// CHECK-DAG: %[[B1:.*]] = "tosa.const"() <{values = dense<[5.000000e-01, 2.000000e+00]> : tensor<2xf32>}>
// CHECK-DAG: %[[W2:.*]] = "tosa.const"() <{values = dense<{{\[\[}}4.000000e+00, 2.000000e+00], [1.000000e+00, 5.000000e-01]]> : tensor<2x2xf32>}>
// CHECK-DAG: qs.matmul %arg0, %[[W1]] bias(%[[B1]] : tensor<2xf32>)
// CHECK-DAG: qs.matmul %{{.*}}, %[[W2]] :
// CHECK: qs.matmul %{{.*}}, %cst
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w1 = arith.constant dense<[[8.0, 0.5], [4.0, -0.25]]> : tensor<2x2xf32>
  %b1 = arith.constant dense<1.0> : tensor<2xf32>
  %w2 = arith.constant dense<[[2.0, 1.0], [2.0, 1.0]]> : tensor<2x2xf32>
  %w3 = arith.constant dense<[[1.0, 16.0], [1.0, 1.0]]> : tensor<2x2xf32>
  %0 = qs.matmul %x, %w1 bias(%b1 : tensor<2xf32>) : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("first")
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 0x7F7FFFFF : f32} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = qs.matmul %1, %w2 : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("second")
  %3 = tosa.clamp %2 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %4 = qs.matmul %3, %w3 : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("third")
  return %4 : tensor<1x2xf32>
}

//--- inputs.mlir
// max|x| is 8 and 0.5 in front of the gain, 8 and 3 behind it (4 x + 1); max|w|
// over both takers is 2 and 0.5, so the factors sqrt(8/2) and sqrt(3/0.5) become 2
// and 2. The gain and the shift of the norm are divided. An argument has no
// weights: its layer gets a product in front, sqrt(8/2) = 2 and sqrt(0.5/0.5) = 1.
// CHECK-DAG: remark: {{.*}}Into="a product of its own", Layer=alone, Method=smoothquant
// CHECK-DAG: remark: {{.*}}Into=gain, Layer=one, Method=smoothquant
// CHECK-DAG: remark: {{.*}}Layer=other, Op=qs.matmul, Reason="awq does not apply: the recipe keeps the weights of 'other' f32"
// CHECK-LABEL: @main
// JIT-LABEL: @main
// CHECK-DAG: %[[INV:.*]] = "tosa.const"() <{values = dense<{{\[\[}}5.000000e-01, 1.000000e+00]]> : tensor<1x2xf32>}>
// CHECK-DAG: %[[OWN:.*]] = "tosa.const"() <{values = dense<{{\[\[}}4.000000e+00, -2.000000e+00], [5.000000e-01, 2.500000e-01]]> : tensor<2x2xf32>}>
// CHECK-DAG: %[[GAIN:.*]] = "tosa.const"() <{values = dense<{{\[\[}}5.000000e-01, 2.000000e+00]]> : tensor<1x2xf32>}>
// CHECK-DAG: %[[SHIFT:.*]] = "tosa.const"() <{values = dense<{{\[\[}}0.000000e+00, 5.000000e-01]]> : tensor<1x2xf32>}>
// CHECK-DAG: %[[BOTH:.*]] = "tosa.const"() <{values = dense<{{\[\[}}4.000000e+00, -2.000000e+00], [1.000000e+00, 5.000000e-01]]> : tensor<2x2xf32>}>
// CHECK-DAG: %[[N:.*]] = tosa.mul %arg0, %[[GAIN]],
// CHECK-DAG: %[[S:.*]] = tosa.add %[[N]], %[[SHIFT]]
// CHECK-DAG: %[[D:.*]] = tosa.mul %arg1, %[[INV]],
// CHECK-DAG: qs.matmul %[[D]], %[[OWN]]
// CHECK-DAG: qs.matmul %[[S]], %[[BOTH]]
// JIT-DAG: dense<{{\[\[}}5.000000e-01, 1.000000e+00]]> : tensor<1x2xf32>
// JIT-DAG: dense<{{\[\[}}5.000000e-01, 2.000000e+00]]> : tensor<1x2xf32>
// Activations that have one scale for the tensor get no product.
// QUANTIZED-DAG: remark: {{.*}}Layer=alone, Op=qs.matmul, Reason="smoothquant does not apply: its input is an argument of the function, and its activations have one scale"
// QUANTIZED-DAG: remark: {{.*}}Into=gain, Layer=one
func.func @main(%x: tensor<1x2xf32> {qs.name = "x"}, %y: tensor<1x2xf32> {qs.name = "y"}) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %g = "tosa.const"() {values = dense<[[1.0, 4.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %b = "tosa.const"() {values = dense<[[0.0, 1.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %w = arith.constant dense<[[2.0, -1.0], [0.5, 0.25]]> : tensor<2x2xf32>
  %n = tosa.mul %x, %g, %shift : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<1x2xf32> loc("gain")
  %s = tosa.add %n, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %0 = qs.matmul %s, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("one")
  %1 = qs.matmul %s, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("two")
  %2 = qs.matmul %1, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("other")
  %3 = qs.matmul %y, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("alone")
  return %0, %2, %3 : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}
