// RUN: qs-run %s --all | FileCheck %s

// x / 4 with shift 32: the second rounding of DOUBLE_ROUND shows at x = 1, -2.
// CHECK-LABEL: @rescale
// CHECK-NEXT: out0: tensor<4xi8> = [10, 11, 10, 127]
// CHECK-NEXT: out1: tensor<4xi8> = [11, 11, 9, 127]
func.func @rescale() -> (tensor<4xi8>, tensor<4xi8>) {
  %a = "tosa.const"() {values = dense<[1, 2, -2, 100000]> : tensor<4xi32>} : () -> tensor<4xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<32> : tensor<1xi8>} : () -> tensor<1xi8>
  %zi = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zo = "tosa.const"() {values = dense<10> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %a, %m, %s, %zi, %zo {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
      : (tensor<4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4xi8>
  %1 = tosa.rescale %a, %m, %s, %zi, %zo {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
      : (tensor<4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4xi8>
  return %0, %1 : tensor<4xi8>, tensor<4xi8>
}

// Unsigned bytes to signed ones; one 16-bit multiplier for each channel.
// CHECK-LABEL: @rescale_unsigned
// CHECK-NEXT: = {{\[\[}}-128, 0], [127, 64]]
func.func @rescale_unsigned() -> tensor<2x2xi8> {
  %b = "tosa.const"() {values = dense<[[0, -128], [-1, -64]]> : tensor<2x2xi8>} : () -> tensor<2x2xi8>
  %m = "tosa.const"() {values = dense<16384> : tensor<2xi16>} : () -> tensor<2xi16>
  %s = "tosa.const"() {values = dense<14> : tensor<2xi8>} : () -> tensor<2xi8>
  %zi = "tosa.const"() {values = dense<-128> : tensor<1xi8>} : () -> tensor<1xi8>
  %zo = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.rescale %b, %m, %s, %zi, %zo {input_unsigned = true, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = false}
      : (tensor<2x2xi8>, tensor<2xi16>, tensor<2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2x2xi8>
  return %0 : tensor<2x2xi8>
}

// Ties to even, saturation, NaN is 0; integers keep their low bits.
// CHECK-LABEL: @cast
// CHECK-NEXT: out0: tensor<5xi8> = [2, 4, 127, -128, 0]
// CHECK-NEXT: out1: tensor<5xi1> = [1, 1, 1, 1, 1]
// CHECK-NEXT: out2: tensor<2xi8> = [44, -1]
// CHECK-NEXT: out3: tensor<2xf32> = [300, -1]
func.func @cast() -> (tensor<5xi8>, tensor<5xi1>, tensor<2xi8>, tensor<2xf32>) {
  %a = "tosa.const"() {values = dense<[2.5, 3.5, 300.0, -300.0, 0x7FC00000]> : tensor<5xf32>} : () -> tensor<5xf32>
  %b = "tosa.const"() {values = dense<[300, -1]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = tosa.cast %a : (tensor<5xf32>) -> tensor<5xi8>
  %1 = tosa.cast %a : (tensor<5xf32>) -> tensor<5xi1>
  %2 = tosa.cast %b : (tensor<2xi32>) -> tensor<2xi8>
  %3 = tosa.cast %b : (tensor<2xi32>) -> tensor<2xf32>
  return %0, %1, %2, %3 : tensor<5xi8>, tensor<5xi1>, tensor<2xi8>, tensor<2xf32>
}
