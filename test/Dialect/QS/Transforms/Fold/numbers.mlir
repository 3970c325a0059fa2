// RUN: qs-opt %s --qs-fold-qdq | FileCheck %s
// RUN: qs-run %s --all --engine interp | FileCheck %s --check-prefix=EXEC
// RUN: qs-opt %s --qs-fold-qdq | qs-run - --all --engine %qs_engines | FileCheck %s --check-prefix=EXEC

// Words of other than fixed-point codes are summed as the numbers they stand
// for; both scales, the weights' one for each channel, and the bias follow.
// 0x38 is 1, 0x40 is 2, 0x30 is 0.5, 0xb8 is -1.
// CHECK-LABEL: @small_floats
// CHECK: qs.matmul %{{.*}}, %{{.*}} : tensor<1x2x!qs.q<f8e4m3, tensor>>, tensor<2x2x!qs.q<f8e4m3, axis(1)>> -> tensor<1x2xf32>
// CHECK: tosa.mul
// CHECK: tosa.add
// EXEC-LABEL: @small_floats
// EXEC-NEXT: = {{\[\[}}5.5, 1]]
func.func @small_floats() -> tensor<1x2xf32> {
  %qi = arith.constant dense<[[0x38, 0x40]]> : tensor<1x2xi8>
  %q = qs.storage_cast %qi : tensor<1x2xi8> -> tensor<1x2x!qs.q<f8e4m3, tensor>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %d = qs.dequantize %q scale %s : tensor<1x2x!qs.q<f8e4m3, tensor>>, tensor<f32> -> tensor<1x2xf32>
  %wi = arith.constant dense<[[0x38, 0x30], [0x38, -72]]> : tensor<2x2xi8>
  %wq = qs.storage_cast %wi : tensor<2x2xi8> -> tensor<2x2x!qs.q<f8e4m3, axis(1)>>
  %ws = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %w = qs.dequantize %wq scale %ws : tensor<2x2x!qs.q<f8e4m3, axis(1)>>, tensor<2xf32> -> tensor<2x2xf32>
  %b = arith.constant dense<[2.5, 4.0]> : tensor<2xf32>
  %m = qs.matmul %d, %w bias(%b : tensor<2xf32>) : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32>
  return %m : tensor<1x2xf32>
}

// Levels of both sides, each with its power of two: log2_4 words 7, 6, 5 are 1,
// 1/2 and 1/4, f4e2m1 words 7, 2 and 9 are 6, 1 and -1/2.
// CHECK-LABEL: @levels
// CHECK: qs.matmul {{.*}} tensor<1x3x!qs.q<log2_4, tensor>>, tensor<3x1x!qs.q<f4e2m1, tensor>> -> tensor<1x1xi32>
// EXEC-LABEL: @levels
// EXEC-NEXT: = {{\[\[}}51]]
func.func @levels() -> tensor<1x1x!qs.q<int8, tensor>> {
  %qi = arith.constant dense<[[7, 6, 5]]> : tensor<1x3xi4>
  %q = qs.storage_cast %qi : tensor<1x3xi4> -> tensor<1x3x!qs.q<log2_4, tensor>>
  %s = arith.constant dense<2.0> : tensor<f32>
  %d = qs.dequantize %q scale %s : tensor<1x3x!qs.q<log2_4, tensor>>, tensor<f32> -> tensor<1x3xf32>
  %wi = arith.constant dense<[[7], [2], [-7]]> : tensor<3x1xi4>
  %wq = qs.storage_cast %wi : tensor<3x1xi4> -> tensor<3x1x!qs.q<f4e2m1, tensor>>
  %ws = arith.constant dense<1.0> : tensor<f32>
  %w = qs.dequantize %wq scale %ws : tensor<3x1x!qs.q<f4e2m1, tensor>>, tensor<f32> -> tensor<3x1xf32>
  %m = qs.matmul %d, %w : tensor<1x3xf32>, tensor<3x1xf32> -> tensor<1x1xf32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %y = qs.quantize half_even round_then_add saturate %m scale %t : tensor<1x1xf32>, tensor<f32> -> tensor<1x1x!qs.q<int8, tensor>>
  return %y : tensor<1x1x!qs.q<int8, tensor>>
}

// A reshape moves words of 8 bits, those of 5 bits in bytes.
// CHECK-LABEL: @moved
// CHECK: tosa.reshape {{.*}} -> tensor<1x2xi8>
// CHECK: %[[BYTES:.+]] = arith.extui {{.*}} : tensor<2x1xi5> to tensor<2x1xi8>
// CHECK-NEXT: %[[MOVED:.+]] = tosa.reshape %[[BYTES]]
// CHECK-NEXT: arith.trunci %[[MOVED]] : tensor<1x2xi8> to tensor<1x2xi5>
// CHECK: qs.matmul {{.*}} : tensor<1x2x!qs.q<log2_5, tensor>>
// EXEC-LABEL: @moved
// EXEC-NEXT: = {{\[\[}}1, 2]]
// EXEC-NEXT: = {{\[\[}}1.5]]
func.func @moved() -> (tensor<1x2xf32>, tensor<1x1xf32>) {
  %shape = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %s = arith.constant dense<1.0> : tensor<f32>
  %qi = arith.constant dense<[[0x38], [0x40]]> : tensor<2x1xi8>
  %q = qs.storage_cast %qi : tensor<2x1xi8> -> tensor<2x1x!qs.q<f8e4m3, tensor>>
  %d = qs.dequantize %q scale %s : tensor<2x1x!qs.q<f8e4m3, tensor>>, tensor<f32> -> tensor<2x1xf32>
  %r = tosa.reshape %d, %shape : (tensor<2x1xf32>, !tosa.shape<2>) -> tensor<1x2xf32>
  %pi = arith.constant dense<[[15], [14]]> : tensor<2x1xi5>
  %p = qs.storage_cast %pi : tensor<2x1xi5> -> tensor<2x1x!qs.q<log2_5, tensor>>
  %e = qs.dequantize %p scale %s : tensor<2x1x!qs.q<log2_5, tensor>>, tensor<f32> -> tensor<2x1xf32>
  %t = tosa.reshape %e, %shape : (tensor<2x1xf32>, !tosa.shape<2>) -> tensor<1x2xf32>
  %wi = arith.constant dense<15> : tensor<2x1xi5>
  %wq = qs.storage_cast %wi : tensor<2x1xi5> -> tensor<2x1x!qs.q<log2_5, tensor>>
  %w = qs.dequantize %wq scale %s : tensor<2x1x!qs.q<log2_5, tensor>>, tensor<f32> -> tensor<2x1xf32>
  %m = qs.matmul %t, %w : tensor<1x2xf32>, tensor<2x1xf32> -> tensor<1x1xf32>
  return %r, %m : tensor<1x2xf32>, tensor<1x1xf32>
}
