// RUN: qs-opt %s | qs-opt | FileCheck %s
// RUN: qs-opt %s --emit-bytecode | qs-opt | FileCheck %s
// RUN: qs-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @threshold
func.func @threshold(%x: tensor<2x3xi32>, %t: tensor<3x1xi32>, %u: tensor<3x15xi32>)
    -> (tensor<2x3x!qs.q<binary, tensor>>, tensor<2x3x!qs.q<int4, tensor>>) {
  // CHECK: qs.threshold %{{.*}} at %{{.*}} falling [true, false, true] : tensor<2x3xi32>, tensor<3x1xi32> -> tensor<2x3x!qs.q<binary, tensor>>
  %a = qs.threshold %x at %t falling [true, false, true] : tensor<2x3xi32>, tensor<3x1xi32> -> tensor<2x3x!qs.q<binary, tensor>>
  // CHECK: qs.threshold %{{.*}} at %{{.*}} base -8 : tensor<2x3xi32>, tensor<3x15xi32> -> tensor<2x3x!qs.q<int4, tensor>>
  %b = qs.threshold %x at %u base -8 : tensor<2x3xi32>, tensor<3x15xi32> -> tensor<2x3x!qs.q<int4, tensor>>
  return %a, %b : tensor<2x3x!qs.q<binary, tensor>>, tensor<2x3x!qs.q<int4, tensor>>
}
