// RUN: split-file %s %t
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/f8.yaml | FileCheck %t/net.mlir --check-prefix=F8
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/f8.yaml --qs-fold-qdq | FileCheck %t/net.mlir --check-prefix=FOLD
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/log.yaml --qs-fold-qdq | FileCheck %t/net.mlir --check-prefix=LOG
// RUN: qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/half.yaml --qs-fold-qdq | FileCheck %t/net.mlir --check-prefix=HALF
// RUN: not qs-opt %t/net.mlir --qs-apply-recipe=recipe=%t/codebook.yaml 2>&1 | FileCheck %s --check-prefix=CODEBOOK
// CODEBOOK: codebook.yaml:3:1: error: layer 'fc1': code 'codebook4' needs a codebook, which activations do not have
// CODEBOOK-SAME: , expected one of f32, f16, {{.*}}, nf4, posit3..posit8{{$}}

//--- f8.yaml
version: 1
defaults:
  weights: {code: f8e4m3, scale: axis}
  activations: {code: f8e4m3}
layers:
  - match: "fc1"
    accumulator: {type: f16, chunk: 1}
//--- log.yaml
version: 1
defaults:
  weights: {code: int8, scale: axis}
  activations: {code: log2_4}
//--- half.yaml
version: 1
defaults:
  weights: {code: f16, scale: tensor}
  activations: {code: f16}
  accumulator: i32
//--- codebook.yaml
version: 1
layers:
  - match: "fc1"
    activations: {code: codebook4}

//--- net.mlir
// The range ends at the greatest number, 448: 3.5 / 448 = 2^-7, the lower end
// of -0.5 asks for less. Sums of fc1 would leave f16, so its weights have
// scales 8 and 4 times those of 448, 2^-7 and 2^-8.
// F8: arith.constant dense<7.812500e-03> : tensor<f32>
// F8: qs.quantize {{.*}} -> tensor<1x2x!qs.q<f8e4m3, tensor>>
// F8: arith.constant dense<[6.250000e-02, 1.562500e-02]> : tensor<2xf32>
// F8: qs.matmul {{.*}} {qs.accumulator = #qs.accumulator<f16, chunk = 1>}

// FOLD: qs.matmul {{.*}} {accumulator = #qs.accumulator<f16, chunk = 1>} : tensor<1x2x!qs.q<f8e4m3, tensor>>, tensor<2x2x!qs.q<f8e4m3, axis(1)>> -> tensor<1x2xf32>
// FOLD: tosa.mul
// FOLD: tosa.add
// FOLD: tosa.clamp
// FOLD: qs.quantize
// FOLD: qs.matmul {{.*}} : tensor<1x2x!qs.q<f8e4m3, tensor>>, tensor<2x2x!qs.q<f8e4m3, axis(1)>> -> tensor<1x2xf32>

// Levels of powers of two are integers.
// LOG: qs.matmul {{.*}} : tensor<1x2x!qs.q<log2_4, tensor>>, tensor<2x2x!qs.q<int8, axis(1)>> -> tensor<1x2xi32>

// A float that is stored by conversion has the scale 1. An i32 cannot sum it.
// HALF: arith.constant dense<1.000000e+00> : tensor<f32>
// HALF: qs.matmul {{.*}}qs.fallback = "its accumulator is i32, and the code of its activations or weights has no fixed-point form"
func.func @net(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w1 = arith.constant dense<[[3.5, 1.75], [-3.5, 0.25]]> : tensor<2x2xf32>
  %w2 = arith.constant dense<[[1.0, 0.0], [-0.5, 2.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %x0 = qs.observe %x "x" range(<-0.5, 3.5, "kl", 10, "ab">) : tensor<1x2xf32>
  %m1 = qs.matmul %x0, %w1 bias(%b : tensor<2xf32>) : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("fc1")
  %c = tosa.clamp %m1 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %o1 = qs.observe %c "fc1" range(<0.0, 5.0, "kl", 10, "ab">) : tensor<1x2xf32>
  %m2 = qs.matmul %o1, %w2 : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("fc2")
  %o2 = qs.observe %m2 "fc2" range(<-1.0, 2.0, "kl", 10, "ab">) : tensor<1x2xf32>
  return %o2 : tensor<1x2xf32>
}
