// RUN: qs-opt %s --qs-flatten-empty-arguments | FileCheck %s

// The strides of memref<2x0xi8> are 0 and 1: none that a bare pointer stands for.
// CHECK-LABEL: func.func @uses
// CHECK-SAME: (%{{.+}}: memref<0xi8>, %{{.+}}: memref<0xi8>, %{{.+}}: memref<0xi8>, %{{.+}}: memref<2x3xi8>)
// CHECK-DAG: %[[A:.+]] = memref.alloca() : memref<2x0xi8>
// CHECK-DAG: %[[B:.+]] = memref.alloca() : memref<0x3xi8>
// CHECK: memref.dim %[[A]]
// CHECK: memref.dim %[[B]]
func.func @uses(%a: memref<2x0xi8>, %b: memref<0x3xi8>, %c: memref<2x0xi8>, %d: memref<2x3xi8>) -> (index, index) {
  %zero = arith.constant 0 : index
  %0 = memref.dim %a, %zero : memref<2x0xi8>
  %1 = memref.dim %b, %zero : memref<0x3xi8>
  return %0, %1 : index, index
}
