// RUN: qs-opt %s --split-input-file --verify-diagnostics

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
