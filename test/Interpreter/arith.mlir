// RUN: qs-run %s --all | FileCheck %s

// CHECK-LABEL: @integers
// CHECK-NEXT: out0: tensor<2xi8> = [-128, -2]
// CHECK-NEXT: out1: {{.*}} = [-1, -1]
// CHECK-NEXT: out2: {{.*}} = [127, 1]
// CHECK-NEXT: out3: tensor<2xi32> = [127, 255]
// CHECK-NEXT: out4: tensor<2xi1> = [0, 1]
// CHECK-NEXT: out5: tensor<2xi1> = [1, 0]
func.func @integers() -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi32>, tensor<2xi1>, tensor<2xi1>) {
  %a = arith.constant dense<[127, -1]> : tensor<2xi8>
  %b = arith.constant dense<[1, -1]> : tensor<2xi8>
  %c = arith.constant dense<[-128, 1]> : tensor<2xi8>
  %0 = arith.addi %a, %b : tensor<2xi8>
  %1 = arith.floordivsi %b, %c : tensor<2xi8>
  %2 = arith.maxsi %a, %b : tensor<2xi8>
  %ab = arith.maxsi %a, %c : tensor<2xi8>
  %3 = arith.extui %a : tensor<2xi8> to tensor<2xi32>
  %4 = arith.cmpi slt, %a, %c : tensor<2xi8>
  %5 = arith.cmpi ult, %a, %c : tensor<2xi8>
  return %0, %1, %ab, %3, %4, %5 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi32>, tensor<2xi1>, tensor<2xi1>
}

// CHECK-LABEL: @floats
// CHECK-NEXT: out0: {{.*}} = [0.3{{[0-9]*}}, NaN]
// CHECK-NEXT: out1: {{.*}} = [0.2{{[0-9]*}}, NaN]
// CHECK-NEXT: out2: {{.*}} = [0.2{{[0-9]*}}, 1]
// CHECK-NEXT: out3: {{.*}} = [2, -2]
// CHECK-NEXT: out4: {{.*}} = [3, -2]
func.func @floats() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xi32>, tensor<2xf32>) {
  %a = arith.constant dense<[0.1, 0x7FC00000]> : tensor<2xf32>
  %b = arith.constant dense<[0.2, 1.0]> : tensor<2xf32>
  %c = arith.constant dense<[2.9, -2.9]> : tensor<2xf32>
  %d = arith.constant dense<[2.6, -2.5]> : tensor<2xf32>
  %0 = arith.addf %a, %b : tensor<2xf32>
  %1 = arith.maximumf %a, %b : tensor<2xf32>
  %2 = arith.maxnumf %a, %b : tensor<2xf32>
  %3 = arith.fptosi %c : tensor<2xf32> to tensor<2xi32>
  %4 = math.roundeven %d : tensor<2xf32>
  return %0, %1, %2, %3, %4 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xi32>, tensor<2xf32>
}

// CHECK-LABEL: @calls
// CHECK-NEXT: out0: i32 = 10
// CHECK-NEXT: out1: f32 = 1.5
func.func @calls() -> (i32, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0 : i32
  %sum = scf.for %i = %c0 to %c5 step %c1 iter_args(%acc = %zero) -> i32 {
    %v = arith.index_cast %i : index to i32
    %next = func.call @add(%acc, %v) : (i32, i32) -> i32
    scf.yield %next : i32
  }
  %true = arith.constant true
  %f = scf.if %true -> f32 {
    %x = arith.constant 1.5 : f32
    scf.yield %x : f32
  } else {
    %x = arith.constant 2.5 : f32
    scf.yield %x : f32
  }
  return %sum, %f : i32, f32
}

func.func private @add(%a: i32, %b: i32) -> i32 {
  %c = arith.addi %a, %b : i32
  return %c : i32
}
