// RUN: split-file %s %t
// RUN: qs-opt %t/net.mlir --qs-apply-recipe | FileCheck %t/net.mlir --check-prefix=DEFAULT
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/float.yaml | FileCheck %t/net.mlir --check-prefix=FLOAT
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/four.yaml 2>&1 | FileCheck %t/net.mlir --check-prefix=FOUR
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/group8.yaml --remark-format=emitRemark --remarks-filter=qs 2>&1 | FileCheck %t/net.mlir --check-prefix=GROUP8
// RUN: qs-opt %t/concat.mlir --qs-apply-recipe | FileCheck %t/concat.mlir
// RUN: qs-opt %t/net.mlir --qs-quantize --qs-fold | qs-opt --qs-check-integer=strict=true -o /dev/null

//--- float.yaml
version: 1
layers:
  - match: "fc2"
    weights: {code: f32}
    activations: {code: f32}
//--- four.yaml
version: 1
defaults:
  weights: {code: int4, scale: group2:f16}
  activations: {code: int8, scale: tensor}
layers:
  - match: "nowhere*"
    weights: {code: f32}
//--- group8.yaml
version: 1
defaults:
  weights: {code: int8, scale: group8:f16}
layers:
  - match: "fc2"
    weights: {code: int4, scale: group2}
  - match: "fc*"
    weights: {scale: group4}

//--- net.mlir
// Range 0..2.55 is scale 0.01; the second channel of the weights is dead and has
// scale 1. The result of the clamp is quantized, not that of the product.
// DEFAULT: module attributes {qs.provenance = {data_hash = "ab", method = "kl", recipe = "", recipe_hash = "{{[0-9a-f]+}}"}}
// DEFAULT: %[[S:.*]] = arith.constant dense<0.00999999977> : tensor<f32>
// DEFAULT-NEXT: %[[Q:.*]] = qs.quantize half_even round_then_add saturate %arg0 scale %[[S]] : tensor<1x2xf32>, tensor<f32> -> tensor<1x2x!qs.q<uint8, tensor>>
// DEFAULT: %[[D:.*]] = qs.dequantize %[[Q]] scale %[[S]]
// DEFAULT: arith.constant dense<{{\[\[127, 0\], \[-64, 0\]\]}}> : tensor<2x2xi8>
// DEFAULT: arith.constant dense<[0.00787401571, 1.000000e+00]> : tensor<2xf32>
// DEFAULT: qs.matmul %[[D]]
// DEFAULT-NEXT: tosa.clamp
// DEFAULT: qs.quantize
// DEFAULT: qs.matmul
// DEFAULT: qs.quantize
// DEFAULT-NEXT: qs.dequantize
// DEFAULT-NOT: qs.observe

// fc1 stays integer, so its result is quantized although fc2 is float.
// FLOAT: %[[C:.*]] = tosa.clamp
// FLOAT: qs.quantize {{.*}} %[[C]]
// FLOAT: %[[D:.*]] = qs.dequantize
// FLOAT: %[[M:.*]] = qs.matmul %[[D]], %{{.*}} {qs.fallback = "the recipe keeps its activations f32"}
// FLOAT-NEXT: return %[[M]]

// FOUR: four.yaml:6:1: warning: the rule for 'nowhere*' matches no layer
// FOUR: arith.constant dense<{{.*}}> : tensor<2x2xi4>
// FOUR: tensor<2x2x!qs.q<int4, group(0, 2):f16>>

// No group of 4 divides 2: the layer is not named, so it takes one scale a
// column. The one that is named gets what its rule says.
// GROUP8: remark: {{.*}}Layer=fc1, Op=qs.matmul, Reason="expected a reduction dimension that the group size 4 divides, found 2; its weights take the scale axis"
// GROUP8-NOT: remark:
// GROUP8: -> tensor<2x2x!qs.q<int8, axis(1)>>
// GROUP8: qs.matmul {{.*}}qs.scale_fallback = "expected a reduction
// GROUP8: -> tensor<2x2x!qs.q<int4, group(0, 2)>>
func.func @net(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w1 = arith.constant dense<[[1.0, 0.0], [-0.5, 0.0]]> : tensor<2x2xf32>
  %w2 = arith.constant dense<[[1.0, 0.25], [-0.5, 1.0]]> : tensor<2x2xf32>
  %x0 = qs.observe %x "x" range(<0.0, 2.55, "kl", 10, "ab">) : tensor<1x2xf32>
  %m1 = qs.matmul %x0, %w1 : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("fc1")
  %c1 = tosa.clamp %m1 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2xf32>) -> tensor<1x2xf32> loc("relu")
  %o1 = qs.observe %c1 "fc1" range(<0.0, 2.55, "kl", 10, "ab">) : tensor<1x2xf32>
  %m2 = qs.matmul %o1, %w2 : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("fc2")
  %o2 = qs.observe %m2 "fc2" range(<-1.0, 2.0, "kl", 10, "ab">) : tensor<1x2xf32>
  return %o2 : tensor<1x2xf32>
}

//--- concat.mlir
// Both operands take the parameters of the result, 4 / 255.
// CHECK: %[[S:.*]] = arith.constant dense<0.0156862754> : tensor<f32>
// CHECK: qs.quantize {{.*}} %{{.*}} scale %[[S]]
// CHECK: %[[A:.*]] = qs.dequantize
// CHECK: %[[S2:.*]] = arith.constant dense<0.0156862754> : tensor<f32>
// CHECK: qs.quantize {{.*}} %{{.*}} scale %[[S2]]
// CHECK: %[[B:.*]] = qs.dequantize
// CHECK: tosa.concat %[[A]], %[[B]]
func.func @concat(%x: tensor<1x2xf32>, %y: tensor<1x2xf32>) -> tensor<2x2xf32> {
  %a = qs.observe %x "x" range(<0.0, 2.0, "minmax", 10, "ab">) : tensor<1x2xf32>
  %b = qs.observe %y "y" range(<0.0, 4.0, "minmax", 10, "ab">) : tensor<1x2xf32>
  %c = tosa.concat %a, %b {axis = 0 : i32} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32> loc("cat")
  %o = qs.observe %c "cat" range(<0.0, 4.0, "minmax", 10, "ab">) : tensor<2x2xf32>
  return %o : tensor<2x2xf32>
}
