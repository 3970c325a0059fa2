// RUN: qs-opt %s --mlir-print-op-generic | qs-opt | FileCheck %s
// RUN: qs-opt %s --emit-bytecode | qs-opt | FileCheck %s

// CHECK-LABEL: func @quantize
func.func @quantize(%x: tensor<2x3xf32>, %s: tensor<f32>, %z: tensor<i32>) -> tensor<2x3xf32> {
  // CHECK: qs.quantize half_even round_then_add saturate %{{.*}} scale %{{.*}} zero_point %{{.*}} : tensor<2x3xf32>, tensor<f32>, tensor<i32> -> tensor<2x3x!qs.q<uint8, tensor>>
  %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
      : tensor<2x3xf32>, tensor<f32>, tensor<i32> -> tensor<2x3x!qs.q<uint8, tensor>>
  // CHECK: qs.dequantize %{{.*}} scale %{{.*}} zero_point %{{.*}} : tensor<2x3x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<2x3xf32>
  %d = qs.dequantize %q scale %s zero_point %z
      : tensor<2x3x!qs.q<uint8, tensor>>, tensor<f32>, tensor<i32> -> tensor<2x3xf32>
  // CHECK: qs.fake_quantize half_away add_then_round wrap %{{.*}} scale %{{.*}} as !qs.q<int4, tensor> : tensor<2x3xf32>, tensor<f32>
  %f = qs.fake_quantize half_away add_then_round wrap %d scale %s as !qs.q<int4, tensor>
      : tensor<2x3xf32>, tensor<f32>
  // CHECK: qs.observe %{{.*}} "conv1" range(<-1.000000e+00, 2.500000e+00, "kl", 100, "00ff">)
  %o = qs.observe %f "conv1" range(<-1.0, 2.5, "kl", 100, "00ff">) : tensor<2x3xf32>
  return %o : tensor<2x3xf32>
}

// CHECK-LABEL: func @scales
func.func @scales(%a: tensor<8x64x!qs.q<int4, axis(0):f16>>, %as: tensor<8xf16>,
                  %g: tensor<8x64x!qs.q<uint3, group(1, 32):e8m0>>, %gs: tensor<8x2xf8E8M0FNU>)
    -> (tensor<8x64xf32>, tensor<8x64xf32>) {
  // CHECK: tensor<8x64x!qs.q<int4, axis(0):f16>>, tensor<8xf16>
  %0 = qs.dequantize %a scale %as : tensor<8x64x!qs.q<int4, axis(0):f16>>, tensor<8xf16> -> tensor<8x64xf32>
  // CHECK: tensor<8x64x!qs.q<uint3, group(1, 32):e8m0>>, tensor<8x2xf8E8M0FNU>
  %1 = qs.dequantize %g scale %gs : tensor<8x64x!qs.q<uint3, group(1, 32):e8m0, dense>>, tensor<8x2xf8E8M0FNU> -> tensor<8x64xf32>
  return %0, %1 : tensor<8x64xf32>, tensor<8x64xf32>
}

// CHECK-LABEL: func @dynamic_params
func.func @dynamic_params(%x: tensor<?x3xf32>) -> (tensor<f32>, tensor<i32>) {
  // CHECK: qs.choose_params symmetric %{{.*}} as !qs.q<int8, tensor> : tensor<?x3xf32> -> tensor<f32>, tensor<i32>
  %s, %z = qs.choose_params symmetric %x as !qs.q<int8, tensor> : tensor<?x3xf32> -> tensor<f32>, tensor<i32>
  return %s, %z : tensor<f32>, tensor<i32>
}

// CHECK-LABEL: func @linear
func.func @linear(%a: tensor<4x16x!qs.q<uint8, tensor>>, %b: tensor<8x16x!qs.q<int8, axis(0)>>,
                  %az: tensor<i32>, %bias: tensor<8xi32>, %m: tensor<8xf32>,
                  %fm: tensor<i32>, %fs: tensor<i8>, %t: tensor<f32>) -> tensor<4x8x!qs.q<int8, tensor>> {
  // CHECK: qs.matmul %{{.*}}, %{{.*}} transpose_rhs lhs_zp(%{{.*}} : tensor<i32>) bias(%{{.*}} : tensor<8xi32>) : tensor<4x16x!qs.q<uint8, tensor>>, tensor<8x16x!qs.q<int8, axis(0)>> -> tensor<4x8xi32>
  %0 = qs.matmul %a, %b transpose_rhs lhs_zp(%az : tensor<i32>) bias(%bias : tensor<8xi32>)
      : tensor<4x16x!qs.q<uint8, tensor>>, tensor<8x16x!qs.q<int8, axis(0)>> -> tensor<4x8xi32>
  // CHECK: qs.requantize half_even saturate %{{.*}} multiplier %{{.*}} zero_point(%{{.*}} : tensor<i32>) : tensor<4x8xi32>, tensor<8xf32> -> tensor<4x8x!qs.q<int8, tensor>>
  %1 = qs.requantize half_even saturate %0 multiplier %m zero_point(%az : tensor<i32>)
      : tensor<4x8xi32>, tensor<8xf32> -> tensor<4x8x!qs.q<int8, tensor>>
  // CHECK: qs.requantize_fixed tflite saturate %{{.*}} multiplier %{{.*}} shift %{{.*}} : tensor<4x8xi32>, tensor<i32>, tensor<i8> -> tensor<4x8x!qs.q<int8, tensor>>
  %2 = qs.requantize_fixed tflite saturate %0 multiplier %fm shift %fs
      : tensor<4x8xi32>, tensor<i32>, tensor<i8> -> tensor<4x8x!qs.q<int8, tensor>>
  // CHECK: qs.add half_even saturate %{{.*}} * %{{.*}}, %{{.*}} * %{{.*}} zero_point(%{{.*}} : tensor<i32>)
  %3 = qs.add half_even saturate %1 * %t, %2 * %t zero_point(%az : tensor<i32>)
      : tensor<4x8x!qs.q<int8, tensor>> * tensor<f32>, tensor<4x8x!qs.q<int8, tensor>> * tensor<f32>
      -> tensor<4x8x!qs.q<int8, tensor>>
  // CHECK: qs.mul half_even saturate %{{.*}}, %{{.*}} multiplier %{{.*}} lhs_zp(%{{.*}} : tensor<i32>)
  %4 = qs.mul half_even saturate %3, %2 multiplier %t lhs_zp(%az : tensor<i32>)
      : tensor<4x8x!qs.q<int8, tensor>>, tensor<4x8x!qs.q<int8, tensor>>, tensor<f32>
      -> tensor<4x8x!qs.q<int8, tensor>>
  // CHECK: qs.clamp %{{.*}} min 0 max 100 : tensor<4x8x!qs.q<int8, tensor>>
  %5 = qs.clamp %4 min 0 max 100 : tensor<4x8x!qs.q<int8, tensor>>
  return %5 : tensor<4x8x!qs.q<int8, tensor>>
}

// CHECK-LABEL: func @conv
func.func @conv(%x: tensor<1x8x8x4x!qs.q<uint8, tensor>>, %w: tensor<8x3x3x4x!qs.q<int8, axis(0)>>,
                %zp: tensor<i32>, %d: tensor<4x3x3x1x!qs.q<int8>>, %t: tensor<256x!qs.q<uint8, tensor>>)
    -> (tensor<1x4x4x8xi32>, tensor<1x4x4x4xi32>, tensor<1x8x8x4xi8>) {
  // CHECK: qs.conv2d %{{.*}}, %{{.*}} pad [1, 1, 1, 1] stride [2, 2] dilation [1, 1] input_zp(%{{.*}} : tensor<i32>) : tensor<1x8x8x4x!qs.q<uint8, tensor>>, tensor<8x3x3x4x!qs.q<int8, axis(0)>> -> tensor<1x4x4x8xi32>
  %0 = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [2, 2] dilation [1, 1] input_zp(%zp : tensor<i32>)
      : tensor<1x8x8x4x!qs.q<uint8, tensor>>, tensor<8x3x3x4x!qs.q<int8, axis(0)>> -> tensor<1x4x4x8xi32>
  // CHECK: qs.conv2d %{{.*}} groups 4 : {{.*}}, tensor<4x3x3x1x!qs.q<int8>> -> tensor<1x8x8x4xi32>
  %1 = qs.conv2d %x, %d pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] groups 4
      : tensor<1x8x8x4x!qs.q<uint8, tensor>>, tensor<4x3x3x1x!qs.q<int8>> -> tensor<1x8x8x4xi32>
  // CHECK: qs.lookup %{{.*}} in %{{.*}} : tensor<1x8x8x4x!qs.q<uint8, tensor>>, tensor<256x!qs.q<uint8, tensor>> -> tensor<1x8x8x4x!qs.q<uint8, tensor>>
  %l = qs.lookup %x in %t : tensor<1x8x8x4x!qs.q<uint8, tensor>>, tensor<256x!qs.q<uint8, tensor>> -> tensor<1x8x8x4x!qs.q<uint8, tensor>>
  // CHECK: qs.max_pool2d %{{.*}} kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
  %p = qs.max_pool2d %l kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
      : tensor<1x8x8x4x!qs.q<uint8, tensor>> -> tensor<1x4x4x4x!qs.q<uint8, tensor>>
  // CHECK: qs.sum_pool2d %{{.*}} zero_point(%{{.*}} : tensor<i32>) kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
  %s = qs.sum_pool2d %p zero_point(%zp : tensor<i32>) kernel [1, 1] stride [1, 1] pad [0, 0, 0, 0]
      : tensor<1x4x4x4x!qs.q<uint8, tensor>> -> tensor<1x4x4x4xi32>
  // CHECK: qs.storage_cast %{{.*}} : tensor<1x8x8x4x!qs.q<uint8, tensor>> -> tensor<1x8x8x4xi8>
  %c = qs.storage_cast %x : tensor<1x8x8x4x!qs.q<uint8, tensor>> -> tensor<1x8x8x4xi8>
  return %0, %s, %c : tensor<1x4x4x8xi32>, tensor<1x4x4x4xi32>, tensor<1x8x8x4xi8>
}
