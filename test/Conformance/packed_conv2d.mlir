// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

#gemm = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 2, lanes = 4, vectors = 1, k = 1>
#depthwise = #qs.depthwise_layout<target = "generic">

// Two output channels, [1, 2] and [3, -1], over two taps; 200 is unsigned.
// CHECK-LABEL: @gemm
// CHECK-NEXT: out0: tensor<1x1x2x2xi32> = {{\[\[\[\[}}5, 1], [402, -194]]]]
func.func @gemm() -> tensor<1x1x2x2xi32> {
  %x = arith.constant dense<[[[[1], [2], [-56]]]]> : tensor<1x1x3x1xi8>
  %w = qs.packed_constant dense<[1, 3, 0, 0, 2, -1, 0, 0]> : tensor<8xi8> : !qs.packed<tensor<2x1x2x1x!qs.q<int8>>, #gemm>
  %e = tensor.empty() : tensor<1x1x2x2xi32>
  %y = qs.packed_conv2d %x, %w stride [1, 1] dilation [1, 1] epilogue <kind = store> outs(%e)
      : tensor<1x1x3x1xi8>, !qs.packed<tensor<2x1x2x1x!qs.q<int8>>, #gemm>, tensor<1x1x2x2xi32> -> tensor<1x1x2x2xi32>
  return %y : tensor<1x1x2x2xi32>
}

// Channels with filters [1, 2] and [3, -1].
// CHECK-LABEL: @depthwise
// CHECK-NEXT: = {{\[\[\[\[}}5, 10], [8, 30]]]]
func.func @depthwise() -> tensor<1x1x2x2xi32> {
  %x = arith.constant dense<[[[[1, 10], [2, 20], [3, 30]]]]> : tensor<1x1x3x2xi8>
  %w = qs.packed_constant dense<[1, 3, 2, -1]> : tensor<4xi8> : !qs.packed<tensor<2x1x2x1x!qs.q<int8>>, #depthwise>
  %e = tensor.empty() : tensor<1x1x2x2xi32>
  %y = qs.packed_conv2d %x, %w stride [1, 1] dilation [1, 1] epilogue <kind = store> outs(%e)
      : tensor<1x1x3x2xi8>, !qs.packed<tensor<2x1x2x1x!qs.q<int8>>, #depthwise>, tensor<1x1x2x2xi32> -> tensor<1x1x2x2xi32>
  return %y : tensor<1x1x2x2xi32>
}
