// RUN: qs-opt %s --split-input-file --verify-diagnostics

func.func @q9(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(Q9) expected a seed with the rounding 'stochastic'}}
  %q = qs.quantize stochastic round_then_add saturate %x scale %s : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %q : tensor<4x!qs.q<int8, tensor>>
}

// -----

func.func @q9(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(Q9) expected no seed but with 'stochastic'}}
  %q = qs.quantize half_even round_then_add saturate %x scale %s {seed = 1} : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %q : tensor<4x!qs.q<int8, tensor>>
}

// -----

func.func @q9(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(Q9) expected round_then_add and saturate with 'stochastic', found add_then_round and saturate}}
  %q = qs.quantize stochastic add_then_round saturate %x scale %s {seed = 1} : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %q : tensor<4x!qs.q<int8, tensor>>
}

// -----

func.func @fq9(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xf32> {
  // expected-error@+1 {{(FQ9) expected a rounding that needs no seed, found 'stochastic', which qs.quantize has}}
  %q = qs.fake_quantize stochastic round_then_add saturate %x scale %s as !qs.q<int8, tensor> : tensor<4xf32>, tensor<f32>
  return %q : tensor<4xf32>
}

// -----

func.func @r7(%x: tensor<4xi32>, %m: tensor<f32>) -> tensor<4x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(R7) expected a rounding that needs no seed}}
  %q = qs.requantize stochastic saturate %x multiplier %m : tensor<4xi32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %q : tensor<4x!qs.q<int8, tensor>>
}

// -----

// expected-error@+1 {{expected a rounding that needs no seed, found 'stochastic'}}
func.func private @f() attributes {e = #qs.epilogue<kind = requantize, rounding = stochastic>}

// -----

func.func @a5(%a: tensor<2x!qs.q<int8, tensor>>, %m: tensor<f32>) -> tensor<2x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(A5) expected a rounding that needs no seed}}
  %c = qs.add stochastic saturate %a * %m, %a * %m : tensor<2x!qs.q<int8, tensor>> * tensor<f32>, tensor<2x!qs.q<int8, tensor>> * tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  return %c : tensor<2x!qs.q<int8, tensor>>
}

// -----

func.func @mu5(%a: tensor<2x!qs.q<int8, tensor>>, %m: tensor<f32>) -> tensor<2x!qs.q<int8, tensor>> {
  // expected-error@+1 {{(MU5) expected a rounding that needs no seed}}
  %c = qs.mul stochastic saturate %a, %a multiplier %m : tensor<2x!qs.q<int8, tensor>>, tensor<2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<2x!qs.q<int8, tensor>>
  return %c : tensor<2x!qs.q<int8, tensor>>
}
