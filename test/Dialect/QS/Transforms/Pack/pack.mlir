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
// AVX2: qs.prepare_rows flip_sign
// AVX2-SAME: -> tensor<5x7xi8>
// AVX2: k = 4, narrow = 1
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

// Words of four bits stay, with the table of what they stand for less the zero
// point of the weights.
// CHECK-LABEL: @low_bit
// CHECK: qs.packed_constant {{.*}} tensor<64xi8> : <tensor<8x3x!qs.q<uint4>>
// CHECK-SAME: table = array<i8: -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7>
// CHECK: qs.packed_matmul
// CHECK-SAME: epilogue <kind = store>
func.func @low_bit(%x: tensor<5x8x!qs.q<uint8, tensor>>) -> tensor<5x3xi32> {
  %w0 = arith.constant dense<9> : tensor<8x3xi4>
  %w = qs.storage_cast %w0 : tensor<8x3xi4> -> tensor<8x3x!qs.q<uint4, tensor>>
  %zp = arith.constant dense<8> : tensor<i32>
  %acc = qs.matmul %x, %w rhs_zp(%zp : tensor<i32>) : tensor<5x8x!qs.q<uint8, tensor>>, tensor<8x3x!qs.q<uint4, tensor>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// Words lie in the order of their levels; the one that stands for nothing is
// what would come next.
// CHECK-LABEL: @ternary
// CHECK: qs.packed_constant {{.*}} tensor<64xi8> : <tensor<8x3x!qs.q<ternary>>
// CHECK-SAME: table = array<i8: -1, 0, 1, 2>
func.func @ternary(%x: tensor<5x8x!qs.q<uint8, tensor>>) -> tensor<5x3xi32> {
  %w0 = arith.constant dense<3> : tensor<8x3xi2>
  %w = qs.storage_cast %w0 : tensor<8x3xi2> -> tensor<8x3x!qs.q<ternary, tensor>>
  %acc = qs.matmul %x, %w : tensor<5x8x!qs.q<uint8, tensor>>, tensor<8x3x!qs.q<ternary, tensor>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// One row: words of equidistant levels are the unsigned side and stay in their
// bytes, in a panel as wide as there are registers. Unsigned rows become signed,
// 128 less; the bias makes up for it with 128 times the sum of each column.
// CHECK-LABEL: @one_row
// CHECK: %[[B:.+]] = arith.constant dense<-1024> : tensor<200xi32>
// CHECK: %[[X:.+]] = qs.prepare_rows flip_sign
// CHECK: qs.packed_constant {{.*}} vectors = 8,
// CHECK: %[[SUMS:.+]] = qs.sum_runs %[[X]] {{.*}} -> tensor<1x1xi32>
// CHECK: qs.packed_matmul %[[X]], {{.*}} signed_input bias(%[[B]] : tensor<200xi32>) row_sums(%[[SUMS]] : tensor<1x1xi32>)
// GENERIC-LABEL: @one_row
// GENERIC-NOT: qs.sum_runs
// GENERIC: qs.packed_matmul
func.func @one_row(%x: tensor<1x8x!qs.q<uint8, tensor>>) -> tensor<1x200xi32> {
  %w0 = arith.constant dense<-1> : tensor<8x200xi4>
  %w = qs.storage_cast %w0 : tensor<8x200xi4> -> tensor<8x200x!qs.q<int4, tensor>>
  %acc = qs.matmul %x, %w : tensor<1x8x!qs.q<uint8, tensor>>, tensor<8x200x!qs.q<int4, tensor>> -> tensor<1x200xi32>
  return %acc : tensor<1x200xi32>
}

// One row of weights of one bit and many columns: words of 16 bits for kernels
// that look their sums up, with the tables' bytes as scratch; with few columns
// the words stay in place.
// CHECK-LABEL: @one_row_of_bits
// CHECK: qs.packed_matmul {{.*}} signed_input {{.*}} lanes = 32, vectors = 8, k = 2, table = array<i8: -1, 1>
// CHECK: qs.packed_matmul {{.*}} signed_input {{.*}} lanes = 16, vectors = 2, k = 4, table = array<i8: -1, 1>
// AVX2-LABEL: @one_row_of_bits
// AVX2: qs.packed_matmul {{.*}} lanes = 8,
// AVX2: qs.packed_matmul {{.*}} lanes = 8,
func.func @one_row_of_bits(%x: tensor<1x40x!qs.q<int8, tensor>>) -> (tensor<1x512xi32>, tensor<1x511xi32>) {
  %w0 = arith.constant dense<true> : tensor<40x512xi1>
  %w1 = arith.constant dense<true> : tensor<40x511xi1>
  %w = qs.storage_cast %w0 : tensor<40x512xi1> -> tensor<40x512x!qs.q<binary, tensor>>
  %v = qs.storage_cast %w1 : tensor<40x511xi1> -> tensor<40x511x!qs.q<binary, tensor>>
  %many = qs.matmul %x, %w : tensor<1x40x!qs.q<int8, tensor>>, tensor<40x512x!qs.q<binary, tensor>> -> tensor<1x512xi32>
  %few = qs.matmul %x, %v : tensor<1x40x!qs.q<int8, tensor>>, tensor<40x511x!qs.q<binary, tensor>> -> tensor<1x511xi32>
  return %many, %few : tensor<1x512xi32>, tensor<1x511xi32>
}

// Scales of groups in panels; signed rows stay and bring their sums where the
// dot takes unsigned ones. The unit of the sums and the bias join the kernel.
// CHECK-LABEL: @groups
// CHECK-DAG: %[[S:.+]] = arith.constant dense<{{.*}}> : tensor<32xf16>
// CHECK-DAG: %[[M:.+]] = arith.constant dense<2.500000e-01> : tensor<f32>
// CHECK-DAG: %[[B:.+]] = arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]> : tensor<3xf32>
// CHECK-NOT: qs.prepare_rows
// CHECK: %[[SUMS:.+]] = qs.sum_runs {{.*}} -> tensor<5x2xi32>
// CHECK: qs.packed_matmul {{.*}} signed_input bias(%[[B]] : tensor<3xf32>) multiplier(%[[M]] : tensor<f32>)
// CHECK-SAME: weight_scale(%[[S]] : tensor<32xf16>) row_sums(%[[SUMS]] : tensor<5x2xi32>)
// CHECK-SAME: epilogue <kind = dequantize, min = 0.000000e+00 : f32, max = 6.000000e+00 : f32>
// CHECK-SAME: taps = 2
// CHECK-NOT: tosa.clamp
// GENERIC-LABEL: @groups
// GENERIC-NOT: qs.sum_runs
// GENERIC: qs.packed_matmul
func.func @groups(%x: tensor<5x8x!qs.q<int8, tensor>>) -> tensor<5x3xf32> {
  %w0 = arith.constant dense<3> : tensor<3x8xi4>
  %w = qs.storage_cast %w0 : tensor<3x8xi4> -> tensor<3x8x!qs.q<int4, group(1, 4):f16>>
  %s = arith.constant dense<0.5> : tensor<3x2xf16>
  %acc = qs.matmul %x, %w transpose_rhs rhs_scale(%s : tensor<3x2xf16>) : tensor<5x8x!qs.q<int8, tensor>>, tensor<3x8x!qs.q<int4, group(1, 4):f16>> -> tensor<5x3xf32>
  %m = "tosa.const"() <{values = dense<0.25> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %b = "tosa.const"() <{values = dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>}> : () -> tensor<1x3xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %r = tosa.mul %acc, %m, %shift : (tensor<5x3xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<5x3xf32>
  %y = tosa.add %r, %b : (tensor<5x3xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  %c = tosa.clamp %y {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<5x3xf32>) -> tensor<5x3xf32>
  return %c : tensor<5x3xf32>
}

// Unsigned rows with a zero point: -3 times the sum of each group (4 * 3).
// CHECK-LABEL: @group_bias
// CHECK: arith.constant dense<[-36, -36, -36, 0,{{.*}}> : tensor<32xi32>
// CHECK: group_bias
func.func @group_bias(%x: tensor<5x8x!qs.q<uint8, tensor>>) -> tensor<5x3xf32> {
  %w0 = arith.constant dense<3> : tensor<3x8xi4>
  %w = qs.storage_cast %w0 : tensor<3x8xi4> -> tensor<3x8x!qs.q<int4, group(1, 4)>>
  %s = arith.constant dense<0.5> : tensor<3x2xf32>
  %zp = arith.constant dense<3> : tensor<i32>
  %acc = qs.matmul %x, %w transpose_rhs lhs_zp(%zp : tensor<i32>) rhs_scale(%s : tensor<3x2xf32>) : tensor<5x8x!qs.q<uint8, tensor>>, tensor<3x8x!qs.q<int4, group(1, 4)>> -> tensor<5x3xf32>
  return %acc : tensor<5x3xf32>
}

// Zero points of groups lie as their scales do (a vector of lanes for a group),
// those of bytes less 128; the words keep their 4 bits.
// CHECK-LABEL: @group_zero
// CHECK-DAG: %[[Z:.+]] = arith.constant dense<[1, 3, 5, 0,{{.*}} 2, 4, 6, 0,{{.*}}> : tensor<32xi8>
// CHECK: %[[R:.+]] = qs.sum_runs unsigned_input {{.*}} -> tensor<5x2xi32>
// CHECK: qs.packed_matmul {{.*}} group_zero(%[[Z]] : tensor<32xi8>) row_sums(%[[R]] : tensor<5x2xi32>)
// CHECK-SAME: tensor<3x8x!qs.q<uint4, group(1, 4)>>
func.func @group_zero(%x: tensor<5x8x!qs.q<uint8, tensor>>) -> tensor<5x3xf32> {
  %w0 = arith.constant dense<3> : tensor<3x8xi4>
  %w = qs.storage_cast %w0 : tensor<3x8xi4> -> tensor<3x8x!qs.q<uint4, group(1, 4)>>
  %s = arith.constant dense<0.5> : tensor<3x2xf32>
  %z = arith.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32>
  %acc = qs.matmul %x, %w transpose_rhs rhs_zp(%z : tensor<3x2xi32>) rhs_scale(%s : tensor<3x2xf32>) : tensor<5x8x!qs.q<uint8, tensor>>, tensor<3x8x!qs.q<uint4, group(1, 4)>> -> tensor<5x3xf32>
  return %acc : tensor<5x3xf32>
}

// CHECK-LABEL: @group_zero_bytes
// CHECK-DAG: arith.constant dense<[-128, 127, 0, 0,{{.*}}> : tensor<16xi8>
// CHECK: qs.packed_matmul {{.*}} signed_input {{.*}} group_zero
func.func @group_zero_bytes(%x: tensor<5x8x!qs.q<int8, tensor>>) -> tensor<5x3xf32> {
  %w0 = arith.constant dense<-3> : tensor<3x8xi8>
  %w = qs.storage_cast %w0 : tensor<3x8xi8> -> tensor<3x8x!qs.q<uint8, group(1, 8)>>
  %s = arith.constant dense<0.5> : tensor<3x1xf32>
  %z = arith.constant dense<[[0], [255], [128]]> : tensor<3x1xi32>
  %acc = qs.matmul %x, %w transpose_rhs rhs_zp(%z : tensor<3x1xi32>) rhs_scale(%s : tensor<3x1xf32>) : tensor<5x8x!qs.q<int8, tensor>>, tensor<3x8x!qs.q<uint8, group(1, 8)>> -> tensor<5x3xf32>
  return %acc : tensor<5x3xf32>
}

// Weights that are stored in few bits and used as f32 keep their words: scales
// of columns beside a table of numbers.
// CHECK-LABEL: @weight_only
// CHECK: arith.constant dense<[5.000000e-01, 1.000000e+00, 2.000000e+00,{{.*}}> : tensor<16xf32>
// CHECK: qs.packed_constant {{.*}} <tensor<3x8x!qs.q<int2, axis(0)>>
// CHECK-SAME: table = array<f32: 0.000000e+00, 1.000000e+00, -2.000000e+00, -1.000000e+00>
// CHECK-NOT: qs.dequantize
// CHECK: qs.packed_matmul {{.*}} weight_scale
func.func @weight_only(%x: tensor<5x8xf32>) -> tensor<5x3xf32> {
  %w0 = arith.constant dense<1> : tensor<3x8xi2>
  %w = qs.storage_cast %w0 : tensor<3x8xi2> -> tensor<3x8x!qs.q<int2, axis(0)>>
  %s = arith.constant dense<[0.5, 1.0, 2.0]> : tensor<3xf32>
  %d = qs.dequantize %w scale %s : tensor<3x8x!qs.q<int2, axis(0)>>, tensor<3xf32> -> tensor<3x8xf32>
  %y = qs.matmul %x, %d transpose_rhs : tensor<5x8xf32>, tensor<3x8xf32> -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// A constant table of bytes, from the word 0 on: the entry of -128 is the 128th.
// Targets with small tables keep the loop, which is faster there.
// CHECK-LABEL: @lookup
// CHECK: %[[X:.+]] = qs.storage_cast %arg0
// CHECK: %[[Y:.+]] = qs.lookup_bytes %[[X]] in [0, 0, 0, {{.*}}, 7, 0, 0, 0, {{.*}}, 5] target "avx512vnni"
// CHECK: qs.storage_cast %[[Y]]
// AVX2-LABEL: @lookup
// AVX2-NOT: qs.lookup_bytes
// AVX2: qs.lookup
// GENERIC-LABEL: @lookup
// GENERIC-NOT: qs.lookup_bytes
// GENERIC: qs.lookup
func.func @lookup(%x: tensor<2x3x!qs.q<int8>>) -> tensor<2x3x!qs.q<int8>> {
  %w = arith.constant dense<[7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]> : tensor<256xi8>
  %t = qs.storage_cast %w : tensor<256xi8> -> tensor<256x!qs.q<int8>>
  %y = qs.lookup %x in %t : tensor<2x3x!qs.q<int8>>, tensor<256x!qs.q<int8>> -> tensor<2x3x!qs.q<int8>>
  return %y : tensor<2x3x!qs.q<int8>>
}

// CHECK-LABEL: @lookup_at_run_time
// CHECK-NOT: qs.lookup_bytes
func.func @lookup_at_run_time(%x: tensor<3x!qs.q<int8>>, %t: tensor<256x!qs.q<int8>>) -> tensor<3x!qs.q<int8>> {
  %y = qs.lookup %x in %t : tensor<3x!qs.q<int8>>, tensor<256x!qs.q<int8>> -> tensor<3x!qs.q<int8>>
  return %y : tensor<3x!qs.q<int8>>
}
