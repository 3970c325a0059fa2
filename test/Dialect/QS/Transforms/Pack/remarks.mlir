// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}))' --remark-format=emitRemark --remarks-filter=qs -o /dev/null 2>&1 | FileCheck %s
// RUN: not qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=z80}))' 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: qs-opt %s --pass-pipeline='builtin.module(func.func(qs-pack{target=host}))' -o /dev/null

// TARGET: error: unknown target z80, expected avx512vnni, avx2, generic or host

// What is left alone says which layer, which op and why.
// CHECK: qs-pack | {{.*}}Function=dynamic_weights | Layer=fc1, Op=qs.matmul, Reason="its weights are not constant, and packing them takes longer than 3 rows"
func.func @dynamic_weights(%x: tensor<3x7x!qs.q<int8, tensor>>, %w: tensor<7x3x!qs.q<int8, tensor>>) -> tensor<3x3xi32> {
  %acc = qs.matmul %x, %w : tensor<3x7x!qs.q<int8, tensor>>, tensor<7x3x!qs.q<int8, tensor>> -> tensor<3x3xi32> loc("fc1")
  return %acc : tensor<3x3xi32>
}

// CHECK: Function=dynamic_shape {{.*}}Reason="its shapes are not static"
func.func @dynamic_shape(%x: tensor<?x4x!qs.q<uint8, tensor>>) -> tensor<?x1xi32> {
  %w0 = arith.constant dense<1> : tensor<4x1xi8>
  %w = qs.storage_cast %w0 : tensor<4x1xi8> -> tensor<4x1x!qs.q<int8, tensor>>
  %acc = qs.matmul %x, %w : tensor<?x4x!qs.q<uint8, tensor>>, tensor<4x1x!qs.q<int8, tensor>> -> tensor<?x1xi32>
  return %acc : tensor<?x1xi32>
}

// A splat claims any size for free.
// CHECK: Function=huge {{.*}}Reason="it has more than 1073741824 weights"
func.func @huge(%x: tensor<1x65536xf32>) -> tensor<1x65536xf32> {
  %w = arith.constant dense<0.5> : tensor<65536x65536xf32>
  %m = qs.matmul %x, %w : tensor<1x65536xf32>, tensor<65536x65536xf32> -> tensor<1x65536xf32>
  return %m : tensor<1x65536xf32>
}

// CHECK: Function=seeded_batch {{.*}}Reason="its weights have a batch, and a seed counts its results in order"
func.func @seeded_batch(%x: tensor<2x3x4x!qs.q<f8e4m3, tensor>>) -> tensor<2x3x5xf32> {
  %w0 = arith.constant dense<1> : tensor<2x4x5xi8>
  %w = qs.storage_cast %w0 : tensor<2x4x5xi8> -> tensor<2x4x5x!qs.q<f8e4m3, tensor>>
  %y = qs.matmul %x, %w {accumulator = #qs.accumulator<f16, seed = 7>} : tensor<2x3x4x!qs.q<f8e4m3, tensor>>, tensor<2x4x5x!qs.q<f8e4m3, tensor>> -> tensor<2x3x5xf32>
  return %y : tensor<2x3x5xf32>
}
