// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// CHECK-LABEL: @identity
// CHECK-NEXT: = [1.5, -2]
func.func @identity() -> tensor<2xf32> {
  %x = arith.constant dense<[1.5, -2.0]> : tensor<2xf32>
  %o = qs.observe %x "layer" : tensor<2xf32>
  return %o : tensor<2xf32>
}
