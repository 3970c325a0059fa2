// RUN: qs-opt %s --split-input-file --verify-diagnostics

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

func.func @mm5_groups(%a: tensor<3x4x!qs.q<int8>>, %b: tensor<4x2x!qs.q<uint4, group(0, 2)>>, %s: tensor<2x2xf32>, %z: tensor<4x2xi32>) -> tensor<3x2xf32> {
  // expected-error@+1 {{(MM5) expected rhs_zp of rank 0 or one for each of the 2 channels or of the shape of the scales, found 'tensor<4x2xi32>'}}
  %c = qs.matmul %a, %b rhs_zp(%z : tensor<4x2xi32>) rhs_scale(%s : tensor<2x2xf32>) : tensor<3x4x!qs.q<int8>>, tensor<4x2x!qs.q<uint4, group(0, 2)>> -> tensor<3x2xf32>
  return %c : tensor<3x2xf32>
}

// -----

func.func @mm5_range(%a: tensor<3x4x!qs.q<int8>>, %b: tensor<4x2x!qs.q<uint4, group(0, 2)>>, %s: tensor<2x2xf32>) -> tensor<3x2xf32> {
  %z = arith.constant dense<[[0, 1], [16, 3]]> : tensor<2x2xi32>
  // expected-error@+1 {{(MM5) expected rhs_zp in the range 0..15 of '!qs.q<uint4, group(0, 2)>', found 16}}
  %c = qs.matmul %a, %b rhs_zp(%z : tensor<2x2xi32>) rhs_scale(%s : tensor<2x2xf32>) : tensor<3x4x!qs.q<int8>>, tensor<4x2x!qs.q<uint4, group(0, 2)>> -> tensor<3x2xf32>
  return %c : tensor<3x2xf32>
}
