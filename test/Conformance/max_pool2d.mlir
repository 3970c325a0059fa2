// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Padding takes no part: the maximum of negative codes stays negative.
// CHECK-LABEL: @padding
// CHECK-NEXT: out0: tensor<1x2x2x1x!qs.q<int8, tensor>> = {{\[\[\[\[}}-1], [-2]], {{\[\[}}-4], [-5]]]]
func.func @padding() -> tensor<1x2x2x1x!qs.q<int8, tensor>> {
  %w = arith.constant dense<[[[[-1], [-2], [-3]], [[-7], [-9], [-6]], [[-4], [-8], [-5]]]]> : tensor<1x3x3x1xi8>
  %q = qs.storage_cast %w : tensor<1x3x3x1xi8> -> tensor<1x3x3x1x!qs.q<int8, tensor>>
  %y = qs.max_pool2d %q kernel [2, 2] stride [2, 2] pad [1, 0, 1, 0]
      : tensor<1x3x3x1x!qs.q<int8, tensor>> -> tensor<1x2x2x1x!qs.q<int8, tensor>>
  return %y : tensor<1x2x2x1x!qs.q<int8, tensor>>
}

// Channels are independent; unsigned codes compare as unsigned.
// CHECK-LABEL: @channels
// CHECK-NEXT: = {{\[\[\[\[}}200, 4]]]]
func.func @channels() -> tensor<1x1x1x2x!qs.q<uint8, tensor>> {
  %w = arith.constant dense<[[[[200, 1], [3, 2]], [[100, 3], [7, 4]]]]> : tensor<1x2x2x2xi8>
  %q = qs.storage_cast %w : tensor<1x2x2x2xi8> -> tensor<1x2x2x2x!qs.q<uint8, tensor>>
  %y = qs.max_pool2d %q kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0]
      : tensor<1x2x2x2x!qs.q<uint8, tensor>> -> tensor<1x1x1x2x!qs.q<uint8, tensor>>
  return %y : tensor<1x1x1x2x!qs.q<uint8, tensor>>
}
