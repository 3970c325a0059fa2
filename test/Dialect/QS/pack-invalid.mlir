// RUN: qs-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{unknown target z80, expected one of avx512vnni avx2 generic}}
func.func private @target() attributes {a = #qs.depthwise_layout<target = "z80">}

// -----

// expected-error@+1 {{expected lower <= upper, found 3 > 2}}
#e = #qs.epilogue<kind = requantize, lower = 3, upper = 2>

// -----

// expected-error@+1 {{groups 3 must divide the output columns 4}}
func.func private @groups(!qs.packed<tensor<4x4xf32>, #qs.gemm_layout<target = "generic", axis = 0, groups = 3, taps = 1, lanes = 4, vectors = 1, k = 1>>)

// -----

// expected-error@+1 {{expected f32 or an integer code that fits a signed byte, found '!qs.q<uint8>'}}
func.func private @code(!qs.packed<tensor<4x4x!qs.q<uint8>>, #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>>)

// -----

func.func @bytes() {
  // expected-error@+1 {{(PC1) expected 64 bytes as a tensor of i8, found 'tensor<2xi8>'}}
  %w = qs.packed_constant dense<0> : tensor<2xi8> : !qs.packed<tensor<4x4xf32>, #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>>
  return
}

// -----

func.func @pr1(%x: tensor<4xi8>, %o: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+1 {{(PR1) sign_extend does not turn 'i8' into 'i8'}}
  %0 = qs.prepare_rows sign_extend %x pad [0, 0, 0, 0] outs(%o) : tensor<4xi8>, tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @pr2(%x: tensor<4xi8>, %o: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+1 {{(PR2) expected rank 4 for padding}}
  %0 = qs.prepare_rows copy %x pad [1, 0, 0, 0] outs(%o) : tensor<4xi8>, tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @pr3(%x: tensor<4xi8>, %o: tensor<5xi8>) -> tensor<5xi8> {
  // expected-error@+1 {{(PR3) expected a result of shape 4, found 5}}
  %0 = qs.prepare_rows copy %x pad [0, 0, 0, 0] outs(%o) : tensor<4xi8>, tensor<5xi8> -> tensor<5xi8>
  return %0 : tensor<5xi8>
}

// -----

#dw = #qs.depthwise_layout<target = "generic">
func.func @pk1(%x: tensor<4x4xf32>, %w: !qs.packed<tensor<4x1x1x1xf32>, #dw>, %o: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // expected-error@+1 {{(PK1) expected weights of rank 2 in a gemm_layout with one tap and one group}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<4x4xf32>, !qs.packed<tensor<4x1x1x1xf32>, #dw>, tensor<4x4xf32> -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk2(%x: tensor<2x5xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK2) expected static [..., 4] and [..., 4], found 2x5 and 2x4}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x5xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk3(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %o: tensor<2x4xi8>) -> tensor<2x4xi8> {
  // expected-error@+1 {{(PK3) store does not turn i32 sums into 'i8'}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi8> -> tensor<2x4xi8>
  return %0 : tensor<2x4xi8>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk4(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %o: tensor<2x4xi8>) -> tensor<2x4xi8> {
  // expected-error@+1 {{(PK4) requantize needs a multiplier}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = requantize, upper = 9> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi8> -> tensor<2x4xi8>
  return %0 : tensor<2x4xi8>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk5(%x: tensor<1x2x2x4xi8>, %w: !qs.packed<tensor<4x1x1x4x!qs.q<int8>>, #l>, %o: tensor<1x2x2x4xi32>) -> tensor<1x2x2x4xi32> {
  // expected-error@+1 {{(PK5)}}
  %0 = qs.packed_conv2d %x, %w stride [0, 1] dilation [1, 1] epilogue <kind = store> outs(%o) : tensor<1x2x2x4xi8>, !qs.packed<tensor<4x1x1x4x!qs.q<int8>>, #l>, tensor<1x2x2x4xi32> -> tensor<1x2x2x4xi32>
  return %0 : tensor<1x2x2x4xi32>
}
