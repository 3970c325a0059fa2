// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Signed bytes become unsigned by adding 128; padding holds `fill` as it is.
// CHECK-LABEL: @flip_sign
// CHECK-NEXT: out0: tensor<1x1x3x2xi8> = {{\[\[\[\[}}-128, -128], [125, -128], [-123, -128]]]]
func.func @flip_sign() -> tensor<1x1x3x2xi8> {
  %x = arith.constant dense<[[[[-3], [5]]]]> : tensor<1x1x2x1xi8>
  %e = tensor.empty() : tensor<1x1x3x2xi8>
  %r = qs.prepare_rows flip_sign %x pad [0, 0, 1, 0] channel_pad 1 fill -128 outs(%e)
      : tensor<1x1x2x1xi8>, tensor<1x1x3x2xi8> -> tensor<1x1x3x2xi8>
  return %r : tensor<1x1x3x2xi8>
}

// CHECK-LABEL: @extend
// CHECK-NEXT: out0: tensor<2xi16> = [-1, 5]
// CHECK-NEXT: out1: tensor<2xi16> = [255, 5]
// CHECK-NEXT: out2: tensor<2xi8> = [-1, 5]
func.func @extend() -> (tensor<2xi16>, tensor<2xi16>, tensor<2xi8>) {
  %x = arith.constant dense<[-1, 5]> : tensor<2xi8>
  %e = tensor.empty() : tensor<2xi16>
  %b = tensor.empty() : tensor<2xi8>
  %0 = qs.prepare_rows sign_extend %x pad [0, 0, 0, 0] outs(%e) : tensor<2xi8>, tensor<2xi16> -> tensor<2xi16>
  %1 = qs.prepare_rows zero_extend %x pad [0, 0, 0, 0] outs(%e) : tensor<2xi8>, tensor<2xi16> -> tensor<2xi16>
  %2 = qs.prepare_rows copy %x pad [0, 0, 0, 0] outs(%b) : tensor<2xi8>, tensor<2xi8> -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi16>, tensor<2xi16>, tensor<2xi8>
}

// Rows of any rank are padded behind their last axis.
// CHECK-LABEL: @rank3
// CHECK-NEXT: = {{\[\[\[}}1, 2, 7], [3, -4, 7]]]
func.func @rank3() -> tensor<1x2x3xi16> {
  %x = arith.constant dense<[[[1, 2], [3, -4]]]> : tensor<1x2x2xi8>
  %e = tensor.empty() : tensor<1x2x3xi16>
  %r = qs.prepare_rows sign_extend %x pad [0, 0, 0, 0] channel_pad 1 fill 7 outs(%e)
      : tensor<1x2x2xi8>, tensor<1x2x3xi16> -> tensor<1x2x3xi16>
  return %r : tensor<1x2x3xi16>
}

// Words become numbers by a table, or by an element type less a zero point;
// padding is the number 0.
// CHECK-LABEL: @decode
// CHECK-NEXT: out0: tensor<1x1x3x1xf32> = {{\[\[\[\[}}0], [-2.5], [4]]]]
// CHECK-NEXT: out1: tensor<4xf32> = [1.5, -2, +Inf, 6.09755516E-5]
// CHECK-NEXT: out2: tensor<3xf32> = [-10, 65525, 32758]
func.func @decode() -> (tensor<1x1x3x1xf32>, tensor<4xf32>, tensor<3xf32>) {
  %x = arith.constant dense<[[[[-1], [2]]]]> : tensor<1x1x2x1xi8>
  %e = tensor.empty() : tensor<1x1x3x1xf32>
  %0 = qs.prepare_rows decode %x pad [0, 0, 1, 0] outs(%e) {table = array<f32: 1.0, 2.0, 4.0, -2.5>, target = "generic"}
      : tensor<1x1x2x1xi8>, tensor<1x1x3x1xf32> -> tensor<1x1x3x1xf32>
  %h = arith.constant dense<[0x3e00, -0x4000, 0x7c00, 0x03ff]> : tensor<4xi16>
  %f = tensor.empty() : tensor<4xf32>
  %1 = qs.prepare_rows decode %h pad [0, 0, 0, 0] outs(%f) {element = f16, target = "generic"} : tensor<4xi16>, tensor<4xf32> -> tensor<4xf32>
  %w = arith.constant dense<[0, -1, -32768]> : tensor<3xi16>
  %g = tensor.empty() : tensor<3xf32>
  %2 = qs.prepare_rows decode %w pad [0, 0, 0, 0] outs(%g) {element = ui16, zero_point = 10 : i32, target = "generic"} : tensor<3xi16>, tensor<3xf32> -> tensor<3xf32>
  return %0, %1, %2 : tensor<1x1x3x1xf32>, tensor<4xf32>, tensor<3xf32>
}
