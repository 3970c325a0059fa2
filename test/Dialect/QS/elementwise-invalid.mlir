// RUN: qs-opt %s --split-input-file --verify-diagnostics

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
