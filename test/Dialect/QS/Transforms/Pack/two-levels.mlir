// Scales of two levels (NVFP4): the power of two behind the dequantize joins the
// numbers of the words, so the weights stay words with scales of e4m3.
// RUN: qs-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(qs-pack{target=avx512vnni}))' | FileCheck %s
// CHECK-LABEL: @words
// CHECK: qs.packed_constant {{.*}}#qs.gemm_layout<{{.*}}table = array<f32: 0.000000e+00, 2.500000e-01, 5.000000e-01, 7.500000e-01,
// CHECK: qs.packed_matmul {{.*}}weight_scale(%{{.*}} : tensor<32xi8>)
func.func @words(%x: tensor<2x4xf32>) -> tensor<2x2xf32> {
  %c = arith.constant dense<[[1, 2], [3, 4], [5, 6], [7, -1]]> : tensor<4x2xi4>
  %w = qs.storage_cast %c : tensor<4x2xi4> -> tensor<4x2x!qs.q<f4e2m1, group(0, 2):e4m3>>
  %s = arith.constant dense<[[1.0, 2.0], [4.0, 0.5]]> : tensor<2x2xf8E4M3FN>
  %d = qs.dequantize %w scale %s : tensor<4x2x!qs.q<f4e2m1, group(0, 2):e4m3>>, tensor<2x2xf8E4M3FN> -> tensor<4x2xf32>
  %t = "tosa.const"() <{values = dense<5.000000e-01> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m = tosa.mul %d, %t, %z : (tensor<4x2xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x2xf32>
  %y = qs.matmul %x, %m : tensor<2x4xf32>, tensor<4x2xf32> -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
// -----
// Another factor would round anew: these weights are left to run time.
// CHECK-LABEL: @other
// CHECK: tosa.mul
// CHECK: qs.matmul
func.func @other(%x: tensor<2x4xf32>) -> tensor<2x2xf32> {
  %c = arith.constant dense<[[1, 2], [3, 4], [5, 6], [7, -1]]> : tensor<4x2xi4>
  %w = qs.storage_cast %c : tensor<4x2xi4> -> tensor<4x2x!qs.q<f4e2m1, group(0, 2):e4m3>>
  %s = arith.constant dense<[[1.0, 2.0], [4.0, 0.5]]> : tensor<2x2xf8E4M3FN>
  %d = qs.dequantize %w scale %s : tensor<4x2x!qs.q<f4e2m1, group(0, 2):e4m3>>, tensor<2x2xf8E4M3FN> -> tensor<4x2xf32>
  %t = "tosa.const"() <{values = dense<3.000000e-01> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m = tosa.mul %d, %t, %z : (tensor<4x2xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x2xf32>
  %y = qs.matmul %x, %m : tensor<2x4xf32>, tensor<4x2xf32> -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
