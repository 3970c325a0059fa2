// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}))' --remark-format=emitRemark --remarks-filter=qs -o /dev/null 2>&1 | FileCheck %s
// RUN: not qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=z80}))' 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=host}))' -o /dev/null

// TARGET: error: unknown target z80, expected avx512vnni, avx2, generic or host

// What is left alone says which layer, which op and why.
// CHECK: qs-pack | {{.*}}Function=dynamic_weights | Layer=fc1, Op=qs.matmul, Reason="its weights are not constant"
func.func @dynamic_weights(%x: tensor<5x7x!qs.q<int8, tensor>>, %w: tensor<7x3x!qs.q<int8, tensor>>) -> tensor<5x3xi32> {
  %acc = qs.matmul %x, %w : tensor<5x7x!qs.q<int8, tensor>>, tensor<7x3x!qs.q<int8, tensor>> -> tensor<5x3xi32> loc("fc1")
  return %acc : tensor<5x3xi32>
}

// CHECK: Function=wide_weights {{.*}}Reason="its weights less their zero points are from -32772 to 32762, which no 16 bits hold"
func.func @wide_weights(%x: tensor<2x4x!qs.q<uint8, tensor>>) -> tensor<2x1xi32> {
  %w0 = arith.constant dense<[[1], [32767], [-32767], [7]]> : tensor<4x1xi16>
  %w = qs.storage_cast %w0 : tensor<4x1xi16> -> tensor<4x1x!qs.q<int16, tensor>>
  %z = arith.constant dense<5> : tensor<i32>
  %acc = qs.matmul %x, %w rhs_zp(%z : tensor<i32>) : tensor<2x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<int16, tensor>> -> tensor<2x1xi32>
  return %acc : tensor<2x1xi32>
}

// CHECK: Function=dynamic_shape {{.*}}Reason="its shapes are not static"
func.func @dynamic_shape(%x: tensor<?x4x!qs.q<uint8, tensor>>) -> tensor<?x1xi32> {
  %w0 = arith.constant dense<1> : tensor<4x1xi8>
  %w = qs.storage_cast %w0 : tensor<4x1xi8> -> tensor<4x1x!qs.q<int8, tensor>>
  %acc = qs.matmul %x, %w : tensor<?x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<int8, tensor>> -> tensor<?x1xi32>
  return %acc : tensor<?x1xi32>
}

// CHECK: Function=row_zero_points {{.*}}Reason="its activations have a zero point for each row"
func.func @row_zero_points(%x: tensor<2x4x!qs.q<uint8, tensor>>, %zp: tensor<2xi32>) -> tensor<2x1xi32> {
  %w0 = arith.constant dense<1> : tensor<4x1xi8>
  %w = qs.storage_cast %w0 : tensor<4x1xi8> -> tensor<4x1x!qs.q<int8, tensor>>
  %acc = qs.matmul %x, %w lhs_zp(%zp : tensor<2xi32>) : tensor<2x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<int8, tensor>> -> tensor<2x1xi32>
  return %acc : tensor<2x1xi32>
}

// CHECK: Function=padding {{.*}}Reason="it pads with a zero point that is not constant"
func.func @padding(%x: tensor<1x4x4x4x!qs.q<uint8, tensor>>, %zp: tensor<i32>) -> tensor<1x4x4x1xi32> {
  %w0 = arith.constant dense<1> : tensor<1x3x3x4xi8>
  %w = qs.storage_cast %w0 : tensor<1x3x3x4xi8> -> tensor<1x3x3x4x!qs.q<int8, tensor>>
  %acc = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] input_zp(%zp : tensor<i32>) : tensor<1x4x4x4x!qs.q<uint8, tensor>>, tensor<1x3x3x4x!qs.q<int8, tensor>> -> tensor<1x4x4x1xi32>
  return %acc : tensor<1x4x4x1xi32>
}

// CHECK: Function=thin_groups {{.*}}Reason="its groups have 2 channels, fewer than the 4 that the dot primitive takes"
func.func @thin_groups(%x: tensor<1x4x4x4x!qs.q<uint8, tensor>>) -> tensor<1x2x2x2xi32> {
  %w0 = arith.constant dense<1> : tensor<2x3x3x2xi8>
  %w = qs.storage_cast %w0 : tensor<2x3x3x2xi8> -> tensor<2x3x3x2x!qs.q<int8, tensor>>
  %acc = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2 : tensor<1x4x4x4x!qs.q<uint8, tensor>>, tensor<2x3x3x2x!qs.q<int8, tensor>> -> tensor<1x2x2x2xi32>
  return %acc : tensor<1x2x2x2xi32>
}

// A splat claims any size for free.
// CHECK: Function=huge {{.*}}Reason="it has more than 1073741824 weights"
func.func @huge(%x: tensor<1x65536xf32>) -> tensor<1x65536xf32> {
  %w = arith.constant dense<0.5> : tensor<65536x65536xf32>
  %m = qs.matmul %x, %w : tensor<1x65536xf32>, tensor<65536x65536xf32> -> tensor<1x65536xf32>
  return %m : tensor<1x65536xf32>
}
