// Operands quantized at run time fold to integer ops, with their scales behind.
// RUN: qs-opt %s --qs-fold | FileCheck %s
// RUN: qs-opt %s --qs-fold --qs-check-integer=strict=true -o /dev/null
// RUN: qs-opt %s --qs-fold --qs-pack=target=avx512vnni | FileCheck %s --check-prefix=PACK

// f32(acc) * unit, * row scale, + bias, in that order; the clamp belongs to it.
// CHECK-LABEL: @rows
// CHECK: %[[S:.*]], %{{.*}} = qs.choose_params symmetric %arg0
// CHECK: %[[Q:.*]] = qs.quantize {{.*}} %arg0 scale %[[S]]
// CHECK: %[[A:.*]] = qs.matmul %[[Q]], %{{.*}} : tensor<3x4x!qs.q<int8, axis(0)>>, {{.*}} -> tensor<3x2xi32>
// CHECK: %[[F:.*]] = tosa.cast %[[A]]
// CHECK: %[[U:.*]] = "tosa.const"() <{values = dense<{{\[\[}}5.000000e-01, 2.500000e-01]]> : tensor<1x2xf32>}>
// CHECK: %[[M:.*]] = tosa.mul %[[F]], %[[U]]
// CHECK: %[[E:.*]] = tensor.expand_shape %[[S]] {{.*}} : tensor<3xf32> into tensor<3x1xf32>
// CHECK: %[[R:.*]] = tosa.mul %[[M]], %[[E]]
// CHECK: %[[B:.*]] = "tosa.const"() <{values = dense<{{\[\[}}1.000000e+00, -1.000000e+00]]> : tensor<1x2xf32>}>
// CHECK: %[[D:.*]] = tosa.add %[[R]], %[[B]]
// CHECK: tosa.clamp %[[D]]
// PACK-LABEL: @rows
// PACK: qs.quantize_rows %arg0 range[-128, 127]
// PACK-NOT: tosa.{{[a-z]*}} %
// PACK: qs.packed_matmul {{.*}} bias({{.*}}tensor<2xf32>) multiplier({{.*}}tensor<2xf32>) group_bias({{.*}}tensor<16xi32>) row_scale({{.*}}tensor<3xf32>) epilogue <kind = dequantize, min = 0.0{{.*}}, max = 6.0
// PACK: return
func.func @rows(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %ws = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %wi = arith.constant dense<[[1, -2], [3, 4], [5, 6], [-7, 8]]> : tensor<4x2xi8>
  %b = arith.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %wq = qs.storage_cast %wi : tensor<4x2xi8> -> tensor<4x2x!qs.q<int8, axis(1)>>
  %w = qs.dequantize %wq scale %ws : tensor<4x2x!qs.q<int8, axis(1)>>, tensor<2xf32> -> tensor<4x2xf32>
  %s, %z = qs.choose_params symmetric %x as !qs.q<int8, axis(0)> : tensor<3x4xf32> -> tensor<3xf32>, tensor<3xi32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s : tensor<3x4xf32>, tensor<3xf32> -> tensor<3x4x!qs.q<int8, axis(0)>>
  %d = qs.dequantize %q scale %s : tensor<3x4x!qs.q<int8, axis(0)>>, tensor<3xf32> -> tensor<3x4xf32>
  %m = qs.matmul %d, %w bias(%b : tensor<2xf32>) : tensor<3x4xf32>, tensor<4x2xf32> -> tensor<3x2xf32>
  %r = tosa.clamp %m {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<3x2xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// A zero point for each row meets a matrix: the leading 1 goes.
// CHECK-LABEL: @zero_points
// CHECK: %[[S:.*]], %[[Z:.*]] = qs.choose_params %arg0
// CHECK: %[[Q:.*]] = qs.quantize
// CHECK: %[[W:.*]] = qs.storage_cast %[[Q]] : tensor<1x3x4x!qs.q<uint8, axis(1)>> -> tensor<1x3x4xi8>
// CHECK: %[[V:.*]] = tensor.collapse_shape %[[W]] {{.*}} : tensor<1x3x4xi8> into tensor<3x4xi8>
// CHECK: %[[C:.*]] = qs.storage_cast %[[V]] : tensor<3x4xi8> -> tensor<3x4x!qs.q<uint8, axis(0)>>
// CHECK: %[[A:.*]] = qs.matmul %[[C]], %{{.*}} lhs_zp(%[[Z]] : tensor<3xi32>){{.*}} : {{.*}} -> tensor<3x2xi32>
// CHECK: tensor.expand_shape %[[A]] {{.*}} into tensor<1x3x2xi32>
func.func @zero_points(%x: tensor<1x3x4xf32>) -> tensor<1x3x2xf32> {
  %ws = arith.constant dense<0.5> : tensor<f32>
  %wi = arith.constant dense<[[[1, -2], [3, 4], [5, 6], [-7, 8]]]> : tensor<1x4x2xi8>
  %f0 = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %wq = qs.storage_cast %wi : tensor<1x4x2xi8> -> tensor<1x4x2x!qs.q<int8, tensor>>
  %w = qs.dequantize %wq scale %ws : tensor<1x4x2x!qs.q<int8, tensor>>, tensor<f32> -> tensor<1x4x2xf32>
  %s, %z = qs.choose_params %x as !qs.q<uint8, axis(1)> : tensor<1x3x4xf32> -> tensor<3xf32>, tensor<3xi32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z : tensor<1x3x4xf32>, tensor<3xf32>, tensor<3xi32> -> tensor<1x3x4x!qs.q<uint8, axis(1)>>
  %d = qs.dequantize %q scale %s zero_point %z : tensor<1x3x4x!qs.q<uint8, axis(1)>>, tensor<3xf32>, tensor<3xi32> -> tensor<1x3x4xf32>
  %m = tosa.matmul %d, %w, %f0, %f0 : (tensor<1x3x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  return %m : tensor<1x3x2xf32>
}

// Two activations: both scales of run time, the left one first.
// CHECK-LABEL: @two
// CHECK: %[[S:.*]], %{{.*}} = qs.choose_params symmetric %arg0
// CHECK: %[[T:.*]], %[[Z:.*]] = qs.choose_params %arg1
// CHECK: qs.matmul %{{.*}} rhs_zp(%[[Z]] : tensor<i32>)
// CHECK: %[[F:.*]] = tosa.cast
// CHECK: %[[E:.*]] = tensor.expand_shape %[[S]]
// CHECK: %[[M:.*]] = tosa.mul %[[F]], %[[E]]
// CHECK: %[[G:.*]] = tensor.expand_shape %[[T]] [] {{.*}} : tensor<f32> into tensor<1x1xf32>
// CHECK: tosa.mul %[[M]], %[[G]]
func.func @two(%x: tensor<3x4xf32>, %y: tensor<4x2xf32>) -> tensor<3x2xf32> {
  %s, %z = qs.choose_params symmetric %x as !qs.q<int8, axis(0)> : tensor<3x4xf32> -> tensor<3xf32>, tensor<3xi32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s : tensor<3x4xf32>, tensor<3xf32> -> tensor<3x4x!qs.q<int8, axis(0)>>
  %d = qs.dequantize %q scale %s : tensor<3x4x!qs.q<int8, axis(0)>>, tensor<3xf32> -> tensor<3x4xf32>
  %t, %zt = qs.choose_params %y as !qs.q<uint8, tensor> : tensor<4x2xf32> -> tensor<f32>, tensor<i32>
  %p = qs.quantize half_even round_then_add saturate %y scale %t zero_point %zt : tensor<4x2xf32>, tensor<f32>, tensor<i32> -> tensor<4x2x!qs.q<uint8, tensor>>
  %e = qs.dequantize %p scale %t zero_point %zt : tensor<4x2x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<4x2xf32>
  %m = qs.matmul %d, %e : tensor<3x4xf32>, tensor<4x2xf32> -> tensor<3x2xf32>
  return %m : tensor<3x2xf32>
}
