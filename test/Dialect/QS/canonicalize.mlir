// RUN: qs-opt %s --canonicalize --cse | FileCheck %s

// Fake quantization is not the identity: neither form may vanish.
// CHECK-LABEL: func @fake_quantization_stays
func.func @fake_quantization_stays(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %s = arith.constant dense<0.5> : tensor<f32>
  // CHECK-DAG: %[[Q:.*]] = qs.quantize
  // CHECK-DAG: %[[D:.*]] = qs.dequantize %[[Q]]
  // CHECK-DAG: %[[F:.*]] = qs.fake_quantize
  // CHECK: return %[[D]], %[[F]]
  %q = qs.quantize half_even round_then_add saturate %x scale %s : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  %d = qs.dequantize %q scale %s : tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4xf32>
  %f = qs.fake_quantize half_even round_then_add saturate %x scale %s as !qs.q<int8, tensor> : tensor<4xf32>, tensor<f32>
  return %d, %f : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @requantizing_the_same_is_identity
// CHECK-SAME: %[[Q:.*]]: tensor<4x!qs.q<int8, tensor>>
func.func @requantizing_the_same_is_identity(%q: tensor<4x!qs.q<int8, tensor>>) -> tensor<4x!qs.q<int8, tensor>> {
  // CHECK-NEXT: return %[[Q]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %d = qs.dequantize %q scale %s : tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4xf32>
  %r = qs.quantize half_even round_then_add saturate %d scale %s : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %r : tensor<4x!qs.q<int8, tensor>>
}

// A scale that is only known at run time may be 0, where 0/0 is no identity.
// CHECK-LABEL: func @unknown_scale_stays
func.func @unknown_scale_stays(%q: tensor<4x!qs.q<int8, tensor>>, %s: tensor<f32>) -> tensor<4x!qs.q<int8, tensor>> {
  // CHECK: qs.dequantize
  // CHECK: qs.quantize
  %d = qs.dequantize %q scale %s : tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4xf32>
  %r = qs.quantize half_even round_then_add saturate %d scale %s : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %r : tensor<4x!qs.q<int8, tensor>>
}

// Flooring moves codes down where the product rounded down.
// CHECK-LABEL: func @floor_stays
func.func @floor_stays(%q: tensor<4x!qs.q<int8, tensor>>) -> tensor<4x!qs.q<int8, tensor>> {
  // CHECK: qs.quantize floor
  %s = arith.constant dense<0.3> : tensor<f32>
  %d = qs.dequantize %q scale %s : tensor<4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<4xf32>
  %r = qs.quantize floor round_then_add saturate %d scale %s : tensor<4xf32>, tensor<f32> -> tensor<4x!qs.q<int8, tensor>>
  return %r : tensor<4x!qs.q<int8, tensor>>
}

// CHECK-LABEL: func @clamps
func.func @clamps(%q: tensor<4x!qs.q<int8, tensor>>) -> tensor<4x!qs.q<int8, tensor>> {
  // CHECK: %[[C:.*]] = qs.clamp %{{.*}} min 0 max 50
  // CHECK-NEXT: return %[[C]]
  %0 = qs.clamp %q min -128 max 127 : tensor<4x!qs.q<int8, tensor>>
  %1 = qs.clamp %0 min -5 max 50 : tensor<4x!qs.q<int8, tensor>>
  %2 = qs.clamp %1 min 0 max 100 : tensor<4x!qs.q<int8, tensor>>
  return %2 : tensor<4x!qs.q<int8, tensor>>
}

// CHECK-LABEL: func @clamps_apart
func.func @clamps_apart(%q: tensor<4x!qs.q<int8, tensor>>) -> tensor<4x!qs.q<int8, tensor>> {
  // CHECK: qs.clamp %{{.*}} min 20 max 20
  %0 = qs.clamp %q min 0 max 10 : tensor<4x!qs.q<int8, tensor>>
  %1 = qs.clamp %0 min 20 max 30 : tensor<4x!qs.q<int8, tensor>>
  return %1 : tensor<4x!qs.q<int8, tensor>>
}

// CHECK-LABEL: func @storage_casts
// CHECK-SAME: %[[Q:.*]]: tensor<4x!qs.q<int8, tensor>>
func.func @storage_casts(%q: tensor<4x!qs.q<int8, tensor>>) -> tensor<4x!qs.q<int8, tensor>> {
  // CHECK-NEXT: return %[[Q]]
  %0 = qs.storage_cast %q : tensor<4x!qs.q<int8, tensor>> -> tensor<4xi8>
  %1 = qs.storage_cast %0 : tensor<4xi8> -> tensor<4x!qs.q<int8, tensor>>
  return %1 : tensor<4x!qs.q<int8, tensor>>
}

// Two observers of one value are two observers; neither is dead.
// CHECK-LABEL: func @observers_stay
func.func @observers_stay(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: qs.observe %{{.*}} "a"
  // CHECK: qs.observe %{{.*}} "b"
  %0 = qs.observe %x "a" : tensor<4xf32>
  %1 = qs.observe %x "b" : tensor<4xf32>
  return %0 : tensor<4xf32>
}
