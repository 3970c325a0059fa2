// REQUIRES: numpy
// An op without an integer form stays linalg between two integer products, and
// is the only one that is reported.
// RUN: %python %S/Inputs/random-npz.py %t.c.npz rows=4x6
// RUN: qs-opt %s --qs-calibrate=data=%t.c.npz --qs-quantize --qs-fold -o %t.int.mlir --remarks-filter=qs --remark-policy=all 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s --input-file=%t.int.mlir
// RUN: qs-run %s --input %t.c.npz --output %t.f.npz
// RUN: qs-run %t.int.mlir --input %t.c.npz --compare %t.f.npz --tolerance 0.2 --engine interp,jit

// REMARK: convert-linalg-to-qs {{.*}}Op=linalg.map, Reason="arith.extf has no TOSA form here"
// REMARK: fallback {{.*}}Op=linalg.map
// REMARK-NOT: Op=tensor.empty
// REMARK-NOT: Op=math.cos
// CHECK: qs.matmul {{.*}} -> tensor<4x6xi32>
// CHECK: linalg.map
// CHECK: qs.matmul {{.*}} -> tensor<4x3xi32>
func.func @main(%x: tensor<4x6xf32> {qs.name = "rows"}) -> tensor<4x3xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[0.5, 0.1, 0.3, 0.2, 0.1, -0.3], [0.2, 1.0, 2.0, 0.1, 0.5, 0.5], [3.0, 4.0, 0.1, 1.0, -1.0, 0.25], [0.2, 0.3, 0.4, 0.5, 0.5, 0.5], [0.7, 0.8, 0.9, 0.1, 0.1, 0.1], [0.1, -0.5, 0.6, 1.0, 1.0, 1.0]]> : tensor<6x6xf32>
  %v = arith.constant dense<[[0.5, 0.1, 0.3], [0.2, 1.0, 2.0], [3.0, 4.0, 0.1], [0.2, 0.3, 0.4], [0.7, 0.8, 0.9], [0.1, -0.5, 0.6]]> : tensor<6x3xf32>
  %e = tensor.empty() : tensor<4x6xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x6xf32>) -> tensor<4x6xf32>
  %a = linalg.matmul ins(%x, %w : tensor<4x6xf32>, tensor<6x6xf32>) outs(%f : tensor<4x6xf32>) -> tensor<4x6xf32>
  %s = linalg.map ins(%a : tensor<4x6xf32>) outs(%e : tensor<4x6xf32>)
    (%i: f32, %o: f32) {
      %n = math.cos %i : f32
      %h = arith.truncf %n : f32 to f16
      %c = arith.extf %h : f16 to f32
      linalg.yield %c : f32
    }
  %e2 = tensor.empty() : tensor<4x3xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = linalg.matmul ins(%s, %v : tensor<4x6xf32>, tensor<6x3xf32>) outs(%f2 : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %b : tensor<4x3xf32>
}
