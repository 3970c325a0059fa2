// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// CHECK-LABEL: @signed
// CHECK-NEXT: = [-10, -10, 0, 20, 20]
func.func @signed() -> tensor<5x!qs.q<int8, tensor>> {
  %w = arith.constant dense<[-128, -11, 0, 21, 127]> : tensor<5xi8>
  %q = qs.storage_cast %w : tensor<5xi8> -> tensor<5x!qs.q<int8, tensor>>
  %y = qs.clamp %q min -10 max 20 : tensor<5x!qs.q<int8, tensor>>
  return %y : tensor<5x!qs.q<int8, tensor>>
}

// 200 is above 150 as an unsigned code.
// CHECK-LABEL: @unsigned
// CHECK-NEXT: = [100, 100, 150]
func.func @unsigned() -> tensor<3x!qs.q<uint8, tensor>> {
  %w = arith.constant dense<[0, 100, 200]> : tensor<3xi8>
  %q = qs.storage_cast %w : tensor<3xi8> -> tensor<3x!qs.q<uint8, tensor>>
  %y = qs.clamp %q min 100 max 150 : tensor<3x!qs.q<uint8, tensor>>
  return %y : tensor<3x!qs.q<uint8, tensor>>
}
