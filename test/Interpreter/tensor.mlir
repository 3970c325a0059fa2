// RUN: qs-run %s --all | FileCheck %s

// CHECK-LABEL: @slices
// CHECK-NEXT: out0: tensor<2xi32> = [2, 5]
// CHECK-NEXT: out1: tensor<2x3xi32> = {{\[\[}}1, 9, 3], [4, 8, 6]]
// CHECK-NEXT: out2: tensor<6xi32> = [1, 2, 3, 4, 5, 6]
// CHECK-NEXT: out3: tensor<3x2xi32> = {{\[\[}}1, 2], [3, 4], [5, 6]]
func.func @slices() -> (tensor<2xi32>, tensor<2x3xi32>, tensor<6xi32>, tensor<3x2xi32>) {
  %a = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %0 = tensor.extract_slice %a[0, 1] [2, 1] [1, 1] : tensor<2x3xi32> to tensor<2xi32>
  %v = arith.constant dense<[9, 8]> : tensor<2xi32>
  %1 = tensor.insert_slice %v into %a[0, 1] [2, 1] [1, 1] : tensor<2xi32> into tensor<2x3xi32>
  %2 = tensor.collapse_shape %a [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %3 = tensor.expand_shape %2 [[0, 1]] output_shape [3, 2] : tensor<6xi32> into tensor<3x2xi32>
  return %0, %1, %2, %3 : tensor<2xi32>, tensor<2x3xi32>, tensor<6xi32>, tensor<3x2xi32>
}

// CHECK-LABEL: @pad_and_concat
// CHECK-NEXT: out0: tensor<4xi32> = [7, 1, 2, 7]
// CHECK-NEXT: out1: tensor<4xi32> = [1, 2, 1, 2]
// CHECK-NEXT: out2: tensor<2x2xf32> = {{\[\[}}1.5, 1.5], [1.5, 1.5]]
// CHECK-NEXT: out3: tensor<3xindex> = [0, 1, 2]
func.func @pad_and_concat() -> (tensor<4xi32>, tensor<4xi32>, tensor<2x2xf32>, tensor<3xindex>) {
  %a = arith.constant dense<[1, 2]> : tensor<2xi32>
  %seven = arith.constant 7 : i32
  %0 = tensor.pad %a low[1] high[1] {
    ^bb0(%i: index):
      tensor.yield %seven : i32
  } : tensor<2xi32> to tensor<4xi32>
  %1 = tensor.concat dim(0) %a, %a : (tensor<2xi32>, tensor<2xi32>) -> tensor<4xi32>
  %f = arith.constant 1.5 : f32
  %2 = tensor.splat %f : tensor<2x2xf32>
  %3 = tensor.generate {
    ^bb0(%i: index):
      tensor.yield %i : index
  } : tensor<3xindex>
  return %0, %1, %2, %3 : tensor<4xi32>, tensor<4xi32>, tensor<2x2xf32>, tensor<3xindex>
}

// Dynamic sizes, dim, extract and insert.
// CHECK-LABEL: @dynamic
// CHECK-NEXT: out0: tensor<2xi32> = [2, 9]
func.func @dynamic() -> tensor<?xi32> {
  %a = arith.constant dense<[1, 2, 3]> : tensor<3xi32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %a, %c0 : tensor<3xi32>
  %m = arith.subi %n, %c1 : index
  %s = tensor.extract_slice %a[1] [%m] [1] : tensor<3xi32> to tensor<?xi32>
  %v = tensor.extract %a[%m] : tensor<3xi32>
  %six = arith.constant 6 : i32
  %w = arith.addi %v, %six : i32
  %r = tensor.insert %w into %s[%c1] : tensor<?xi32>
  return %r : tensor<?xi32>
}
