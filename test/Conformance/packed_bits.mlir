// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Words 0 and 1 are 1 and -1: 35 channels are two words, the second of which
// holds three bits.
#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
!signs = !qs.packed<tensor<2x35x!qs.q<binary>>, #signs>

// CHECK-LABEL: @pack
// CHECK-NEXT: out0: tensor<2x2xi32> = {{\[\[}}0, 0], [-2147483647, 5]]
func.func @pack() -> tensor<2x2xi32> {
  %x = arith.constant dense<[[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                            [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1]]> : tensor<2x35xi8>
  %e = tensor.empty() : tensor<2x2xi32>
  %r = qs.prepare_rows pack_bits %x pad [0, 0, 0, 0] outs(%e) : tensor<2x35xi8>, tensor<2x2xi32> -> tensor<2x2xi32>
  return %r : tensor<2x2xi32>
}

// Column 0 is all 1, column 1 has -1 in its first four places and in the last.
// CHECK-LABEL: @matmul
// CHECK-NEXT: = {{\[\[}}35, 125], [27, 125]]
func.func @matmul() -> tensor<2x2xi32> {
  %x = arith.constant dense<[[0, 0], [-2147483647, 5]]> : tensor<2x2xi32>
  %w = qs.packed_constant dense<[0, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]> : tensor<32xi8> : !signs
  %b = arith.constant dense<[0, 100]> : tensor<2xi32>
  %e = tensor.empty() : tensor<2x2xi32>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<2xi32>) epilogue <kind = store> outs(%e)
      : tensor<2x2xi32>, !signs, tensor<2x2xi32> -> tensor<2x2xi32>
  return %y : tensor<2x2xi32>
}

// Three taps of three channels over four pixels, the second one [-1, 1, 1]; the
// second result has a border sum of 1.
#conv = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 3, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
!conv = !qs.packed<tensor<1x1x3x3x!qs.q<binary>>, #conv>

// CHECK-LABEL: @border
// CHECK-NEXT: = {{\[\[\[\[}}-1], [4]]]]
func.func @border() -> tensor<1x1x2x1xi32> {
  %x = arith.constant dense<[[[[0], [1], [0], [0]]]]> : tensor<1x1x4x1xi32>
  // The filter: [-1, 1, -1], [1, -1, 1], [-1, 1, 1].
  %w = qs.packed_constant dense<[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]> : tensor<48xi8> : !conv
  %s = arith.constant dense<[[0], [1]]> : tensor<2x1xi32>
  %c = arith.constant dense<[0, 1]> : tensor<2xi32>
  %e = tensor.empty() : tensor<1x1x2x1xi32>
  %y = qs.packed_conv2d %x, %w stride [1, 1] dilation [1, 1]
      border_sums(%s : tensor<2x1xi32>) border_class(%c : tensor<2xi32>)
      epilogue <kind = store> outs(%e)
      : tensor<1x1x4x1xi32>, !conv, tensor<1x1x2x1xi32> -> tensor<1x1x2x1xi32>
  return %y : tensor<1x1x2x1xi32>
}
