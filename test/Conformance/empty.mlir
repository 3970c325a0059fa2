// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Tensors without elements, in every role.

// A sum of nothing is 0: what is left is the bias, or the zero point.
// CHECK-LABEL: {{^}}@k0{{$}}
// CHECK-NEXT: out0: tensor<2x3xi32> = {{\[\[}}1, 2, 4], [1, 2, 4]]
// CHECK-NEXT: out1: tensor<2x3x!qs.q<int8, tensor>> = {{\[\[}}7, 8, 9], [7, 8, 9]]
func.func @k0() -> (tensor<2x3xi32>, tensor<2x3x!qs.q<int8, tensor>>) {
  %aw = arith.constant dense<> : tensor<2x0xi8>
  %a = qs.storage_cast %aw : tensor<2x0xi8> -> tensor<2x0x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<> : tensor<0x3xi8>
  %b = qs.storage_cast %bw : tensor<0x3xi8> -> tensor<0x3x!qs.q<int8, tensor>>
  %z = arith.constant dense<7> : tensor<i32>
  %bias = arith.constant dense<[1, 2, 4]> : tensor<3xi32>
  %y = qs.matmul %a, %b lhs_zp(%z : tensor<i32>) bias(%bias : tensor<3xi32>)
      : tensor<2x0x!qs.q<uint8, tensor>>, tensor<0x3x!qs.q<int8, tensor>> -> tensor<2x3xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %q = qs.requantize half_even saturate %y multiplier %m zero_point(%z : tensor<i32>)
      : tensor<2x3xi32>, tensor<f32> -> tensor<2x3x!qs.q<int8, tensor>>
  return %y, %q : tensor<2x3xi32>, tensor<2x3x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @k0_f32
// CHECK-NEXT: out0: tensor<2x3xf32> = {{\[\[}}0, 0, 0], [0, 0, 0]]
func.func @k0_f32() -> tensor<2x3xf32> {
  %a = arith.constant dense<> : tensor<2x0xf32>
  %b = arith.constant dense<> : tensor<0x3xf32>
  %y = qs.matmul %a, %b : tensor<2x0xf32>, tensor<0x3xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: @no_rows
// CHECK-NEXT: out0: tensor<0x1xi32> = []
// CHECK-NEXT: out1: tensor<0x1x!qs.q<int8, tensor>> = []
func.func @no_rows() -> (tensor<0x1xi32>, tensor<0x1x!qs.q<int8, tensor>>) {
  %aw = arith.constant dense<> : tensor<0x2xi8>
  %a = qs.storage_cast %aw : tensor<0x2xi8> -> tensor<0x2x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<1> : tensor<2x1xi8>
  %b = qs.storage_cast %bw : tensor<2x1xi8> -> tensor<2x1x!qs.q<int8, tensor>>
  %y = qs.matmul %a, %b : tensor<0x2x!qs.q<uint8, tensor>>, tensor<2x1x!qs.q<int8, tensor>> -> tensor<0x1xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %q = qs.requantize half_even saturate %y multiplier %m : tensor<0x1xi32>, tensor<f32> -> tensor<0x1x!qs.q<int8, tensor>>
  return %y, %q : tensor<0x1xi32>, tensor<0x1x!qs.q<int8, tensor>>
}

// CHECK-LABEL: @no_columns
// CHECK-NEXT: out0: tensor<2x0xi32> = {{\[\[}}], []]
func.func @no_columns() -> tensor<2x0xi32> {
  %aw = arith.constant dense<1> : tensor<2x2xi8>
  %a = qs.storage_cast %aw : tensor<2x2xi8> -> tensor<2x2x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<> : tensor<2x0xi8>
  %b = qs.storage_cast %bw : tensor<2x0xi8> -> tensor<2x0x!qs.q<int8, axis(1)>>
  %z = arith.constant dense<> : tensor<0xi32>
  %y = qs.matmul %a, %b rhs_zp(%z : tensor<0xi32>) bias(%z : tensor<0xi32>) : tensor<2x2x!qs.q<uint8, tensor>>, tensor<2x0x!qs.q<int8, axis(1)>> -> tensor<2x0xi32>
  return %y : tensor<2x0xi32>
}

// CHECK-LABEL: @no_batches
// CHECK-NEXT: out0: tensor<0x2x2xi32> = []
func.func @no_batches() -> tensor<0x2x2xi32> {
  %aw = arith.constant dense<> : tensor<0x2x3xi8>
  %a = qs.storage_cast %aw : tensor<0x2x3xi8> -> tensor<0x2x3x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<> : tensor<0x3x2xi8>
  %b = qs.storage_cast %bw : tensor<0x3x2xi8> -> tensor<0x3x2x!qs.q<int8, tensor>>
  %y = qs.matmul %a, %b : tensor<0x2x3x!qs.q<uint8, tensor>>, tensor<0x3x2x!qs.q<int8, tensor>> -> tensor<0x2x2xi32>
  return %y : tensor<0x2x2xi32>
}

// The same behind padding.
// CHECK-LABEL: @conv_no_channels
// CHECK-NEXT: out0: tensor<1x2x2x2xi32> = {{\[\[\[\[}}5, -6], [5, -6]], {{\[\[}}5, -6], [5, -6]]]]
func.func @conv_no_channels() -> tensor<1x2x2x2xi32> {
  %xw = arith.constant dense<> : tensor<1x2x2x0xi8>
  %x = qs.storage_cast %xw : tensor<1x2x2x0xi8> -> tensor<1x2x2x0x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<> : tensor<2x3x3x0xi8>
  %w = qs.storage_cast %ww : tensor<2x3x3x0xi8> -> tensor<2x3x3x0x!qs.q<int8, tensor>>
  %bias = arith.constant dense<[5, -6]> : tensor<2xi32>
  %y = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] bias(%bias : tensor<2xi32>)
      : tensor<1x2x2x0x!qs.q<uint8, tensor>>, tensor<2x3x3x0x!qs.q<int8, tensor>> -> tensor<1x2x2x2xi32>
  return %y : tensor<1x2x2x2xi32>
}

// CHECK-LABEL: @conv_no_images
// CHECK-NEXT: out0: tensor<0x2x2x1xi32> = []
func.func @conv_no_images() -> tensor<0x2x2x1xi32> {
  %xw = arith.constant dense<> : tensor<0x2x2x1xi8>
  %x = qs.storage_cast %xw : tensor<0x2x2x1xi8> -> tensor<0x2x2x1x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<1> : tensor<1x3x3x1xi8>
  %w = qs.storage_cast %ww : tensor<1x3x3x1xi8> -> tensor<1x3x3x1x!qs.q<int8, tensor>>
  %y = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
      : tensor<0x2x2x1x!qs.q<uint8, tensor>>, tensor<1x3x3x1x!qs.q<int8, tensor>> -> tensor<0x2x2x1xi32>
  return %y : tensor<0x2x2x1xi32>
}

// CHECK-LABEL: @conv_no_outputs
// CHECK-NEXT: out0: tensor<1x2x2x0xi32> = {{\[\[\[\[}}], []], {{\[\[}}], []]]]
func.func @conv_no_outputs() -> tensor<1x2x2x0xi32> {
  %xw = arith.constant dense<1> : tensor<1x2x2x1xi8>
  %x = qs.storage_cast %xw : tensor<1x2x2x1xi8> -> tensor<1x2x2x1x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<> : tensor<0x3x3x1xi8>
  %w = qs.storage_cast %ww : tensor<0x3x3x1xi8> -> tensor<0x3x3x1x!qs.q<int8, tensor>>
  %y = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
      : tensor<1x2x2x1x!qs.q<uint8, tensor>>, tensor<0x3x3x1x!qs.q<int8, tensor>> -> tensor<1x2x2x0xi32>
  return %y : tensor<1x2x2x0xi32>
}

// CHECK-LABEL: @grouped
// CHECK-NEXT: out0: tensor<1x1x1x0xi32> = {{\[\[\[\[}}]]]]
func.func @grouped() -> tensor<1x1x1x0xi32> {
  %xw = arith.constant dense<> : tensor<1x1x1x0xi8>
  %x = qs.storage_cast %xw : tensor<1x1x1x0xi8> -> tensor<1x1x1x0x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<> : tensor<0x1x1x0xi8>
  %w = qs.storage_cast %ww : tensor<0x1x1x0xi8> -> tensor<0x1x1x0x!qs.q<int8, tensor>>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2
      : tensor<1x1x1x0x!qs.q<uint8, tensor>>, tensor<0x1x1x0x!qs.q<int8, tensor>> -> tensor<1x1x1x0xi32>
  return %y : tensor<1x1x1x0xi32>
}

// Nothing to see: the parameters of zeros alone.
// CHECK-LABEL: @elementwise
// CHECK-NEXT: out0: tensor<0x3x!qs.q<int8, tensor>> = []
// CHECK-NEXT: out1: tensor<0x3x!qs.q<int8, tensor>> = []
// CHECK-NEXT: out2: tensor<0x3xf32> = []
// CHECK-NEXT: out3: tensor<f32> = 1
// CHECK-NEXT: out4: tensor<i32> = -128
func.func @elementwise() -> (tensor<0x3x!qs.q<int8, tensor>>, tensor<0x3x!qs.q<int8, tensor>>, tensor<0x3xf32>, tensor<f32>, tensor<i32>) {
  %w = arith.constant dense<> : tensor<0x3xi8>
  %q = qs.storage_cast %w : tensor<0x3xi8> -> tensor<0x3x!qs.q<int8, tensor>>
  %v = arith.constant dense<1> : tensor<1x3xi8>
  %p = qs.storage_cast %v : tensor<1x3xi8> -> tensor<1x3x!qs.q<int8, tensor>>
  %m = arith.constant dense<1.0> : tensor<f32>
  %0 = qs.add half_even saturate %q * %m, %p * %m
      : tensor<0x3x!qs.q<int8, tensor>> * tensor<f32>, tensor<1x3x!qs.q<int8, tensor>> * tensor<f32> -> tensor<0x3x!qs.q<int8, tensor>>
  %1 = qs.clamp %0 min -1 max 1 : tensor<0x3x!qs.q<int8, tensor>>
  %2 = qs.dequantize %1 scale %m : tensor<0x3x!qs.q<int8, tensor>>, tensor<f32> -> tensor<0x3xf32>
  %s, %z = qs.choose_params %2 as !qs.q<int8, tensor> : tensor<0x3xf32> -> tensor<f32>, tensor<i32>
  return %0, %1, %2, %s, %z : tensor<0x3x!qs.q<int8, tensor>>, tensor<0x3x!qs.q<int8, tensor>>, tensor<0x3xf32>, tensor<f32>, tensor<i32>
}

// CHECK-LABEL: @pools
// CHECK-NEXT: out0: tensor<0x1x1x2xi32> = []
// CHECK-NEXT: out1: tensor<1x1x1x0x!qs.q<int8, tensor>> = {{\[\[\[\[}}]]]]
func.func @pools() -> (tensor<0x1x1x2xi32>, tensor<1x1x1x0x!qs.q<int8, tensor>>) {
  %w = arith.constant dense<> : tensor<0x2x2x2xi8>
  %q = qs.storage_cast %w : tensor<0x2x2x2xi8> -> tensor<0x2x2x2x!qs.q<int8, tensor>>
  %0 = qs.sum_pool2d %q kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0] : tensor<0x2x2x2x!qs.q<int8, tensor>> -> tensor<0x1x1x2xi32>
  %v = arith.constant dense<> : tensor<1x2x2x0xi8>
  %p = qs.storage_cast %v : tensor<1x2x2x0xi8> -> tensor<1x2x2x0x!qs.q<int8, tensor>>
  %1 = qs.max_pool2d %p kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0] : tensor<1x2x2x0x!qs.q<int8, tensor>> -> tensor<1x1x1x0x!qs.q<int8, tensor>>
  return %0, %1 : tensor<0x1x1x2xi32>, tensor<1x1x1x0x!qs.q<int8, tensor>>
}
