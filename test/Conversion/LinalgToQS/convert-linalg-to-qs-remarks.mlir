// RUN: qs-opt %s --convert-linalg-to-qs --remarks-filter=qs --remark-policy=all -o %t.mlir 2>&1 | FileCheck %s
// RUN: FileCheck %s --input-file=%t.mlir --check-prefix=LEFT

// What is left alone stays as it is and says why.

#id = affine_map<(a, b) -> (a, b)>

// CHECK: remark: [Missed] convert-linalg-to-qs {{.*}}Function=halves{{.*}}Op=linalg.matmul{{.*}}only f32 of static shape is raised
// LEFT-LABEL: @halves
// LEFT: linalg.matmul
func.func @halves(%a: tensor<2x3xf16>, %b: tensor<3x4xf16>, %c: tensor<2x4xf16>) -> tensor<2x4xf16> {
  %0 = linalg.matmul ins(%a, %b : tensor<2x3xf16>, tensor<3x4xf16>) outs(%c : tensor<2x4xf16>) -> tensor<2x4xf16>
  return %0 : tensor<2x4xf16>
}

// CHECK: Function=dynamic{{.*}}only f32 of static shape is raised
// LEFT-LABEL: @dynamic
// LEFT: linalg.matmul
func.func @dynamic(%a: tensor<?x3xf32>, %b: tensor<3x4xf32>, %c: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<?x3xf32>, tensor<3x4xf32>) outs(%c : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK: Function=accumulates{{.*}}its accumulator starts from neither zero nor a bias
// LEFT-LABEL: @accumulates
// LEFT: linalg.matmul
func.func @accumulates(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>, %c: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x4xf32>) outs(%c : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// A value a row is no bias, which has one a column.
// CHECK: Function=row_bias{{.*}}Op=linalg.broadcast{{.*}}no op took its broadcast
// CHECK: Function=row_bias{{.*}}Op=linalg.matmul{{.*}}its accumulator starts from neither zero nor a bias
// LEFT-LABEL: @row_bias
// LEFT: linalg.matmul
func.func @row_bias(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>, %r: tensor<2xf32>) -> tensor<2x4xf32> {
  %e = tensor.empty() : tensor<2x4xf32>
  %c = linalg.broadcast ins(%r : tensor<2xf32>) outs(%e : tensor<2x4xf32>) dimensions = [1]
  %0 = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x4xf32>) outs(%c : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK: Function=sums{{.*}}its sum is not divided by the size of its window
// LEFT-LABEL: @sums
// LEFT: linalg.pooling_nhwc_sum
func.func @sums(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %three = arith.constant 3.0 : f32
  %w = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %s = linalg.pooling_nhwc_sum {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>} ins(%x, %w : tensor<1x4x4x2xf32>, tensor<2x2xf32>) outs(%f : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %d = linalg.map ins(%s : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>)
    (%v: f32, %o: f32) {
      %q = arith.divf %v, %three : f32
      linalg.yield %q : f32
    }
  return %d : tensor<1x2x2x2xf32>
}

// CHECK: Function=from_one{{.*}}its maximum does not start from the least value
// CHECK: Function=from_one{{.*}}its windows are dilated
// LEFT-LABEL: @from_one
// LEFT-COUNT-2: linalg.pooling_nhwc_max
func.func @from_one(%x: tensor<1x4x4x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %one = arith.constant 1.0 : f32
  %w = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %f = linalg.fill ins(%one : f32) outs(%e : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %0 = linalg.pooling_nhwc_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>} ins(%x, %w : tensor<1x4x4x2xf32>, tensor<2x2xf32>) outs(%f : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %1 = linalg.pooling_nhwc_max {dilations = dense<2> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%x, %w : tensor<1x4x4x2xf32>, tensor<2x2xf32>) outs(%f : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %0, %1 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// CHECK: Function=bodies{{.*}}arith.remf has no TOSA form here
// CHECK: Function=bodies{{.*}}it compares in a way that TOSA does not have
// CHECK: Function=bodies{{.*}}it selects by something else than a comparison
// CHECK: Function=bodies{{.*}}or reads indices
// CHECK: Function=bodies{{.*}}its body reads a value from outside
// LEFT-LABEL: @bodies
// LEFT-COUNT-5: linalg.
func.func @bodies(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>, %n: f32, %c1: i1) -> tensor<2x3xf32> {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<2x3xf32>
  %1 = linalg.map { arith.remf } ins(%x, %y : tensor<2x3xf32>, tensor<2x3xf32>) outs(%e : tensor<2x3xf32>)
  %2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%1, %y : tensor<2x3xf32>, tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %g = arith.cmpf ord, %a, %b : f32
    %s = arith.select %g, %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<2x3xf32>
  %3 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.select %c1, %a, %one : f32
    linalg.yield %s : f32
  } -> tensor<2x3xf32>
  %4 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 0 : index
    %c = arith.index_cast %i : index to i32
    %f = arith.sitofp %c : i32 to f32
    %s = arith.addf %a, %f : f32
    linalg.yield %s : f32
  } -> tensor<2x3xf32>
  %5 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %n : f32
    linalg.yield %s : f32
  } -> tensor<2x3xf32>
  return %5 : tensor<2x3xf32>
}

// CHECK: Function=others{{.*}}Op=linalg.matvec{{.*}}it is no product of two matrices
// CHECK: Function=others{{.*}}it has more than one result
// CHECK: Function=others{{.*}}its reduction is not a plain sum
// CHECK: Function=others{{.*}}Op=linalg.quantized_matmul
// CHECK: Function=others{{.*}}Op=linalg.softmax{{.*}}it is no op that has a form in qs or TOSA
// CHECK: Function=others{{.*}}Op=linalg.vecmat{{.*}}it is no product of two matrices
// LEFT-LABEL: @others
// LEFT: linalg.matvec
// LEFT: linalg.quantized_matmul
func.func @others(%m: tensor<2x3xf32>, %v: tensor<3xf32>, %i: tensor<2x2xi8>, %z: i32) -> (tensor<2xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xf32>, tensor<2x2xi32>, tensor<2x3xf32>, tensor<3xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2xf32>) -> tensor<2xf32>
  %0 = linalg.matvec ins(%m, %v : tensor<2x3xf32>, tensor<3xf32>) outs(%f : tensor<2xf32>) -> tensor<2xf32>
  %e1 = tensor.empty() : tensor<2x3xf32>
  %1:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%m : tensor<2x3xf32>) outs(%e1, %e1 : tensor<2x3xf32>, tensor<2x3xf32>) {
  ^bb0(%a: f32, %o: f32, %p: f32):
    linalg.yield %a, %a : f32, f32
  } -> (tensor<2x3xf32>, tensor<2x3xf32>)
  %2 = linalg.reduce { arith.mulf } ins(%m : tensor<2x3xf32>) outs(%f : tensor<2xf32>) dimensions = [1]
  %e3 = tensor.empty() : tensor<2x2xi32>
  %c0 = arith.constant 0 : i32
  %f3 = linalg.fill ins(%c0 : i32) outs(%e3 : tensor<2x2xi32>) -> tensor<2x2xi32>
  %3 = linalg.quantized_matmul ins(%i, %i, %z, %z : tensor<2x2xi8>, tensor<2x2xi8>, i32, i32) outs(%f3 : tensor<2x2xi32>) -> tensor<2x2xi32>
  %4 = linalg.softmax dimension(1) ins(%m : tensor<2x3xf32>) outs(%e1 : tensor<2x3xf32>) -> tensor<2x3xf32>
  %e5 = tensor.empty() : tensor<3xf32>
  %f5 = linalg.fill ins(%zero : f32) outs(%e5 : tensor<3xf32>) -> tensor<3xf32>
  %5 = linalg.vecmat ins(%0, %m : tensor<2xf32>, tensor<2x3xf32>) outs(%f5 : tensor<3xf32>) -> tensor<3xf32>
  return %0, %1#0, %1#1, %2, %3, %4, %5 : tensor<2xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xf32>, tensor<2x2xi32>, tensor<2x3xf32>, tensor<3xf32>
}

// Buffers are not touched.
// CHECK-NOT: Function=no_linalg
// CHECK: Function=buffers{{.*}}Op=linalg.transpose{{.*}}it works on buffers
// CHECK: Function=buffers{{.*}}Op=linalg.matmul{{.*}}it works on buffers
// LEFT-LABEL: @buffers
// LEFT: linalg.matmul
func.func @buffers(%a: memref<2x3xf32>, %b: memref<3x4xf32>, %c: memref<2x4xf32>, %d: memref<3x2xf32>) {
  linalg.transpose ins(%a : memref<2x3xf32>) outs(%d : memref<3x2xf32>) permutation = [1, 0]
  linalg.matmul ins(%a, %b : memref<2x3xf32>, memref<3x4xf32>) outs(%c : memref<2x4xf32>)
  return
}

// LEFT-LABEL: @no_linalg
// LEFT: tensor.collapse_shape
func.func @no_linalg(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  %0 = tensor.collapse_shape %x [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  return %0 : tensor<6xf32>
}
