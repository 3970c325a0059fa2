// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Words that are numbers as they lie. In f16, [[1, -1, 0.5], [2^-24, -65504, 3]]:
// the smallest number and the greatest.
#half = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, element = f16>
!half = !qs.packed<tensor<2x3x!qs.q<f16>>, #half>

// CHECK-LABEL: @half
// CHECK-NEXT: out0: tensor<2x3xf32> = {{\[\[}}1.00000012, -131009, 6.5], [4194304, -4194304, 2097152]]
func.func @half() -> tensor<2x3xf32> {
  %x = arith.constant dense<[[1.0, 2.0], [4194304.0, 0.0]]> : tensor<2x2xf32>
  %w = qs.packed_constant dense<[0, 60, 0, -68, 0, 56, 0, 0, 1, 0, -1, -5, 0, 66, 0, 0]> : tensor<16xi8> : !half
  %e = tensor.empty() : tensor<2x3xf32>
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%e)
      : tensor<2x2xf32>, !half, tensor<2x3xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// The smallest number of f16 is no zero: 2^24 times it is 1.
// CHECK-LABEL: @smallest
// CHECK-NEXT: = {{\[\[}}1, 
func.func @smallest() -> tensor<1x3xf32> {
  %x = arith.constant dense<[[0.0, 16777216.0]]> : tensor<1x2xf32>
  %w = qs.packed_constant dense<[0, 60, 0, -68, 0, 56, 0, 0, 1, 0, -1, -5, 0, 66, 0, 0]> : tensor<16xi8> : !half
  %e = tensor.empty() : tensor<1x3xf32>
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%e)
      : tensor<1x2xf32>, !half, tensor<1x3xf32> -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}

// bf16: [[1, -2, 0.5]] with a scale for each column.
#brain = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, element = bf16>
!brain = !qs.packed<tensor<1x3x!qs.q<bf16, axis(1)>>, #brain>

// CHECK-LABEL: @brain
// CHECK-NEXT: = {{\[\[}}6, -16, 5]]
func.func @brain() -> tensor<1x3xf32> {
  %x = arith.constant dense<2.0> : tensor<1x1xf32>
  %s = arith.constant dense<[3.0, 4.0, 5.0, 0.0]> : tensor<4xf32>
  %w = qs.packed_constant dense<[-128, 63, 0, -64, 0, 63, 0, 0]> : tensor<8xi8> : !brain
  %e = tensor.empty() : tensor<1x3xf32>
  %y = qs.packed_matmul %x, %w weight_scale(%s : tensor<4xf32>) epilogue <kind = store> outs(%e)
      : tensor<1x1xf32>, !brain, tensor<1x3xf32> -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}

// The words 1, 32767 and -1 signed, with a scale for each of two groups of one.
#ints = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 2, lanes = 4, vectors = 1, k = 1, element = i16>
!ints = !qs.packed<tensor<2x3x!qs.q<int16, group(0, 1)>>, #ints>

// CHECK-LABEL: @ints
// CHECK-NEXT: = {{\[\[}}6, 65540, 4]]
func.func @ints() -> tensor<1x3xf32> {
  %x = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %s = arith.constant dense<[2.0, 2.0, 2.0, 0.0, 2.0, 3.0, -3.0, 0.0]> : tensor<8xf32>
  %w = qs.packed_constant dense<[1, 0, -1, 127, -1, -1, 0, 0, 1, 0, 1, 0, -1, -1, 0, 0]> : tensor<16xi8> : !ints
  %e = tensor.empty() : tensor<1x3xf32>
  %y = qs.packed_matmul %x, %w weight_scale(%s : tensor<8xf32>) epilogue <kind = store> outs(%e)
      : tensor<1x2xf32>, !ints, tensor<1x3xf32> -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}

// The same words unsigned; one of a byte is signed.
#unsigned = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, element = ui16>
!unsigned = !qs.packed<tensor<1x3x!qs.q<uint16>>, #unsigned>
#byte = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, element = i8>
!byte = !qs.packed<tensor<1x3x!qs.q<int8>>, #byte>

// CHECK-LABEL: @whole
// CHECK-NEXT: out0: {{.*}} = {{\[\[}}1, 32767, 65535]]
// CHECK-NEXT: out1: {{.*}} = {{\[\[}}1, 127, -128]]
func.func @whole() -> (tensor<1x3xf32>, tensor<1x3xf32>) {
  %x = arith.constant dense<1.0> : tensor<1x1xf32>
  %w = qs.packed_constant dense<[1, 0, -1, 127, -1, -1, 0, 0]> : tensor<8xi8> : !unsigned
  %v = qs.packed_constant dense<[1, 127, -128, 0]> : tensor<4xi8> : !byte
  %e = tensor.empty() : tensor<1x3xf32>
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%e)
      : tensor<1x1xf32>, !unsigned, tensor<1x3xf32> -> tensor<1x3xf32>
  %z = qs.packed_matmul %x, %v epilogue <kind = store> outs(%e)
      : tensor<1x1xf32>, !byte, tensor<1x3xf32> -> tensor<1x3xf32>
  return %y, %z : tensor<1x3xf32>, tensor<1x3xf32>
}
