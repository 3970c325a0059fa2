// RUN: not qs-opt %s --qs-insert-clocks --split-input-file 2>/dev/null | FileCheck %s
// RUN: not qs-opt %s --qs-insert-clocks --split-input-file 2>/dev/null | FileCheck %s --check-prefix=NAMES
// RUN: qs-opt %s --qs-insert-clocks --split-input-file --verify-diagnostics -o /dev/null
// RUN: qs-opt %S/Inputs/two-layers.mlir --qs-to-buffers="kernels=generic clocks=true" | FileCheck %s --check-prefix=STAGE
// RUN: qs-opt %S/Inputs/two-layers.mlir --qs-to-buffers=kernels=generic | FileCheck %s --check-prefix=WITHOUT
// STAGE: attributes {qs.clocks = ["", "clock", {{.*}}"first"{{.*}}"second"
// STAGE: call @qs_clock
// WITHOUT-NOT: clock

// Two readings measure what one costs; then one behind the last op of each
// layer. Ops without effects in between change nothing.
// CHECK: module attributes {qs.clocks = ["", "clock", "a", "b", "a"]}
// CHECK: func.func private @qs_clock(i64)
// CHECK: func.func private @inner
// CHECK-NOT: qs_clock
// CHECK: func.func @main
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : i64
// CHECK-NEXT: call @qs_clock(%[[C0]])
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : i64
// CHECK-NEXT: call @qs_clock(%[[C1]])
// CHECK: linalg.fill
// CHECK-NOT: qs_clock
// CHECK: linalg.fill
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : i64
// CHECK-NEXT: call @qs_clock(%[[C2]])
// CHECK: linalg.fill
// CHECK-NEXT: arith.constant 3 : i64
// CHECK: linalg.fill
// CHECK-NEXT: arith.constant 4 : i64
// CHECK-NEXT: call @qs_clock
// CHECK-NEXT: return
func.func private @inner(%m: memref<4xf32>) {
  %z = arith.constant 0.0 : f32
  linalg.fill ins(%z : f32) outs(%m : memref<4xf32>) loc("a")
  return
}
func.func @main(%m: memref<4xf32>) {
  %z = arith.constant 0.0 : f32
  linalg.fill ins(%z : f32) outs(%m : memref<4xf32>) loc("a")
  %o = arith.constant 1.0 : f32 loc("c")
  linalg.fill ins(%o : f32) outs(%m : memref<4xf32>) loc("a")
  linalg.fill ins(%z : f32) outs(%m : memref<4xf32>) loc("b")
  linalg.fill ins(%o : f32) outs(%m : memref<4xf32>) loc("a")
  return
}

// -----

// Work that lies where the function or the file does is named after what it is.
// NAMES: module attributes {qs.clocks = ["", "clock", "a", "memref.copy", "a", "linalg.fill"]}
module {
  func.func @results(%m: memref<4xf32>, %r: memref<4xf32>) {
    %z = arith.constant 0.0 : f32
    linalg.fill ins(%z : f32) outs(%m : memref<4xf32>) loc("a")
    memref.copy %m, %r : memref<4xf32> to memref<4xf32> loc("dir/net.onnx")
    linalg.fill ins(%z : f32) outs(%m : memref<4xf32>) loc("a")
    linalg.fill ins(%z : f32) outs(%m : memref<4xf32>) loc("main")
    return
  } loc("main")
} loc("dir/net.onnx")

// -----

// expected-error @below {{expected a body of one block, found 2}}
func.func @blocks() {
  cf.br ^end
^end:
  return
}
