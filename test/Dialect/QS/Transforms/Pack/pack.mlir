// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}),canonicalize)' | FileCheck %s
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx2}))' | FileCheck %s --check-prefix=AVX2
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=generic}))' | FileCheck %s --check-prefix=GENERIC

// Signed rows are moved to unsigned bytes; 3 + 128 times the column sums
// (-119, 148, 29) leaves the bias. Requantize and clamp are the epilogue.
// CHECK-LABEL: @matmul
// CHECK-DAG: %[[BIAS:.+]] = arith.constant dense<[15599, -19408, -3769]> : tensor<3xi32>
// CHECK: %[[WORDS:.+]] = qs.storage_cast %arg0
// CHECK: %[[ROWS:.+]] = qs.prepare_rows flip_sign %[[WORDS]]
// CHECK: %[[W:.+]] = qs.packed_constant dense<"0x0104F901{{.*}}> : tensor<128xi8>
// CHECK: qs.packed_matmul %[[ROWS]], %[[W]] bias(%[[BIAS]] : tensor<3xi32>) multiplier
// CHECK-SAME: epilogue <kind = requantize, zeroPoint = 3, lower = 3, upper = 200>
// CHECK-NOT: qs.requantize
// CHECK-NOT: qs.clamp
// AVX2-LABEL: @matmul
// AVX2: qs.prepare_rows sign_extend
// AVX2-SAME: -> tensor<5x7xi16>
// AVX2: k = 2
// GENERIC-LABEL: @matmul
// GENERIC-NOT: qs.prepare_rows
// GENERIC: qs.packed_matmul {{.*}} signed_input
func.func @matmul(%x: tensor<5x7x!qs.q<int8, tensor>>) -> tensor<5x3x!qs.q<uint8, tensor>> {
  %w0 = arith.constant dense<[[1,2,3],[4,5,6],[-7,8,9],[1,1,1],[2,2,2],[3,3,3],[-123,127,5]]> : tensor<7x3xi8>
  %w = qs.storage_cast %w0 : tensor<7x3xi8> -> tensor<7x3x!qs.q<int8, tensor>>
  %zp = arith.constant dense<3> : tensor<i32>
  %b = arith.constant dense<[10, -20, 30]> : tensor<3xi32>
  %m = arith.constant dense<[0.01, 0.02, 0.03]> : tensor<3xf32>
  %acc = qs.matmul %x, %w lhs_zp(%zp : tensor<i32>) bias(%b : tensor<3xi32>) : tensor<5x7x!qs.q<int8, tensor>>, tensor<7x3x!qs.q<int8, tensor>> -> tensor<5x3xi32>
  %r = qs.requantize half_even saturate %acc multiplier %m zero_point(%zp : tensor<i32>) : tensor<5x3xi32>, tensor<3xf32> -> tensor<5x3x!qs.q<uint8, tensor>>
  %c = qs.clamp %r min 3 max 200 : tensor<5x3x!qs.q<uint8, tensor>>
  return %c : tensor<5x3x!qs.q<uint8, tensor>>
}

// Padding holds the zero point; the columns of the window are one run.
// CHECK-LABEL: @conv
// CHECK: qs.prepare_rows copy {{.*}} pad [1, 1, 1, 1] fill 3
// CHECK-SAME: -> tensor<1x7x7x3xi8>
// CHECK: qs.packed_conv2d {{.*}} stride [2, 2] {{.*}} epilogue <kind = store>
// CHECK-SAME: taps = 3
func.func @conv(%x: tensor<1x5x5x3x!qs.q<uint8, tensor>>) -> tensor<1x3x3x2xi32> {
  %w0 = arith.constant dense<1> : tensor<2x3x3x3xi8>
  %w = qs.storage_cast %w0 : tensor<2x3x3x3xi8> -> tensor<2x3x3x3x!qs.q<int8, axis(0)>>
  %zp = arith.constant dense<3> : tensor<i32>
  %acc = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [2, 2] dilation [1, 1] input_zp(%zp : tensor<i32>) : tensor<1x5x5x3x!qs.q<uint8, tensor>>, tensor<2x3x3x3x!qs.q<int8, axis(0)>> -> tensor<1x3x3x2xi32>
  return %acc : tensor<1x3x3x2xi32>
}

// Zero points of weights leave the constant where a signed byte holds the rest.
// CHECK-LABEL: @unsigned_weights
// CHECK: qs.packed_constant dense<[-127, 0, 127, -121, 0, {{.*}}!qs.q<int8>
func.func @unsigned_weights(%x: tensor<2x4x!qs.q<uint8, tensor>>) -> tensor<2x1xi32> {
  %w0 = arith.constant dense<[[1], [128], [255], [7]]> : tensor<4x1xi8>
  %w = qs.storage_cast %w0 : tensor<4x1xi8> -> tensor<4x1x!qs.q<uint8, tensor>>
  %zp = arith.constant dense<128> : tensor<i32>
  %acc = qs.matmul %x, %w rhs_zp(%zp : tensor<i32>) : tensor<2x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<uint8, tensor>> -> tensor<2x1xi32>
  return %acc : tensor<2x1xi32>
}

// A zero point known at run time only: the bias is computed from column sums.
// CHECK-LABEL: @dynamic_zero_point
// CHECK-DAG: %[[SUMS:.+]] = arith.constant dense<3> : tensor<1xi32>
// CHECK: %[[SPLAT:.+]] = tensor.splat
// CHECK: %[[PRODUCT:.+]] = arith.muli %[[SPLAT]], %[[SUMS]]
// CHECK: arith.subi %{{.*}}, %[[PRODUCT]]
func.func @dynamic_zero_point(%x: tensor<2x4x!qs.q<uint8, tensor>>, %zp: tensor<i32>) -> tensor<2x1xi32> {
  %w0 = arith.constant dense<[[1], [-1], [2], [1]]> : tensor<4x1xi8>
  %w = qs.storage_cast %w0 : tensor<4x1xi8> -> tensor<4x1x!qs.q<int8, tensor>>
  %acc = qs.matmul %x, %w lhs_zp(%zp : tensor<i32>) : tensor<2x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<int8, tensor>> -> tensor<2x1xi32>
  return %acc : tensor<2x1xi32>
}

// Two outputs of a window of 3 share four columns.
// CHECK-LABEL: @depthwise
// CHECK: qs.prepare_rows flip_sign
// CHECK: qs.packed_conv2d
// CHECK-SAME: #qs.depthwise_layout<target = "avx512vnni", outputs = 2>
// GENERIC-LABEL: @depthwise
// GENERIC-NOT: qs.prepare_rows
// GENERIC: qs.packed_conv2d {{.*}} signed_input
// GENERIC-SAME: #qs.depthwise_layout<target = "generic">
func.func @depthwise(%x: tensor<1x4x4x5x!qs.q<int8, tensor>>) -> tensor<1x2x2x5xi32> {
  %w0 = arith.constant dense<2> : tensor<5x3x3x1xi8>
  %w = qs.storage_cast %w0 : tensor<5x3x3x1xi8> -> tensor<5x3x3x1x!qs.q<int8, axis(0)>>
  %acc = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 5 : tensor<1x4x4x5x!qs.q<int8, tensor>>, tensor<5x3x3x1x!qs.q<int8, axis(0)>> -> tensor<1x2x2x5xi32>
  return %acc : tensor<1x2x2x5xi32>
}

// A reduction shorter than the dot primitive's 4 is padded with zeros.
// CHECK-LABEL: @short_reduction
// CHECK: qs.prepare_rows copy {{.*}} channel_pad 2
// CHECK-SAME: -> tensor<2x4xi8>
// CHECK: tensor<4x3x!qs.q<int8>>
func.func @short_reduction(%x: tensor<2x2x!qs.q<uint8, tensor>>) -> tensor<2x3xi32> {
  %w0 = arith.constant dense<1> : tensor<2x3xi8>
  %w = qs.storage_cast %w0 : tensor<2x3xi8> -> tensor<2x3x!qs.q<int8, tensor>>
  %acc = qs.matmul %x, %w : tensor<2x2x!qs.q<uint8, tensor>>, tensor<2x3x!qs.q<int8, tensor>> -> tensor<2x3xi32>
  return %acc : tensor<2x3xi32>
}

// Codes of fewer bits travel as bytes.
// CHECK-LABEL: @narrow
// CHECK: arith.extui %{{.*}} : tensor<2x4xi4> to tensor<2x4xi8>
// CHECK: epilogue <kind = requantize, upper = 15>
// CHECK: arith.trunci %{{.*}} : tensor<2x1xi8> to tensor<2x1xi4>
func.func @narrow(%x: tensor<2x4x!qs.q<uint4, tensor>>) -> tensor<2x1x!qs.q<uint4, tensor>> {
  %w0 = arith.constant dense<[[1], [-1], [2], [1]]> : tensor<4x1xi4>
  %w = qs.storage_cast %w0 : tensor<4x1xi4> -> tensor<4x1x!qs.q<int4, tensor>>
  %m = arith.constant dense<0.5> : tensor<f32>
  %acc = qs.matmul %x, %w : tensor<2x4x!qs.q<uint4, tensor>>, tensor<4x1x!qs.q<int4, tensor>> -> tensor<2x1xi32>
  %r = qs.requantize half_even saturate %acc multiplier %m : tensor<2x1xi32>, tensor<f32> -> tensor<2x1x!qs.q<uint4, tensor>>
  return %r : tensor<2x1x!qs.q<uint4, tensor>>
}

// CHECK-LABEL: @float
// CHECK: qs.packed_conv2d {{.*}} bias(%{{.*}} : tensor<2xf32>)
// CHECK-SAME: epilogue <kind = store, min = 0.000000e+00 : f32, max = 6.000000e+00 : f32>
func.func @float(%x: tensor<1x4x4x3xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<0.5> : tensor<2x3x3x3xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %c = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] bias(%b : tensor<2xf32>) : tensor<1x4x4x3xf32>, tensor<2x3x3x3xf32> -> tensor<1x2x2x2xf32>
  %r = tosa.clamp %c {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %r : tensor<1x2x2x2xf32>
}

// TOSA's float ops are packed without a detour; the added constant is a bias.
// CHECK-LABEL: @tosa
// CHECK: %[[B:.+]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK: qs.packed_matmul {{.*}} bias(%[[B]]
// CHECK-SAME: -> tensor<1x3x2xf32>
// CHECK-NOT: tosa.add
// CHECK: qs.packed_conv2d
// CHECK-SAME: #qs.depthwise_layout
func.func @tosa(%x: tensor<1x3x4xf32>, %y: tensor<1x4x4x2xf32>) -> (tensor<1x3x2xf32>, tensor<1x2x2x2xf32>) {
  %w = "tosa.const"() {values = dense<0.5> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %zp = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %b = "tosa.const"() {values = dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %m = tosa.matmul %x, %w, %zp, %zp : (tensor<1x3x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %0 = tosa.add %m, %b : (tensor<1x3x2xf32>, tensor<1x1x2xf32>) -> tensor<1x3x2xf32>
  %dw = "tosa.const"() {values = dense<0.5> : tensor<3x3x2x1xf32>} : () -> tensor<3x3x2x1xf32>
  %db = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %1 = tosa.depthwise_conv2d %y, %dw, %db, %zp, %zp {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<3x3x2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %0, %1 : tensor<1x3x2xf32>, tensor<1x2x2x2xf32>
}
