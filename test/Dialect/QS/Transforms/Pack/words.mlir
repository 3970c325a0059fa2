// How integers that no signed byte holds are packed.
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}))' | FileCheck %s
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx2}))' | FileCheck %s --check-prefix=AVX2

// Unsigned bytes are the other side of the dot of bytes; AVX2 widens both.
// CHECK-LABEL: @bytes
// CHECK: arith.constant dense<42880> : tensor<1xi32>
// CHECK: qs.prepare_rows flip_sign
// CHECK: qs.packed_matmul %{{.*}}, %{{.*}} signed_input bias
// CHECK-SAME: tensor<2x4xi8>, <tensor<4x1x!qs.q<uint8>>, {{.*}}k = 4
// AVX2-LABEL: @bytes
// AVX2: qs.prepare_rows zero_extend
// AVX2: qs.packed_matmul {{.*}} : tensor<2x4xi16>, <tensor<4x1x!qs.q<uint8>>
func.func @bytes(%x: tensor<2x4x!qs.q<uint8, tensor>>) -> tensor<2x1xi32> {
  %w0 = arith.constant dense<[[1], [127], [-56], [7]]> : tensor<4x1xi8>
  %w = qs.storage_cast %w0 : tensor<4x1xi8> -> tensor<4x1x!qs.q<uint8, tensor>>
  %acc = qs.matmul %x, %w : tensor<2x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<uint8, tensor>> -> tensor<2x1xi32>
  return %acc : tensor<2x1xi32>
}

// Rows of u16 are moved to s16: 32768 times the sum of the weights, 8 less, is added.
// CHECK-LABEL: @rows
// CHECK: arith.constant dense<262144> : tensor<1xi32>
// CHECK: qs.prepare_rows flip_sign %{{.*}} : tensor<2x4xi16>, tensor<2x4xi16>
// CHECK: qs.packed_matmul {{.*}} signed_input bias
// CHECK-SAME: tensor<2x4xi16>, <tensor<4x1x!qs.q<int8>>, {{.*}}lanes = 16, {{.*}}k = 2
func.func @rows(%x: tensor<2x4x!qs.q<uint16, tensor>>) -> tensor<2x1xi32> {
  %w0 = arith.constant dense<[[1], [127], [-127], [7]]> : tensor<4x1xi8>
  %w = qs.storage_cast %w0 : tensor<4x1xi8> -> tensor<4x1x!qs.q<int8, tensor>>
  %acc = qs.matmul %x, %w : tensor<2x4x!qs.q<uint16, tensor>>, tensor<4x1x!qs.q<int8, tensor>> -> tensor<2x1xi32>
  return %acc : tensor<2x1xi32>
}

// Weights less their zero point fit a signed word. Terms below 2^31 / (2^11 * 2^10) fit
// i32.
// CHECK-LABEL: @wide
// CHECK: qs.packed_matmul {{.*}} bias(%{{.*}} : tensor<1xi64>) multiplier({{.*}}) wide 1023 epilogue <kind = requantize
// CHECK-SAME: <tensor<2x1x!qs.q<int16>>
// CHECK-NOT: qs.requantize
func.func @wide(%x: tensor<2x2x!qs.q<int12, tensor>>) -> tensor<2x1x!qs.q<int16, tensor>> {
  %w0 = arith.constant dense<[[0], [2047]]> : tensor<2x1xi12>
  %w = qs.storage_cast %w0 : tensor<2x1xi12> -> tensor<2x1x!qs.q<uint12, tensor>>
  %z = arith.constant dense<1023> : tensor<i32>
  %b = arith.constant dense<7> : tensor<1xi64>
  %m = arith.constant dense<0.5> : tensor<f32>
  %acc = qs.matmul %x, %w rhs_zp(%z : tensor<i32>) bias(%b : tensor<1xi64>) {accumulator = #qs.accumulator<i40>}
      : tensor<2x2x!qs.q<int12, tensor>>, tensor<2x1x!qs.q<uint12, tensor>> -> tensor<2x1xi64>
  %q = qs.requantize half_even saturate %acc multiplier %m : tensor<2x1xi64>, tensor<f32> -> tensor<2x1x!qs.q<int16, tensor>>
  return %q : tensor<2x1x!qs.q<int16, tensor>>
}

// Words by words: hardly any product fits, so that they are split.
// CHECK-LABEL: @split
// CHECK: qs.packed_matmul {{.*}} wide 0 epilogue <kind = store> {{.*}} -> tensor<2x1xi64>
func.func @split(%x: tensor<2x2x!qs.q<int16, tensor>>) -> tensor<2x1xi64> {
  %w0 = arith.constant dense<[[-32768], [5]]> : tensor<2x1xi16>
  %w = qs.storage_cast %w0 : tensor<2x1xi16> -> tensor<2x1x!qs.q<int16, tensor>>
  %acc = qs.matmul %x, %w {accumulator = #qs.accumulator<i40>}
      : tensor<2x2x!qs.q<int16, tensor>>, tensor<2x1x!qs.q<int16, tensor>> -> tensor<2x1xi64>
  return %acc : tensor<2x1xi64>
}
