// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Words of 16 bits, [[-32768, 32767, 256], [-32768, -1, 0]], whose sums take i64:
// the first is the one pair of products that i32 does not hold.
#words = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
!words = !qs.packed<tensor<2x3x!qs.q<int16>>, #words>

// CHECK-LABEL: @wide
// CHECK-NEXT: out0: tensor<2x3xi64> = {{\[\[}}2147483648, -1073676288, -8388608], [-1073774592, 1073676287, 8388352]]
func.func @wide() -> tensor<2x3xi64> {
  %x = arith.constant dense<[[-32768, -32768], [32767, 2]]> : tensor<2x2xi16>
  %w = qs.packed_constant dense<[0, -128, -1, 127, 0, 1, 0, 0, 0, -128, -1, -1, 0, 0, 0, 0]> : tensor<16xi8> : !words
  %e = tensor.empty() : tensor<2x3xi64>
  %y = qs.packed_matmul %x, %w wide 0 epilogue <kind = store> outs(%e)
      : tensor<2x2xi16>, !words, tensor<2x3xi64> -> tensor<2x3xi64>
  return %y : tensor<2x3xi64>
}

// The same term by term, from a bias that no i32 holds.
// CHECK-LABEL: @pieces
// CHECK-NEXT: = {{\[\[}}1099511627776, -1073676289, -8388607], [1096290369536, 1073676286, 8388353]]
func.func @pieces() -> tensor<2x3xi64> {
  %x = arith.constant dense<[[-32768, -32768], [32767, 2]]> : tensor<2x2xi16>
  %w = qs.packed_constant dense<[0, -128, -1, 127, 0, 1, 0, 0, 0, -128, -1, -1, 0, 0, 0, 0]> : tensor<16xi8> : !words
  %b = arith.constant dense<[1097364144128, -1, 1]> : tensor<3xi64>
  %e = tensor.empty() : tensor<2x3xi64>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xi64>) wide 1 epilogue <kind = store> outs(%e)
      : tensor<2x2xi16>, !words, tensor<2x3xi64> -> tensor<2x3xi64>
  return %y : tensor<2x3xi64>
}

// Modulo 2^32 where the sums are i32, requantized by 2^-20 where they are i64.
// CHECK-LABEL: @requantized
// CHECK-NEXT: out0: tensor<2x3xi32> = {{\[\[}}-2147483648, -1073676288, -8388608], [-1073774592, 1073676287, 8388352]]
// CHECK-NEXT: out1: tensor<2x3xi16> = {{\[\[}}2048, -1024, -8], [-1024, 1024, 8]]
func.func @requantized() -> (tensor<2x3xi32>, tensor<2x3xi16>) {
  %x = arith.constant dense<[[-32768, -32768], [32767, 2]]> : tensor<2x2xi16>
  %w = qs.packed_constant dense<[0, -128, -1, 127, 0, 1, 0, 0, 0, -128, -1, -1, 0, 0, 0, 0]> : tensor<16xi8> : !words
  %m = arith.constant dense<9.5367431640625e-07> : tensor<f32>
  %e = tensor.empty() : tensor<2x3xi32>
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%e)
      : tensor<2x2xi16>, !words, tensor<2x3xi32> -> tensor<2x3xi32>
  %f = tensor.empty() : tensor<2x3xi16>
  %z = qs.packed_matmul %x, %w multiplier(%m : tensor<f32>) wide 0
      epilogue <kind = requantize, lower = -32768, upper = 32767> outs(%f)
      : tensor<2x2xi16>, !words, tensor<2x3xi16> -> tensor<2x3xi16>
  return %y, %z : tensor<2x3xi32>, tensor<2x3xi16>
}

// Unsigned words, [[65535, 255, 1]]: no dot takes them whole.
!unsigned = !qs.packed<tensor<1x3x!qs.q<uint16>>, #words>
// CHECK-LABEL: @unsigned
// CHECK-NEXT: = {{\[\[}}-2147450880, -8355840, -32768]]
func.func @unsigned() -> tensor<1x3xi32> {
  %x = arith.constant dense<-32768> : tensor<1x1xi16>
  %w = qs.packed_constant dense<[-1, -1, -1, 0, 1, 0, 0, 0]> : tensor<8xi8> : !unsigned
  %e = tensor.empty() : tensor<1x3xi32>
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%e)
      : tensor<1x1xi16>, !unsigned, tensor<1x3xi32> -> tensor<1x3xi32>
  return %y : tensor<1x3xi32>
}

// Unsigned bytes, [[255, 128, 1]], and a scale for each: -3 * 255 * 2.
!bytes = !qs.packed<tensor<1x3x!qs.q<uint8, group(0, 1)>>, #words>
// CHECK-LABEL: @bytes
// CHECK-NEXT: = {{\[\[}}-1530, -384, -12]]
func.func @bytes() -> tensor<1x3xf32> {
  %x = arith.constant dense<-3> : tensor<1x1xi8>
  %w = qs.packed_constant dense<[-1, -128, 1, 0]> : tensor<4xi8> : !bytes
  %s = arith.constant dense<[2.0, 1.0, 4.0, 0.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<1x3xf32>
  %y = qs.packed_matmul %x, %w signed_input weight_scale(%s : tensor<4xf32>) epilogue <kind = store> outs(%e)
      : tensor<1x1xi8>, !bytes, tensor<1x3xf32> -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}

// u16 to s16, with a pixel of padding that stands for 0.
// CHECK-LABEL: @flipped
// CHECK-NEXT: = {{\[\[\[\[}}-32768], [-32768], [32767], [0]]]]
func.func @flipped() -> tensor<1x1x4x1xi16> {
  %x = arith.constant dense<[[[[0], [-1], [-32768]]]]> : tensor<1x1x3x1xi16>
  %e = tensor.empty() : tensor<1x1x4x1xi16>
  %y = qs.prepare_rows flip_sign %x pad [0, 0, 1, 0] fill -32768 outs(%e)
      : tensor<1x1x3x1xi16>, tensor<1x1x4x1xi16> -> tensor<1x1x4x1xi16>
  return %y : tensor<1x1x4x1xi16>
}

// Rows quantized to words at run time: 1 is 32767 steps of the first scale.
// CHECK-LABEL: @rows
// CHECK-NEXT: out0: tensor<2x2xi16> = {{\[\[}}32767, -16384], [0, 32767]]
// CHECK-NEXT: out1: tensor<2xf32> = [3.05185094E-5, 6.10370189E-5]
func.func @rows() -> (tensor<2x2xi16>, tensor<2xf32>) {
  %x = arith.constant dense<[[1.0, -0.5], [0.0, 2.0]]> : tensor<2x2xf32>
  %c = tensor.empty() : tensor<2x2xi16>
  %s = tensor.empty() : tensor<2xf32>
  %y, %z = qs.quantize_rows %x range [-32768, 32767] outs(%c, %s)
      : tensor<2x2xf32>, tensor<2x2xi16>, tensor<2xf32> -> tensor<2x2xi16>, tensor<2xf32>
  return %y, %z : tensor<2x2xi16>, tensor<2xf32>
}
