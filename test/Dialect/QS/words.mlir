// Kernels with sums of i64 are read back as they were written, in text and in
// bytecode.
// RUN: qs-opt %s | qs-opt | FileCheck %s
// RUN: qs-opt %s --mlir-print-op-generic | qs-opt | FileCheck %s
// RUN: qs-opt %s --emit-bytecode | qs-opt | FileCheck %s

#words = #qs.gemm_layout<target = "generic", axis = 0, groups = 1, taps = 1, lanes = 4, vectors = 1, k = 1>
!words = !qs.packed<tensor<4x1x1x2x!qs.q<int12>>, #words>
!square = !qs.packed<tensor<4x2x!qs.q<uint16>>, #words>

// CHECK-LABEL: @kernels
// CHECK: qs.packed_conv2d %{{.*}} stride [1, 1] dilation [1, 1] signed_input bias(%{{.*}} : tensor<4xi64>) wide 31 epilogue
// CHECK: qs.packed_matmul %{{.*}} wide 0 epilogue
// CHECK: qs.packed_matmul %{{[a-z0-9]+}}, %{{[a-z0-9]+}} epilogue
func.func @kernels(%x: tensor<1x3x3x2xi16>, %w: !words, %b: tensor<4xi64>, %o: tensor<1x3x3x4xi64>,
                   %y: tensor<2x2xi16>, %v: !square, %p: tensor<2x4xi64>, %q: tensor<2x4xi32>)
    -> (tensor<1x3x3x4xi64>, tensor<2x4xi64>, tensor<2x4xi32>) {
  %0 = qs.packed_conv2d %x, %w stride [1, 1] dilation [1, 1] signed_input bias(%b : tensor<4xi64>) wide 31
      epilogue <kind = store> outs(%o)
      : tensor<1x3x3x2xi16>, !words, tensor<1x3x3x4xi64> -> tensor<1x3x3x4xi64>
  %1 = qs.packed_matmul %y, %v wide 0 epilogue <kind = store> outs(%p)
      : tensor<2x2xi16>, !square, tensor<2x4xi64> -> tensor<2x4xi64>
  %2 = qs.packed_matmul %y, %v epilogue <kind = store> outs(%q)
      : tensor<2x2xi16>, !square, tensor<2x4xi32> -> tensor<2x4xi32>
  return %0, %1, %2 : tensor<1x3x3x4xi64>, tensor<2x4xi64>, tensor<2x4xi32>
}
