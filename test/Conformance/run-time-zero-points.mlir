// REQUIRES: numpy
// RUN: %python %S/Inputs/npz.py %t.npz z=int32:4:-2147483648,-129,127,2147483647 low=int32::-1000 high=int32::2147483647 x=float32:4:3,-1,-2,nan m=float32:4:nan,-1,inf,0.5
// RUN: qs-run %s --function quantize --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=QUANTIZE
// RUN: qs-run %s --function dequantize --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=DEQUANTIZE
// RUN: qs-run %s --function requantize --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=REQUANTIZE
// RUN: qs-run %s --function matmul --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=MATMUL
// RUN: qs-run %s --function conv2d --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=CONV
// RUN: qs-run %s --function elementwise --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=ELEMENTWISE
// RUN: qs-run %s --function pool --input %t.npz --engine %qs_engines | FileCheck %s --check-prefix=POOL

// Zero points that a verifier refuses as constants count as the nearest value
// of their code: here -128, -128, 127, 127.

// QUANTIZE: out0: {{.*}} = [-125, -128, 125, 127]
// QUANTIZE-NEXT: out1: {{.*}} = [-125, -128, 125, 127]
// QUANTIZE-NEXT: out2: {{.*}} = [-125, 127, 125, 127]
// QUANTIZE-NEXT: out3: {{.*}} = [3, 0, -2, 0]
func.func @quantize(%x: tensor<4xf32> {qs.name = "x"}, %z: tensor<4xi32> {qs.name = "z"})
    -> (tensor<4x!qs.q<int8, axis(0)>>, tensor<4x!qs.q<int8, axis(0)>>, tensor<4x!qs.q<int8, axis(0)>>, tensor<4xf32>) {
  %s = arith.constant dense<1.0> : tensor<4xf32>
  %0 = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<4xf32>, tensor<4xf32>, tensor<4xi32> -> tensor<4x!qs.q<int8, axis(0)>>
  %1 = qs.quantize half_even add_then_round saturate %x scale %s zero_point %z
      : tensor<4xf32>, tensor<4xf32>, tensor<4xi32> -> tensor<4x!qs.q<int8, axis(0)>>
  %2 = qs.quantize half_even round_then_add wrap %x scale %s zero_point %z
      : tensor<4xf32>, tensor<4xf32>, tensor<4xi32> -> tensor<4x!qs.q<int8, axis(0)>>
  %3 = qs.fake_quantize half_even round_then_add saturate %x scale %s zero_point %z as !qs.q<int8, axis(0)>
      : tensor<4xf32>, tensor<4xf32>, tensor<4xi32>
  return %0, %1, %2, %3 : tensor<4x!qs.q<int8, axis(0)>>, tensor<4x!qs.q<int8, axis(0)>>,
      tensor<4x!qs.q<int8, axis(0)>>, tensor<4xf32>
}

// DEQUANTIZE: = [128, 129, -125, -124]
func.func @dequantize(%z: tensor<4xi32> {qs.name = "z"}) -> tensor<4xf32> {
  %w = arith.constant dense<[0, 1, 2, 3]> : tensor<4xi8>
  %s = arith.constant dense<1.0> : tensor<4xf32>
  %q = qs.storage_cast %w : tensor<4xi8> -> tensor<4x!qs.q<int8, axis(0)>>
  %x = qs.dequantize %q scale %s zero_point %z : tensor<4x!qs.q<int8, axis(0)>>, tensor<4xf32>, tensor<4xi32> -> tensor<4xf32>
  return %x : tensor<4xf32>
}

// Multipliers that are refused as constants follow from IEEE multiplication; a
// product that is NaN gives the zero point.
// REQUANTIZE: out0: {{.*}} = [255, 250, 255, 255]
// REQUANTIZE-NEXT: out1: {{.*}} = [0, 127, 127, 127]
// REQUANTIZE-NEXT: out2: {{.*}} = [127, 122, 127, 127]
// REQUANTIZE-NEXT: out3: {{.*}} = [-124, 122, -127, 127]
// REQUANTIZE-NEXT: out4: {{.*}} = [7, 12, 127, 7]
func.func @requantize(%m: tensor<4xf32> {qs.name = "m"}, %low: tensor<i32> {qs.name = "low"}, %high: tensor<i32> {qs.name = "high"})
    -> (tensor<4x!qs.q<uint8, tensor>>, tensor<4x!qs.q<int8, tensor>>, tensor<4x!qs.q<int8, tensor>>,
        tensor<4x!qs.q<int8, tensor>>, tensor<4x!qs.q<int8, tensor>>) {
  %a = arith.constant dense<[5, -5, 2, 0]> : tensor<4xi32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %0 = qs.requantize half_even saturate %a multiplier %one zero_point(%high : tensor<i32>)
      : tensor<4xi32>, tensor<f32> -> tensor<4x!qs.q<uint8, tensor>>
  %w = arith.constant dense<[-128, 0, 1, 127]> : tensor<4xi8>
  %q = qs.storage_cast %w : tensor<4xi8> -> tensor<4x!qs.q<int8, tensor>>
  %1 = qs.requantize half_even saturate %q multiplier %one input_zp(%low : tensor<i32>)
      : tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  %i = arith.constant dense<1> : tensor<i32>
  %n = arith.constant dense<0> : tensor<i8>
  %2 = qs.requantize_fixed single saturate %a multiplier %i shift %n zero_point %high
      : tensor<4xi32>, tensor<i32>, tensor<i8>, tensor<i32> -> tensor<4x!qs.q<int8, tensor>>
  %3 = qs.requantize_fixed single wrap %a multiplier %i shift %n zero_point %high
      : tensor<4xi32>, tensor<i32>, tensor<i8>, tensor<i32> -> tensor<4x!qs.q<int8, tensor>>
  %z = arith.constant dense<7> : tensor<i32>
  %4 = qs.requantize half_even saturate %a multiplier %m zero_point(%z : tensor<i32>)
      : tensor<4xi32>, tensor<4xf32> -> tensor<4x!qs.q<int8, tensor>>
  return %0, %1, %2, %3, %4 : tensor<4x!qs.q<uint8, tensor>>, tensor<4x!qs.q<int8, tensor>>,
      tensor<4x!qs.q<int8, tensor>>, tensor<4x!qs.q<int8, tensor>>, tensor<4x!qs.q<int8, tensor>>
}

// General loops (out0: zero points of both sides; out1: 16 bits), a kernel with
// packed weights (out2), one zero point for each row and column (out3).
// MATMUL: out0: {{.*}} = {{\[\[}}-65656]]
// MATMUL-NEXT: out1: {{.*}} = {{\[\[}}196603]]
// MATMUL-NEXT: out2: {{.*}} = {{\[\[}}-760]]
// MATMUL-NEXT: out3: {{.*}} = {{\[\[}}16641, 16512, -16254, -16254], [16641, 16512, -16254, -16254], [-16254, -16128, 15876, 15876], [-16254, -16128, 15876, 15876]]
func.func @matmul(%low: tensor<i32> {qs.name = "low"}, %high: tensor<i32> {qs.name = "high"}, %z: tensor<4xi32> {qs.name = "z"})
    -> (tensor<1x1xi32>, tensor<1x1xi32>, tensor<1x1xi32>, tensor<4x4xi32>) {
  %aw = arith.constant dense<[[1, 2]]> : tensor<1x2xi8>
  %a = qs.storage_cast %aw : tensor<1x2xi8> -> tensor<1x2x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[[1], [2]]> : tensor<2x1xi8>
  %b = qs.storage_cast %bw : tensor<2x1xi8> -> tensor<2x1x!qs.q<int8, tensor>>
  %0 = qs.matmul %a, %b lhs_zp(%high : tensor<i32>) rhs_zp(%low : tensor<i32>)
      : tensor<1x2x!qs.q<uint8, tensor>>, tensor<2x1x!qs.q<int8, tensor>> -> tensor<1x1xi32>
  %cw = arith.constant dense<[[-1, -2]]> : tensor<1x2xi16>
  %c = qs.storage_cast %cw : tensor<1x2xi16> -> tensor<1x2x!qs.q<uint16, tensor>>
  %low16 = arith.constant dense<0> : tensor<i32>
  %lower = arith.subi %low16, %high : tensor<i32>
  %1 = qs.matmul %c, %b lhs_zp(%lower : tensor<i32>)
      : tensor<1x2x!qs.q<uint16, tensor>>, tensor<2x1x!qs.q<int8, tensor>> -> tensor<1x1xi32>
  %2 = qs.matmul %a, %b lhs_zp(%high : tensor<i32>)
      : tensor<1x2x!qs.q<uint8, tensor>>, tensor<2x1x!qs.q<int8, tensor>> -> tensor<1x1xi32>
  %dw = arith.constant dense<[[1], [1], [1], [1]]> : tensor<4x1xi8>
  %d = qs.storage_cast %dw : tensor<4x1xi8> -> tensor<4x1x!qs.q<int8, axis(0)>>
  %ew = arith.constant dense<[[1, 0, 1, 1]]> : tensor<1x4xi8>
  %e = qs.storage_cast %ew : tensor<1x4xi8> -> tensor<1x4x!qs.q<int8, axis(1)>>
  %3 = qs.matmul %d, %e lhs_zp(%z : tensor<4xi32>) rhs_zp(%z : tensor<4xi32>)
      : tensor<4x1x!qs.q<int8, axis(0)>>, tensor<1x4x!qs.q<int8, axis(1)>> -> tensor<4x4xi32>
  return %0, %1, %2, %3 : tensor<1x1xi32>, tensor<1x1xi32>, tensor<1x1xi32>, tensor<4x4xi32>
}

// Positions outside of the input are real zeros.
// CONV: out0: {{.*}} = {{\[\[\[\[}}-245]]]]
// CONV-NEXT: out1: {{.*}} = {{\[\[\[\[}}1290, 1290, -1260, -1260]]]]
func.func @conv2d(%high: tensor<i32> {qs.name = "high"}, %z: tensor<4xi32> {qs.name = "z"})
    -> (tensor<1x1x1x1xi32>, tensor<1x1x1x4xi32>) {
  %xw = arith.constant dense<10> : tensor<1x1x1x1xi8>
  %x = qs.storage_cast %xw : tensor<1x1x1x1xi8> -> tensor<1x1x1x1x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<1> : tensor<1x3x3x1xi8>
  %w = qs.storage_cast %ww : tensor<1x3x3x1xi8> -> tensor<1x3x3x1x!qs.q<int8, tensor>>
  %0 = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] input_zp(%high : tensor<i32>)
      : tensor<1x1x1x1x!qs.q<uint8, tensor>>, tensor<1x3x3x1x!qs.q<int8, tensor>> -> tensor<1x1x1x1xi32>
  %vw = arith.constant dense<1> : tensor<4x1x1x1xi8>
  %v = qs.storage_cast %vw : tensor<4x1x1x1xi8> -> tensor<4x1x1x1x!qs.q<int8, axis(0)>>
  %1 = qs.conv2d %x, %v pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] weight_zp(%z : tensor<4xi32>)
      : tensor<1x1x1x1x!qs.q<uint8, tensor>>, tensor<4x1x1x1x!qs.q<int8, axis(0)>> -> tensor<1x1x1x4xi32>
  return %0, %1 : tensor<1x1x1x1xi32>, tensor<1x1x1x4xi32>
}

// ELEMENTWISE: out0: {{.*}} = [0, 127]
// ELEMENTWISE-NEXT: out1: {{.*}} = [94, 127]
// ELEMENTWISE-NEXT: out2: {{.*}} = [42948]
func.func @elementwise(%low: tensor<i32> {qs.name = "low"}, %high: tensor<i32> {qs.name = "high"})
    -> (tensor<2x!qs.q<int8, tensor>>, tensor<2x!qs.q<int8, tensor>>, tensor<1x!qs.q<uint16, tensor>>) {
  %aw = arith.constant dense<[0, -1]> : tensor<2xi8>
  %a = qs.storage_cast %aw : tensor<2xi8> -> tensor<2x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<0> : tensor<2xi8>
  %b = qs.storage_cast %bw : tensor<2xi8> -> tensor<2x!qs.q<int8, tensor>>
  %one = arith.constant dense<1.0> : tensor<f32>
  %0 = qs.add half_even saturate %a * %one, %b * %one lhs_zp(%high : tensor<i32>) rhs_zp(%low : tensor<i32>)
      zero_point(%high : tensor<i32>)
      : tensor<2x!qs.q<uint8, tensor>> * tensor<f32>, tensor<2x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<2x!qs.q<int8, tensor>>
  %m = arith.constant dense<0.001> : tensor<f32>
  %1 = qs.mul half_even saturate %a, %b multiplier %m lhs_zp(%high : tensor<i32>) rhs_zp(%low : tensor<i32>)
      zero_point(%high : tensor<i32>)
      : tensor<2x!qs.q<uint8, tensor>>, tensor<2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  %cw = arith.constant dense<0> : tensor<1xi16>
  %c = qs.storage_cast %cw : tensor<1xi16> -> tensor<1x!qs.q<uint16, tensor>>
  %small = arith.constant dense<1.0e-5> : tensor<f32>
  %2 = qs.mul half_even saturate %c, %c multiplier %small lhs_zp(%high : tensor<i32>) rhs_zp(%high : tensor<i32>)
      : tensor<1x!qs.q<uint16, tensor>>, tensor<1x!qs.q<uint16, tensor>>, tensor<f32> -> tensor<1x!qs.q<uint16, tensor>>
  return %0, %1, %2 : tensor<2x!qs.q<int8, tensor>>, tensor<2x!qs.q<int8, tensor>>, tensor<1x!qs.q<uint16, tensor>>
}

// POOL: = {{\[\[\[\[}}-245]]]]
func.func @pool(%high: tensor<i32> {qs.name = "high"}) -> tensor<1x1x1x1xi32> {
  %w = arith.constant dense<10> : tensor<1x1x1x1xi8>
  %q = qs.storage_cast %w : tensor<1x1x1x1xi8> -> tensor<1x1x1x1x!qs.q<uint8, tensor>>
  %y = qs.sum_pool2d %q zero_point(%high : tensor<i32>) kernel [2, 2] stride [1, 1] pad [1, 0, 1, 0]
      : tensor<1x1x1x1x!qs.q<uint8, tensor>> -> tensor<1x1x1x1xi32>
  return %y : tensor<1x1x1x1xi32>
}
