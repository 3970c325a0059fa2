// RUN: qs-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expected an accumulator iN (2 to 64 bits) or a float format: unknown float format 'f12', expected one of f32, f16, bf16, eXmY (X of 2..8, Y of 1..23)}}
func.func private @f() attributes {a = #qs.accumulator<f12>}

// -----

// expected-error@+1 {{expected an integer accumulator of 2 to 64 bits, found i65}}
func.func private @f() attributes {a = #qs.accumulator<i65>}

// -----

// expected-error@+1 {{an integer sum is exact: expected no chunk, order, fused or seed with i32}}
func.func private @f() attributes {a = #qs.accumulator<i32, chunk = 4>}

// -----

// expected-error@+1 {{order = strided needs a chunk}}
func.func private @f() attributes {a = #qs.accumulator<f16, order = strided>}

// -----

// expected-error@+1 {{expected consecutive or strided, found 'random'}}
func.func private @f() attributes {a = #qs.accumulator<f16, chunk = 2, order = random>}

// -----

// expected-error@+1 {{expected chunk, order, fused or seed, found 'length'}}
func.func private @f() attributes {a = #qs.accumulator<f16, length = 2>}

// -----

// expected-error@+1 {{expected a chunk of 1 to 2^31 terms, or none, found 0}}
func.func private @f() attributes {a = #qs.accumulator<f16, chunk = 0>}

// -----

// expected-error@+1 {{expected a chunk of 1 to 2^31 terms, or none, found 4294967296}}
func.func private @f() attributes {a = #qs.accumulator<f16, chunk = 4294967296>}

// -----

func.func @mm4(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<int8>>) -> tensor<2x3xf32> {
  // expected-error@+1 {{(MM4) expected a result of i32 or a float accumulator for fixed-point codes, found 'f32'}}
  %0 = qs.matmul %a, %b : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<int8>> -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @mm4(%a: tensor<2x4x!qs.q<f16>>, %b: tensor<4x3x!qs.q<nf4, group(0, 2)>>, %s: tensor<2x3xf32>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(MM4) expected fixed-point codes or a result of f32, found '!qs.q<f16>' and 'i32'}}
  %0 = qs.matmul %a, %b rhs_scale(%s : tensor<2x3xf32>) : tensor<2x4x!qs.q<f16>>, tensor<4x3x!qs.q<nf4, group(0, 2)>> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

func.func @mm9(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<int8>>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(MM9) expected an integer accumulator for a result of integers, found #qs.accumulator<f16>}}
  %0 = qs.matmul %a, %b {accumulator = #qs.accumulator<f16>} : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<int8>> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

func.func @mm9(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{(MM9) expected a float accumulator for a result of f32, found #qs.accumulator<i32>}}
  %0 = qs.matmul %a, %b {accumulator = #qs.accumulator<i32>} : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @mm9(%a: tensor<2x4x!qs.q<f8e4m3>>, %b: tensor<4x3x!qs.q<int4, group(0, 2)>>, %s: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{(MM9) expected a float accumulator with scales of groups, found #qs.accumulator<i32>}}
  %0 = qs.matmul %a, %b rhs_scale(%s : tensor<2x3xf32>) {accumulator = #qs.accumulator<i32>} : tensor<2x4x!qs.q<f8e4m3>>, tensor<4x3x!qs.q<int4, group(0, 2)>> -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @mm9(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<int8>>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(MM9) expected a result of i64 for an accumulator of 33 bits, found 'i32'}}
  %0 = qs.matmul %a, %b {accumulator = #qs.accumulator<i33>} : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<int8>> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

func.func @mm9(%a: tensor<2x4x!qs.q<uint8>>, %b: tensor<4x3x!qs.q<int8>>) -> tensor<2x3xi64> {
  // expected-error@+1 {{(MM9) expected a result of i32 for an accumulator of 32 bits, found 'i64'}}
  %0 = qs.matmul %a, %b : tensor<2x4x!qs.q<uint8>>, tensor<4x3x!qs.q<int8>> -> tensor<2x3xi64>
  return %0 : tensor<2x3xi64>
}

// -----

func.func @cv10(%a: tensor<1x4x4x2x!qs.q<uint8>>, %b: tensor<3x1x1x2x!qs.q<int8>>) -> tensor<1x4x4x3xi32> {
  // expected-error@+1 {{(CV10) expected an integer accumulator for a result of integers, found #qs.accumulator<f32>}}
  %0 = qs.conv2d %a, %b pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] {accumulator = #qs.accumulator<f32>}
      : tensor<1x4x4x2x!qs.q<uint8>>, tensor<3x1x1x2x!qs.q<int8>> -> tensor<1x4x4x3xi32>
  return %0 : tensor<1x4x4x3xi32>
}
