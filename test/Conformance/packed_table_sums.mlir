// RUN: qs-run %s --all --engine interp | FileCheck %s

// Words of 16 bits for kernels that look sums up: bit s of byte j of a column is
// the weight of position 2 s + j, here of -1 and 1. The native kernel is for one
// target only (QSKernelTests runs it).
#words = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 32, vectors = 8, k = 2, table = array<i8: -1, 1>>
!words = !qs.packed<tensor<18x2x!qs.q<binary>>, #words>

// CHECK-LABEL: @table_sums
// CHECK-NEXT: = {{\[\[}}137, -377]]
func.func @table_sums() -> tensor<1x2xi32> {
  %x = arith.constant dense<[[127, 1, -128, 5, -128, -3, -3, -3, -3, 127, -128, -3, -128, -3, -3, 1, -128, -3]]> : tensor<1x18xi8>
  %w = qs.packed_constant dense<"0xB142E6D900000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000001000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"> : tensor<128xi8> : !words
  %b = arith.constant dense<[0, 10]> : tensor<2xi32>
  %s = arith.constant dense<-403> : tensor<1x1xi32>
  %e = tensor.empty() : tensor<1x2xi32>
  %y = qs.packed_matmul %x, %w signed_input bias(%b : tensor<2xi32>) row_sums(%s : tensor<1x1xi32>) epilogue <kind = store> outs(%e)
      : tensor<1x18xi8>, !words, tensor<1x2xi32> -> tensor<1x2xi32>
  return %y : tensor<1x2xi32>
}
