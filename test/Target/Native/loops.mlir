// RUN: qs-opt %s --qs-fuse-elementwise --qs-order-loops | FileCheck %s
// RUN: qs-opt %s --qs-collapse-loops | FileCheck %s --check-prefix=COLLAPSE

#id = affine_map<(d0, d1) -> (d0, d1)>
#last = affine_map<(d0, d1) -> (d1)>
#rows = affine_map<(d0, d1, d2) -> (d0, d2)>
#weights = affine_map<(d0, d1, d2) -> (d2, d1)>
#out = affine_map<(d0, d1, d2) -> (d0, d1)>

// An elementwise producer stays out of a reduction, whose loop over adjacent
// results goes innermost.
// CHECK-LABEL: func @reduction(
func.func @reduction(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>, %y: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // CHECK: linalg.generic
  // CHECK: math.absf
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %v = math.absf %i : f32
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "reduction", "parallel"]
  // CHECK-NOT: math.absf
  %b = linalg.generic {indexing_maps = [#rows, #weights, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%y : tensor<4x16xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  } -> tensor<4x16xf32>
  return %b : tensor<4x16xf32>
}

// CHECK-LABEL: func @chain(
func.func @chain(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // CHECK: linalg.generic
  // CHECK: math.absf
  // CHECK-NOT: linalg.generic
  // CHECK: math.sqrt
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %v = math.absf %i : f32
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  %b = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %v = math.sqrt %i : f32
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  return %b : tensor<4x8xf32>
}

// COLLAPSE-LABEL: func @dense(
func.func @dense(%x: memref<4x8xf32>, %y: memref<4x8xf32>) {
  // COLLAPSE: linalg.generic {{.*}}iterator_types = ["parallel"]
  // COLLAPSE-SAME: memref<32xf32>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<4x8xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %v = math.absf %i : f32
    linalg.yield %v : f32
  }
  return
}

// A channel parameter keeps the channels apart.
// COLLAPSE-LABEL: func @channels(
func.func @channels(%x: memref<4x8xf32>, %c: memref<8xf32>, %y: memref<4x8xf32>) {
  // COLLAPSE: iterator_types = ["parallel", "parallel"]
  linalg.generic {indexing_maps = [#id, #last, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %c : memref<4x8xf32>, memref<8xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%i: f32, %k: f32, %o: f32):
    %v = arith.mulf %i, %k : f32
    linalg.yield %v : f32
  }
  return
}
