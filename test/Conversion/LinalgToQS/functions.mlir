// REQUIRES: numpy
// Bodies with functions that TOSA lacks, and choices by any comparison, NaN
// included: what linalg gives before they are raised, and as one table.
// RUN: rm -rf %t && split-file %s %t
// RUN: %python %S/Inputs/random-npz.py %t/x.npz rows=4x6
// RUN: qs-opt %t/main.mlir --convert-linalg-to-qs | FileCheck %s
// RUN: qs-run %t/main.mlir --input %t/x.npz --output %t/y.npz
// RUN: qs-opt %t/main.mlir --convert-linalg-to-qs -o %t/raised.mlir
// RUN: qs-run %t/raised.mlir --input %t/x.npz --compare %t/y.npz --tolerance 1e-6 --engine interp,jit
// RUN: qs-opt %t/main.mlir --qs-calibrate="data=%t/x.npz" --qs-quantize --qs-fold | FileCheck %s --check-prefix=INT
// RUN: qs-opt %t/compare.mlir --convert-linalg-to-qs -o %t/chosen.mlir
// RUN: not grep linalg.generic %t/chosen.mlir
// RUN: qs-run %t/compare.mlir --all > %t/expected
// RUN: qs-run %t/chosen.mlir --all --engine interp,jit > %t/found
// RUN: diff %t/expected %t/found

//--- main.mlir
#id = affine_map<(a, b) -> (a, b)>

// CHECK-LABEL: @main
// CHECK-NOT: linalg.generic
// CHECK: math.atan
// CHECK: tosa.pow
// CHECK: arith.divf
// CHECK: tosa.greater
// CHECK: tosa.select
// INT-LABEL: @main
// INT: qs.matmul
// INT-NOT: {{math|tosa|linalg}}.
// INT: qs.lookup
// INT-NOT: {{math|tosa|linalg}}.
// INT: qs.matmul
func.func @main(%x: tensor<4x6xf32> {qs.name = "rows"}) -> tensor<4x6xf32> {
  %zero = arith.constant 0.0 : f32
  %two = arith.constant 2.0 : f32
  %tenth = arith.constant 0.1 : f32
  %w = arith.constant dense<[[0.5, 0.1, 0.3, 0.2, 0.1, -0.3], [0.2, 1.0, 2.0, 0.1, 0.5, 0.5], [0.3, 0.4, 0.1, 1.0, -1.0, 0.25], [0.2, 0.3, 0.4, 0.5, 0.5, 0.5], [0.7, 0.8, 0.9, 0.1, 0.1, 0.1], [0.1, -0.5, 0.6, 1.0, 1.0, 1.0]]> : tensor<6x6xf32>
  %e = tensor.empty() : tensor<4x6xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x6xf32>) -> tensor<4x6xf32>
  %a = linalg.matmul ins(%x, %w : tensor<4x6xf32>, tensor<6x6xf32>) outs(%f : tensor<4x6xf32>) -> tensor<4x6xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<4x6xf32>) outs(%e : tensor<4x6xf32>) {
  ^bb0(%i: f32, %o: f32):
    %t = math.atan %i : f32
    %m = math.absf %t : f32
    %p = math.powf %m, %two : f32
    %q = arith.addf %p, %two : f32
    %d = arith.divf %t, %q : f32
    %l = arith.mulf %i, %tenth : f32
    %c = arith.cmpf ogt, %i, %zero : f32
    %r = arith.select %c, %d, %l : f32
    linalg.yield %r : f32
  } -> tensor<4x6xf32>
  %b = linalg.matmul ins(%s, %w : tensor<4x6xf32>, tensor<6x6xf32>) outs(%f : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %b : tensor<4x6xf32>
}

//--- compare.mlir
#id = affine_map<(a, b) -> (a, b)>
func.func @compare() -> tensor<1x40xf32> {
  %x = arith.constant dense<[[-1.0, 0.5, 2.0, 0x7FC00000]]> : tensor<1x4xf32>
  %half = arith.constant 0.5 : f32
  %yes = arith.constant 1.0 : f32
  %no = arith.constant -1.0 : f32
  %e = tensor.empty() : tensor<1x4xf32>
  %oeq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf oeq, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %ogt = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf ogt, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %oge = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf oge, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %olt = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf olt, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %ole = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf ole, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %ugt = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf ugt, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %uge = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf uge, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %ult = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf ult, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %ule = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf ule, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %une = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %c = arith.cmpf une, %i, %half : f32
    %r = arith.select %c, %yes, %no : f32
    linalg.yield %r : f32
  } -> tensor<1x4xf32>
  %all = tensor.concat dim(1) %oeq, %ogt, %oge, %olt, %ole, %ugt, %uge, %ult, %ule, %une : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x40xf32>
  return %all : tensor<1x40xf32>
}
