// RUN: qs-opt %s --convert-linalg-to-qs | FileCheck %s

#id = affine_map<(a, b, c, d) -> (a, b, c, d)>

// Transposes stay at the edges of an NCHW network; the pad and the bias go into
// the convolutions.
// CHECK-LABEL: func @edges(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x6x6xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK: %[[T:.*]] = tosa.transpose %[[X]] {perms = array<i32: 0, 2, 3, 1>}
// CHECK: %[[C0:.*]] = qs.conv2d %[[T]], %{{.*}} pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] bias(%[[B]]
// CHECK: %[[R0:.*]] = tosa.clamp %[[C0]] {max_val = 6.000000e+00 : f32, min_val = 0.000000e+00 : f32}
// CHECK: %[[C1:.*]] = qs.conv2d %[[R0]], %{{.*}} pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] : tensor<1x6x6x2xf32>
// CHECK: %[[S:.*]] = tosa.add %[[C1]], %[[R0]]
// CHECK: %[[U:.*]] = tosa.transpose %[[S]] {perms = array<i32: 0, 3, 1, 2>}
// CHECK-NEXT: return %[[U]]
func.func @edges(%x: tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32> {
  %zero = arith.constant 0.0 : f32
  %six = arith.constant 6.0 : f32
  %w = arith.constant dense<0.5> : tensor<2x2x3x3xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x6x6xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x6x6xf32>) dimensions = [0, 2, 3]
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32>
  %p0 = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%m: index, %n: index, %o: index, %q: index):
    tensor.yield %zero : f32
  } : tensor<1x2x6x6xf32> to tensor<1x2x8x8xf32>
  %c0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%p0, %w : tensor<1x2x8x8xf32>, tensor<2x2x3x3xf32>) outs(%i : tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32>
  %r0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%c0 : tensor<1x2x6x6xf32>) outs(%e : tensor<1x2x6x6xf32>) {
  ^bb0(%in: f32, %out: f32):
    %l = arith.maximumf %in, %zero : f32
    %h = arith.minimumf %l, %six : f32
    linalg.yield %h : f32
  } -> tensor<1x2x6x6xf32>
  %p1 = tensor.pad %r0 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%m: index, %n: index, %o: index, %q: index):
    tensor.yield %zero : f32
  } : tensor<1x2x6x6xf32> to tensor<1x2x8x8xf32>
  %c1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%p1, %w : tensor<1x2x8x8xf32>, tensor<2x2x3x3xf32>) outs(%f : tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32>
  %s = linalg.add ins(%c1, %r0 : tensor<1x2x6x6xf32>, tensor<1x2x6x6xf32>) outs(%e : tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32>
  return %s : tensor<1x2x6x6xf32>
}

// HWCF to OHWI at compile time.
// CHECK-LABEL: func @weights(
// CHECK: arith.constant dense<{{\[\[\[\[}}1.000000e+00, 3.000000e+00]]], {{\[\[\[}}2.000000e+00, 4.000000e+00]]]]> : tensor<2x1x1x2xf32>
// CHECK: qs.conv2d
func.func @weights(%x: tensor<1x3x3x2xf32>) -> tensor<1x3x3x2xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %e = tensor.empty() : tensor<1x3x3x2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x3x3x2xf32>) -> tensor<1x3x3x2xf32>
  %c = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%x, %w : tensor<1x3x3x2xf32>, tensor<1x1x2x2xf32>) outs(%f : tensor<1x3x3x2xf32>) -> tensor<1x3x3x2xf32>
  return %c : tensor<1x3x3x2xf32>
}

// A group is an axis: channels g * F + f of a grouped convolution.
// CHECK-LABEL: func @groups(
// CHECK: qs.conv2d %{{.*}} groups 2 : tensor<1x5x5x6xf32>, tensor<8x3x3x3xf32> -> tensor<1x3x3x8xf32>
func.func @groups(%x: tensor<1x5x5x2x3xf32>, %w: tensor<2x4x3x3x3xf32>) -> tensor<1x3x3x2x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x3x3x2x4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x3x3x2x4xf32>) -> tensor<1x3x3x2x4xf32>
  %c = linalg.conv_2d_nhwgc_gfhwc {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%x, %w : tensor<1x5x5x2x3xf32>, tensor<2x4x3x3x3xf32>) outs(%f : tensor<1x3x3x2x4xf32>) -> tensor<1x3x3x2x4xf32>
  return %c : tensor<1x3x3x2x4xf32>
}

// Transposed weights stay as they are, a transposed left side is turned.
// CHECK-LABEL: func @matmuls(
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<4x3xf32>, %[[AT:.*]]: tensor<3x2xf32>
// CHECK: qs.matmul %[[A]], %[[B]] transpose_rhs :
// CHECK: %[[T:.*]] = tosa.transpose %[[AT]] {perms = array<i32: 1, 0>}
// CHECK: qs.matmul %[[T]], %[[B]] transpose_rhs :
func.func @matmuls(%a: tensor<2x3xf32>, %b: tensor<4x3xf32>, %at: tensor<3x2xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%a, %b : tensor<2x3xf32>, tensor<4x3xf32>) outs(%f : tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%at, %b : tensor<3x2xf32>, tensor<4x3xf32>) outs(%f : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// What a NaN gives: an ordered compare takes the bound, an unordered one the NaN.
// CHECK-LABEL: func @nans(
// CHECK: tosa.clamp %{{.*}} {max_val = 0x7F800000 : f32, min_val = 0.000000e+00 : f32, nan_mode = IGNORE}
// CHECK: tosa.clamp %{{.*}} {max_val = 0x7F800000 : f32, min_val = 0.000000e+00 : f32} :
func.func @nans(%x: tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x1x1x4xf32>
  %0 = linalg.map ins(%x : tensor<1x1x1x4xf32>) outs(%e : tensor<1x1x1x4xf32>)
    (%v: f32, %o: f32) {
      %c = arith.cmpf ogt, %v, %zero : f32
      %s = arith.select %c, %v, %zero : f32
      linalg.yield %s : f32
    }
  %1 = linalg.map ins(%0 : tensor<1x1x1x4xf32>) outs(%e : tensor<1x1x1x4xf32>)
    (%v: f32, %o: f32) {
      %c2 = arith.cmpf ugt, %v, %zero : f32
      %t = arith.select %c2, %v, %zero : f32
      linalg.yield %t : f32
    }
  return %1 : tensor<1x1x1x4xf32>
}

// The transpose of the argument serves the convolution and the sum.
// CHECK-LABEL: func @residual(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x4x5xf32>
// CHECK: %[[C:.*]] = qs.conv2d
// CHECK: %[[T:.*]] = tosa.transpose %[[X]] {perms = array<i32: 0, 2, 3, 1>}
// CHECK: %[[S:.*]] = tosa.add %[[C]], %[[T]]
// CHECK: tosa.transpose %[[S]] {perms = array<i32: 0, 3, 1, 2>}
func.func @residual(%x: tensor<1x2x4x5xf32>) -> tensor<1x2x4x5xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<0.5> : tensor<2x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x4x5xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x2x4x5xf32>) -> tensor<1x2x4x5xf32>
  %c = linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%x, %w : tensor<1x2x4x5xf32>, tensor<2x2x1x1xf32>) outs(%f : tensor<1x2x4x5xf32>) -> tensor<1x2x4x5xf32>
  %s = linalg.add ins(%c, %x : tensor<1x2x4x5xf32>, tensor<1x2x4x5xf32>) outs(%e : tensor<1x2x4x5xf32>) -> tensor<1x2x4x5xf32>
  return %s : tensor<1x2x4x5xf32>
}
