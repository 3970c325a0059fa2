// RUN: qs-opt %s --split-input-file --verify-diagnostics --qs-plan-memory | FileCheck %s

// The first and the third buffer never live together and share bytes; the
// second lives with both. 1024 and 256 bytes are needed of 2304.
// CHECK-LABEL: func @chain(
// CHECK-SAME: %{{.*}}: memref<256xf32>, %[[WS:.*]]: memref<1280xi8>)
// CHECK-SAME: qs.workspace_bytes = 1280 : i64
func.func @chain(%out: memref<256xf32>) {
  %c = arith.constant 0.0 : f32
  // CHECK-DAG: %[[A:.*]] = memref.view %[[WS]][%c0{{.*}}][] : memref<1280xi8> to memref<256xf32>
  // CHECK-DAG: %[[B:.*]] = memref.view %[[WS]][%c1024{{.*}}][] : memref<1280xi8> to memref<64xf32>
  %a = memref.alloc() : memref<256xf32>
  linalg.fill ins(%c : f32) outs(%a : memref<256xf32>)
  %b = memref.alloc() : memref<64xf32>
  %view = memref.subview %a[0] [64] [1] : memref<256xf32> to memref<64xf32, strided<[1]>>
  memref.copy %view, %b : memref<64xf32, strided<[1]>> to memref<64xf32>
  %d = memref.alloc() : memref<256xf32>
  linalg.fill ins(%c : f32) outs(%d : memref<256xf32>)
  %part = memref.subview %d[0] [64] [1] : memref<256xf32> to memref<64xf32, strided<[1]>>
  memref.copy %b, %part : memref<64xf32> to memref<64xf32, strided<[1]>>
  memref.copy %d, %out : memref<256xf32> to memref<256xf32>
  return
}

// -----

// A buffer of a loop lives as long as the loop.
// CHECK-LABEL: func @loop(
// CHECK-SAME: qs.workspace_bytes = 128 : i64
func.func @loop(%n: index, %out: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<16xf32>
  linalg.fill ins(%c : f32) outs(%a : memref<16xf32>)
  scf.for %i = %c0 to %n step %c1 {
    %b = memref.alloc() : memref<16xf32>
    memref.copy %a, %b : memref<16xf32> to memref<16xf32>
    memref.copy %b, %out : memref<16xf32> to memref<16xf32>
  }
  return
}

// -----

func.func @dynamic(%n: index) {
  // expected-error @below {{expected a buffer of static size, found 'memref<?xf32>'; compiled code allocates nothing}}
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

func.func @stack() {
  // expected-error @below {{takes memory outside of the workspace}}
  %a = memref.alloca() : memref<4xf32>
  return
}

// -----

// expected-error @below {{expected a body of one block, found 2}}
func.func @blocks() {
  cf.br ^end
^end:
  return
}
