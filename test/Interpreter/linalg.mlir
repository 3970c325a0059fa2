// RUN: qs-run %s --all | FileCheck %s

// CHECK-LABEL: @matmul
// CHECK-NEXT: out0: {{.*}} = {{\[\[}}8, 1], [-0.5, -1]]
// CHECK-NEXT: out1: {{.*}} = {{\[\[}}-3, 256]]
func.func @matmul() -> (tensor<2x2xf32>, tensor<1x2xi32>) {
  %a = arith.constant dense<[[1.0, 2.0], [-1.0, 0.5]]> : tensor<2x2xf32>
  %b = arith.constant dense<[[2.0, 1.0], [3.0, 0.0]]> : tensor<2x2xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x2xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<2x2xf32>, tensor<2x2xf32>) outs(%i : tensor<2x2xf32>) -> tensor<2x2xf32>
  %c = arith.constant dense<[[1, -2]]> : tensor<1x2xi8>
  %d = arith.constant dense<[[-3, 2], [0, -127]]> : tensor<2x2xi8>
  %iz = arith.constant dense<0> : tensor<1x2xi32>
  %1 = linalg.matmul ins(%c, %d : tensor<1x2xi8>, tensor<2x2xi8>) outs(%iz : tensor<1x2xi32>) -> tensor<1x2xi32>
  return %0, %1 : tensor<2x2xf32>, tensor<1x2xi32>
}

// CHECK-LABEL: @conv_nchw
// CHECK-NEXT: = {{\[\[\[\[}}27, 37], [57, 67]]]]
func.func @conv_nchw() -> tensor<1x1x2x2xf32> {
  %x = arith.constant dense<[[[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]]]]> : tensor<1x1x3x3xf32>
  %w = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %i = arith.constant dense<0.0> : tensor<1x1x2x2xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>)
      outs(%i : tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  return %y : tensor<1x1x2x2xf32>
}

// CHECK-LABEL: @pool
// CHECK-NEXT: = {{\[\[\[\[}}4, 40]]]]
func.func @pool() -> tensor<1x1x1x2xf32> {
  %x = arith.constant dense<[[[[1.0, 10.0], [2.0, 40.0]], [[4.0, 30.0], [3.0, 20.0]]]]> : tensor<1x2x2x2xf32>
  %k = tensor.empty() : tensor<2x2xf32>
  %i = arith.constant dense<0xFF800000> : tensor<1x1x1x2xf32>
  %y = linalg.pooling_nhwc_max ins(%x, %k : tensor<1x2x2x2xf32>, tensor<2x2xf32>)
      outs(%i : tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32>
  return %y : tensor<1x1x1x2xf32>
}

// A body with an index, a constant, a value from outside, and a comparison.
// CHECK-LABEL: @generic
// CHECK-NEXT: = {{\[\[}}0, 12], [13, 0]]
func.func @generic() -> tensor<2x2xi32> {
  %x = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  %ten = arith.constant 10 : i32
  %e = tensor.empty() : tensor<2x2xi32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<2x2xi32>) outs(%e : tensor<2x2xi32>) {
    ^bb0(%v: i32, %o: i32):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %same = arith.cmpi eq, %i, %j : index
      %sum = arith.addi %v, %ten : i32
      %zero = arith.constant 0 : i32
      %r = arith.select %same, %zero, %sum : i32
      linalg.yield %r : i32
  } -> tensor<2x2xi32>
  return %y : tensor<2x2xi32>
}

// A reduction over the first loop, and a look-up by tensor.extract.
// CHECK-LABEL: @reduce_and_extract
// CHECK-NEXT: out0: {{.*}} = [4, 6]
// CHECK-NEXT: out1: {{.*}} = [30, 10]
func.func @reduce_and_extract() -> (tensor<2xf32>, tensor<2xi32>) {
  %x = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %i = arith.constant dense<0.0> : tensor<2xf32>
  %0 = linalg.reduce ins(%x : tensor<2x2xf32>) outs(%i : tensor<2xf32>) dimensions = [0]
    (%in: f32, %acc: f32) {
      %s = arith.addf %in, %acc : f32
      linalg.yield %s : f32
    }
  %table = arith.constant dense<[10, 20, 30]> : tensor<3xi32>
  %at = arith.constant dense<[2, 0]> : tensor<2xi64>
  %e = tensor.empty() : tensor<2xi32>
  %1 = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%at : tensor<2xi64>) outs(%e : tensor<2xi32>) {
    ^bb0(%v: i64, %o: i32):
      %k = arith.index_cast %v : i64 to index
      %r = tensor.extract %table[%k] : tensor<3xi32>
      linalg.yield %r : i32
  } -> tensor<2xi32>
  return %0, %1 : tensor<2xf32>, tensor<2xi32>
}

// CHECK-LABEL: @move
// CHECK-NEXT: out0: {{.*}} = {{\[\[}}1, 3], [2, 4]]
// CHECK-NEXT: out1: {{.*}} = {{\[\[}}7, 7], [8, 8]]
func.func @move() -> (tensor<2x2xi32>, tensor<2x2xi32>) {
  %x = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  %e = tensor.empty() : tensor<2x2xi32>
  %0 = linalg.transpose ins(%x : tensor<2x2xi32>) outs(%e : tensor<2x2xi32>) permutation = [1, 0]
  %v = arith.constant dense<[7, 8]> : tensor<2xi32>
  %1 = linalg.broadcast ins(%v : tensor<2xi32>) outs(%e : tensor<2x2xi32>) dimensions = [1]
  return %0, %1 : tensor<2x2xi32>, tensor<2x2xi32>
}
