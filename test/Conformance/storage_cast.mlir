// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// The bits stay: 200 is -56 as a signed word.
// CHECK-LABEL: @both_ways
// CHECK-NEXT: out0: tensor<3x!qs.q<uint8, tensor>> = [0, 200, 255]
// CHECK-NEXT: out1: tensor<3x!qs.q<int8, tensor>> = [0, -56, -1]
// CHECK-NEXT: out2: tensor<3xi8> = [0, -56, -1]
func.func @both_ways() -> (tensor<3x!qs.q<uint8, tensor>>, tensor<3x!qs.q<int8, tensor>>, tensor<3xi8>) {
  %w = arith.constant dense<[0, 200, -1]> : tensor<3xi8>
  %u = qs.storage_cast %w : tensor<3xi8> -> tensor<3x!qs.q<uint8, tensor>>
  %s = qs.storage_cast %w : tensor<3xi8> -> tensor<3x!qs.q<int8, tensor>>
  %b = qs.storage_cast %u : tensor<3x!qs.q<uint8, tensor>> -> tensor<3xi8>
  return %u, %s, %b : tensor<3x!qs.q<uint8, tensor>>, tensor<3x!qs.q<int8, tensor>>, tensor<3xi8>
}

// CHECK-LABEL: @narrow
// CHECK-NEXT: out0: tensor<3x!qs.q<uint4>> = [7, 8, 15]
// CHECK-NEXT: out1: tensor<3x!qs.q<int4>> = [7, -8, -1]
func.func @narrow() -> (tensor<3x!qs.q<uint4>>, tensor<3x!qs.q<int4>>) {
  %w = arith.constant dense<[7, -8, -1]> : tensor<3xi4>
  %u = qs.storage_cast %w : tensor<3xi4> -> tensor<3x!qs.q<uint4>>
  %s = qs.storage_cast %w : tensor<3xi4> -> tensor<3x!qs.q<int4>>
  return %u, %s : tensor<3x!qs.q<uint4>>, tensor<3x!qs.q<int4>>
}
