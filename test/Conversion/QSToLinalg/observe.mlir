// RUN: qs-opt %s --convert-qs-to-linalg | FileCheck %s --check-prefix=DROP
// RUN: qs-opt %s --convert-qs-to-linalg=observe | FileCheck %s --check-prefix=CALL

// DROP-NOT: qs_observe
// DROP: func @observed(
// DROP-NOT: qs_observe
// DROP: return %arg0
// CALL: module attributes {qs.observers = ["x", "y", "z"]}
// CALL: func.func private @qs_observe(i64, i64, i64)
// CALL-LABEL: func @observed(
func.func @observed(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CALL: bufferization.to_buffer %{{.*}} read_only
  // CALL: memref.extract_aligned_pointer_as_index
  // CALL: call @qs_observe(%{{.*}}, %{{.*}}, %c0_i64)
  %0 = qs.observe %x "x" : tensor<2x3xf32>
  // CALL: call @qs_observe(%{{.*}}, %{{.*}}, %c1_i64)
  %1 = qs.observe %0 "y" : tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// A module in a module has a declaration of its own.
// CALL: module @inner
// CALL-NEXT: func.func private @qs_observe(i64, i64, i64)
// CALL: call @qs_observe(%{{.*}}, %{{.*}}, %c2_i64)
module @inner {
  func.func @nested(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
    %0 = qs.observe %x "z" : tensor<2x3xf32>
    return %0 : tensor<2x3xf32>
  }
}
