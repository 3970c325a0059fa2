// RUN: qs-opt %s --split-input-file --verify-diagnostics --qs-flatten-constants | FileCheck %s

// CHECK: memref.global "private" constant @w : memref<8xi8> = dense<[0, 0, -128, 63, 0, 0, 0, 64]> {alignment = 64 : i64}
memref.global "private" constant @w : memref<1x2xf32> = dense<[[1.0, 2.0]]>
// One byte an element, also for those of one bit.
// CHECK: memref.global "private" constant @bits : memref<3xi8> = dense<[1, 0, 1]>
memref.global "private" constant @bits : memref<3xi1> = dense<[true, false, true]>
// CHECK: memref.global "private" constant @resource : memref<8xi8> = dense_resource<blob>
memref.global "private" constant @resource : memref<2xf32> = dense_resource<blob>

// CHECK-LABEL: func @use(
func.func @use() -> (memref<1x2xf32>, memref<3xi1>) {
  // CHECK: %[[W:.*]] = memref.get_global @w : memref<8xi8>
  // CHECK: memref.view %[[W]][%{{.*}}][] : memref<8xi8> to memref<1x2xf32>
  %w = memref.get_global @w : memref<1x2xf32>
  // CHECK: memref.view %{{.*}} : memref<3xi8> to memref<3xi1>
  %b = memref.get_global @bits : memref<3xi1>
  return %w, %b : memref<1x2xf32>, memref<3xi1>
}

{-#
  dialect_resources: {
    builtin: {
      blob: "0x040000000000803F00000040"
    }
  }
#-}

// -----

// expected-error @below {{expected a constant with its data, found one that is elided or of another size}}
memref.global "private" constant @elided : memref<2xf32> = dense_resource<__elided__>
