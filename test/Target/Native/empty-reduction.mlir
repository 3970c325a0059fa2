// RUN: qs-opt %s --verify-diagnostics --qs-lower

// Strides of zero are none that a pointer alone stands for.
// expected-error @below {{cannot be lowered: expected ops of the LLVM dialect only, found 'func.func'}}
func.func @main(%x: tensor<3x0x!qs.q<int8, tensor>>, %w: tensor<0x5x!qs.q<int8, tensor>>) -> tensor<3x5xi32> {
  %m = qs.matmul %x, %w : tensor<3x0x!qs.q<int8, tensor>>, tensor<0x5x!qs.q<int8, tensor>> -> tensor<3x5xi32>
  return %m : tensor<3x5xi32>
}
