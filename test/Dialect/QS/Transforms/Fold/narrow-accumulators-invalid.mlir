// RUN: qs-opt %s --qs-narrow-accumulators --split-input-file --verify-diagnostics
// RUN: not qs-opt %s --qs-narrow-accumulators=widen --split-input-file 2>/dev/null | FileCheck %s --check-prefix=WIDE

// WIDE: qs.matmul {{.*}} bias(%{{.*}} : tensor<1xi64>) {accumulator = #qs.accumulator<i33>} : {{.*}} -> tensor<1x1xi64>
// WIDE-NEXT: qs.requantize {{.*}} : tensor<1x1xi64>
func.func @requantized(%a: tensor<1x4x!qs.q<int16, tensor>>) -> tensor<1x1x!qs.q<int8, tensor>> {
  %wi = arith.constant dense<32767> : tensor<1x4xi16>
  %w = qs.storage_cast %wi : tensor<1x4xi16> -> tensor<1x4x!qs.q<int16, tensor>>
  %bias = arith.constant dense<9> : tensor<1xi32>
  %m = arith.constant dense<1.0e-6> : tensor<f32>
  // expected-error@unknown {{layer 'fc1': expected sums that an accumulator of i32 holds, found that those of output channel 0 can reach -4294836224, which takes 33 bits}}
  %c = qs.matmul %a, %w transpose_rhs bias(%bias : tensor<1xi32>) : tensor<1x4x!qs.q<int16, tensor>>, tensor<1x4x!qs.q<int16, tensor>> -> tensor<1x1xi32> loc("fc1")
  %q = qs.requantize half_even saturate %c multiplier %m : tensor<1x1xi32>, tensor<f32> -> tensor<1x1x!qs.q<int8, tensor>>
  return %q : tensor<1x1x!qs.q<int8, tensor>>
}

// -----

// i32 sums are what is returned, so they cannot become i64.
// WIDE-NOT: @returned
func.func @returned(%a: tensor<1x4x!qs.q<int16, tensor>>) -> tensor<1x1xi32> {
  %wi = arith.constant dense<32767> : tensor<1x4xi16>
  %w = qs.storage_cast %wi : tensor<1x4xi16> -> tensor<1x4x!qs.q<int16, tensor>>
  // expected-error@+1 {{expected sums that an accumulator of i32 holds}}
  %c = qs.matmul %a, %w transpose_rhs : tensor<1x4x!qs.q<int16, tensor>>, tensor<1x4x!qs.q<int16, tensor>> -> tensor<1x1xi32>
  return %c : tensor<1x1xi32>
}

// -----

// What was asked for is not widened.
// WIDE-NOT: @asked
func.func @asked(%a: tensor<1x2x!qs.q<uint8, tensor>>) -> tensor<1x2xi32> {
  %wi = arith.constant dense<[[1, 0], [127, 127]]> : tensor<2x2xi8>
  %w = qs.storage_cast %wi : tensor<2x2xi8> -> tensor<2x2x!qs.q<int8, tensor>>
  // expected-error@+1 {{expected sums that an accumulator of i16 holds, found that those of output channel 1 can reach 64770, which takes 17 bits}}
  %c = qs.matmul %a, %w transpose_rhs {accumulator = #qs.accumulator<i16>} : tensor<1x2x!qs.q<uint8, tensor>>, tensor<2x2x!qs.q<int8, tensor>> -> tensor<1x2xi32>
  return %c : tensor<1x2xi32>
}

// -----

// A float format is bounded by the terms: 255 * (127 + 127 + 4) > 65504.
func.func @float_sums(%a: tensor<1x3x!qs.q<uint8, tensor>>) -> tensor<1x1xf32> {
  %wi = arith.constant dense<[[127], [-127], [4]]> : tensor<3x1xi8>
  %w = qs.storage_cast %wi : tensor<3x1xi8> -> tensor<3x1x!qs.q<int8, tensor>>
  // expected-warning@+1 {{the sums of output channel 0 can reach 65790, and the accumulator #qs.accumulator<f16> holds numbers up to 65504: it may become infinite}}
  %c = qs.matmul %a, %w {accumulator = #qs.accumulator<f16>} : tensor<1x3x!qs.q<uint8, tensor>>, tensor<3x1x!qs.q<int8, tensor>> -> tensor<1x1xf32>
  // 255 * (127 + 127) is within f16.
  %w2i = arith.constant dense<[[127], [-127], [0]]> : tensor<3x1xi8>
  %w2 = qs.storage_cast %w2i : tensor<3x1xi8> -> tensor<3x1x!qs.q<int8, tensor>>
  %d = qs.matmul %a, %w2 {accumulator = #qs.accumulator<f16>} : tensor<1x3x!qs.q<uint8, tensor>>, tensor<3x1x!qs.q<int8, tensor>> -> tensor<1x1xf32>
  return %c : tensor<1x1xf32>
}
