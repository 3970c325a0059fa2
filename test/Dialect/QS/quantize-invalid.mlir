// RUN: qs-opt %s --split-input-file --verify-diagnostics

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
  // expected-error@+1 {{(CP1) expected a code without parameters and one scale for the tensor or each index of an axis, found '!qs.q<int8, group(0, 2)>'}}
  %s, %z = qs.choose_params %x as !qs.q<int8, group(0, 2)> : tensor<2xf32> -> tensor<f32>, tensor<i32>
  return %s : tensor<f32>
}

// -----

func.func @cp1_code(%x: tensor<2xf32>) -> tensor<f32> {
  // expected-error@+1 {{(CP1) expected a code without parameters and one scale for the tensor or each index of an axis, found '!qs.q<codebook4, tensor>'}}
  %s, %z = qs.choose_params %x as !qs.q<codebook4, tensor> : tensor<2xf32> -> tensor<f32>, tensor<i32>
  return %s : tensor<f32>
}

// -----

func.func @cp2(%x: tensor<2xf32>) -> tensor<f32> {
  // expected-error@+1 {{(CP2) expected 'symmetric' with an integer code, found '!qs.q<f8e4m3, tensor>'}}
  %s, %z = qs.choose_params symmetric %x as !qs.q<f8e4m3, tensor> : tensor<2xf32> -> tensor<f32>, tensor<i32>
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
