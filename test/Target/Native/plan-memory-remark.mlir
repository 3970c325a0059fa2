// RUN: qs-opt %s --qs-plan-memory --remarks-filter=qs --remark-policy=all 2>&1 | FileCheck %s

// CHECK: remark: [Passed] qs-plan-memory | Category:qs | Function=chain | buffers=2, bytes=64, unshared=128
func.func @chain(%out: memref<16xf32>) {
  %c = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<16xf32>
  linalg.fill ins(%c : f32) outs(%a : memref<16xf32>)
  memref.copy %a, %out : memref<16xf32> to memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  linalg.fill ins(%c : f32) outs(%b : memref<16xf32>)
  memref.copy %b, %out : memref<16xf32> to memref<16xf32>
  return
}
