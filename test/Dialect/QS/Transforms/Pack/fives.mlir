// Ternary weights five in a byte, where that takes fewer bytes.
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni fives}))' | FileCheck %s
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}))' | FileCheck %s --check-prefix=TWO

// Five steps of four: a byte for each column and position in the step. All
// words are 2, so that a byte is 2 * (1 + 3 + 9 + 27 + 81).
// CHECK-LABEL: @five_steps
// CHECK: qs.packed_constant dense<[-14, -14, -14, -14, {{.*}} tensor<64xi8> : {{.*}} table = array<i8: -1, 0, 1>
// TWO-LABEL: @five_steps
// TWO: qs.packed_constant {{.*}} tensor<128xi8> : {{.*}} table = array<i8: -1, 0, 1, 2>
func.func @five_steps(%x: tensor<5x20x!qs.q<uint8, tensor>>) -> tensor<5x3xi32> {
  %w0 = arith.constant dense<1> : tensor<20x3xi2>
  %w = qs.storage_cast %w0 : tensor<20x3xi2> -> tensor<20x3x!qs.q<ternary, tensor>>
  %acc = qs.matmul %x, %w : tensor<5x20x!qs.q<uint8, tensor>>, tensor<20x3x!qs.q<ternary, tensor>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// Four steps fill a byte of 2-bit words as well.
// CHECK-LABEL: @four_steps
// CHECK: qs.packed_constant {{.*}} tensor<64xi8> : {{.*}} table = array<i8: -1, 0, 1, 2>
func.func @four_steps(%x: tensor<5x16x!qs.q<uint8, tensor>>) -> tensor<5x3xi32> {
  %w0 = arith.constant dense<1> : tensor<16x3xi2>
  %w = qs.storage_cast %w0 : tensor<16x3xi2> -> tensor<16x3x!qs.q<ternary, tensor>>
  %acc = qs.matmul %x, %w : tensor<5x16x!qs.q<uint8, tensor>>, tensor<16x3x!qs.q<ternary, tensor>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}
