// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

#bytes = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
!bytes = !qs.packed<tensor<2x3x!qs.q<int8>>, #bytes>

// Sums 7, -3, 12 and 11, -6, 19 with the bias 0, 1, 10, against two thresholds
// for each column; the second column falls.
// CHECK-LABEL: @two
// CHECK-NEXT: out0: tensor<2x3xi8> = {{\[\[}}0, -1, -1], [1, 0, 1]]
func.func @two() -> tensor<2x3xi8> {
  %x = arith.constant dense<[[1, 2], [2, 3]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, -2, 12, 0, 3, -1, -5, 0]> : tensor<8xi8> : !bytes
  %b = arith.constant dense<[0, 1, 10]> : tensor<3xi32>
  %t = arith.constant dense<[[7, -6, 13], [8, -3, 14]]> : tensor<2x3xi32>
  %f = arith.constant dense<[0, -1, 0]> : tensor<3xi32>
  %e = tensor.empty() : tensor<2x3xi8>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xi32>) thresholds(%t : tensor<2x3xi32>) falling(%f : tensor<3xi32>)
      epilogue <kind = threshold, zeroPoint = -1> outs(%e)
      : tensor<2x2xi8>, !bytes, tensor<2x3xi8> -> tensor<2x3xi8>
  return %y : tensor<2x3xi8>
}

// Signs: sums 3, 1 and -1, -3 reach 1 or not.
#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
!signs = !qs.packed<tensor<2x3x!qs.q<binary>>, #signs>

// CHECK-LABEL: @signs
// CHECK-NEXT: = {{\[\[}}1, 1], [0, 0]]
func.func @signs() -> tensor<2x2xi8> {
  %x = arith.constant dense<[[0], [3]]> : tensor<2x1xi32>
  %w = qs.packed_constant dense<[0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]> : tensor<16xi8> : !signs
  %t = arith.constant dense<1> : tensor<1x2xi32>
  %e = tensor.empty() : tensor<2x2xi8>
  %y = qs.packed_matmul %x, %w thresholds(%t : tensor<1x2xi32>) epilogue <kind = threshold> outs(%e)
      : tensor<2x1xi32>, !signs, tensor<2x2xi8> -> tensor<2x2xi8>
  return %y : tensor<2x2xi8>
}

// What compiled code packs for its own target: sums 3, -1, 5 and -3, 5, -1 of
// signs; two levels above -1, the second column falling.
// CHECK-LABEL: @host
// CHECK-NEXT: = {{\[\[}}0, 1, 1], [-1, -1, 0]]
func.func @host() -> tensor<2x3x!qs.q<ternary, tensor>> {
  %xw = arith.constant dense<[[0, 0, 1, 0, 0], [1, 1, 1, 0, 1]]> : tensor<2x5xi1>
  %ww = arith.constant dense<[[0, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 0], [0, 1, 0]]> : tensor<5x3xi1>
  %x = qs.storage_cast %xw : tensor<2x5xi1> -> tensor<2x5x!qs.q<binary, tensor>>
  %w = qs.storage_cast %ww : tensor<5x3xi1> -> tensor<5x3x!qs.q<binary>>
  %t = arith.constant dense<[[3, 4], [0, 1], [-1, 2]]> : tensor<3x2xi32>
  %a = qs.matmul %x, %w : tensor<2x5x!qs.q<binary, tensor>>, tensor<5x3x!qs.q<binary>> -> tensor<2x3xi32>
  %q = qs.threshold %a at %t base -1 falling [false, true, false] : tensor<2x3xi32>, tensor<3x2xi32> -> tensor<2x3x!qs.q<ternary, tensor>>
  return %q : tensor<2x3x!qs.q<ternary, tensor>>
}
