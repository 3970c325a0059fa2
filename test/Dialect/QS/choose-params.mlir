// RUN: qs-opt %s | qs-opt | FileCheck %s
// RUN: qs-opt %s --mlir-print-op-generic | qs-opt | FileCheck %s
// RUN: qs-opt %s --emit-bytecode | qs-opt | FileCheck %s

// Scales for each index of an axis; only that axis has to be static.
// CHECK-LABEL: func.func @axes
// CHECK: qs.choose_params %{{.*}} as !qs.q<uint4, axis(1)> : tensor<?x3xf32> -> tensor<3xf32>, tensor<3xi32>
// CHECK: qs.choose_params symmetric %{{.*}} as !qs.q<int8, axis(0)> : tensor<4x0xf16> -> tensor<4xf32>, tensor<4xi32>
func.func @axes(%x: tensor<?x3xf32>, %y: tensor<4x0xf16>) -> (tensor<3xf32>, tensor<3xi32>, tensor<4xf32>) {
  %s, %z = qs.choose_params %x as !qs.q<uint4, axis(1)> : tensor<?x3xf32> -> tensor<3xf32>, tensor<3xi32>
  %t, %w = qs.choose_params symmetric %y as !qs.q<int8, axis(0)> : tensor<4x0xf16> -> tensor<4xf32>, tensor<4xi32>
  return %s, %z, %t : tensor<3xf32>, tensor<3xi32>, tensor<4xf32>
}
