// RUN: qs-opt %s --split-input-file --verify-diagnostics

// Types.

// expected-error-re@+1 {{expected a code ({{.*}}int1..int16, uint1..uint16{{.*}}), found 'int17'}}
func.func private @code(tensor<2x!qs.q<int17>>)

// -----

// expected-error-re@+1 {{expected a code ({{.*}}int1..int16, uint1..uint16{{.*}}), found 'float3'}}
func.func private @code(tensor<2x!qs.q<float3>>)

// -----

// expected-error@+1 {{expected an integer code of 1 to 16 bits, found 20}}
func.func private @code(tensor<2x!qs.q<#qs.int<20>>>)

// -----

// expected-error@+1 {{expected scales stored as f32, f16, e8m0 or e4m3, found 'f64'}}
func.func private @storage(tensor<2x!qs.q<int8, tensor:f64>>)

// -----

// expected-error@+1 {{expected a scale (none, tensor, axis(d), group(d, g)) or a pattern (dense), found 'channel'}}
func.func private @scale(tensor<2x!qs.q<int8, channel>>)

// -----

// expected-error@+1 {{expected a pattern (dense), found 'sparse'}}
func.func private @pattern(tensor<2x!qs.q<int8, tensor, sparse>>)

// -----

// expected-error@+1 {{expected a group size of at least 1, found 0}}
func.func private @group(tensor<2x!qs.q<int8, group(0, 0)>>)

// -----

// expected-error@+1 {{expected a scale axis of at least 0, found -1}}
func.func private @axis(tensor<2x!qs.q<int8, axis(-1)>>)

// -----

// expected-error@+1 {{expected min <= max, found 2.000000e+00 > 1.000000e+00}}
func.func private @range() attributes {r = #qs.range<2.0, 1.0, "kl", 1, "">}

// -----

// Q: quantize.

func.func @q1(%x: tensor<2x3xf32>, %s: tensor<f32>) -> tensor<3x2x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(Q1) expected one shape, found 2x3 and 3x2}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2x3xf32>, tensor<f32> -> tensor<3x2x!qs.q<int8, tensor>>
  return %q : tensor<3x2x!qs.q<int8, tensor>>
}

// -----

func.func @q2_count(%x: tensor<2x3xf32>, %s: tensor<2xf32>) -> tensor<2x3x!qs.q<int8, axis(1)>> {
  // expected-error@+1 {{(Q2) expected a scale of shape 3 for '!qs.q<int8, axis(1)>' on a tensor of shape 2x3, found 2}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2x3xf32>, tensor<2xf32> -> tensor<2x3x!qs.q<int8, axis(1)>>
  return %q : tensor<2x3x!qs.q<int8, axis(1)>>
}

// -----

func.func @q2_axis(%x: tensor<2x3xf32>, %s: tensor<2xf32>) -> tensor<2x3x!qs.q<int8, axis(2)>> {
  // expected-error@+1 {{(Q2) scale axis 2 is out of range for a tensor of rank 2}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2x3xf32>, tensor<2xf32> -> tensor<2x3x!qs.q<int8, axis(2)>>
  return %q : tensor<2x3x!qs.q<int8, axis(2)>>
}

// -----

func.func @q2_dynamic_axis(%x: tensor<?x3xf32>, %s: tensor<2xf32>) -> tensor<?x3x!qs.q<int8, axis(0)>> {
  // expected-error@+1 {{(Q2) expected a static size on scale axis 0}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<?x3xf32>, tensor<2xf32> -> tensor<?x3x!qs.q<int8, axis(0)>>
  return %q : tensor<?x3x!qs.q<int8, axis(0)>>
}

// -----

func.func @q2_group(%x: tensor<2x100xf32>, %s: tensor<2x3xf32>) -> tensor<2x100x!qs.q<int4, group(1, 48)>> {
  // expected-error@+1 {{(Q2) group size 48 must divide the scaled dimension 100}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2x100xf32>, tensor<2x3xf32> -> tensor<2x100x!qs.q<int4, group(1, 48)>>
  return %q : tensor<2x100x!qs.q<int4, group(1, 48)>>
}

// -----

func.func @q2_storage(%x: tensor<2xf32>, %s: tensor<f16>) -> tensor<2x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(Q2) expected scales stored as 'f32', found 'f16'}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2xf32>, tensor<f16> -> tensor<2x!qs.q<int8, tensor>>
  return %q : tensor<2x!qs.q<int8, tensor>>
}

// -----

func.func @q2_zero_point(%x: tensor<2xf32>, %s: tensor<f32>, %z: tensor<2xi32>) -> tensor<2x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(Q2) expected a zero point of shape scalar, found 2}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<2xf32>, tensor<f32>, tensor<2xi32> -> tensor<2x!qs.q<int8, tensor>>
  return %q : tensor<2x!qs.q<int8, tensor>>
}

// -----

func.func @q3_zero(%x: tensor<2xf32>) -> tensor<2x!qs.q<int8, tensor>> {
  %s = arith.constant dense<0.0> : tensor<f32>
  // expected-error@+1 {{(Q3) expected scales that are positive, normal and finite, found 0}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2xf32>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  return %q : tensor<2x!qs.q<int8, tensor>>
}

// -----

func.func @q3_nan(%x: tensor<2xf32>) -> tensor<2x!qs.q<int8, tensor>> {
  %s = arith.constant dense<0x7FC00000> : tensor<f32>
  // expected-error@+1 {{(Q3) expected scales that are positive, normal and finite, found NaN}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2xf32>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  return %q : tensor<2x!qs.q<int8, tensor>>
}

// -----

func.func @q3_inf(%x: tensor<2xf32>) -> tensor<2x!qs.q<int8, tensor>> {
  %s = arith.constant dense<0x7F800000> : tensor<f32>
  // expected-error@+1 {{(Q3) expected scales that are positive, normal and finite, found +Inf}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2xf32>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  return %q : tensor<2x!qs.q<int8, tensor>>
}

// -----

func.func @q3_negative(%x: tensor<2xf32>) -> tensor<2x!qs.q<int8, axis(0)>> {
  %s = arith.constant dense<[1.0, -0.5]> : tensor<2xf32>
  // expected-error@+1 {{(Q3) expected scales that are positive, normal and finite, found -0.5}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2xf32>, tensor<2xf32> -> tensor<2x!qs.q<int8, axis(0)>>
  return %q : tensor<2x!qs.q<int8, axis(0)>>
}

// -----

func.func @q3_subnormal(%x: tensor<2xf32>) -> tensor<2x!qs.q<int8, tensor>> {
  %s = arith.constant dense<0x00000001> : tensor<f32>
  // expected-error@+1 {{(Q3) expected scales that are positive, normal and finite, found 1.4}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2xf32>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  return %q : tensor<2x!qs.q<int8, tensor>>
}

// -----

func.func @q4(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2x!qs.q<uint8, tensor>> {
  %z = arith.constant dense<256> : tensor<i32>
  // expected-error@+1 {{(Q4) expected zero point in the range 0..255 of '!qs.q<uint8, tensor>', found 256}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<2xf32>, tensor<f32>, tensor<i32> -> tensor<2x!qs.q<uint8, tensor>>
  return %q : tensor<2x!qs.q<uint8, tensor>>
}

// -----

func.func @q6(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2x!qs.q<uint8>> {
  // expected-error@+1 {{(Q6) expected a scale in '!qs.q<uint8>', found 'none'}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2xf32>, tensor<f32> -> tensor<2x!qs.q<uint8>>
  return %q : tensor<2x!qs.q<uint8>>
}

// -----

// D, FQ: the same checks with labels of their own.

func.func @d1(%q: tensor<2x!qs.q<int8, tensor>>, %s: tensor<f32>) -> tensor<3xf32> {
  // expected-error@+1 {{(D1) expected one shape, found 2 and 3}}
  %d = qs.dequantize %q scale %s : tensor<2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<3xf32>
  return %d : tensor<3xf32>
}

// -----

func.func @fq4(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2xf32> {
  %z = arith.constant dense<8> : tensor<i32>
  // expected-error@+1 {{(FQ4) expected zero point in the range -8..7 of '!qs.q<int4, tensor>', found 8}}
  %f = qs.fake_quantize half_even round_then_add saturate %x scale %s zero_point %z
      as !qs.q<int4, tensor> : tensor<2xf32>, tensor<f32>, tensor<i32>
  return %f : tensor<2xf32>
}

// -----

func.func @cp1(%x: tensor<2xf32>) -> tensor<f32> {
  // expected-error@+1 {{(CP1) expected an integer code with one scale for the tensor or each index of an axis, found '!qs.q<int8, group(0, 2)>'}}
  %s, %z = qs.choose_params %x as !qs.q<int8, group(0, 2)> : tensor<2xf32> -> tensor<f32>, tensor<i32>
  return %s : tensor<f32>
}

// -----

func.func @cp1_code(%x: tensor<2xf32>) -> tensor<f32> {
  // expected-error@+1 {{(CP1) expected an integer code with one scale for the tensor or each index of an axis, found '!qs.q<nf4, tensor>'}}
  %s, %z = qs.choose_params %x as !qs.q<nf4, tensor> : tensor<2xf32> -> tensor<f32>, tensor<i32>
  return %s : tensor<f32>
}

// -----

func.func @cp1_rows(%x: tensor<2x3xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{(CP1) expected scale and zero point of shape 2, found 3}}
  %s, %z = qs.choose_params %x as !qs.q<int8, axis(0)> : tensor<2x3xf32> -> tensor<3xf32>, tensor<2xi32>
  return %s : tensor<3xf32>
}

// -----

func.func @cp1_rank(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{(CP1) expected scale and zero point of shape 2, found scalar}}
  %s, %z = qs.choose_params %x as !qs.q<int8, axis(0)> : tensor<2x3xf32> -> tensor<2xf32>, tensor<i32>
  return %s : tensor<2xf32>
}

// -----

func.func @cp1_axis(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{(CP1)}}
  %s, %z = qs.choose_params %x as !qs.q<int8, axis(2)> : tensor<2x3xf32> -> tensor<2xf32>, tensor<2xi32>
  return %s : tensor<2xf32>
}

// -----

func.func @cp1_dynamic(%x: tensor<?x3xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{(CP1)}}
  %s, %z = qs.choose_params %x as !qs.q<int8, axis(0)> : tensor<?x3xf32> -> tensor<2xf32>, tensor<2xi32>
  return %s : tensor<2xf32>
}

// -----

// R, RF: requantize.

func.func @r1(%a: tensor<2x4xi32>, %m: tensor<f32>) -> tensor<2x5x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(R1) expected one shape, found 2x4 and 2x5}}
  %q = qs.requantize half_even saturate %a multiplier %m : tensor<2x4xi32>, tensor<f32> -> tensor<2x5x!qs.q<int8, tensor>>
  return %q : tensor<2x5x!qs.q<int8, tensor>>
}

// -----

func.func @r2(%a: tensor<2x4xi32>, %m: tensor<3xf32>) -> tensor<2x4x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(R2) expected a multiplier of rank 0 or one for each index of the last axis (4), found 3}}
  %q = qs.requantize half_even saturate %a multiplier %m : tensor<2x4xi32>, tensor<3xf32> -> tensor<2x4x!qs.q<int8, tensor>>
  return %q : tensor<2x4x!qs.q<int8, tensor>>
}

// -----

func.func @r3(%a: tensor<2x4xi32>) -> tensor<2x4x!qs.q<int8, tensor>> {
  %m = arith.constant dense<-1.0> : tensor<f32>
  // expected-error@+1 {{(R3) expected finite, not negative multipliers, found -1}}
  %q = qs.requantize half_even saturate %a multiplier %m : tensor<2x4xi32>, tensor<f32> -> tensor<2x4x!qs.q<int8, tensor>>
  return %q : tensor<2x4x!qs.q<int8, tensor>>
}

// -----

func.func @r4(%a: tensor<2x4xi32>, %m: tensor<f32>, %z: tensor<4xi32>) -> tensor<2x4x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(R4) expected zero point of rank 0, found 'tensor<4xi32>'}}
  %q = qs.requantize half_even saturate %a multiplier %m zero_point(%z : tensor<4xi32>) : tensor<2x4xi32>, tensor<f32> -> tensor<2x4x!qs.q<int8, tensor>>
  return %q : tensor<2x4x!qs.q<int8, tensor>>
}

// -----

func.func @r6(%a: tensor<2x4xi32>, %m: tensor<f32>, %z: tensor<i32>) -> tensor<2x4x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(R6) an input zero point needs a quantized input, found 'tensor<2x4xi32>'}}
  %q = qs.requantize half_even saturate %a multiplier %m input_zp(%z : tensor<i32>) : tensor<2x4xi32>, tensor<f32> -> tensor<2x4x!qs.q<int8, tensor>>
  return %q : tensor<2x4x!qs.q<int8, tensor>>
}

// -----

func.func @rf2(%a: tensor<2x4xi32>, %m: tensor<4xi32>, %s: tensor<i8>) -> tensor<2x4x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(RF2) expected multiplier and shift of rank 0 or one for each index of the last axis (4), found 4 and scalar}}
  %q = qs.requantize_fixed single saturate %a multiplier %m shift %s
      : tensor<2x4xi32>, tensor<4xi32>, tensor<i8> -> tensor<2x4x!qs.q<int8, tensor>>
  return %q : tensor<2x4x!qs.q<int8, tensor>>
}

// -----

func.func @rf3_multiplier(%a: tensor<2x4xi32>, %s: tensor<i8>) -> tensor<2x4x!qs.q<int8, tensor>> {
  %m = arith.constant dense<-2147483648> : tensor<i32>
  // expected-error@+1 {{(RF3) expected multipliers that are not negative, found -2147483648}}
  %q = qs.requantize_fixed single saturate %a multiplier %m shift %s
      : tensor<2x4xi32>, tensor<i32>, tensor<i8> -> tensor<2x4x!qs.q<int8, tensor>>
  return %q : tensor<2x4x!qs.q<int8, tensor>>
}

// -----

func.func @rf3_shift(%a: tensor<2x4xi32>, %m: tensor<i32>) -> tensor<2x4x!qs.q<int8, tensor>> {
  %s = arith.constant dense<63> : tensor<i8>
  // expected-error@+1 {{(RF3) expected shifts in 0..62, found 63}}
  %q = qs.requantize_fixed single saturate %a multiplier %m shift %s
      : tensor<2x4xi32>, tensor<i32>, tensor<i8> -> tensor<2x4x!qs.q<int8, tensor>>
  return %q : tensor<2x4x!qs.q<int8, tensor>>
}

// -----

func.func @rf3_tflite(%a: tensor<2x4xi32>, %m: tensor<i32>) -> tensor<2x4x!qs.q<int8, tensor>> {
  %s = arith.constant dense<30> : tensor<i8>
  // expected-error@+1 {{(RF3) expected shifts in 31..62, found 30}}
  %q = qs.requantize_fixed tflite saturate %a multiplier %m shift %s
      : tensor<2x4xi32>, tensor<i32>, tensor<i8> -> tensor<2x4x!qs.q<int8, tensor>>
  return %q : tensor<2x4x!qs.q<int8, tensor>>
}

// -----

// SC: storage_cast.

func.func @sc2_both(%a: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error@+1 {{(SC2) expected one quantized and one builtin integer element type, found 'tensor<2xi8>' and 'tensor<2xi8>'}}
  %c = qs.storage_cast %a : tensor<2xi8> -> tensor<2xi8>
  return %c : tensor<2xi8>
}

// -----

func.func @sc2_storage(%a: tensor<2xi8>) -> tensor<2x!qs.q<int4>> {
  // expected-error@+1 {{(SC2) expected 'i4' as the storage of '!qs.q<int4>', found 'i8'}}
  %c = qs.storage_cast %a : tensor<2xi8> -> tensor<2x!qs.q<int4>>
  return %c : tensor<2x!qs.q<int4>>
}

// -----

// MM: matmul.

func.func @mm1(%a: tensor<4x!qs.q<int8>>, %b: tensor<4x2x!qs.q<int8>>) -> tensor<2xi32> {
  // expected-error@+1 {{(MM1) expected operands of rank 2 or more}}
  %c = qs.matmul %a, %b : tensor<4x!qs.q<int8>>, tensor<4x2x!qs.q<int8>> -> tensor<2xi32>
  return %c : tensor<2xi32>
}

// -----

func.func @mm1_batch(%a: tensor<2x3x4x!qs.q<int8>>, %b: tensor<5x4x2x!qs.q<int8>>) -> tensor<2x3x2xi32> {
  // expected-error@+1 {{(MM1) expected equal leading dimensions, found 2x3x4 and 5x4x2}}
  %c = qs.matmul %a, %b : tensor<2x3x4x!qs.q<int8>>, tensor<5x4x2x!qs.q<int8>> -> tensor<2x3x2xi32>
  return %c : tensor<2x3x2xi32>
}

// -----

func.func @mm2(%a: tensor<3x4x!qs.q<int8>>, %b: tensor<5x2x!qs.q<int8>>) -> tensor<3x2xi32> {
  // expected-error@+1 {{(MM2) expected one reduction size, found 4 and 5}}
  %c = qs.matmul %a, %b : tensor<3x4x!qs.q<int8>>, tensor<5x2x!qs.q<int8>> -> tensor<3x2xi32>
  return %c : tensor<3x2xi32>
}

// -----

func.func @mm3(%a: tensor<3x4x!qs.q<int8>>, %b: tensor<2x4x!qs.q<int8>>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(MM3) expected a result of shape 3x2, found 2x3}}
  %c = qs.matmul %a, %b transpose_rhs : tensor<3x4x!qs.q<int8>>, tensor<2x4x!qs.q<int8>> -> tensor<2x3xi32>
  return %c : tensor<2x3xi32>
}

// -----

func.func @mm4(%a: tensor<3x4x!qs.q<int8>>, %b: tensor<4x2xf32>) -> tensor<3x2xi32> {
  // expected-error@+1 {{(MM4) expected both operands quantized or all f32, found '!qs.q<int8>', 'f32' and 'i32'}}
  %c = qs.matmul %a, %b : tensor<3x4x!qs.q<int8>>, tensor<4x2xf32> -> tensor<3x2xi32>
  return %c : tensor<3x2xi32>
}

// -----

func.func @mm5(%a: tensor<3x4x!qs.q<int8>>, %b: tensor<4x2x!qs.q<int8>>) -> tensor<3x2xi32> {
  %z = arith.constant dense<128> : tensor<i32>
  // expected-error@+1 {{(MM5) expected lhs_zp in the range -128..127 of '!qs.q<int8>', found 128}}
  %c = qs.matmul %a, %b lhs_zp(%z : tensor<i32>) : tensor<3x4x!qs.q<int8>>, tensor<4x2x!qs.q<int8>> -> tensor<3x2xi32>
  return %c : tensor<3x2xi32>
}

// -----

func.func @mm5_float(%a: tensor<3x4xf32>, %b: tensor<4x2xf32>, %z: tensor<i32>) -> tensor<3x2xf32> {
  // expected-error@+1 {{(MM5) lhs_zp needs an operand quantized with an integer code}}
  %c = qs.matmul %a, %b lhs_zp(%z : tensor<i32>) : tensor<3x4xf32>, tensor<4x2xf32> -> tensor<3x2xf32>
  return %c : tensor<3x2xf32>
}

// -----

func.func @mm6(%a: tensor<3x4x!qs.q<int8>>, %b: tensor<4x2x!qs.q<int8>>, %bias: tensor<3xi32>) -> tensor<3x2xi32> {
  // expected-error@+1 {{(MM6) expected a bias of 2 elements of 'i32', found 'tensor<3xi32>'}}
  %c = qs.matmul %a, %b bias(%bias : tensor<3xi32>) : tensor<3x4x!qs.q<int8>>, tensor<4x2x!qs.q<int8>> -> tensor<3x2xi32>
  return %c : tensor<3x2xi32>
}

// -----

// CV: conv2d.

func.func @cv1(%x: tensor<8x8x4x!qs.q<int8>>, %w: tensor<8x3x3x4x!qs.q<int8>>) -> tensor<1x6x6x8xi32> {
  // expected-error@+1 {{(CV1) expected tensors of rank 4, found 8x8x4, 8x3x3x4 and 1x6x6x8}}
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
      : tensor<8x8x4x!qs.q<int8>>, tensor<8x3x3x4x!qs.q<int8>> -> tensor<1x6x6x8xi32>
  return %0 : tensor<1x6x6x8xi32>
}

// -----

func.func @cv2_size(%x: tensor<1x8x8x4x!qs.q<int8>>, %w: tensor<8x3x3x4x!qs.q<int8>>) -> tensor<1x6x6x8xi32> {
  // expected-error@+1 {{(CV2) expected 4 values of pad, found 2}}
  %0 = qs.conv2d %x, %w pad [0, 0] stride [1, 1] dilation [1, 1]
      : tensor<1x8x8x4x!qs.q<int8>>, tensor<8x3x3x4x!qs.q<int8>> -> tensor<1x6x6x8xi32>
  return %0 : tensor<1x6x6x8xi32>
}

// -----

func.func @cv2_stride(%x: tensor<1x8x8x4x!qs.q<int8>>, %w: tensor<8x3x3x4x!qs.q<int8>>) -> tensor<1x6x6x8xi32> {
  // expected-error@+1 {{(CV2) expected stride of at least 1 and at most 2^31, found 0}}
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [0, 1] dilation [1, 1]
      : tensor<1x8x8x4x!qs.q<int8>>, tensor<8x3x3x4x!qs.q<int8>> -> tensor<1x6x6x8xi32>
  return %0 : tensor<1x6x6x8xi32>
}

// -----

func.func @cv3(%x: tensor<1x8x8x4x!qs.q<int8>>, %w: tensor<8x3x3x4x!qs.q<int8>>) -> tensor<1x6x6x8xi32> {
  // expected-error@+1 {{(CV3) expected weights of 2 channels, found 4}}
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] groups 2
      : tensor<1x8x8x4x!qs.q<int8>>, tensor<8x3x3x4x!qs.q<int8>> -> tensor<1x6x6x8xi32>
  return %0 : tensor<1x6x6x8xi32>
}

// -----

func.func @cv4(%x: tensor<1x8x8x4x!qs.q<int8>>, %w: tensor<8x3x3x4x!qs.q<int8>>) -> tensor<1x8x8x8xi32> {
  // expected-error@+1 {{(CV4) expected a result of shape 1x6x6x8, found 1x8x8x8}}
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
      : tensor<1x8x8x4x!qs.q<int8>>, tensor<8x3x3x4x!qs.q<int8>> -> tensor<1x8x8x8xi32>
  return %0 : tensor<1x8x8x8xi32>
}

// -----

func.func @cv6(%x: tensor<1x8x8x4x!qs.q<int8>>, %w: tensor<8x3x3x4x!qs.q<int8>>, %z: tensor<4xi32>) -> tensor<1x6x6x8xi32> {
  // expected-error@+1 {{(CV6) expected weight_zp of rank 0 or one for each of the 8 channels, found 'tensor<4xi32>'}}
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] weight_zp(%z : tensor<4xi32>)
      : tensor<1x8x8x4x!qs.q<int8>>, tensor<8x3x3x4x!qs.q<int8>> -> tensor<1x6x6x8xi32>
  return %0 : tensor<1x6x6x8xi32>
}

// -----

// A, MU, CL, L, P, SP: elementwise, tables, pooling.

func.func @a1(%a: tensor<2x3x!qs.q<int8, tensor>>, %b: tensor<2x4x!qs.q<int8, tensor>>, %m: tensor<f32>) -> tensor<2x3x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(A1) expected shapes that broadcast, found 2x3, 2x4 and 2x3}}
  %c = qs.add half_even saturate %a * %m, %b * %m : tensor<2x3x!qs.q<int8, tensor>> * tensor<f32>, tensor<2x4x!qs.q<int8, tensor>> * tensor<f32> -> tensor<2x3x!qs.q<int8, tensor>>
  return %c : tensor<2x3x!qs.q<int8, tensor>>
}

// -----

func.func @mu4(%a: tensor<2x!qs.q<int8, tensor>>, %m: tensor<f32>, %z: tensor<2xi32>) -> tensor<2x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(MU4) expected rhs_zp of rank 0, found 'tensor<2xi32>'}}
  %c = qs.mul half_even saturate %a, %a multiplier %m rhs_zp(%z : tensor<2xi32>) : tensor<2x!qs.q<int8, tensor>>, tensor<2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  return %c : tensor<2x!qs.q<int8, tensor>>
}

// -----

func.func @cl2(%a: tensor<2x!qs.q<uint8, tensor>>) -> tensor<2x!qs.q<uint8, tensor>> {
  // expected-error@+1 {{(CL2) expected min <= max in the range 0..255, found -1 and 10}}
  %c = qs.clamp %a min -1 max 10 : tensor<2x!qs.q<uint8, tensor>>
  return %c : tensor<2x!qs.q<uint8, tensor>>
}

// -----

func.func @l2(%a: tensor<2x!qs.q<uint4, tensor>>, %t: tensor<256xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{(L2) expected a table of 16 entries, found 'tensor<256xf32>'}}
  %c = qs.lookup %a in %t : tensor<2x!qs.q<uint4, tensor>>, tensor<256xf32> -> tensor<2xf32>
  return %c : tensor<2xf32>
}

// -----

func.func @l3(%a: tensor<2x!qs.q<uint4, tensor>>, %t: tensor<16xf32>) -> tensor<2xf16> {
  // expected-error@+1 {{(L3) expected a table of 'f16', found 'f32'}}
  %c = qs.lookup %a in %t : tensor<2x!qs.q<uint4, tensor>>, tensor<16xf32> -> tensor<2xf16>
  return %c : tensor<2xf16>
}

// -----

func.func @p2(%a: tensor<1x4x4x2x!qs.q<uint8, tensor>>) -> tensor<1x4x4x2x!qs.q<uint8, tensor>> {
  // expected-error@+1 {{(P2) expected a pad smaller than the kernel 2, found 2}}
  %c = qs.max_pool2d %a kernel [2, 2] stride [1, 1] pad [2, 0, 0, 1] : tensor<1x4x4x2x!qs.q<uint8, tensor>> -> tensor<1x4x4x2x!qs.q<uint8, tensor>>
  return %c : tensor<1x4x4x2x!qs.q<uint8, tensor>>
}

// -----

func.func @p3(%a: tensor<1x4x4x2x!qs.q<uint8, tensor>>) -> tensor<1x4x4x2x!qs.q<uint8, tensor>> {
  // expected-error@+1 {{(P3) expected a result of shape 1x2x2x2, found 1x4x4x2}}
  %c = qs.max_pool2d %a kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0] : tensor<1x4x4x2x!qs.q<uint8, tensor>> -> tensor<1x4x4x2x!qs.q<uint8, tensor>>
  return %c : tensor<1x4x4x2x!qs.q<uint8, tensor>>
}

// -----

func.func @p4(%a: tensor<1x4x4x2x!qs.q<uint8, tensor>>) -> tensor<1x2x2x2x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(P4) expected one element type}}
  %c = qs.max_pool2d %a kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0] : tensor<1x4x4x2x!qs.q<uint8, tensor>> -> tensor<1x2x2x2x!qs.q<int8, tensor>>
  return %c : tensor<1x2x2x2x!qs.q<int8, tensor>>
}

// -----

func.func @sp5(%a: tensor<1x4x4x2x!qs.q<uint8, tensor>>) -> tensor<1x2x2x2xi32> {
  %z = arith.constant dense<-1> : tensor<i32>
  // expected-error@+1 {{(SP5) expected zero point in the range 0..255}}
  %c = qs.sum_pool2d %a zero_point(%z : tensor<i32>) kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0] : tensor<1x4x4x2x!qs.q<uint8, tensor>> -> tensor<1x2x2x2xi32>
  return %c : tensor<1x2x2x2xi32>
}

// -----

// expected-error-re@+1 {{expected a code ({{.*}}ternary{{.*}}), found 'quaternary'}}
func.func private @named(tensor<2x!qs.q<#qs.code<"quaternary">>>)

// -----

// expected-error@+1 {{expected #qs.int or #qs.uint for 'int8'}}
func.func private @named(tensor<2x!qs.q<#qs.code<"int8">>>)

// -----

func.func @q5(%x: tensor<2xf32>, %s: tensor<f32>, %z: tensor<i32>) -> tensor<2x!qs.q<nf4, tensor>> {
  // expected-error@+1 {{(Q5) a zero point needs an integer code, found '!qs.q<nf4, tensor>'}}
  %0 = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<2xf32>, tensor<f32>, tensor<i32> -> tensor<2x!qs.q<nf4, tensor>>
  return %0 : tensor<2x!qs.q<nf4, tensor>>
}

// -----

func.func @q7(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2x!qs.q<codebook4, tensor>> {
  // expected-error@+1 {{(Q7) expected a codebook of 16 entries for '!qs.q<codebook4, tensor>'}}
  %0 = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<2xf32>, tensor<f32> -> tensor<2x!qs.q<codebook4, tensor>>
  return %0 : tensor<2x!qs.q<codebook4, tensor>>
}

// -----

func.func @q7(%x: tensor<2xf32>, %s: tensor<f32>, %c: tensor<16xf32>) -> tensor<2x!qs.q<int4, tensor>> {
  // expected-error@+1 {{(Q7) a codebook needs a code with parameters, found '!qs.q<int4, tensor>'}}
  %0 = qs.quantize half_even round_then_add saturate %x scale %s codebook %c
      : tensor<2xf32>, tensor<f32>, tensor<16xf32> -> tensor<2x!qs.q<int4, tensor>>
  return %0 : tensor<2x!qs.q<int4, tensor>>
}

// -----

func.func @q8(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2x!qs.q<nf4, tensor>> {
  // expected-error@+1 {{(Q8) expected a code that is no integer to saturate, found 'wrap' with '!qs.q<nf4, tensor>'}}
  %0 = qs.quantize half_even round_then_add wrap %x scale %s
      : tensor<2xf32>, tensor<f32> -> tensor<2x!qs.q<nf4, tensor>>
  return %0 : tensor<2x!qs.q<nf4, tensor>>
}

// -----

func.func @d7(%q: tensor<2x3x!qs.q<codebook2, axis(0)>>, %s: tensor<2xf32>, %c: tensor<3x4xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{(D7) expected a codebook of shape 4 or 2x4 for '!qs.q<codebook2, axis(0)>', found 3x4}}
  %0 = qs.dequantize %q scale %s codebook %c
      : tensor<2x3x!qs.q<codebook2, axis(0)>>, tensor<2xf32>, tensor<3x4xf32> -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @d7(%q: tensor<2x!qs.q<codebook1, tensor>>, %s: tensor<f32>) -> tensor<2xf32> {
  %c = arith.constant dense<[0.0, 0x7F800000]> : tensor<2xf32>
  // expected-error@+1 {{(D7) expected finite codebook entries, found +Inf}}
  %0 = qs.dequantize %q scale %s codebook %c
      : tensor<2x!qs.q<codebook1, tensor>>, tensor<f32>, tensor<2xf32> -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @mm4(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<nf4, tensor>>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(MM4) expected fixed-point codes or a result of f32, found '!qs.q<nf4, tensor>' and 'i32'}}
  %0 = qs.matmul %a, %b : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<nf4, tensor>> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

func.func @mm4(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<int4, group(0, 2)>>, %s: tensor<2x3xf32>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(MM4) expected a result of f32 with scales of groups, found 'i32'}}
  %0 = qs.matmul %a, %b rhs_scale(%s : tensor<2x3xf32>) : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<int4, group(0, 2)>> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

func.func @mm7(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<int4, group(1, 3)>>, %s: tensor<4x1xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{(MM7) expected scales of groups along axis 0 of the weights, found 'tensor<4x3x!qs.q<int4, group(1, 3)>>'}}
  %0 = qs.matmul %a, %b rhs_scale(%s : tensor<4x1xf32>) : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<int4, group(1, 3)>> -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @mm8(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<codebook2, tensor>>, %c: tensor<4xf32>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(MM8) expected codebook entries of i8, found 'f32'; with a result of f32 they are numbers}}
  %0 = qs.matmul %a, %b rhs_codebook(%c : tensor<4xf32>) : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<codebook2, tensor>> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

func.func @mm8(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<codebook2, tensor>>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(MM8) expected a codebook of 4 entries for '!qs.q<codebook2, tensor>'}}
  %0 = qs.matmul %a, %b : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<codebook2, tensor>> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

func.func @cv8(%x: tensor<1x2x2x4x!qs.q<uint8>>, %w: tensor<3x1x1x4x!qs.q<int4, group(3, 2)>>, %s: tensor<3x1x1x4xf32>) -> tensor<1x2x2x3xf32> {
  // expected-error@+1 {{(CV8) expected a scale of shape 3x1x1x2 for '!qs.q<int4, group(3, 2)>' on a tensor of shape 3x1x1x4, found 3x1x1x4}}
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] weight_scale(%s : tensor<3x1x1x4xf32>)
      : tensor<1x2x2x4x!qs.q<uint8>>, tensor<3x1x1x4x!qs.q<int4, group(3, 2)>> -> tensor<1x2x2x3xf32>
  return %0 : tensor<1x2x2x3xf32>
}

// -----

func.func @cv9(%x: tensor<1x2x2x4x!qs.q<uint8>>, %w: tensor<3x1x1x4x!qs.q<int4>>, %c: tensor<16xi8>) -> tensor<1x2x2x3xi32> {
  // expected-error@+1 {{(CV9) a codebook needs weights of a code with parameters, found 'tensor<3x1x1x4x!qs.q<int4>>'}}
  %0 = qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] weight_codebook(%c : tensor<16xi8>)
      : tensor<1x2x2x4x!qs.q<uint8>>, tensor<3x1x1x4x!qs.q<int4>> -> tensor<1x2x2x3xi32>
  return %0 : tensor<1x2x2x3xi32>
}

// -----

func.func @th1(%x: tensor<2x3xi32>, %t: tensor<3x1xi32>) -> tensor<2x4x!qs.q<binary, tensor>> {
  // expected-error@+1 {{(TH1) expected one shape}}
  %q = qs.threshold %x at %t : tensor<2x3xi32>, tensor<3x1xi32> -> tensor<2x4x!qs.q<binary, tensor>>
  return %q : tensor<2x4x!qs.q<binary, tensor>>
}

// -----

func.func @th2(%x: tensor<2x3xi32>, %t: tensor<2x1xi32>) -> tensor<2x3x!qs.q<binary, tensor>> {
  // expected-error@+1 {{(TH2) expected thresholds [C, 1 to 255], C the last size of 2x3, found 'tensor<2x1xi32>'}}
  %q = qs.threshold %x at %t : tensor<2x3xi32>, tensor<2x1xi32> -> tensor<2x3x!qs.q<binary, tensor>>
  return %q : tensor<2x3x!qs.q<binary, tensor>>
}

// -----

func.func @th3(%x: tensor<2x3xi32>, %t: tensor<3x4xi32>) -> tensor<2x3x!qs.q<uint2, tensor>> {
  // expected-error@+1 {{(TH3) expected levels of 0..3, found 0..4}}
  %q = qs.threshold %x at %t : tensor<2x3xi32>, tensor<3x4xi32> -> tensor<2x3x!qs.q<uint2, tensor>>
  return %q : tensor<2x3x!qs.q<uint2, tensor>>
}

// -----

func.func @th3_words(%x: tensor<2x3xi32>, %t: tensor<3x1xi32>) -> tensor<2x3x!qs.q<binary, tensor>> {
  // expected-error@+1 {{(TH3) expected words of binary, found 1..2}}
  %q = qs.threshold %x at %t base 1 : tensor<2x3xi32>, tensor<3x1xi32> -> tensor<2x3x!qs.q<binary, tensor>>
  return %q : tensor<2x3x!qs.q<binary, tensor>>
}

// -----

func.func @th4(%x: tensor<2x3xi32>, %t: tensor<3x1xi32>) -> tensor<2x3x!qs.q<binary, tensor>> {
  // expected-error@+1 {{(TH4) expected falling for 3 channels, found 2}}
  %q = qs.threshold %x at %t falling [true, false] : tensor<2x3xi32>, tensor<3x1xi32> -> tensor<2x3x!qs.q<binary, tensor>>
  return %q : tensor<2x3x!qs.q<binary, tensor>>
}

// -----

func.func @th5(%x: tensor<2x2xi32>) -> tensor<2x2x!qs.q<uint2, tensor>> {
  %t = arith.constant dense<[[1, 2, 2], [3, 1, 4]]> : tensor<2x3xi32>
  // expected-error@+1 {{(TH5) expected thresholds that ascend, found others in channel 1}}
  %q = qs.threshold %x at %t : tensor<2x2xi32>, tensor<2x3xi32> -> tensor<2x2x!qs.q<uint2, tensor>>
  return %q : tensor<2x2x!qs.q<uint2, tensor>>
}
