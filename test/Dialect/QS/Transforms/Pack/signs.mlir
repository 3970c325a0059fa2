// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}),canonicalize)' | FileCheck %s
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=generic}))' | FileCheck %s --check-prefix=GENERIC

// Both sides are signs: 40 words of a row are two i32.
// CHECK-LABEL: @matmul
// CHECK: arith.extui {{.*}} : tensor<5x40xi1> to tensor<5x40xi8>
// CHECK: qs.prepare_rows pack_bits {{.*}} -> tensor<5x2xi32>
// CHECK: qs.packed_matmul {{.*}} lanes = 16, vectors = 1, k = 1, table = array<i32: 1, -1>
// GENERIC-LABEL: @matmul
// GENERIC: lanes = 4, vectors = {{[0-9]+}}, k = 1, table = array<i32: 1, -1>
func.func @matmul(%x: tensor<5x40x!qs.q<binary, tensor>>) -> tensor<5x3xi32> {
  %w0 = arith.constant dense<true> : tensor<40x3xi1>
  %w = qs.storage_cast %w0 : tensor<40x3xi1> -> tensor<40x3x!qs.q<binary, axis(1)>>
  %acc = qs.matmul %x, %w : tensor<5x40x!qs.q<binary, tensor>>, tensor<40x3x!qs.q<binary, axis(1)>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// Nine classes of pixels; each tap outside adds 1 * 1 for 2 channels, whose
// weights are all -1 and all 1.
// CHECK-LABEL: @conv
// CHECK-DAG: %[[SUMS:.+]] = arith.constant dense<{{\[\[}}10, -10], [6, -6], [10, -10], [6, -6], [0, 0], [6, -6], [10, -10], [6, -6], [10, -10]]> : tensor<9x2xi32>
// CHECK-DAG: %[[CLASS:.+]] = arith.constant dense<[0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8]> : tensor<12xi32>
// CHECK: qs.prepare_rows pack_bits {{.*}} pad [1, 1, 1, 1] {{.*}} -> tensor<1x5x6x1xi32>
// CHECK: qs.packed_conv2d {{.*}} border_sums(%[[SUMS]] : tensor<9x2xi32>) border_class(%[[CLASS]] : tensor<12xi32>)
// CHECK-SAME: taps = 9
func.func @conv(%x: tensor<1x3x4x2x!qs.q<binary, tensor>>) -> tensor<1x3x4x2xi32> {
  %w0 = arith.constant dense<[[[[true, true], [true, true], [true, true]], [[true, true], [true, true], [true, true]], [[true, true], [true, true], [true, true]]],
                              [[[false, false], [false, false], [false, false]], [[false, false], [false, false], [false, false]], [[false, false], [false, false], [false, false]]]]> : tensor<2x3x3x2xi1>
  %w = qs.storage_cast %w0 : tensor<2x3x3x2xi1> -> tensor<2x3x3x2x!qs.q<binary, axis(0)>>
  %acc = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] : tensor<1x3x4x2x!qs.q<binary, tensor>>, tensor<2x3x3x2x!qs.q<binary, axis(0)>> -> tensor<1x3x4x2xi32>
  return %acc : tensor<1x3x4x2xi32>
}

// Channels that fill their words make runs of KW pixels, also in groups.
// CHECK-LABEL: @runs
// CHECK: qs.packed_conv2d {{.*}} groups = 1, taps = 3,
// CHECK-LABEL: @groups
// CHECK: qs.packed_conv2d {{.*}} groups = 2, taps = 9,
func.func @runs(%x: tensor<1x3x3x32x!qs.q<binary, tensor>>) -> tensor<1x1x1x2xi32> {
  %w0 = arith.constant dense<true> : tensor<2x3x3x32xi1>
  %w = qs.storage_cast %w0 : tensor<2x3x3x32xi1> -> tensor<2x3x3x32x!qs.q<binary>>
  %acc = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<1x3x3x32x!qs.q<binary, tensor>>, tensor<2x3x3x32x!qs.q<binary>> -> tensor<1x1x1x2xi32>
  return %acc : tensor<1x1x1x2xi32>
}
func.func @groups(%x: tensor<1x3x3x64x!qs.q<binary, tensor>>) -> tensor<1x1x1x2xi32> {
  %w0 = arith.constant dense<true> : tensor<2x3x3x32xi1>
  %w = qs.storage_cast %w0 : tensor<2x3x3x32xi1> -> tensor<2x3x3x32x!qs.q<binary>>
  %acc = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2 : tensor<1x3x3x64x!qs.q<binary, tensor>>, tensor<2x3x3x32x!qs.q<binary>> -> tensor<1x1x1x2xi32>
  return %acc : tensor<1x1x1x2xi32>
}

// Groups that share words, and depthwise: levels on the byte dot.
// CHECK-LABEL: @narrow_groups
// CHECK-NOT: pack_bits
// CHECK: qs.packed_conv2d {{.*}} table = array<i8: -1, 1>
func.func @narrow_groups(%x: tensor<1x3x3x16x!qs.q<binary, tensor>>) -> tensor<1x1x1x2xi32> {
  %w0 = arith.constant dense<true> : tensor<2x3x3x8xi1>
  %w = qs.storage_cast %w0 : tensor<2x3x3x8xi1> -> tensor<2x3x3x8x!qs.q<binary>>
  %acc = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2 : tensor<1x3x3x16x!qs.q<binary, tensor>>, tensor<2x3x3x8x!qs.q<binary>> -> tensor<1x1x1x2xi32>
  return %acc : tensor<1x1x1x2xi32>
}
