// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s
// The plain loops, compiled: the interpreter has no maps with a division.
// RUN: qs-opt %s --convert-qs-to-linalg -o %t.mlir
// RUN: qs-run %t.mlir --all --engine jit | FileCheck %s

// A codebook for each group: (1*-100 + 2*-8) * 2 + (3*5 + 4*7) * 0.5.
// CHECK-LABEL: @codebooks
// CHECK-NEXT: = {{\[\[}}-210.5]]
func.func @codebooks() -> tensor<1x1xf32> {
  %aw = arith.constant dense<[[1, 2, 3, 4]]> : tensor<1x4xi8>
  %a = qs.storage_cast %aw : tensor<1x4xi8> -> tensor<1x4x!qs.q<int8>>
  %bw = arith.constant dense<[[0, -2, 1, -1]]> : tensor<1x4xi2>
  %b = qs.storage_cast %bw : tensor<1x4xi2> -> tensor<1x4x!qs.q<codebook2, group(1, 2)>>
  %cb = arith.constant dense<[[[-100, 37, -8, 0], [1, 5, 6, 7]]]> : tensor<1x2x4xi8>
  %s = arith.constant dense<[[2.0, 0.5]]> : tensor<1x2xf32>
  %c = qs.matmul %a, %b transpose_rhs rhs_scale(%s : tensor<1x2xf32>) rhs_codebook(%cb : tensor<1x2x4xi8>)
      : tensor<1x4x!qs.q<int8>>, tensor<1x4x!qs.q<codebook2, group(1, 2)>> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}
