// RUN: qs-opt %s --qs-to-vector --split-input-file --verify-diagnostics | FileCheck %s

#vnni = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 4>

// Constants are aligned globals; each row is broadcast to one vector.
// CHECK-LABEL: @vnni
// CHECK: memref.get_global @qs_packed
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK-NOT: llvm.call_intrinsic
// CHECK: vector.maskedstore
// CHECK: memref.global "private" constant @qs_packed : memref<128xi8> = dense<1> {alignment = 64 : i64}
func.func @vnni(%x: memref<1x6xi8>, %o: memref<1x3xi32>) {
  %w = qs.packed_constant dense<1> : tensor<128xi8> : !qs.packed<tensor<6x3x!qs.q<int8>>, #vnni>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x6xi8>, !qs.packed<tensor<6x3x!qs.q<int8>>, #vnni>, memref<1x3xi32>
  return
}

// -----

#avx2 = #qs.gemm_layout<target = "avx2", axis = 1, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 2>

// CHECK-LABEL: @avx2
// CHECK: arith.extsi {{.*}} vector<16xi8> to vector<16xi16>
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
func.func @avx2(%x: memref<1x2xi16>, %o: memref<1x8xi32>) {
  %w = qs.packed_constant dense<1> : tensor<16xi8> : !qs.packed<tensor<2x8x!qs.q<int8>>, #avx2>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x2xi16>, !qs.packed<tensor<2x8x!qs.q<int8>>, #avx2>, memref<1x8xi32>
  return
}

// -----

#narrow = #qs.gemm_layout<target = "avx2", axis = 1, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 4, narrow = 3>
#narrow1 = #qs.gemm_layout<target = "avx2", axis = 1, groups = 1, taps = 1, lanes = 8, vectors = 1, k = 4, narrow = 2>

// Three steps are summed in i16 before these are added to i32; where that may be
// only two, each step is.
// CHECK-LABEL: @narrow
// CHECK: %[[A:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: arith.addi %{{.*}}, %[[A]] : vector<16xi16>
// CHECK-NOT: pmadd.wd
// CHECK: %[[B:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: arith.addi %{{.*}}, %[[B]] : vector<16xi16>
// CHECK-NOT: pmadd.wd
// CHECK: %[[C:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: %[[SUM:.+]] = arith.addi %{{.*}}, %[[C]] : vector<16xi16>
// CHECK: %[[WIDE:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[SUM]],
// CHECK: arith.addi %{{.*}}, %[[WIDE]] : vector<8xi32>
// CHECK-NOT: pmadd
// CHECK-LABEL: @narrow1
// CHECK: %[[D:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[D]],
// CHECK: %[[E:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[E]],
func.func @narrow(%x: memref<1x12xi8>, %o: memref<1x8xi32>) {
  %w = qs.packed_constant dense<1> : tensor<96xi8> : !qs.packed<tensor<12x8x!qs.q<int8>>, #narrow>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x12xi8>, !qs.packed<tensor<12x8x!qs.q<int8>>, #narrow>, memref<1x8xi32>
  return
}
func.func @narrow1(%x: memref<1x12xi8>, %o: memref<1x8xi32>) {
  %w = qs.packed_constant dense<1> : tensor<96xi8> : !qs.packed<tensor<12x8x!qs.q<int8>>, #narrow1>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x12xi8>, !qs.packed<tensor<12x8x!qs.q<int8>>, #narrow1>, memref<1x8xi32>
  return
}

// -----

#generic = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>

// Requantization: clamp, then round half to even by the addition of
// 1.5 * 2^23 (+ the even part of the zero point), in the bits of the sum.
// CHECK-LABEL: @generic
// CHECK-NOT: llvm.call_intrinsic
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: %[[MAGIC:.+]] = arith.constant dense<0x4B400004> : vector<4xf32>
// CHECK: %[[SUM:.+]] = arith.addf %{{.*}}, %[[MAGIC]]
// CHECK: %[[BITS:.+]] = arith.bitcast %[[SUM]]
// CHECK: arith.trunci %[[BITS]] : vector<4xi32> to vector<4xi8>
func.func @generic(%x: memref<1x2xi8>, %m: memref<f32>, %o: memref<1x4xi8>) {
  %w = qs.packed_constant dense<1> : tensor<8xi8> : !qs.packed<tensor<2x4x!qs.q<int8>>, #generic>
  qs.packed_matmul %x, %w signed_input multiplier(%m : memref<f32>) epilogue <kind = requantize, zeroPoint = 5, lower = -128, upper = 127> outs(%o) : memref<1x2xi8>, !qs.packed<tensor<2x4x!qs.q<int8>>, #generic>, memref<1x4xi8>
  return
}

// -----

#generic = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>

func.func @strided(%x: memref<2x2xi8, strided<[4, 1]>>, %o: memref<2x4xi32>) {
  %w = qs.packed_constant dense<1> : tensor<8xi8> : !qs.packed<tensor<2x4x!qs.q<int8>>, #generic>
  // expected-error@+1 {{expected a contiguous buffer, found 'memref<2x2xi8, strided<[4, 1]>>'}}
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<2x2xi8, strided<[4, 1]>>, !qs.packed<tensor<2x4x!qs.q<int8>>, #generic>, memref<2x4xi32>
  return
}

// -----

func.func @tensors(%x: tensor<4xi8>, %o: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+1 {{expected memrefs: bufferize first}}
  %0 = qs.prepare_rows copy %x pad [0, 0, 0, 0] outs(%o) : tensor<4xi8>, tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

#int4 = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 4, table = array<i8: 0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1>>

// Four bits: one load serves two steps, with one shift and no mask.
// CHECK-LABEL: @int4
// CHECK: vector.load {{.*}} vector<64xi8>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.permvar.qi.512"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: arith.shrui {{.*}} vector<16xi32>
// CHECK-NOT: arith.andi
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.permvar.qi.512"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
func.func @int4(%x: memref<1x8xi8>, %o: memref<1x16xi32>) {
  %w = qs.packed_constant dense<1> : tensor<64xi8> : !qs.packed<tensor<8x16x!qs.q<int4>>, #int4>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x8xi8>, !qs.packed<tensor<8x16x!qs.q<int4>>, #int4>, memref<1x16xi32>
  return
}

// -----

#two = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 3, 4, 5, 6>>

// Consecutive numbers need no table.
// CHECK-LABEL: @arithmetic
// CHECK-NOT: arith.select
// CHECK: arith.constant dense<3> : vector<4xi8>
// CHECK: arith.addi {{.*}} vector<4xi8>
func.func @arithmetic(%x: memref<1x1xi8>, %o: memref<1x4xi32>) {
  %w = qs.packed_constant dense<1> : tensor<4xi8> : !qs.packed<tensor<1x4x!qs.q<int2>>, #two>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x1xi8>, !qs.packed<tensor<1x4x!qs.q<int2>>, #two>, memref<1x4xi32>
  return
}

// -----

#any = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i8: 3, 9, 5, 7>>

// Others a tree over the bits: no gather.
// CHECK-LABEL: @tree
// CHECK-COUNT-3: arith.select {{.*}} vector<4xi8>
// CHECK-NOT: arith.select
func.func @tree(%x: memref<1x1xi8>, %o: memref<1x4xi32>) {
  %w = qs.packed_constant dense<1> : tensor<4xi8> : !qs.packed<tensor<1x4x!qs.q<int2>>, #any>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x1xi8>, !qs.packed<tensor<1x4x!qs.q<int2>>, #any>, memref<1x4xi32>
  return
}

// -----

#signed = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 2, lanes = 16, vectors = 1, k = 4, table = array<i8: 0, 1, -2, -1>>

// Signed rows: the weights, moved up by 2, are the unsigned side, and sums start
// from -2 times the sum of the row.
// CHECK-LABEL: @signed_rows
// CHECK: arith.constant -2 : i32
// CHECK: arith.muli
// CHECK: dense<[2, 3, 0, 1, 2, 3, 0, 1,
// CHECK: %[[W:.+]] = llvm.call_intrinsic "llvm.x86.avx512.permvar.qi.512"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%{{.*}}, %[[W]], %{{.*}})
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: arith.addf
func.func @signed_rows(%x: memref<1x8xi8>, %s: memref<32xf32>, %r: memref<2xi32>, %o: memref<1x16xf32>) {
  %w = qs.packed_constant dense<1> : tensor<128xi8> : !qs.packed<tensor<8x16x!qs.q<int2, group(0, 4)>>, #signed>
  qs.packed_matmul %x, %w signed_input weight_scale(%s : memref<32xf32>) row_sums(%r : memref<2xi32>) epilogue <kind = store> outs(%o) : memref<1x8xi8>, !qs.packed<tensor<8x16x!qs.q<int2, group(0, 4)>>, #signed>, memref<1x16xf32>
  return
}

// -----

#in_place = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 4, table = array<i8: -2, -1, 0, 1>>

// Equidistant levels in order need no look-up: the words of each place in a byte
// are masked and have sums of their own, which are shifted together at the end.
// CHECK-LABEL: @in_place
// CHECK-NOT: permvar
// CHECK: scf.for
// CHECK: dense<3>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: dense<12>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: dense<48>
// CHECK: dense<-64>
// CHECK: arith.shrsi
// CHECK-NOT: permvar
// CHECK: return
func.func @in_place(%x: memref<1x128xi8>, %r: memref<1x1xi32>, %o: memref<1x16xi32>) {
  %w = qs.packed_constant dense<1> : tensor<512xi8> : !qs.packed<tensor<128x16x!qs.q<int2>>, #in_place>
  qs.packed_matmul %x, %w signed_input row_sums(%r : memref<1x1xi32>) epilogue <kind = store> outs(%o) : memref<1x128xi8>, !qs.packed<tensor<128x16x!qs.q<int2>>, #in_place>, memref<1x16xi32>
  return
}

// -----

// CHECK-LABEL: @no_rows
// CHECK-NOT: vector.
// CHECK: return
func.func @no_rows(%x: memref<0xi8>, %o: memref<0xi8>) {
  qs.prepare_rows copy %x pad [0, 0, 0, 0] outs(%o) : memref<0xi8>, memref<0xi8>
  return
}

// -----

#signs = #qs.gemm_layout<target = "avx512vnni", axis = 1, groups = 1, taps = 1, lanes = 16, vectors = 1, k = 1, table = array<i32: 1, -1>>

// Signs: 40 of them are two words; what is unequal counts twice against 40.
// CHECK-LABEL: @signs
// CHECK: memref.view {{.*}} memref<128xi8> to memref<32xi32>
// CHECK-COUNT-2: math.ctpop {{.*}} : vector<16xi32>
// CHECK-NOT: math.ctpop
// CHECK: %[[MOST:.+]] = arith.constant dense<40> : vector<16xi32>
// CHECK: arith.subi %[[MOST]]
func.func @signs(%x: memref<1x2xi32>, %o: memref<1x16xi32>) {
  %w = qs.packed_constant dense<1> : tensor<128xi8> : !qs.packed<tensor<40x16x!qs.q<binary>>, #signs>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x2xi32>, !qs.packed<tensor<40x16x!qs.q<binary>>, #signs>, memref<1x16xi32>
  return
}

// -----

#bytes = #qs.gemm_layout<target = "generic", axis = 1, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1, table = array<i32: 1, -1>>

// Counts of bytes are added up before they can wrap.
// CHECK-LABEL: @bytes
// CHECK: math.ctpop {{.*}} : vector<16xi8>
// CHECK: vector.bitcast {{.*}} : vector<16xi8> to vector<4xi32>
func.func @bytes(%x: memref<1x2xi32>, %o: memref<1x4xi32>) {
  %w = qs.packed_constant dense<1> : tensor<32xi8> : !qs.packed<tensor<40x4x!qs.q<binary>>, #bytes>
  qs.packed_matmul %x, %w epilogue <kind = store> outs(%o) : memref<1x2xi32>, !qs.packed<tensor<40x4x!qs.q<binary>>, #bytes>, memref<1x4xi32>
  return
}

// -----

// Bytes become bits of one word, by twos of them.
// CHECK-LABEL: @pack
// CHECK: arith.trunci {{.*}} : vector<64xi8> to vector<64xi1>
// CHECK: vector.bitcast {{.*}} : vector<64xi1> to vector<2xi32>
// CHECK: vector.maskedload
// CHECK: vector.bitcast {{.*}} : vector<32xi1> to vector<1xi32>
func.func @pack(%x: memref<2x67xi8>, %o: memref<2x3xi32>) {
  qs.prepare_rows pack_bits %x pad [0, 0, 0, 0] outs(%o) : memref<2x67xi8>, memref<2x3xi32>
  return
}
