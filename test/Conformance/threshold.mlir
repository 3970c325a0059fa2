// RUN: qs-run %s --all --engine %qs_engines | FileCheck %s

// Three levels above 0: 5 has reached 5, 4 has not; INT_MIN is always reached.
// CHECK-LABEL: @levels
// CHECK-NEXT: out0: tensor<3x2x!qs.q<uint2, tensor>> = {{\[\[}}1, 1], [2, 1], [3, 3]]
func.func @levels() -> tensor<3x2x!qs.q<uint2, tensor>> {
  %x = arith.constant dense<[[4, -2147483648], [5, -8], [100, 2147483647]]> : tensor<3x2xi32>
  %t = arith.constant dense<[[-3, 5, 6], [-2147483648, -7, -7]]> : tensor<2x3xi32>
  %q = qs.threshold %x at %t : tensor<3x2xi32>, tensor<2x3xi32> -> tensor<3x2x!qs.q<uint2, tensor>>
  return %q : tensor<3x2x!qs.q<uint2, tensor>>
}

// Signs: word 1 is -1, so that the first channel falls with its sum and the
// second, of negative gain, rises.
// CHECK-LABEL: @signs
// CHECK-NEXT: = {{\[\[}}1, 0], [0, 1]]
func.func @signs() -> tensor<2x2xi1> {
  %x = arith.constant dense<[[2, 2], [3, 3]]> : tensor<2x2xi32>
  %t = arith.constant dense<3> : tensor<2x1xi32>
  %q = qs.threshold %x at %t falling [true, false] : tensor<2x2xi32>, tensor<2x1xi32> -> tensor<2x2x!qs.q<binary, tensor>>
  %w = qs.storage_cast %q : tensor<2x2x!qs.q<binary, tensor>> -> tensor<2x2xi1>
  return %w : tensor<2x2xi1>
}

// A base below 0, all channels falling, thresholds known at run time only.
// CHECK-LABEL: @run_time
// CHECK-NEXT: = [1, 0, -1, -2]
func.func @run_time() -> tensor<4x!qs.q<int2, tensor>> {
  %x = arith.constant dense<[-10, 0, 5, 10]> : tensor<4xi32>
  %f = arith.constant dense<[[0, 1, 10]]> : tensor<1x3xi32>
  %e = tensor.empty() : tensor<4x3xi32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%f : tensor<1x3xi32>) outs(%e : tensor<4x3xi32>) {
  ^bb0(%a: i32, %b: i32):
    linalg.yield %a : i32
  } -> tensor<4x3xi32>
  %q = qs.threshold %x at %t base -2 falling [true, true, true, true] : tensor<4xi32>, tensor<4x3xi32> -> tensor<4x!qs.q<int2, tensor>>
  return %q : tensor<4x!qs.q<int2, tensor>>
}

// Mixed directions with several levels.
// CHECK-LABEL: @mixed
// CHECK-NEXT: = {{\[\[}}-2, 1], [0, -1], [1, -2]]
func.func @mixed() -> tensor<3x2x!qs.q<int2, tensor>> {
  %x = arith.constant dense<[[-1, -1], [1, 1], [2, 2]]> : tensor<3x2xi32>
  %t = arith.constant dense<[[0, 1, 2], [0, 1, 2]]> : tensor<2x3xi32>
  %q = qs.threshold %x at %t base -2 falling [false, true] : tensor<3x2xi32>, tensor<2x3xi32> -> tensor<3x2x!qs.q<int2, tensor>>
  return %q : tensor<3x2x!qs.q<int2, tensor>>
}
