// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// x * 2^30 * 2^-31 = x / 2: the four roundings differ at ties.
// CHECK-LABEL: @ties
// CHECK-NEXT: out0: {{.*}} = [1, 0, 2, -1, 127, -128]
// CHECK-NEXT: out1: {{.*}} = [1, 0, 2, -1, 127, -128]
// CHECK-NEXT: out2: {{.*}} = [1, 0, 2, -1, 127, -128]
// CHECK-NEXT: out3: {{.*}} = [0, 0, 2, -2, 127, -128]
func.func @ties() -> (tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>,
                      tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>) {
  %a = arith.constant dense<[1, -1, 3, -3, 2147483647, -2147483648]> : tensor<6xi32>
  %m = arith.constant dense<1073741824> : tensor<i32>
  %n = arith.constant dense<31> : tensor<i8>
  %0 = qs.requantize_fixed single saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %1 = qs.requantize_fixed double saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %2 = qs.requantize_fixed tflite saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %3 = qs.requantize_fixed half_even saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  return %0, %1, %2, %3 : tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>,
      tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>
}

// x / 4 with shift 32, where double and tflite round twice.
// CHECK-LABEL: @twice
// CHECK-NEXT: out0: {{.*}} = [0, 1, 1, 0, 0, -1]
// CHECK-NEXT: out1: {{.*}} = [1, 1, 1, 0, -1, -1]
// CHECK-NEXT: out2: {{.*}} = [1, 1, 1, 0, -1, -1]
// CHECK-NEXT: out3: {{.*}} = [0, 0, 1, 0, 0, -1]
func.func @twice() -> (tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>,
                       tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>) {
  %a = arith.constant dense<[1, 2, 3, -1, -2, -3]> : tensor<6xi32>
  %m = arith.constant dense<1073741824> : tensor<i32>
  %n = arith.constant dense<32> : tensor<i8>
  %0 = qs.requantize_fixed single saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %1 = qs.requantize_fixed double saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %2 = qs.requantize_fixed tflite saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  %3 = qs.requantize_fixed half_even saturate %a multiplier %m shift %n : tensor<6xi32>, tensor<i32>, tensor<i8> -> tensor<6x!qs.q<int8, tensor>>
  return %0, %1, %2, %3 : tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>,
      tensor<6x!qs.q<int8, tensor>>, tensor<6x!qs.q<int8, tensor>>
}

// The ends of the shift, a channel each; 2^30 * 2^30 * 2^-62 = 1/4.
// CHECK-LABEL: @shift_0_and_62
// CHECK-NEXT: = {{\[\[}}15, 5], [127, 5]]
func.func @shift_0_and_62() -> tensor<2x2x!qs.q<int8, tensor>> {
  %a = arith.constant dense<[[5, 1073741824], [2147483647, 1073741823]]> : tensor<2x2xi32>
  %m = arith.constant dense<[2, 1073741824]> : tensor<2xi32>
  %n = arith.constant dense<[0, 62]> : tensor<2xi8>
  %z = arith.constant dense<5> : tensor<i32>
  %q = qs.requantize_fixed single saturate %a multiplier %m shift %n zero_point %z
      : tensor<2x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<i32> -> tensor<2x2x!qs.q<int8, tensor>>
  return %q : tensor<2x2x!qs.q<int8, tensor>>
}
