// RUN: qs-opt %s --split-input-file --verify-diagnostics --qs-lower

// Padding makes it large; its operands and its result are small.
func.func @padded(%x: tensor<1x8x8x1x!qs.q<int8>>, %w: tensor<1x8x8x1x!qs.q<int8>>) -> tensor<1x1x1x1xi32> {
  // expected-error @below {{expected a tensor of at most 17179869184 bytes, found 'tensor<1x2147483648x2147483648x1xi8>'}}
  %c = qs.conv2d %x, %w pad [0, 2147483640, 0, 2147483640] stride [2147483648, 2147483648] dilation [1, 1] : tensor<1x8x8x1x!qs.q<int8>>, tensor<1x8x8x1x!qs.q<int8>> -> tensor<1x1x1x1xi32>
  return %c : tensor<1x1x1x1xi32>
}

// -----

func.func @splat() -> tensor<4611686018427387904x!qs.q<int8>> {
  // expected-error @below {{expected a constant of at most 2147483647 bytes, found 'tensor<4611686018427387904xi8>'}}
  %w = arith.constant dense<1> : tensor<4611686018427387904xi8>
  %q = qs.storage_cast %w : tensor<4611686018427387904xi8> -> tensor<4611686018427387904x!qs.q<int8>>
  %c = qs.clamp %q min 2 max 3 : tensor<4611686018427387904x!qs.q<int8>>
  return %c : tensor<4611686018427387904x!qs.q<int8>>
}

// -----

// expected-error @below {{expected a tensor of at most 17179869184 bytes, found 'tensor<17179869185x!qs.q<int4>>'}}
func.func @argument(%x: tensor<17179869185x!qs.q<int4>>) -> tensor<f32> {
  %c = arith.constant dense<1.0> : tensor<f32>
  return %c : tensor<f32>
}

// -----

// expected-error @below {{expected a tensor with a rank, found 'tensor<*xf32>'}}
func.func @unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  %c = tosa.clamp %x {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<*xf32>) -> tensor<*xf32>
  return %c : tensor<*xf32>
}
