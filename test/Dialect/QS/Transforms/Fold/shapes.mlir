// Tensors without rank, of dynamic size, of no elements, of rank 0; constants.
// RUN: qs-opt %s --qs-fold-batch-norms --qs-order-float-ops --qs-quantize --qs-fold | FileCheck %s
// CHECK-LABEL: func @unranked
// CHECK: tosa.abs {{.*}}qs.fallback
func.func @unranked(%a: tensor<*xf32>) -> tensor<*xf32> {
  %0 = tosa.abs %a : (tensor<*xf32>) -> tensor<*xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<*xf32>) -> tensor<*xf32>
  return %1 : tensor<*xf32>
}
// CHECK-LABEL: func @zero
// CHECK: qs.matmul {{.*}} -> tensor<0x0xi32>
func.func @zero(%x: tensor<0x2xf32>) -> tensor<0x0xf32> {
  %w = arith.constant dense<1.0> : tensor<2x0xf32>
  %b = arith.constant dense<1.0> : tensor<0xf32>
  %o = qs.observe %x "x" range(<0.0, 0.0, "kl", 10, "ab">) : tensor<0x2xf32>
  %m = qs.matmul %o, %w bias(%b : tensor<0xf32>) : tensor<0x2xf32>, tensor<2x0xf32> -> tensor<0x0xf32>
  %p = qs.observe %m "y" range(<0.0, 0.0, "kl", 10, "ab">) : tensor<0x0xf32>
  return %p : tensor<0x0xf32>
}
// CHECK-LABEL: func @dyn
// CHECK: qs.matmul {{.*}} -> tensor<?x3xi32>
// CHECK: qs.matmul {{.*}}qs.fallback = "no integer form is known"
func.func @dyn(%x: tensor<?x2xf32>, %wd: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  %w = arith.constant dense<1.0> : tensor<2x3xf32>
  %o = qs.observe %x "x2" range(<-1.0, 1.0, "kl", 10, "ab">) : tensor<?x2xf32>
  %m = qs.matmul %o, %w : tensor<?x2xf32>, tensor<2x3xf32> -> tensor<?x3xf32>
  %p = qs.observe %m "y2" range(<-1.0, 1.0, "kl", 10, "ab">) : tensor<?x3xf32>
  %n = qs.matmul %o, %wd : tensor<?x2xf32>, tensor<?x3xf32> -> tensor<?x3xf32>
  %c = tosa.clamp %n {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %p, %c : tensor<?x3xf32>, tensor<?x3xf32>
}
// CHECK-LABEL: func @rank0
// CHECK: qs.lookup
func.func @rank0(%x: tensor<f32>) -> tensor<f32> {
  %o = qs.observe %x "x3" range(<-1.0, 1.0, "kl", 10, "ab">) : tensor<f32>
  %m = tosa.tanh %o : (tensor<f32>) -> tensor<f32>
  %p = qs.observe %m "y3" range(<-1.0, 1.0, "kl", 10, "ab">) : tensor<f32>
  return %p : tensor<f32>
}
// CHECK-LABEL: func @constin
// CHECK: dense<2.000000e+00>
// CHECK: tosa.tanh {{.*}}qs.fallback
func.func @constin() -> tensor<2xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %m = tosa.add %w, %w : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %n = tosa.tanh %m : (tensor<2xf32>) -> tensor<2xf32>
  return %n : tensor<2xf32>
}
func.func private @ext(tensor<2xf32>)
