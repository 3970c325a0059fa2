// RUN: qs-opt %s --convert-qs-to-linalg | FileCheck %s

// CHECK: affine_map<(d0, d1) -> (d0, d1 floordiv 32)>

// The original types and the names stay on the function.
// CHECK-LABEL: func @quantize(
// CHECK-SAME: %[[X:.*]]: tensor<7xf32>) -> tensor<7xi8>
// CHECK-SAME: qs.arg_names = ["image"]
// CHECK-SAME: qs.arg_types = [tensor<7xf32>]
// CHECK-SAME: qs.result_types = [tensor<7x!qs.q<int8, tensor>>]
func.func @quantize(%x: tensor<7xf32> {qs.name = "image"}) -> tensor<7x!qs.q<int8, tensor>> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i32>
  // CHECK-DAG: %[[MAGIC:.*]] = arith.constant 0x4B400000 : f32
  // CHECK-DAG: %[[LO:.*]] = arith.constant -1.310000e+02 : f32
  // CHECK-DAG: %[[HI:.*]] = arith.constant 1.240000e+02 : f32
  // CHECK: linalg.generic
  // CHECK: %[[R:.*]] = arith.divf
  // CHECK: arith.cmpf ord, %[[R]], %[[R]]
  // CHECK: arith.cmpf ogt, %{{.*}}, %[[LO]]
  // CHECK: arith.cmpf olt, %{{.*}}, %[[HI]]
  // CHECK: arith.addf %{{.*}}, %[[MAGIC]]
  // CHECK: arith.subf %{{.*}}, %[[MAGIC]]
  // CHECK: arith.fptosi
  // CHECK: arith.addi
  // CHECK: arith.trunci %{{.*}} : i32 to i8
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<7xf32>, tensor<f32>, tensor<i32> -> tensor<7x!qs.q<int8, tensor>>
  return %q : tensor<7x!qs.q<int8, tensor>>
}

// CHECK-LABEL: func @wrap(
func.func @wrap(%x: tensor<7xf32>, %s: tensor<f32>) -> tensor<7x!qs.q<uint4, tensor>> {
  // CHECK: tensor.extract
  // CHECK: math.round
  // CHECK: arith.fptosi %{{.*}} : f32 to i64
  // CHECK: arith.trunci %{{.*}} : i64 to i4
  // CHECK: arith.extui %{{.*}} : i4 to i8
  %q = qs.quantize half_away round_then_add wrap %x scale %s
      : tensor<7xf32>, tensor<f32> -> tensor<7x!qs.q<uint4, tensor>>
  return %q : tensor<7x!qs.q<uint4, tensor>>
}

// CHECK-LABEL: func @grouped(
// CHECK-SAME: tensor<8x64xi8>, %{{.*}}: tensor<8x2xf8E8M0FNU>
func.func @grouped(%a: tensor<8x64x!qs.q<uint3, group(1, 32):e8m0>>, %s: tensor<8x2xf8E8M0FNU>) -> tensor<8x64xf16> {
  // CHECK: linalg.generic
  // CHECK: arith.extui %{{.*}} : i8 to i32
  // CHECK: arith.sitofp %{{.*}} : i32 to f32
  // CHECK: arith.mulf
  // CHECK: arith.truncf %{{.*}} : f32 to f16
  %0 = qs.dequantize %a scale %s : tensor<8x64x!qs.q<uint3, group(1, 32):e8m0>>, tensor<8x2xf8E8M0FNU> -> tensor<8x64xf16>
  return %0 : tensor<8x64xf16>
}

// CHECK-LABEL: func @fake(
func.func @fake(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xf32> {
  // CHECK: arith.divf
  // CHECK: arith.fptosi
  // CHECK: arith.sitofp
  // CHECK: arith.mulf
  %0 = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<int8, tensor> : tensor<4xf32>, tensor<f32>
  return %0 : tensor<4xf32>
}
