// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// A clamp whose bounds are negative, behind a layer: packing takes it into the
// epilogue of the kernel.
// CHECK-LABEL: @below_zero
// CHECK-NEXT: = {{\[\[}}-36, -36, -40, -41]]
func.func @below_zero() -> tensor<1x4x!qs.q<int8, tensor>> {
  %xw = arith.constant dense<[[1, 2, 3, 4]]> : tensor<1x4xi8>
  %x = qs.storage_cast %xw : tensor<1x4xi8> -> tensor<1x4x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[1, 0, -40, -90], [1, -3, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]> : tensor<4x4xi8>
  %w = qs.storage_cast %ww : tensor<4x4xi8> -> tensor<4x4x!qs.q<int8, tensor>>
  %c = qs.matmul %x, %w : tensor<1x4x!qs.q<uint8, tensor>>, tensor<4x4x!qs.q<int8, tensor>> -> tensor<1x4xi32>
  %m = arith.constant dense<1.0> : tensor<f32>
  %q = qs.requantize half_even saturate %c multiplier %m : tensor<1x4xi32>, tensor<f32> -> tensor<1x4x!qs.q<int8, tensor>>
  %r = qs.clamp %q min -41 max -36 : tensor<1x4x!qs.q<int8, tensor>>
  return %r : tensor<1x4x!qs.q<int8, tensor>>
}
