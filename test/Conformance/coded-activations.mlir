// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Activations of codes that are no integers: words 0 and 1 of binary are 1 and
// -1, words 0, 1 and 3 of ternary are 0, 1 and -1.
// CHECK-LABEL: @binary
// CHECK-NEXT: = {{\[\[}}1, -3], [3, -1]]
func.func @binary() -> tensor<2x2xi32> {
  %aw = arith.constant dense<[[0, 1, 1, 0, 1], [0, 0, 0, 0, 0]]> : tensor<2x5xi1>
  %a = qs.storage_cast %aw : tensor<2x5xi1> -> tensor<2x5x!qs.q<binary, tensor>>
  %bw = arith.constant dense<[[0, 0, 1, 0, 0], [1, 0, 1, 1, 0]]> : tensor<2x5xi1>
  %b = qs.storage_cast %bw : tensor<2x5xi1> -> tensor<2x5x!qs.q<binary, tensor>>
  %c = qs.matmul %a, %b transpose_rhs : tensor<2x5x!qs.q<binary, tensor>>, tensor<2x5x!qs.q<binary, tensor>> -> tensor<2x2xi32>
  return %c : tensor<2x2xi32>
}

// Padding is neither 1 nor -1: it adds nothing.
// CHECK-LABEL: @padding
// CHECK-NEXT: = {{\[\[\[\[}}2], [3], [2]]]]
func.func @padding() -> tensor<1x1x3x1xi32> {
  %aw = arith.constant dense<0> : tensor<1x1x3x1xi1>
  %a = qs.storage_cast %aw : tensor<1x1x3x1xi1> -> tensor<1x1x3x1x!qs.q<binary, tensor>>
  %bw = arith.constant dense<0> : tensor<1x1x3x1xi1>
  %b = qs.storage_cast %bw : tensor<1x1x3x1xi1> -> tensor<1x1x3x1x!qs.q<binary, tensor>>
  %c = qs.conv2d %a, %b pad [0, 0, 1, 1] stride [1, 1] dilation [1, 1] : tensor<1x1x3x1x!qs.q<binary, tensor>>, tensor<1x1x3x1x!qs.q<binary, tensor>> -> tensor<1x1x3x1xi32>
  return %c : tensor<1x1x3x1xi32>
}

// CHECK-LABEL: @ternary
// CHECK-NEXT: = {{\[\[}}-3]]
func.func @ternary() -> tensor<1x1xi32> {
  %aw = arith.constant dense<[[0, 1, 3, 1]]> : tensor<1x4xi2>
  %a = qs.storage_cast %aw : tensor<1x4xi2> -> tensor<1x4x!qs.q<ternary, tensor>>
  %bw = arith.constant dense<[[7, -2, 3, 2]]> : tensor<1x4xi4>
  %b = qs.storage_cast %bw : tensor<1x4xi4> -> tensor<1x4x!qs.q<int4, tensor>>
  %c = qs.matmul %a, %b transpose_rhs : tensor<1x4x!qs.q<ternary, tensor>>, tensor<1x4x!qs.q<int4, tensor>> -> tensor<1x1xi32>
  return %c : tensor<1x1xi32>
}
