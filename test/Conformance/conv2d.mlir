// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Padding is the real number zero: it adds nothing whatever the zero point.
// CHECK-LABEL: @padding
// CHECK-NEXT: out0: tensor<1x2x2x1xi32> = {{\[\[\[\[}}100], [111]], {{\[\[}}130], [167]]]]
func.func @padding() -> tensor<1x2x2x1xi32> {
  %xw = arith.constant dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8>
  %x = qs.storage_cast %xw : tensor<1x3x3x1xi8> -> tensor<1x3x3x1x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8>
  %w = qs.storage_cast %ww : tensor<1x2x2x1xi8> -> tensor<1x2x2x1x!qs.q<int8, axis(0)>>
  %z = arith.constant dense<1> : tensor<i32>
  %b = arith.constant dense<[100]> : tensor<1xi32>
  %y = qs.conv2d %x, %w pad [1, 0, 1, 0] stride [2, 2] dilation [1, 1]
      input_zp(%z : tensor<i32>) bias(%b : tensor<1xi32>)
      : tensor<1x3x3x1x!qs.q<uint8, tensor>>, tensor<1x2x2x1x!qs.q<int8, axis(0)>> -> tensor<1x2x2x1xi32>
  return %y : tensor<1x2x2x1xi32>
}

// A zero point for each output channel.
// CHECK-LABEL: @weight_zero_points
// CHECK-NEXT: = {{\[\[\[\[}}-4, -7], [-6, -17]]]]
func.func @weight_zero_points() -> tensor<1x1x2x2xi32> {
  %xw = arith.constant dense<[[[[1, 2], [3, 4]]]]> : tensor<1x1x2x2xi8>
  %x = qs.storage_cast %xw : tensor<1x1x2x2xi8> -> tensor<1x1x2x2x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[[[1, 0]]], [[[0, 1]]]]> : tensor<2x1x1x2xi8>
  %w = qs.storage_cast %ww : tensor<2x1x1x2xi8> -> tensor<2x1x1x2x!qs.q<int8, axis(0)>>
  %z = arith.constant dense<[1, 3]> : tensor<2xi32>
  %b = arith.constant dense<[-2, 0]> : tensor<2xi32>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
      weight_zp(%z : tensor<2xi32>) bias(%b : tensor<2xi32>)
      : tensor<1x1x2x2x!qs.q<uint8, tensor>>, tensor<2x1x1x2x!qs.q<int8, axis(0)>> -> tensor<1x1x2x2xi32>
  return %y : tensor<1x1x2x2xi32>
}

// Dilation 2 reads columns 0 and 2; stride 1.
// CHECK-LABEL: @dilation
// CHECK-NEXT: = {{\[\[\[\[}}31], [42]]]]
func.func @dilation() -> tensor<1x1x2x1xi32> {
  %xw = arith.constant dense<[[[[1], [2], [3], [4]]]]> : tensor<1x1x4x1xi8>
  %x = qs.storage_cast %xw : tensor<1x1x4x1xi8> -> tensor<1x1x4x1x!qs.q<int8, tensor>>
  %ww = arith.constant dense<[[[[1], [10]]]]> : tensor<1x1x2x1xi8>
  %w = qs.storage_cast %ww : tensor<1x1x2x1xi8> -> tensor<1x1x2x1x!qs.q<int8, tensor>>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 2]
      : tensor<1x1x4x1x!qs.q<int8, tensor>>, tensor<1x1x2x1x!qs.q<int8, tensor>> -> tensor<1x1x2x1xi32>
  return %y : tensor<1x1x2x1xi32>
}

// Depthwise: each channel has its own filter.
// CHECK-LABEL: @depthwise
// CHECK-NEXT: = {{\[\[\[\[}}5, 110]]]]
func.func @depthwise() -> tensor<1x1x1x2xi32> {
  %xw = arith.constant dense<[[[[1, 10], [2, 20]], [[3, 30], [4, 40]]]]> : tensor<1x2x2x2xi8>
  %x = qs.storage_cast %xw : tensor<1x2x2x2xi8> -> tensor<1x2x2x2x!qs.q<uint8, tensor>>
  %ww = arith.constant dense<[[[[1], [0]], [[0], [1]]], [[[1], [2]], [[2], [0]]]]> : tensor<2x2x2x1xi8>
  %w = qs.storage_cast %ww : tensor<2x2x2x1xi8> -> tensor<2x2x2x1x!qs.q<int8, axis(0)>>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2
      : tensor<1x2x2x2x!qs.q<uint8, tensor>>, tensor<2x2x2x1x!qs.q<int8, axis(0)>> -> tensor<1x1x1x2xi32>
  return %y : tensor<1x1x1x2xi32>
}

// Two groups of two input and two output channels.
// CHECK-LABEL: @groups
// CHECK-NEXT: = {{\[\[\[\[}}21, -1, 430, 7]]]]
func.func @groups() -> tensor<1x1x1x4xi32> {
  %xw = arith.constant dense<[[[[1, 2, 3, 4]]]]> : tensor<1x1x1x4xi8>
  %x = qs.storage_cast %xw : tensor<1x1x1x4xi8> -> tensor<1x1x1x4x!qs.q<int8, tensor>>
  %ww = arith.constant dense<[[[[1, 10]]], [[[1, -1]]], [[[10, 100]]], [[[1, 1]]]]> : tensor<4x1x1x2xi8>
  %w = qs.storage_cast %ww : tensor<4x1x1x2xi8> -> tensor<4x1x1x2x!qs.q<int8, axis(0)>>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2
      : tensor<1x1x1x4x!qs.q<int8, tensor>>, tensor<4x1x1x2x!qs.q<int8, axis(0)>> -> tensor<1x1x1x4xi32>
  return %y : tensor<1x1x1x4xi32>
}

// CHECK-LABEL: @floats
// CHECK-NEXT: = {{\[\[\[\[}}0.5, 2], [1.5, -0.5]], {{\[\[}}0.5, 1], [0.5, 1]]]]
func.func @floats() -> tensor<1x2x2x2xf32> {
  %x = arith.constant dense<[[[[1.0], [-2.0]]]]> : tensor<1x1x2x1xf32>
  %w = arith.constant dense<[[[[1.0], [0.0]]], [[[0.5], [1.0]]]]> : tensor<2x1x2x1xf32>
  %b = arith.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %y = qs.conv2d %x, %w pad [0, 1, 1, 0] stride [1, 1] dilation [1, 1] bias(%b : tensor<2xf32>)
      : tensor<1x1x2x1xf32>, tensor<2x1x2x1xf32> -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// One result channel in each group: each store is a single lane.
// CHECK-LABEL: @one_channel_a_group
// CHECK-NEXT: = {{\[\[\[\[}}-7, 15], [13, -3], [-3, 4], [9, -9]]]]
func.func @one_channel_a_group() -> tensor<1x1x4x2x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[[[[89, 35, 2, -59, -50, -118, -109, -124], [-84, 80, 38, 105, 0, 27, 120, 58], [33, 11, 15, 111, -57, 80, 43, -128], [-28, 91, 13, -120, 67, 58, 88, -84]]]]> : tensor<1x1x4x8xi8>
  %a = qs.storage_cast %aw : tensor<1x1x4x8xi8> -> tensor<1x1x4x8x!qs.q<int8, tensor>>
  %bw = arith.constant dense<[[[[-106, 92, -123, 10]]], [[[-108, -52, -5, -20]]]]> : tensor<2x1x1x4xi8>
  %b = qs.storage_cast %bw : tensor<2x1x1x4xi8> -> tensor<2x1x1x4x!qs.q<int8, tensor>>
  %c = qs.conv2d %a, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2 : tensor<1x1x4x8x!qs.q<int8, tensor>>, tensor<2x1x1x4x!qs.q<int8, tensor>> -> tensor<1x1x4x2xi32>
  %m = arith.constant dense<1.0e-3> : tensor<f32>
  %q = qs.requantize half_even saturate %c multiplier %m : tensor<1x1x4x2xi32>, tensor<f32> -> tensor<1x1x4x2x!qs.q<int8, tensor>>
  return %q : tensor<1x1x4x2x!qs.q<int8, tensor>>
}
