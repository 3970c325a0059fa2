// One or more uses of every op, for qs-ir-fuzz: changed only with care, since
// other text is other damage.

func.func @int8_half_even() -> tensor<7x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[1.7, -1.7, 2.5, 3.5, 300.0, -300.0, 127.6]> : tensor<7xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<7xf32>, tensor<f32> -> tensor<7x!qs.q<int8, tensor>>
  return %q : tensor<7x!qs.q<int8, tensor>>
}

func.func @special_values() -> tensor<6x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[0x7FC00000, 0x7F800000, 0xFF800000, 1.0e-45, -0.0, 0x7F800001]> : tensor<6xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<6xf32>, tensor<f32>, tensor<i32> -> tensor<6x!qs.q<int8, tensor>>
  return %q : tensor<6x!qs.q<int8, tensor>>
}

func.func @half_away() -> tensor<5x!qs.q<int8, tensor>> {
  %x = arith.constant dense<[2.5, -2.5, 0.5, -0.5, 2.4]> : tensor<5xf32>
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_away round_then_add saturate %x scale %s
      : tensor<5xf32>, tensor<f32> -> tensor<5x!qs.q<int8, tensor>>
  return %q : tensor<5x!qs.q<int8, tensor>>
}

func.func @asymmetric() -> tensor<4xf32> {
  %w = arith.constant dense<[0, 1, 10, 255]> : tensor<4xi8>
  %q = qs.storage_cast %w : tensor<4xi8> -> tensor<4x!qs.q<uint8, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<10> : tensor<i32>
  %x = qs.dequantize %q scale %s zero_point %z
      : tensor<4x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<4xf32>
  return %x : tensor<4xf32>
}

func.func @axis() -> tensor<2x2xf32> {
  %w = arith.constant dense<[[-1, 2], [-1, 1]]> : tensor<2x2xi4>
  %q = qs.storage_cast %w : tensor<2x2xi4> -> tensor<2x2x!qs.q<int4, axis(0)>>
  %s = arith.constant dense<[2.0, 0.25]> : tensor<2xf32>
  %x = qs.dequantize %q scale %s
      : tensor<2x2x!qs.q<int4, axis(0)>>, tensor<2xf32> -> tensor<2x2xf32>
  return %x : tensor<2x2xf32>
}

func.func @group() -> tensor<2x4xf32> {
  %w = arith.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi16>
  %q = qs.storage_cast %w : tensor<2x4xi16> -> tensor<2x4x!qs.q<int16, group(1, 2):f16>>
  %s = arith.constant dense<[[0.5, 2.0], [2.0, 4.0]]> : tensor<2x2xf16>
  %x = qs.dequantize %q scale %s
      : tensor<2x4x!qs.q<int16, group(1, 2):f16>>, tensor<2x2xf16> -> tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}

func.func @grid() -> tensor<6xf32> {
  %x = arith.constant dense<[0.2, 0.4, 1.2, 9.0, -9.0, 0x7FC00000]> : tensor<6xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<int4, tensor>
      : tensor<6xf32>, tensor<f32>
  return %f : tensor<6xf32>
}

func.func @axis() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[1.1, 1.1], [1.6, 3.0]]> : tensor<2x2xf32>
  %s = arith.constant dense<[0.5, 4.0]> : tensor<2xf32>
  %z = arith.constant dense<[1, 2]> : tensor<2xi32>
  %f = qs.fake_quantize half_even round_then_add saturate %x scale %s zero_point %z as !qs.q<uint8, axis(1)>
      : tensor<2x2xf32>, tensor<2xf32>, tensor<2xi32>
  return %f : tensor<2x2xf32>
}

func.func @asymmetric() -> (tensor<f32>, tensor<i32>) {
  %x = arith.constant dense<[[-1.0, 0.5], [3.0, 2.0]]> : tensor<2x2xf32>
  %s, %z = qs.choose_params %x as !qs.q<uint8, tensor> : tensor<2x2xf32> -> tensor<f32>, tensor<i32>
  return %s, %z : tensor<f32>, tensor<i32>
}

func.func @positive_only() -> (tensor<f32>, tensor<i32>) {
  %x = arith.constant dense<[510.0, 255.0]> : tensor<2xf32>
  %s, %z = qs.choose_params %x as !qs.q<uint8, tensor> : tensor<2xf32> -> tensor<f32>, tensor<i32>
  return %s, %z : tensor<f32>, tensor<i32>
}

func.func @symmetric() -> (tensor<f32>, tensor<i32>) {
  %x = arith.constant dense<[-254.0, 3.0]> : tensor<2xf32>
  %s, %z = qs.choose_params symmetric %x as !qs.q<int8, tensor> : tensor<2xf32> -> tensor<f32>, tensor<i32>
  return %s, %z : tensor<f32>, tensor<i32>
}

func.func @both_ways() -> (tensor<3x!qs.q<uint8, tensor>>, tensor<3x!qs.q<int8, tensor>>, tensor<3xi8>) {
  %w = arith.constant dense<[0, 200, -1]> : tensor<3xi8>
  %u = qs.storage_cast %w : tensor<3xi8> -> tensor<3x!qs.q<uint8, tensor>>
  %s = qs.storage_cast %w : tensor<3xi8> -> tensor<3x!qs.q<int8, tensor>>
  %b = qs.storage_cast %u : tensor<3x!qs.q<uint8, tensor>> -> tensor<3xi8>
  return %u, %s, %b : tensor<3x!qs.q<uint8, tensor>>, tensor<3x!qs.q<int8, tensor>>, tensor<3xi8>
}

func.func @narrow() -> (tensor<3x!qs.q<uint4>>, tensor<3x!qs.q<int4>>) {
  %w = arith.constant dense<[7, -8, -1]> : tensor<3xi4>
  %u = qs.storage_cast %w : tensor<3xi4> -> tensor<3x!qs.q<uint4>>
  %s = qs.storage_cast %w : tensor<3xi4> -> tensor<3x!qs.q<int4>>
  return %u, %s : tensor<3x!qs.q<uint4>>, tensor<3x!qs.q<int4>>
}

func.func @tensor() -> tensor<8x!qs.q<int8, tensor>> {
  %a = arith.constant dense<[1, 3, 5, -1, -3, 2147483647, -2147483648, 0]> : tensor<8xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i32>
  %q = qs.requantize half_even saturate %a multiplier %m zero_point(%z : tensor<i32>)
      : tensor<8xi32>, tensor<f32> -> tensor<8x!qs.q<int8, tensor>>
  return %q : tensor<8x!qs.q<int8, tensor>>
}

func.func @channels() -> tensor<2x3x!qs.q<uint8, tensor>> {
  %a = arith.constant dense<[[100, 100, 100], [200, 200, 200]]> : tensor<2x3xi32>
  %m = arith.constant dense<[0.5, 0.1, 0.0]> : tensor<3xf32>
  %q = qs.requantize half_even saturate %a multiplier %m
      : tensor<2x3xi32>, tensor<3xf32> -> tensor<2x3x!qs.q<uint8, tensor>>
  return %q : tensor<2x3x!qs.q<uint8, tensor>>
}

func.func @codes() -> tensor<3x!qs.q<uint8, tensor>> {
  %w = arith.constant dense<[0, 10, 200]> : tensor<3xi8>
  %x = qs.storage_cast %w : tensor<3xi8> -> tensor<3x!qs.q<uint8, tensor>>
  %m = arith.constant dense<2.0> : tensor<f32>
  %i = arith.constant dense<10> : tensor<i32>
  %z = arith.constant dense<100> : tensor<i32>
  %q = qs.requantize half_even saturate %x multiplier %m input_zp(%i : tensor<i32>) zero_point(%z : tensor<i32>)
      : tensor<3x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<3x!qs.q<uint8, tensor>>
  return %q : tensor<3x!qs.q<uint8, tensor>>
}

func.func @ties() -> (tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>,
                      tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>) {
  %a = arith.constant dense<[1, -1, 3, -3, 2147483647, -2147483648]> : tensor<6xi32>
  %m = arith.constant dense<1073741824> : tensor<i32>
  %n = arith.constant dense<31> : tensor<i8>
  %0 = qs.requantize_fixed single saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %1 = qs.requantize_fixed double saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %2 = qs.requantize_fixed tflite saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %3 = qs.requantize_fixed half_even saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  return %0, %1, %2, %3 : tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>,
      tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>
}

func.func @twice() -> (tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>,
                       tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>) {
  %a = arith.constant dense<[1, 2, 3, -1, -2, -3]> : tensor<6xi32>
  %m = arith.constant dense<1073741824> : tensor<i32>
  %n = arith.constant dense<32> : tensor<i8>
  %0 = qs.requantize_fixed single saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %1 = qs.requantize_fixed double saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %2 = qs.requantize_fixed tflite saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %3 = qs.requantize_fixed half_even saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  return %0, %1, %2, %3 : tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>,
      tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>
}

func.func @shift_0_and_62() -> tensor<2x2x!qs.q<int8, tensor>> {
  %a = arith.constant dense<[[5, 1073741824], [2147483647, 1073741823]]> : tensor<2x2xi32>
  %m = arith.constant dense<[2, 1073741824]> : tensor<2xi32>
  %n = arith.constant dense<[0, 62]> : tensor<2xi8>
  %z = arith.constant dense<5> : tensor<i32>
  %q = qs.requantize_fixed single saturate %a multiplier %m shift %n zero_point %z
      : tensor<2x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<i32> -> tensor<2x2x!qs.q<int8, tensor>>
  return %q : tensor<2x2x!qs.q<int8, tensor>>
}

func.func @u8s8() -> tensor<2x2xi32> {
  %aw = arith.constant dense<[[1, 2, 3], [4, 5, 255]]> : tensor<2x3xi8>
  %a = qs.storage_cast %aw : tensor<2x3xi8> -> tensor<2x3x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[[1, -1], [2, 0], [-128, 127]]> : tensor<3x2xi8>
  %b = qs.storage_cast %bw : tensor<3x2xi8> -> tensor<3x2x!qs.q<int8, tensor>>
  %za = arith.constant dense<1> : tensor<i32>
  %bias = arith.constant dense<[10, 20]> : tensor<2xi32>
  %c = qs.matmul %a, %b lhs_zp(%za : tensor<i32>) bias(%bias : tensor<2xi32>)
      : tensor<2x3x!qs.q<uint8, tensor>>, tensor<3x2x!qs.q<int8, tensor>> -> tensor<2x2xi32>
  return %c : tensor<2x2xi32>
}

func.func @zero_points() -> tensor<2x2xi32> {
  %aw = arith.constant dense<[[1, 2, 3], [-4, 5, 6]]> : tensor<2x3xi8>
  %a = qs.storage_cast %aw : tensor<2x3xi8> -> tensor<2x3x!qs.q<int8, tensor>>
  %bw = arith.constant dense<[[1, 2, 0], [1, -1, 1]]> : tensor<2x3xi8>
  %b = qs.storage_cast %bw : tensor<2x3xi8> -> tensor<2x3x!qs.q<int8, axis(0)>>
  %za = arith.constant dense<[2, -1]> : tensor<2xi32>
  %zb = arith.constant dense<[1, 2]> : tensor<2xi32>
  %c = qs.matmul %a, %b transpose_rhs lhs_zp(%za : tensor<2xi32>) rhs_zp(%zb : tensor<2xi32>)
      : tensor<2x3x!qs.q<int8, tensor>>, tensor<2x3x!qs.q<int8, axis(0)>> -> tensor<2x2xi32>
  return %c : tensor<2x2xi32>
}

func.func @batched() -> (tensor<2x1x1xi32>, tensor<2x1x1xi32>) {
  %aw = arith.constant dense<[[[1, 2]], [[3, 4]]]> : tensor<2x1x2xi8>
  %a = qs.storage_cast %aw : tensor<2x1x2xi8> -> tensor<2x1x2x!qs.q<uint8>>
  %bw = arith.constant dense<[[[3], [4]], [[5], [6]]]> : tensor<2x2x1xi8>
  %b = qs.storage_cast %bw : tensor<2x2x1xi8> -> tensor<2x2x1x!qs.q<uint8>>
  %sw = arith.constant dense<[[3], [4]]> : tensor<2x1xi8>
  %s = qs.storage_cast %sw : tensor<2x1xi8> -> tensor<2x1x!qs.q<uint8>>
  %0 = qs.matmul %a, %b : tensor<2x1x2x!qs.q<uint8>>, tensor<2x2x1x!qs.q<uint8>> -> tensor<2x1x1xi32>
  %1 = qs.matmul %a, %s : tensor<2x1x2x!qs.q<uint8>>, tensor<2x1x!qs.q<uint8>> -> tensor<2x1x1xi32>
  return %0, %1 : tensor<2x1x1xi32>, tensor<2x1x1xi32>
}

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

func.func @dilation() -> tensor<1x1x2x1xi32> {
  %xw = arith.constant dense<[[[[1], [2], [3], [4]]]]> : tensor<1x1x4x1xi8>
  %x = qs.storage_cast %xw : tensor<1x1x4x1xi8> -> tensor<1x1x4x1x!qs.q<int8, tensor>>
  %ww = arith.constant dense<[[[[1], [10]]]]> : tensor<1x1x2x1xi8>
  %w = qs.storage_cast %ww : tensor<1x1x2x1xi8> -> tensor<1x1x2x1x!qs.q<int8, tensor>>
  %y = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 2]
      : tensor<1x1x4x1x!qs.q<int8, tensor>>, tensor<1x1x2x1x!qs.q<int8, tensor>> -> tensor<1x1x2x1xi32>
  return %y : tensor<1x1x2x1xi32>
}

func.func @zero_points() -> tensor<4x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[10, 13, -1, 0]> : tensor<4xi8>
  %a = qs.storage_cast %aw : tensor<4xi8> -> tensor<4x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[0, 0, 127, -63]> : tensor<4xi8>
  %b = qs.storage_cast %bw : tensor<4xi8> -> tensor<4x!qs.q<int8, tensor>>
  %ma = arith.constant dense<0.5> : tensor<f32>
  %mb = arith.constant dense<2.0> : tensor<f32>
  %za = arith.constant dense<10> : tensor<i32>
  %zb = arith.constant dense<-3> : tensor<i32>
  %z = arith.constant dense<5> : tensor<i32>
  %y = qs.add half_even saturate %a * %ma, %b * %mb lhs_zp(%za : tensor<i32>) rhs_zp(%zb : tensor<i32>)
      zero_point(%z : tensor<i32>)
      : tensor<4x!qs.q<uint8, tensor>> * tensor<f32>, tensor<4x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<4x!qs.q<int8, tensor>>
  return %y : tensor<4x!qs.q<int8, tensor>>
}

func.func @broadcast() -> tensor<2x2x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[[1], [2]]> : tensor<2x1xi8>
  %a = qs.storage_cast %aw : tensor<2x1xi8> -> tensor<2x1x!qs.q<int8, tensor>>
  %bw = arith.constant dense<[[10, 20]]> : tensor<1x2xi8>
  %b = qs.storage_cast %bw : tensor<1x2xi8> -> tensor<1x2x!qs.q<int8, tensor>>
  %m = arith.constant dense<1.0> : tensor<f32>
  %y = qs.add half_even saturate %a * %m, %b * %m
      : tensor<2x1x!qs.q<int8, tensor>> * tensor<f32>, tensor<1x2x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<2x2x!qs.q<int8, tensor>>
  return %y : tensor<2x2x!qs.q<int8, tensor>>
}

func.func @not_contracted() -> tensor<2x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[3, 3]> : tensor<2xi8>
  %a = qs.storage_cast %aw : tensor<2xi8> -> tensor<2x!qs.q<int8, tensor>>
  %bw = arith.constant dense<[-1, -2]> : tensor<2xi8>
  %b = qs.storage_cast %bw : tensor<2xi8> -> tensor<2x!qs.q<int8, tensor>>
  %ma = arith.constant dense<0.1> : tensor<f32>
  %mb = arith.constant dense<0.3> : tensor<f32>
  %y = qs.add floor saturate %a * %ma, %b * %mb
      : tensor<2x!qs.q<int8, tensor>> * tensor<f32>, tensor<2x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<2x!qs.q<int8, tensor>>
  return %y : tensor<2x!qs.q<int8, tensor>>
}

func.func @zero_points() -> tensor<4x!qs.q<int8, tensor>> {
  %aw = arith.constant dense<[1, 3, -1, -1]> : tensor<4xi8>
  %a = qs.storage_cast %aw : tensor<4xi8> -> tensor<4x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[77, 5, 127, -127]> : tensor<4xi8>
  %b = qs.storage_cast %bw : tensor<4xi8> -> tensor<4x!qs.q<int8, tensor>>
  %m = arith.constant dense<0.25> : tensor<f32>
  %za = arith.constant dense<1> : tensor<i32>
  %zb = arith.constant dense<2> : tensor<i32>
  %z = arith.constant dense<3> : tensor<i32>
  %y = qs.mul half_even saturate %a, %b multiplier %m lhs_zp(%za : tensor<i32>) rhs_zp(%zb : tensor<i32>)
      zero_point(%z : tensor<i32>)
      : tensor<4x!qs.q<uint8, tensor>>, tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %y : tensor<4x!qs.q<int8, tensor>>
}

func.func @broadcast() -> tensor<2x2x!qs.q<uint8, tensor>> {
  %aw = arith.constant dense<[[1, 2], [5, 7]]> : tensor<2x2xi8>
  %a = qs.storage_cast %aw : tensor<2x2xi8> -> tensor<2x2x!qs.q<uint8, tensor>>
  %bw = arith.constant dense<[[4, 6]]> : tensor<1x2xi8>
  %b = qs.storage_cast %bw : tensor<1x2xi8> -> tensor<1x2x!qs.q<uint8, tensor>>
  %m = arith.constant dense<0.5> : tensor<f32>
  %y = qs.mul half_even saturate %a, %b multiplier %m
      : tensor<2x2x!qs.q<uint8, tensor>>, tensor<1x2x!qs.q<uint8, tensor>>, tensor<f32> -> tensor<2x2x!qs.q<uint8, tensor>>
  return %y : tensor<2x2x!qs.q<uint8, tensor>>
}

func.func @wide() -> tensor<1x!qs.q<uint16, tensor>> {
  %aw = arith.constant dense<[-1]> : tensor<1xi16>
  %a = qs.storage_cast %aw : tensor<1xi16> -> tensor<1x!qs.q<uint16, tensor>>
  %m = arith.constant dense<1.52587890625e-05> : tensor<f32>
  %y = qs.mul half_even saturate %a, %a multiplier %m
      : tensor<1x!qs.q<uint16, tensor>>, tensor<1x!qs.q<uint16, tensor>>, tensor<f32> -> tensor<1x!qs.q<uint16, tensor>>
  return %y : tensor<1x!qs.q<uint16, tensor>>
}

func.func @signed() -> tensor<5x!qs.q<int8, tensor>> {
  %w = arith.constant dense<[-128, -11, 0, 21, 127]> : tensor<5xi8>
  %q = qs.storage_cast %w : tensor<5xi8> -> tensor<5x!qs.q<int8, tensor>>
  %y = qs.clamp %q min -10 max 20 : tensor<5x!qs.q<int8, tensor>>
  return %y : tensor<5x!qs.q<int8, tensor>>
}

func.func @unsigned() -> tensor<3x!qs.q<uint8, tensor>> {
  %w = arith.constant dense<[0, 100, 200]> : tensor<3xi8>
  %q = qs.storage_cast %w : tensor<3xi8> -> tensor<3x!qs.q<uint8, tensor>>
  %y = qs.clamp %q min 100 max 150 : tensor<3x!qs.q<uint8, tensor>>
  return %y : tensor<3x!qs.q<uint8, tensor>>
}

func.func @signed() -> tensor<4xf32> {
  %w = arith.constant dense<[-2, -1, 0, 1]> : tensor<4xi2>
  %q = qs.storage_cast %w : tensor<4xi2> -> tensor<4x!qs.q<int2>>
  %t = arith.constant dense<[0.5, 1.5, 2.5, 3.5]> : tensor<4xf32>
  %y = qs.lookup %q in %t : tensor<4x!qs.q<int2>>, tensor<4xf32> -> tensor<4xf32>
  return %y : tensor<4xf32>
}

func.func @codes() -> tensor<2x2x!qs.q<uint8, tensor>> {
  %w = arith.constant dense<[[0, 3], [2, 1]]> : tensor<2x2xi2>
  %q = qs.storage_cast %w : tensor<2x2xi2> -> tensor<2x2x!qs.q<uint2>>
  %tw = arith.constant dense<[10, 20, 30, -1]> : tensor<4xi8>
  %t = qs.storage_cast %tw : tensor<4xi8> -> tensor<4x!qs.q<uint8, tensor>>
  %y = qs.lookup %q in %t : tensor<2x2x!qs.q<uint2>>, tensor<4x!qs.q<uint8, tensor>> -> tensor<2x2x!qs.q<uint8, tensor>>
  return %y : tensor<2x2x!qs.q<uint8, tensor>>
}

func.func @padding() -> tensor<1x2x2x1x!qs.q<int8, tensor>> {
  %w = arith.constant dense<[[[[-1], [-2], [-3]], [[-7], [-9], [-6]], [[-4], [-8], [-5]]]]> : tensor<1x3x3x1xi8>
  %q = qs.storage_cast %w : tensor<1x3x3x1xi8> -> tensor<1x3x3x1x!qs.q<int8, tensor>>
  %y = qs.max_pool2d %q kernel [2, 2] stride [2, 2] pad [1, 0, 1, 0]
      : tensor<1x3x3x1x!qs.q<int8, tensor>> -> tensor<1x2x2x1x!qs.q<int8, tensor>>
  return %y : tensor<1x2x2x1x!qs.q<int8, tensor>>
}

func.func @channels() -> tensor<1x1x1x2x!qs.q<uint8, tensor>> {
  %w = arith.constant dense<[[[[200, 1], [3, 2]], [[100, 3], [7, 4]]]]> : tensor<1x2x2x2xi8>
  %q = qs.storage_cast %w : tensor<1x2x2x2xi8> -> tensor<1x2x2x2x!qs.q<uint8, tensor>>
  %y = qs.max_pool2d %q kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0]
      : tensor<1x2x2x2x!qs.q<uint8, tensor>> -> tensor<1x1x1x2x!qs.q<uint8, tensor>>
  return %y : tensor<1x1x1x2x!qs.q<uint8, tensor>>
}

func.func @padding() -> tensor<1x2x2x1xi32> {
  %w = arith.constant dense<[[[[0], [10], [20]], [[30], [40], [50]], [[60], [70], [255]]]]> : tensor<1x3x3x1xi8>
  %q = qs.storage_cast %w : tensor<1x3x3x1xi8> -> tensor<1x3x3x1x!qs.q<uint8, tensor>>
  %z = arith.constant dense<10> : tensor<i32>
  %y = qs.sum_pool2d %q zero_point(%z : tensor<i32>) kernel [2, 2] stride [2, 2] pad [1, 0, 1, 0]
      : tensor<1x3x3x1x!qs.q<uint8, tensor>> -> tensor<1x2x2x1xi32>
  return %y : tensor<1x2x2x1xi32>
}

func.func @average() -> (tensor<1x1x1x2xi32>, tensor<1x1x1x2x!qs.q<int8, tensor>>) {
  %w = arith.constant dense<[[[[10, -1], [20, -2]], [[30, -3], [40, 0]]]]> : tensor<1x2x2x2xi8>
  %q = qs.storage_cast %w : tensor<1x2x2x2xi8> -> tensor<1x2x2x2x!qs.q<int8, tensor>>
  %s = qs.sum_pool2d %q kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0]
      : tensor<1x2x2x2x!qs.q<int8, tensor>> -> tensor<1x1x1x2xi32>
  %m = arith.constant dense<0.25> : tensor<f32>
  %y = qs.requantize half_even saturate %s multiplier %m
      : tensor<1x1x1x2xi32>, tensor<f32> -> tensor<1x1x1x2x!qs.q<int8, tensor>>
  return %s, %y : tensor<1x1x1x2xi32>, tensor<1x1x1x2x!qs.q<int8, tensor>>
}

func.func @flip_sign() -> tensor<1x1x3x2xi8> {
  %x = arith.constant dense<[[[[-3], [5]]]]> : tensor<1x1x2x1xi8>
  %e = tensor.empty() : tensor<1x1x3x2xi8>
  %r = qs.prepare_rows flip_sign %x pad [0, 0, 1, 0] channel_pad 1 fill -128 outs(%e)
      : tensor<1x1x2x1xi8>, tensor<1x1x3x2xi8> -> tensor<1x1x3x2xi8>
  return %r : tensor<1x1x3x2xi8>
}

func.func @extend() -> (tensor<2xi16>, tensor<2xi16>, tensor<2xi8>) {
  %x = arith.constant dense<[-1, 5]> : tensor<2xi8>
  %e = tensor.empty() : tensor<2xi16>
  %b = tensor.empty() : tensor<2xi8>
  %0 = qs.prepare_rows sign_extend %x pad [0, 0, 0, 0] outs(%e) : tensor<2xi8>, tensor<2xi16> -> tensor<2xi16>
  %1 = qs.prepare_rows zero_extend %x pad [0, 0, 0, 0] outs(%e) : tensor<2xi8>, tensor<2xi16> -> tensor<2xi16>
  %2 = qs.prepare_rows copy %x pad [0, 0, 0, 0] outs(%b) : tensor<2xi8>, tensor<2xi8> -> tensor<2xi8>
  return %0, %1, %2 : tensor<2xi16>, tensor<2xi16>, tensor<2xi8>
}

func.func @store() -> tensor<2x3xi32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, -1, 2, 0, 3, 4, -5, 0]> : tensor<8xi8> : !weights
  %b = arith.constant dense<[10, 0, 1]> : tensor<3xi32>
  %e = tensor.empty() : tensor<2x3xi32>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xi32>) epilogue <kind = store> outs(%e)
      : tensor<2x2xi8>, !weights, tensor<2x3xi32> -> tensor<2x3xi32>
  return %y : tensor<2x3xi32>
}

func.func @signed_input() -> tensor<2x3xi32> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, -1, 2, 0, 3, 4, -5, 0]> : tensor<8xi8> : !weights
  %e = tensor.empty() : tensor<2x3xi32>
  %y = qs.packed_matmul %x, %w signed_input epilogue <kind = store> outs(%e)
      : tensor<2x2xi8>, !weights, tensor<2x3xi32> -> tensor<2x3xi32>
  return %y : tensor<2x3xi32>
}

func.func @requantize() -> tensor<2x3xi8> {
  %x = arith.constant dense<[[1, 2], [-56, 0]]> : tensor<2x2xi8>
  %w = qs.packed_constant dense<[1, -1, 2, 0, 3, 4, -5, 0]> : tensor<8xi8> : !weights
  %b = arith.constant dense<[10, 0, 1]> : tensor<3xi32>
  %m = arith.constant dense<0.5> : tensor<f32>
  %e = tensor.empty() : tensor<2x3xi8>
  %y = qs.packed_matmul %x, %w bias(%b : tensor<3xi32>) multiplier(%m : tensor<f32>)
      epilogue <kind = requantize, zeroPoint = 1, lower = -128, upper = 127> outs(%e)
      : tensor<2x2xi8>, !weights, tensor<2x3xi8> -> tensor<2x3xi8>
  return %y : tensor<2x3xi8>
}

func.func @identity() -> tensor<2xf32> {
  %x = arith.constant dense<[1.5, -2.0]> : tensor<2xf32>
  %o = qs.observe %x "layer" : tensor<2xf32>
  return %o : tensor<2xf32>
}
