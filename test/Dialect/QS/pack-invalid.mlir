// RUN: qs-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{unknown target z80, expected one of avx512vnni avx2 generic}}
func.func private @target() attributes {a = #qs.depthwise_layout<target = "z80">}

// -----

// expected-error@+1 {{expected lower <= upper, found 3 > 2}}
#e = #qs.epilogue<kind = requantize, lower = 3, upper = 2>

// -----

// expected-error@+1 {{expected no narrow on avx512vnni, found 3}}
func.func private @narrow_target() attributes {a = #qs.gemm_layout<target = "avx512vnni", axis = 0, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 4, narrow = 3>}

// -----

// expected-error@+1 {{expected lanes = 8 and k = 4 with narrow on avx2, found 8 and 2}}
func.func private @narrow_lanes() attributes {a = #qs.gemm_layout<target = "avx2", axis = 0, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 2, narrow = 3>}

// -----

// expected-error@+1 {{expected narrow from 0 to 4294967295, found -1}}
func.func private @narrow_steps() attributes {a = #qs.gemm_layout<target = "avx2", axis = 0, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 4, narrow = -1>}

// -----

// expected-error@+1 {{expected plain bytes or a table of i8 with narrow}}
func.func private @narrow_table() attributes {a = #qs.gemm_layout<target = "avx2", axis = 0, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 4, table = array<f32: 0.0, 1.0>, narrow = 1>}

// -----

func.func @narrow_words(%x: tensor<1x4xi16>, %o: tensor<1x8xi32>) -> tensor<1x8xi32> {
  %w = qs.packed_constant dense<1> : tensor<32xi8> : !qs.packed<tensor<4x8x!qs.q<int8>>, #qs.gemm_layout<target = "avx2", axis = 1, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 4, narrow = 1>>
  // expected-error@+1 {{(PK1) expected no narrow beside rows of i16}}
  %0 = qs.packed_matmul %x, %w signed_input epilogue <kind = store> outs(%o) : tensor<1x4xi16>, !qs.packed<tensor<4x8x!qs.q<int8>>, #qs.gemm_layout<target = "avx2", axis = 1, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 4, narrow = 1>>, tensor<1x8xi32> -> tensor<1x8xi32>
  return %0 : tensor<1x8xi32>
}

// -----

func.func @narrow_signs(%x: tensor<1x4xi8>, %o: tensor<1x8xi32>) -> tensor<1x8xi32> {
  %w = qs.packed_constant dense<1> : tensor<32xi8> : !qs.packed<tensor<4x8x!qs.q<int8>>, #qs.gemm_layout<target = "avx2", axis = 1, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 4, narrow = 1>>
  // expected-error@+1 {{(PK3) expected unsigned weights beside signed rows on avx2}}
  %0 = qs.packed_matmul %x, %w signed_input epilogue <kind = store> outs(%o) : tensor<1x4xi8>, !qs.packed<tensor<4x8x!qs.q<int8>>, #qs.gemm_layout<target = "avx2", axis = 1, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 4, narrow = 1>>, tensor<1x8xi32> -> tensor<1x8xi32>
  return %0 : tensor<1x8xi32>
}

// -----

// expected-error@+1 {{groups 3 must divide the output columns 4}}
func.func private @groups(!qs.packed<tensor<4x4xf32>, #qs.gemm_layout<target = "generic", axis = 0, groups = 3, taps = 1, lanes = 4, vectors = 1, k = 1>>)

// -----

// expected-error@+1 {{expected f32 or an integer code, found '!qs.q<f8e4m3>'}}
func.func private @code(!qs.packed<tensor<4x4x!qs.q<f8e4m3>>, #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>>)

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

func.func @pr1_bits(%x: tensor<40xi8>, %o: tensor<2xi16>) -> tensor<2xi16> {
  // expected-error@+1 {{(PR1) pack_bits does not turn 'i8' into 'i16'}}
  %0 = qs.prepare_rows pack_bits %x pad [0, 0, 0, 0] outs(%o) : tensor<40xi8>, tensor<2xi16> -> tensor<2xi16>
  return %0 : tensor<2xi16>
}

// -----

func.func @pr3_bits(%x: tensor<40xi8>, %o: tensor<1xi32>) -> tensor<1xi32> {
  // expected-error@+1 {{(PR3) expected a result of shape 2, found 1}}
  %0 = qs.prepare_rows pack_bits %x pad [0, 0, 0, 0] outs(%o) : tensor<40xi8>, tensor<1xi32> -> tensor<1xi32>
  return %0 : tensor<1xi32>
}

// -----

// expected-error@+1 {{expected elements of i8, i16, ui16, f16 or bf16, found 'f32'}}
func.func private @element() attributes {a = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, element = f32>}

// -----

// expected-error@+1 {{expected a table or an element type, found both}}
func.func private @element_and_table() attributes {a = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<f32: 0.0, 1.0>, element = f16>}

// -----

// expected-error@+1 {{expected a code of 16 bits for 'f16', found '!qs.q<int8>'}}
func.func private @element_code(!qs.packed<tensor<4x4x!qs.q<int8>>, #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, element = f16>>)

// -----

func.func @element_rows(%x: tensor<2x4xi8>, %o: tensor<2x4xi32>, %w: !qs.packed<tensor<4x4x!qs.q<int16>>, #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, element = i16>>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK3) expected rows and weights both integer or both f32}}
  %y = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int16>>, #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, element = i16>>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %y : tensor<2x4xi32>
}

// -----

// expected-error@+1 {{expected 1 and -1 in a table of i32, found array<i32: 1, 0>}}
func.func private @signs() attributes {a = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, 0>>}

// -----

// expected-error@+1 {{expected k = 1 with a table of i32, found 4}}
func.func private @signs() attributes {a = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 4, table = array<i32: 1, -1>>}

// -----

#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
func.func @pk3_bits(%x: tensor<2x1xi8>, %w: !qs.packed<tensor<4x1x!qs.q<binary>>, #signs>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK3) rows of i32 belong to weights with a table of i32 and no scales, found 'i8'}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x1xi8>, !qs.packed<tensor<4x1x!qs.q<binary>>, #signs>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
func.func @pk2_bits(%x: tensor<2x40xi32>, %w: !qs.packed<tensor<4x40x!qs.q<binary>>, #signs>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK2) expected static [..., 2] and [..., 4], found 2x40 and 2x4}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x40xi32>, !qs.packed<tensor<4x40x!qs.q<binary>>, #signs>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
func.func @pk9(%x: tensor<2x1xi32>, %w: !qs.packed<tensor<4x8x!qs.q<binary>>, #signs>, %s: tensor<1x4xi32>, %c: tensor<2xi32>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK9) border sums and classes belong together, and to convolutions of rows of bits}}
  %0 = qs.packed_matmul %x, %w border_sums(%s : tensor<1x4xi32>) border_class(%c : tensor<2xi32>) epilogue <kind = store> outs(%o) : tensor<2x1xi32>, !qs.packed<tensor<4x8x!qs.q<binary>>, #signs>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
func.func @pk9_sums(%x: tensor<1x1x2x1xi32>, %w: !qs.packed<tensor<4x1x1x8x!qs.q<binary>>, #signs>, %s: tensor<1x3xi32>, %c: tensor<2xi32>, %o: tensor<1x1x2x4xi32>) -> tensor<1x1x2x4xi32> {
  // expected-error@+1 {{(PK9) expected border sums [classes, 4], found 'tensor<1x3xi32>'}}
  %0 = qs.packed_conv2d %x, %w stride [1, 1] dilation [1, 1] border_sums(%s : tensor<1x3xi32>) border_class(%c : tensor<2xi32>) epilogue <kind = store> outs(%o) : tensor<1x1x2x1xi32>, !qs.packed<tensor<4x1x1x8x!qs.q<binary>>, #signs>, tensor<1x1x2x4xi32> -> tensor<1x1x2x4xi32>
  return %0 : tensor<1x1x2x4xi32>
}

// -----

#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
func.func @pk9_class(%x: tensor<1x1x2x1xi32>, %w: !qs.packed<tensor<4x1x1x8x!qs.q<binary>>, #signs>, %s: tensor<1x4xi32>, %c: tensor<3xi32>, %o: tensor<1x1x2x4xi32>) -> tensor<1x1x2x4xi32> {
  // expected-error@+1 {{(PK9) expected border classes of 2 elements, found 'tensor<3xi32>'}}
  %0 = qs.packed_conv2d %x, %w stride [1, 1] dilation [1, 1] border_sums(%s : tensor<1x4xi32>) border_class(%c : tensor<3xi32>) epilogue <kind = store> outs(%o) : tensor<1x1x2x1xi32>, !qs.packed<tensor<4x1x1x8x!qs.q<binary>>, #signs>, tensor<1x1x2x4xi32> -> tensor<1x1x2x4xi32>
  return %0 : tensor<1x1x2x4xi32>
}

// -----

#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
func.func @pk10(%x: tensor<2x1xi32>, %w: !qs.packed<tensor<4x8x!qs.q<binary>>, #signs>, %o: tensor<2x4xi8>) -> tensor<2x4xi8> {
  // expected-error@+1 {{(PK10) threshold needs thresholds, the other epilogues take none}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = threshold> outs(%o) : tensor<2x1xi32>, !qs.packed<tensor<4x8x!qs.q<binary>>, #signs>, tensor<2x4xi8> -> tensor<2x4xi8>
  return %0 : tensor<2x4xi8>
}

// -----

#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
func.func @pk10_shape(%x: tensor<2x1xi32>, %w: !qs.packed<tensor<4x8x!qs.q<binary>>, #signs>, %t: tensor<4x1xi32>, %o: tensor<2x4xi8>) -> tensor<2x4xi8> {
  // expected-error@+1 {{(PK10) expected thresholds [L, 4] for levels of 8 bits from 0 on, found 'tensor<4x1xi32>'}}
  %0 = qs.packed_matmul %x, %w thresholds(%t : tensor<4x1xi32>) epilogue <kind = threshold> outs(%o) : tensor<2x1xi32>, !qs.packed<tensor<4x8x!qs.q<binary>>, #signs>, tensor<2x4xi8> -> tensor<2x4xi8>
  return %0 : tensor<2x4xi8>
}

// -----

#signs = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>
func.func @pk10_type(%x: tensor<2x1xi32>, %w: !qs.packed<tensor<4x8x!qs.q<binary>>, #signs>, %t: tensor<1x4xi32>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK3) threshold does not turn i32 sums into 'i32'}}
  %0 = qs.packed_matmul %x, %w thresholds(%t : tensor<1x4xi32>) epilogue <kind = threshold> outs(%o) : tensor<2x1xi32>, !qs.packed<tensor<4x8x!qs.q<binary>>, #signs>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
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

// -----

// expected-error@+1 {{expected a table of 2, 4, 8, .. or 256 entries (or 3 of i8), found 5}}
#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 1, 2, 3, 4, 5>>

// -----

// expected-error@+1 {{expected a table of i8, i32 or f32, found 'i16'}}
#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i16: 1, 2>>

// -----

// expected-error@+1 {{expected a code with the 4 words of the table, found '!qs.q<int4>'}}
func.func private @words(!qs.packed<tensor<4x4x!qs.q<int4>>, #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1, 2, 3>>>)

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<f32: 0.0, 1.0>>
func.func @pk3_table(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int1>>, #l>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK3) expected rows and weights both integer or both f32, found 'i8' and '!qs.q<int1>'}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int1>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1>>
func.func @pk6(%x: memref<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int1>>, #l>, %s: memref<15xi8>, %o: memref<2x4xi32>) {
  // expected-error@+1 {{(PK6) expected a scratch of 16 bytes, found 'memref<15xi8>'}}
  qs.packed_matmul %x, %w scratch(%s : memref<15xi8>) epilogue <kind = store> outs(%o) : memref<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int1>>, #l>, memref<2x4xi32>
  return
}

// -----

#l = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 32, vectors = 8, k = 2, table = array<i8: 0, 1>>
func.func @pk11(%x: tensor<1x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int1>>, #l>, %o: tensor<1x4xi32>) -> tensor<1x4xi32> {
  // expected-error@+1 {{(PK11) sums by look-up take a matmul of signed rows with row_sums and a table of two rising levels from at most 0}}
  %0 = qs.packed_matmul %x, %w signed_input epilogue <kind = store> outs(%o) : tensor<1x4xi8>, !qs.packed<tensor<4x4x!qs.q<int1>>, #l>, tensor<1x4xi32> -> tensor<1x4xi32>
  return %0 : tensor<1x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 32, vectors = 8, k = 2, table = array<i8: 1, 0>>
func.func @pk11_levels(%x: tensor<1x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int1>>, #l>, %s: tensor<1x1xi32>, %o: tensor<1x4xi32>) -> tensor<1x4xi32> {
  // expected-error@+1 {{(PK11) sums by look-up take a matmul of signed rows}}
  %0 = qs.packed_matmul %x, %w signed_input row_sums(%s : tensor<1x1xi32>) epilogue <kind = store> outs(%o) : tensor<1x4xi8>, !qs.packed<tensor<4x4x!qs.q<int1>>, #l>, tensor<1x4xi32> -> tensor<1x4xi32>
  return %0 : tensor<1x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 32, vectors = 8, k = 2, table = array<i8: 0, 1>>
func.func @pk6_no_tables(%x: memref<1x20xi8>, %w: !qs.packed<tensor<20x4x!qs.q<int1>>, #l>, %r: memref<1x1xi32>, %o: memref<1x4xi32>) {
  // expected-error@+1 {{(PK6) expected a scratch of 512 bytes for the tables of its sums}}
  qs.packed_matmul %x, %w signed_input row_sums(%r : memref<1x1xi32>) epilogue <kind = store> outs(%o) : memref<1x20xi8>, !qs.packed<tensor<20x4x!qs.q<int1>>, #l>, memref<1x4xi32>
  return
}

// -----

#l = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 32, vectors = 8, k = 2, table = array<i8: 0, 1>>
func.func @pk6_tables(%x: memref<1x20xi8>, %w: !qs.packed<tensor<20x4x!qs.q<int1>>, #l>, %r: memref<1x1xi32>, %s: memref<256xi8>, %o: memref<1x4xi32>) {
  // expected-error@+1 {{(PK6) expected a scratch of 512 bytes, found 'memref<256xi8>'}}
  qs.packed_matmul %x, %w signed_input row_sums(%r : memref<1x1xi32>) scratch(%s : memref<256xi8>) epilogue <kind = store> outs(%o) : memref<1x20xi8>, !qs.packed<tensor<20x4x!qs.q<int1>>, #l>, memref<1x4xi32>
  return
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk7_table(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %s: tensor<4xf32>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{(PK7) scales need weights of a code with scales}}
  %0 = qs.packed_matmul %x, %w weight_scale(%s : tensor<4xf32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 2, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1>>
!w = !qs.packed<tensor<4x4x!qs.q<int1, group(0, 2)>>, #l>
func.func @pk7_count(%x: tensor<2x4xi8>, %w: !w, %s: tensor<4xf32>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{(PK7) expected scales in panels of 8 elements, found 'tensor<4xf32>'}}
  %0 = qs.packed_matmul %x, %w weight_scale(%s : tensor<4xf32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !w, tensor<2x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 2, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1>>
!w = !qs.packed<tensor<4x4x!qs.q<int1, group(0, 2):f16>>, #l>
func.func @pk7_storage(%x: tensor<2x4xi8>, %w: !w, %s: tensor<8xf32>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{(PK7) expected scales of 'f16', found 'tensor<8xf32>'}}
  %0 = qs.packed_matmul %x, %w weight_scale(%s : tensor<8xf32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !w, tensor<2x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#l = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 4, table = array<i8: 0, 1>>
!w = !qs.packed<tensor<4x4x!qs.q<int1, group(0, 4)>>, #l>
func.func @pk7_sums(%x: tensor<2x4xi8>, %w: !w, %s: tensor<16xf32>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{(PK7) signed rows of this target need sums of rows}}
  %0 = qs.packed_matmul %x, %w signed_input weight_scale(%s : tensor<16xf32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !w, tensor<2x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 2, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1>>
!w = !qs.packed<tensor<4x4x!qs.q<uint1, group(0, 2)>>, #l>
func.func @pk7_zeros(%x: tensor<2x4xi8>, %w: !w, %s: tensor<8xf32>, %z: tensor<8xi8>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{(PK7) zero points of groups need sums of rows}}
  %0 = qs.packed_matmul %x, %w weight_scale(%s : tensor<8xf32>) group_zero(%z : tensor<8xi8>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !w, tensor<2x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 2, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1>>
!w = !qs.packed<tensor<4x4x!qs.q<uint1, group(0, 2)>>, #l>
func.func @pk7_zero_count(%x: tensor<2x4xi8>, %w: !w, %s: tensor<8xf32>, %z: tensor<4xi8>, %r: tensor<2x2xi32>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{(PK7) expected zero points in panels of 8 elements, found 'tensor<4xi8>'}}
  %0 = qs.packed_matmul %x, %w weight_scale(%s : tensor<8xf32>) group_zero(%z : tensor<4xi8>) row_sums(%r : tensor<2x2xi32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !w, tensor<2x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 0, 1>>
!w = !qs.packed<tensor<4x4x!qs.q<uint1>>, #l>
func.func @pk7_zero_scale(%x: tensor<2x4xi8>, %w: !w, %z: tensor<8xi8>, %r: tensor<2x1xi32>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK7) zero points of groups need scales of groups}}
  %0 = qs.packed_matmul %x, %w group_zero(%z : tensor<8xi8>) row_sums(%r : tensor<2x1xi32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !w, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

func.func @sr2(%x: tensor<2x4xi16>, %o: tensor<2x2xi32>) -> tensor<2x2xi32> {
  // expected-error@+1 {{(SR2) expected unsigned elements of i8, found 'i16'}}
  %0 = qs.sum_runs unsigned_input %x outs(%o) : tensor<2x4xi16>, tensor<2x2xi32> -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk8_rows(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %s: tensor<2xf32>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK8) scales of rows belong to the dequantize and quantize epilogues}}
  %0 = qs.packed_matmul %x, %w row_scale(%s : tensor<2xf32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk8_result(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %m: tensor<f32>, %o: tensor<2x4xi8>) -> tensor<2x4xi8> {
  // expected-error@+1 {{(PK8) quantize needs a result scale of rank 0}}
  %0 = qs.packed_matmul %x, %w multiplier(%m : tensor<f32>) epilogue <kind = quantize, upper = 9> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi8> -> tensor<2x4xi8>
  return %0 : tensor<2x4xi8>
}

// -----

func.func @sr1(%x: tensor<2x4xi8>, %o: tensor<2x3xi32>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(SR1) expected static shapes that agree but for a last size that divides, found 2x4 and 2x3}}
  %0 = qs.sum_runs %x outs(%o) : tensor<2x4xi8>, tensor<2x3xi32> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

func.func @lb1(%x: tensor<4xi8>, %o: tensor<5xi8>) -> tensor<5xi8> {
  // expected-error@+1 {{(LB1) expected one static shape}}
  %0 = qs.lookup_bytes %x in [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] target "generic" outs(%o) : tensor<4xi8>, tensor<5xi8> -> tensor<5xi8>
  return %0 : tensor<5xi8>
}

// -----

func.func @lb2(%x: tensor<4xi8>, %o: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+1 {{(LB2) expected a table of 256 entries, found 2}}
  %0 = qs.lookup_bytes %x in [1, 2] target "generic" outs(%o) : tensor<4xi8>, tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @lb3(%x: tensor<4xi8>, %o: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+1 {{(LB3) unknown target 'm68k'}}
  %0 = qs.lookup_bytes %x in [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] target "m68k" outs(%o) : tensor<4xi8>, tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @qr1(%x: tensor<2x4xf32>, %c: tensor<2x4xi8>, %s: tensor<3xf32>) {
  // expected-error@+1 {{(QR1) expected codes of the input's static shape 2x4 and scales of rank 1 whose number divides its elements}}
  %0:2 = qs.quantize_rows %x range[-128, 127] outs(%c, %s) : tensor<2x4xf32>, tensor<2x4xi8>, tensor<3xf32> -> tensor<2x4xi8>, tensor<3xf32>
  return
}

// -----

func.func @qr3(%x: tensor<2x4xf32>, %c: tensor<2x4xi8>, %s: tensor<2xf32>) {
  // expected-error@+1 {{(QR3) expected either a range or a type}}
  %0:2 = qs.quantize_rows %x outs(%c, %s) : tensor<2x4xf32>, tensor<2x4xi8>, tensor<2xf32> -> tensor<2x4xi8>, tensor<2xf32>
  return
}

// -----

func.func @qr3_both(%x: tensor<2x4xf32>, %c: tensor<2x4xi8>, %s: tensor<2xf32>) {
  // expected-error@+1 {{(QR3) expected either a range or a type}}
  %0:2 = qs.quantize_rows %x range[-8, 7] as !qs.q<f8e4m3, tensor> outs(%c, %s) : tensor<2x4xf32>, tensor<2x4xi8>, tensor<2xf32> -> tensor<2x4xi8>, tensor<2xf32>
  return
}

// -----

func.func @qr3_code(%x: tensor<2x4xf32>, %c: tensor<2x4xi8>, %s: tensor<2xf32>) {
  // expected-error@+1 {{(QR3) expected bytes of a code of at most 8 bits that is no integer code and has no parameters, found '!qs.q<f16, tensor>'}}
  %0:2 = qs.quantize_rows %x as !qs.q<f16, tensor> outs(%c, %s) : tensor<2x4xf32>, tensor<2x4xi8>, tensor<2xf32> -> tensor<2x4xi8>, tensor<2xf32>
  return
}

// -----

func.func @qr2(%x: tensor<2x4xf32>, %c: tensor<2x4xi8>, %s: tensor<2xf32>) {
  // expected-error@+1 {{(QR2) expected bounds of signed bytes around 0, found 0 and 255}}
  %0:2 = qs.quantize_rows %x range[0, 255] outs(%c, %s) : tensor<2x4xf32>, tensor<2x4xi8>, tensor<2xf32> -> tensor<2x4xi8>, tensor<2xf32>
  return
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk3_words(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int12>>, #l>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK3) weights of 16 bits need rows of i16, found rows of 'i8'}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int12>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "avx512vnni", axis = 0, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 4>
func.func @pk3_signed(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK3) expected unsigned weights beside signed rows on avx512vnni, found '!qs.q<int8>'}}
  %0 = qs.packed_matmul %x, %w signed_input epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "avx512vnni", axis = 0, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 4>
func.func @pk3_unsigned(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<uint8>>, #l>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK3) expected signed weights beside unsigned rows on avx512vnni, found '!qs.q<uint8>'}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<uint8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk3_wide_result(%x: tensor<2x4xi16>, %w: !qs.packed<tensor<4x4x!qs.q<int16>>, #l>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK3) store does not turn i64 sums into 'i32'}}
  %0 = qs.packed_matmul %x, %w wide 1 epilogue <kind = store> outs(%o) : tensor<2x4xi16>, !qs.packed<tensor<4x4x!qs.q<int16>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk3_wide_bias(%x: tensor<2x4xi16>, %w: !qs.packed<tensor<4x4x!qs.q<int16>>, #l>, %b: tensor<4xi32>, %o: tensor<2x4xi64>) -> tensor<2x4xi64> {
  // expected-error@+1 {{(PK3) expected a bias of 4 'i64', found 'tensor<4xi32>'}}
  %0 = qs.packed_matmul %x, %w bias(%b : tensor<4xi32>) wide 1 epilogue <kind = store> outs(%o) : tensor<2x4xi16>, !qs.packed<tensor<4x4x!qs.q<int16>>, #l>, tensor<2x4xi64> -> tensor<2x4xi64>
  return %0 : tensor<2x4xi64>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk7_wide_group_bias(%x: tensor<2x4xi16>, %w: !qs.packed<tensor<4x4x!qs.q<int16>>, #l>, %b: tensor<4xi32>, %m: tensor<f32>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{(PK7) expected a group bias of i64, found 'tensor<4xi32>'}}
  %0 = qs.packed_matmul %x, %w multiplier(%m : tensor<f32>) group_bias(%b : tensor<4xi32>) wide 1 epilogue <kind = dequantize> outs(%o) : tensor<2x4xi16>, !qs.packed<tensor<4x4x!qs.q<int16>>, #l>, tensor<2x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 1, -1>>
func.func @pk12_table(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<binary>>, #l>, %o: tensor<2x4xi64>) -> tensor<2x4xi64> {
  // expected-error@+1 {{(PK12) i64 sums take integer rows and plain weights}}
  %0 = qs.packed_matmul %x, %w wide 1 epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<binary>>, #l>, tensor<2x4xi64> -> tensor<2x4xi64>
  return %0 : tensor<2x4xi64>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk12_terms(%x: tensor<2x4xi16>, %w: !qs.packed<tensor<4x4x!qs.q<int16>>, #l>, %o: tensor<2x4xi64>) -> tensor<2x4xi64> {
  // expected-error@+1 {{at least 0 terms that fit i32, found -1 terms}}
  %0 = qs.packed_matmul %x, %w wide -1 epilogue <kind = store> outs(%o) : tensor<2x4xi16>, !qs.packed<tensor<4x4x!qs.q<int16>>, #l>, tensor<2x4xi64> -> tensor<2x4xi64>
  return %0 : tensor<2x4xi64>
}

// -----

func.func @pr1_words(%x: tensor<4xi16>, %o: tensor<4xi16>) -> tensor<4xi16> {
  // expected-error@+1 {{(PR1) zero_extend does not turn 'i16' into 'i16'}}
  %0 = qs.prepare_rows zero_extend %x pad [0, 0, 0, 0] outs(%o) : tensor<4xi16>, tensor<4xi16> -> tensor<4xi16>
  return %0 : tensor<4xi16>
}

// -----

func.func @qr2_words(%x: tensor<2x4xf32>, %c: tensor<2x4xi16>, %s: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{(QR2) expected bounds of signed words around 0, found -32769 and 32767}}
  %0, %1 = qs.quantize_rows %x range [-32769, 32767] outs(%c, %s) : tensor<2x4xf32>, tensor<2x4xi16>, tensor<2xf32> -> tensor<2x4xi16>, tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

#l = #qs.gemm_layout<target = "avx512vnni", axis = 0, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 4>
func.func @pk1_words(%x: tensor<2x4xi16>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK1) expected lanes = 16 and k = 2 or 1 for rows of i16 on avx512vnni, found}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : tensor<2x4xi16>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk13_rows(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK13) accumulators are floats, over f32 rows}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) {accumulator = #qs.accumulator<f16>} : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk13_span(%x: tensor<2x4xf32>, %w: !qs.packed<tensor<4x4xf32>, #l>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{(PK13) expected a span of at least 1 bit, an exponent and a limit, found 2 sizes}}
  %0 = qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) {accumulator = #qs.accumulator<f32>, product_span = array<i64: 8, -18>} : tensor<2x4xf32>, !qs.packed<tensor<4x4xf32>, #l>, tensor<2x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

func.func @pr4_missing(%x: tensor<4xi8>, %o: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{(PR4) expected a table, or an element type and its zero point}}
  %0 = qs.prepare_rows decode %x pad [0, 0, 0, 0] outs(%o) {target = "generic"} : tensor<4xi8>, tensor<4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @pr4_size(%x: tensor<4xi8>, %o: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{(PR4) expected a table of 2, 4, 8, .. or 256 numbers, found 3}}
  %0 = qs.prepare_rows decode %x pad [0, 0, 0, 0] outs(%o) {table = array<f32: 1.0, 2.0, 3.0>, target = "generic"} : tensor<4xi8>, tensor<4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @pr4_element(%x: tensor<4xi8>, %o: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{(PR4) expected elements of i16, ui16, f16 or bf16, found 'i8'}}
  %0 = qs.prepare_rows decode %x pad [0, 0, 0, 0] outs(%o) {element = i8, target = "generic"} : tensor<4xi8>, tensor<4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @pr4_target(%x: tensor<4xi8>, %o: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{(PR4) unknown target 'm68k'}}
  %0 = qs.prepare_rows decode %x pad [0, 0, 0, 0] outs(%o) {table = array<f32: 1.0, 2.0>, target = "m68k"} : tensor<4xi8>, tensor<4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @pr4_other(%x: tensor<4xi8>, %o: tensor<4xi16>) -> tensor<4xi16> {
  // expected-error@+1 {{(PR4) tables, element types, zero points and targets belong to decode, found sign_extend}}
  %0 = qs.prepare_rows sign_extend %x pad [0, 0, 0, 0] outs(%o) {target = "generic"} : tensor<4xi8>, tensor<4xi16> -> tensor<4xi16>
  return %0 : tensor<4xi16>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk14_bytes(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %z: tensor<4xi32>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK14) zero points of i32 need rows of i16 and plain words of 16 bits, found rows of 'i8'}}
  %0 = qs.packed_matmul %x, %w group_zero(%z : tensor<4xi32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk14_words(%x: tensor<2x4xi16>, %w: !qs.packed<tensor<4x3x!qs.q<uint16>>, #l>, %z: tensor<3xi32>, %o: tensor<2x3xi32>) -> tensor<2x3xi32> {
  // expected-error@+1 {{(PK14) expected zero points of words of 4 elements, found 'tensor<3xi32>'}}
  %0 = qs.packed_matmul %x, %w group_zero(%z : tensor<3xi32>) epilogue <kind = store> outs(%o) : tensor<2x4xi16>, !qs.packed<tensor<4x3x!qs.q<uint16>>, #l>, tensor<2x3xi32> -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk14_alone(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %z: tensor<2xi32>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK14) zero points of rows and sums of columns belong together}}
  %0 = qs.packed_matmul %x, %w row_zero(%z : tensor<2xi32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk14_rows(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %z: tensor<3xi32>, %s: tensor<4xi32>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK14) expected zero points of rows of 2 elements, found 'tensor<3xi32>'}}
  %0 = qs.packed_matmul %x, %w row_zero(%z : tensor<3xi32>) column_sums(%s : tensor<4xi32>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

#l = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
func.func @pk14_sums(%x: tensor<2x4xi8>, %w: !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, %z: tensor<1xi32>, %s: tensor<4xi64>, %o: tensor<2x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+1 {{(PK14) expected column sums of 'i32', found 'tensor<4xi64>'}}
  %0 = qs.packed_matmul %x, %w row_zero(%z : tensor<1xi32>) column_sums(%s : tensor<4xi64>) epilogue <kind = store> outs(%o) : tensor<2x4xi8>, !qs.packed<tensor<4x4x!qs.q<int8>>, #l>, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

func.func @pv1(%w: tensor<4xi8>) {
  // expected-error@+1 {{(PV1) expected plain words of 16 bytes in a gemm_layout, found 'tensor<4xi8>'}}
  %0 = qs.packed_view %w : tensor<4xi8> -> !qs.packed<tensor<4x4x!qs.q<int8>>, #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>>
  return
}
