// REQUIRES: numpy
// RUN: %python %S/Inputs/npz.py %t.npz x=float32:5:0,1,-1,nan,1e-40 s=float32:5:0,inf,nan,1e-40,-0.5
// RUN: qs-run %s --function quantize --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=QUANTIZE
// RUN: qs-run %s --function dequantize --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=DEQUANTIZE

// Scales that a verifier refuses as constants give what IEEE division gives:
// 0/0 and NaN are the zero point, x/0 and x/subnormal saturate, x/inf is 0.
// QUANTIZE: = {{\[\[}}7, 7, 7, 7, 7], [127, 7, 7, 127, 5], [-128, 7, 7, -128, 9], [7, 7, 7, 7, 7], [127, 7, 7, 8, 7]]
func.func @quantize(%x: tensor<5xf32> {qs.name = "x"}, %s: tensor<5xf32> {qs.name = "s"})
    -> tensor<5x5x!qs.q<int8, axis(1)>> {
  %c = tensor.expand_shape %x [[0, 1]] output_shape [5, 1] : tensor<5xf32> into tensor<5x1xf32>
  %shape = tosa.const_shape {values = dense<[1, 5]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %xx = tosa.tile %c, %shape : (tensor<5x1xf32>, !tosa.shape<2>) -> tensor<5x5xf32>
  %z = arith.constant dense<7> : tensor<5xi32>
  %q = qs.quantize half_even round_then_add saturate %xx scale %s zero_point %z
      : tensor<5x5xf32>, tensor<5xf32>, tensor<5xi32> -> tensor<5x5x!qs.q<int8, axis(1)>>
  return %q : tensor<5x5x!qs.q<int8, axis(1)>>
}

// DEQUANTIZE: = [0, {{\+?}}Inf, NaN, {{.*}}E-40, -1]
func.func @dequantize(%s: tensor<5xf32> {qs.name = "s"}) -> tensor<5xf32> {
  %w = arith.constant dense<2> : tensor<5xi8>
  %q = qs.storage_cast %w : tensor<5xi8> -> tensor<5x!qs.q<int8, axis(0)>>
  %x = qs.dequantize %q scale %s : tensor<5x!qs.q<int8, axis(0)>>, tensor<5xf32> -> tensor<5xf32>
  return %x : tensor<5xf32>
}
