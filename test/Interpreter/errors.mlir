// Errors name op, location and reason; the process ends with 1.
// RUN: not qs-run %s --function unknown 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not qs-run %s --function overflow 2>&1 | FileCheck %s --check-prefix=OVERFLOW
// RUN: not qs-run %s --function conv_overflow 2>&1 | FileCheck %s --check-prefix=CONV
// RUN: not qs-run %s --function add_overflow 2>&1 | FileCheck %s --check-prefix=ADD
// RUN: not qs-run %s --function recursion 2>&1 | FileCheck %s --check-prefix=RECURSION
// RUN: not qs-run %s --function elided 2>&1 | FileCheck %s --check-prefix=ELIDED
// RUN: not qs-run %s --function division 2>&1 | FileCheck %s --check-prefix=DIVISION
// RUN: not qs-run %s --function cast_range 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not qs-run %s --function gather 2>&1 | FileCheck %s --check-prefix=GATHER
// RUN: not qs-run %s --function declared 2>&1 | FileCheck %s --check-prefix=DECLARED
// RUN: not qs-run %s --function absent 2>&1 | FileCheck %s --check-prefix=ABSENT
// RUN: not qs-run %s --function size 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not qs-run %s --function negative 2>&1 | FileCheck %s --check-prefix=NEGATIVE

// UNKNOWN: errors.mlir:{{[0-9]+:[0-9]+}}: error: 'tensor.scatter' op the interpreter has no semantics for this op
func.func @unknown() -> tensor<4xf32> {
  %0 = call @scatter() : () -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @scatter() -> tensor<4xf32> {
  %a = arith.constant dense<1.0> : tensor<1x1xf32>
  %d = arith.constant dense<0.0> : tensor<4xf32>
  %i = arith.constant dense<0> : tensor<1x1xindex>
  %0 = tensor.scatter %a into %d[%i] scatter_dims([0]) unique : (tensor<1x1xf32>, tensor<4xf32>, tensor<1x1xindex>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// The sum 140,000 * 127 * 127 leaves i32.
// OVERFLOW: error: 'qs.matmul' op accumulator overflow: the sum 2258060000 of output element 0 does not fit i32
func.func @overflow() -> tensor<1x1xi32> {
  %w = arith.constant dense<127> : tensor<1x140000xi8>
  %a = qs.storage_cast %w : tensor<1x140000xi8> -> tensor<1x140000x!qs.q<int8>>
  %c = qs.matmul %a, %a transpose_rhs : tensor<1x140000x!qs.q<int8>>, tensor<1x140000x!qs.q<int8>> -> tensor<1x1xi32>
  return %c : tensor<1x1xi32>
}

// CONV: error: 'qs.conv2d' op accumulator overflow: the sum 2147483648 of output element 0 does not fit i32
func.func @conv_overflow() -> tensor<1x1x1x1xi32> {
  %w = arith.constant dense<1> : tensor<1x1x1x1xi8>
  %x = qs.storage_cast %w : tensor<1x1x1x1xi8> -> tensor<1x1x1x1x!qs.q<int8>>
  %b = arith.constant dense<2147483647> : tensor<1xi32>
  %c = qs.conv2d %x, %x pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1] bias(%b : tensor<1xi32>)
      : tensor<1x1x1x1x!qs.q<int8>>, tensor<1x1x1x1x!qs.q<int8>> -> tensor<1x1x1x1xi32>
  return %c : tensor<1x1x1x1xi32>
}

// ADD: error: 'tosa.add' op overflow: the result of element 0 does not fit i32
func.func @add_overflow() -> tensor<1xi32> {
  %a = arith.constant dense<2147483647> : tensor<1xi32>
  %b = arith.constant dense<1> : tensor<1xi32>
  %c = tosa.add %a, %b : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi32>
  return %c : tensor<1xi32>
}

// RECURSION: error: 'func.func' op calls and regions nest deeper than 256
func.func @recursion() -> i32 {
  %0 = call @recursion() : () -> i32
  return %0 : i32
}

// ELIDED: error: the data of resource '__elided__' is absent
func.func @elided() -> tensor<4xf32> {
  %a = arith.constant dense_resource<__elided__> : tensor<4xf32>
  return %a : tensor<4xf32>
}

// DIVISION: error: 'arith.divsi' op division by zero
func.func @division() -> i32 {
  %a = arith.constant 1 : i32
  %b = arith.constant 0 : i32
  %c = arith.divsi %a, %b : i32
  return %c : i32
}

// RANGE: error: 'arith.fptosi' op the float does not fit the integer: found 300.00 for a 8-bit type
func.func @cast_range() -> i8 {
  %a = arith.constant 300.0 : f32
  %c = arith.fptosi %a : f32 to i8
  return %c : i8
}

// GATHER: error: 'tosa.gather' op index 3 is not in [0, 3)
func.func @gather() -> tensor<1x1x1xi32> {
  %a = arith.constant dense<1> : tensor<1x3x1xi32>
  %i = arith.constant dense<3> : tensor<1x1xi32>
  %c = tosa.gather %a, %i : (tensor<1x3x1xi32>, tensor<1x1xi32>) -> tensor<1x1x1xi32>
  return %c : tensor<1x1x1xi32>
}

// DECLARED: error: function @declared has no body
func.func private @declared() -> f32

// ABSENT: error: the model has no function @absent; it has @unknown, @scatter

// SIZE: error: 'tensor.empty' op a tensor of 4611686018427387904 elements of f32 exceeds the limit of 17179869184 bytes
func.func @size() -> tensor<4611686018427387904xf32> {
  %e = tensor.empty() : tensor<4611686018427387904xf32>
  return %e : tensor<4611686018427387904xf32>
}

// NEGATIVE: error: 'tensor.empty' op a tensor of -3 elements of f32 exceeds the limit
func.func @negative() -> tensor<?xf32> {
  %n = arith.constant -3 : index
  %e = tensor.empty(%n) : tensor<?xf32>
  return %e : tensor<?xf32>
}
