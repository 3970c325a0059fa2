// RUN: qs-opt %s --qs-narrow-accumulators | FileCheck %s
// RUN: qs-opt %s --qs-narrow-accumulators=widen | FileCheck %s
// The widths are proved, and these inputs reach them: one bit less is an error.
// RUN: qs-opt %s --qs-narrow-accumulators | qs-run - --all --engine %qs_engines | FileCheck %s --check-prefix=EXEC
// RUN: qs-opt %s --qs-narrow-accumulators | sed "s/accumulator<i11>/accumulator<i10>/" | not qs-run - --all --engine interp 2>&1 | FileCheck %s --check-prefix=LESS
// LESS: error: 'qs.matmul' op accumulator overflow: the sum -513 of output element 0 does not fit i10

// -513 = 255 * -2 - 3 takes 11 bits; without the bias, -510
// takes 10.
// CHECK-LABEL: @uint8
// CHECK: qs.matmul {{.*}} {accumulator = #qs.accumulator<i11>}
// EXEC-LABEL: @uint8
// EXEC-NEXT: = {{\[\[}}-513]]
func.func @uint8() -> tensor<1x1xi32> {
  %ai = arith.constant dense<[[-1, 0]]> : tensor<1x2xi8>
  %a = qs.storage_cast %ai : tensor<1x2xi8> -> tensor<1x2x!qs.q<uint8, tensor>>
  %wi = arith.constant dense<[[-2], [1]]> : tensor<2x1xi8>
  %w = qs.storage_cast %wi : tensor<2x1xi8> -> tensor<2x1x!qs.q<int8, tensor>>
  %bias = arith.constant dense<-3> : tensor<1xi32>
  %c = qs.matmul %a, %w bias(%bias : tensor<1xi32>) : tensor<1x2x!qs.q<uint8, tensor>>, tensor<2x1x!qs.q<int8, tensor>> -> tensor<1x1xi32>
  return %c : tensor<1x1xi32>
}

// Zero points of both sides: levels of 4 bits less 8, so -8..7, times 7 - 3 and
// -3 - 3.
// CHECK-LABEL: @zero_points
// CHECK: qs.matmul {{.*}} {accumulator = #qs.accumulator<i8>}
func.func @zero_points(%a: tensor<1x2x!qs.q<uint4, tensor>>) -> tensor<1x1xi32> {
  %wi = arith.constant dense<[[7, -3]]> : tensor<1x2xi8>
  %w = qs.storage_cast %wi : tensor<1x2xi8> -> tensor<1x2x!qs.q<int8, tensor>>
  %za = arith.constant dense<8> : tensor<i32>
  %zw = arith.constant dense<3> : tensor<i32>
  %c = qs.matmul %a, %w transpose_rhs lhs_zp(%za : tensor<i32>) rhs_zp(%zw : tensor<i32>) : tensor<1x2x!qs.q<uint4, tensor>>, tensor<1x2x!qs.q<int8, tensor>> -> tensor<1x1xi32>
  return %c : tensor<1x1xi32>
}

// Activations behind a clamp to 0..15 have that range: 15 * 9 is 8 bits.
// CHECK-LABEL: @clamped
// CHECK: qs.conv2d {{.*}} {accumulator = #qs.accumulator<i9>}
func.func @clamped(%a: tensor<1x2x2x1x!qs.q<uint8, tensor>>) -> tensor<1x2x2x2xi32> {
  %wi = arith.constant dense<[[[[9]]], [[[-2]]]]> : tensor<2x1x1x1xi8>
  %w = qs.storage_cast %wi : tensor<2x1x1x1xi8> -> tensor<2x1x1x1x!qs.q<int8, axis(0)>>
  %q = qs.clamp %a min 0 max 15 : tensor<1x2x2x1x!qs.q<uint8, tensor>>
  %c = qs.conv2d %q, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] : tensor<1x2x2x1x!qs.q<uint8, tensor>>, tensor<2x1x1x1x!qs.q<int8, axis(0)>> -> tensor<1x2x2x2xi32>
  return %c : tensor<1x2x2x2xi32>
}

// Each group by itself: 127 * 7 * 2 = 1778; the levels of ternary are -1, 0, 1.
// CHECK-LABEL: @groups
// CHECK: qs.matmul {{.*}} {accumulator = #qs.accumulator<i12>} : {{.*}} -> tensor<1x1xf32>
// CHECK: qs.matmul {{.*}} {accumulator = #qs.accumulator<i3>}
func.func @groups(%a: tensor<1x4x!qs.q<int8, tensor>>, %t: tensor<1x4x!qs.q<ternary, tensor>>) -> (tensor<1x1xf32>, tensor<1x1xi32>) {
  %wi = arith.constant dense<[[7, 7, 1, 1]]> : tensor<1x4xi4>
  %w = qs.storage_cast %wi : tensor<1x4xi4> -> tensor<1x4x!qs.q<int4, group(1, 2)>>
  %s = arith.constant dense<1.0> : tensor<1x2xf32>
  %c = qs.matmul %a, %w transpose_rhs rhs_scale(%s : tensor<1x2xf32>) : tensor<1x4x!qs.q<int8, tensor>>, tensor<1x4x!qs.q<int4, group(1, 2)>> -> tensor<1x1xf32>
  %vi = arith.constant dense<[[1, 3, 0, 0]]> : tensor<1x4xi2>
  %v = qs.storage_cast %vi : tensor<1x4xi2> -> tensor<1x4x!qs.q<ternary, tensor>>
  %d = qs.matmul %t, %v transpose_rhs : tensor<1x4x!qs.q<ternary, tensor>>, tensor<1x4x!qs.q<ternary, tensor>> -> tensor<1x1xi32>
  return %c, %d : tensor<1x1xf32>, tensor<1x1xi32>
}

// Two activations: 3 terms of at most 128 * 8.
// CHECK-LABEL: @activations
// CHECK: qs.matmul {{.*}} {accumulator = #qs.accumulator<i13>}
func.func @activations(%a: tensor<1x3x!qs.q<int8, tensor>>, %b: tensor<3x1x!qs.q<int4, tensor>>) -> tensor<1x1xi32> {
  %c = qs.matmul %a, %b : tensor<1x3x!qs.q<int8, tensor>>, tensor<3x1x!qs.q<int4, tensor>> -> tensor<1x1xi32>
  return %c : tensor<1x1xi32>
}

// What was asked for and holds is narrowed; sums of floats have no width.
// CHECK-LABEL: @asked
// CHECK: qs.matmul {{.*}} {accumulator = #qs.accumulator<i9>}
// CHECK: qs.matmul {{.*}} {accumulator = #qs.accumulator<i33>}
// CHECK: qs.matmul %{{[^{]*}} : {{.*}} -> tensor<1x1xf32>
func.func @asked(%a: tensor<1x1x!qs.q<uint8, tensor>>, %f: tensor<1x1x!qs.q<f16, tensor>>) -> (tensor<1x1xi32>, tensor<1x1xi64>, tensor<1x1xf32>) {
  %wi = arith.constant dense<1> : tensor<1x1xi8>
  %w = qs.storage_cast %wi : tensor<1x1xi8> -> tensor<1x1x!qs.q<int8, tensor>>
  %c = qs.matmul %a, %w {accumulator = #qs.accumulator<i16>} : tensor<1x1x!qs.q<uint8, tensor>>, tensor<1x1x!qs.q<int8, tensor>> -> tensor<1x1xi32>
  %d = qs.matmul %a, %w {accumulator = #qs.accumulator<i64>} : tensor<1x1x!qs.q<uint8, tensor>>, tensor<1x1x!qs.q<int8, tensor>> -> tensor<1x1xi64>
  %e = qs.matmul %f, %f : tensor<1x1x!qs.q<f16, tensor>>, tensor<1x1x!qs.q<f16, tensor>> -> tensor<1x1xf32>
  return %c, %d, %e : tensor<1x1xi32>, tensor<1x1xi64>, tensor<1x1xf32>
}
