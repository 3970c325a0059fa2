// REQUIRES: numpy
// RUN: split-file %s %t
// RUN: qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/mixed.yaml | FileCheck %t/net.mlir --check-prefix=PLAN
// RUN: qs-opt %t/concat.mlir --qs-plan-observers=recipe=%t/mixed.yaml | FileCheck %t/concat.mlir
// A layer that quantizes at run time asks for no range; what it gives stays float.
// RUN: qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/dynamic.yaml | FileCheck %t/net.mlir --check-prefix=DYNAMIC
// RUN: qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/all.yaml | FileCheck %t/net.mlir --check-prefix=ALL

// The same data: 16 levels clip more than 256.
// RUN: %python -c "import numpy as n; x = n.random.default_rng(1).laplace(size=(4000, 2)).astype('f'); n.savez('%t/x.npz', x=x)"
// RUN: qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/mixed.yaml --qs-run-calibration="data=%t/x.npz method=mse" -o %t/ranges.mlir
// RUN: qs-opt %t/net.mlir --qs-run-calibration="data=%t/x.npz method=mse" -o %t/bits8.mlir
// RUN: qs-opt %t/net.mlir --qs-run-calibration="data=%t/x.npz method=mse bits=4" -o %t/bits4.mlir
// RUN: %python %t/compare.py %t/ranges.mlir %t/bits8.mlir %t/bits4.mlir | FileCheck %s --check-prefix=RANGES
// RANGES: x as bits 8
// RANGES-NEXT: x#uint4 as bits 4
// RANGES-NEXT: eight as bits 8
// RANGES-NEXT: four as bits 4
// RUN: qs-opt %t/net.mlir --qs-plan-observers=recipe=%t/mixed.yaml --qs-run-calibration="data=%t/x.npz method=kl" --qs-quantize=recipe=%t/mixed.yaml | FileCheck %t/net.mlir --check-prefix=QDQ
// KL and percentile too, and the stage takes the recipe.
// RUN: qs-opt %t/plain.mlir --qs-calibrate="data=%t/x.npz method=kl recipe=%t/mixed.yaml" -o %t/kl.mlir
// RUN: qs-opt %t/plain.mlir --qs-calibrate="data=%t/x.npz method=kl bits=4" -o %t/kl4.mlir
// RUN: qs-opt %t/plain.mlir --qs-calibrate="data=%t/x.npz method=kl" -o %t/kl8.mlir
// RUN: %python %t/compare.py %t/kl.mlir %t/kl8.mlir %t/kl4.mlir | FileCheck %s --check-prefix=KL
// KL: x#uint4 as bits 4

//--- mixed.yaml
version: 1
layers:
  - match: "four"
    activations: {code: uint4, scale: tensor}
//--- dynamic.yaml
version: 1
layers:
  - match: "four"
    activations: {code: int8, dynamic: true}
//--- all.yaml
version: 1
defaults:
  activations: {code: int8, dynamic: true}
//--- compare.py
import re, sys
def ranges(path):
    return dict(re.findall(r'qs.observe %\S+ "([^"]+)" range\(<([^,]+, [^,]+),', open(path).read()))
planned, bits8, bits4 = (ranges(path) for path in sys.argv[1:])
for name, found in planned.items():
    base = name.split("#")[0]
    assert bits8[base] != bits4[base], (base, bits8[base])
    as_bits = {bits8[base]: "8", bits4[base]: "4"}
    print(name, "as bits", as_bits.get(found, found))

//--- net.mlir
// Both layers take x; each gets a range for its own code. What the second
// returns is quantized as its inputs are.
// PLAN: %[[A:.*]] = qs.observe %arg0 "x" {qs.observe_for = !qs.q<uint8, tensor>}
// PLAN-NEXT: %[[B:.*]] = qs.observe %arg0 "x#uint4" {qs.observe_for = !qs.q<uint4, tensor>}
// PLAN: qs.matmul %[[A]]
// PLAN: qs.observe {{.*}} "eight" {qs.observe_for = !qs.q<uint8, tensor>}
// PLAN: qs.matmul %[[B]]
// PLAN: qs.observe {{.*}} "four" {qs.observe_for = !qs.q<uint4, tensor>}

// DYNAMIC: %[[A:.*]] = qs.observe %arg0 "x" {qs.observe_for = !qs.q<uint8, tensor>}
// DYNAMIC: qs.matmul %[[A]]
// DYNAMIC: qs.observe {{.*}} "eight" {qs.observe_for = !qs.q<uint8, tensor>}
// DYNAMIC: qs.matmul %[[A]]
// DYNAMIC-NOT: qs.observe

// ALL: @main
// ALL-NOT: qs.observe

// QDQ-DAG: qs.quantize {{.*}} %arg0 {{.*}} -> tensor<1x2x!qs.q<uint8, tensor>>
// QDQ-DAG: qs.quantize {{.*}} %arg0 {{.*}} -> tensor<1x2x!qs.q<uint4, tensor>>
// QDQ-NOT: qs.observe
func.func @main(%x: tensor<1x2xf32> {qs.name = "x"}) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = arith.constant dense<[[1.0, 0.0], [-0.5, 0.5]]> : tensor<2x2xf32>
  %x0 = qs.observe %x "x" : tensor<1x2xf32>
  %m1 = qs.matmul %x0, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("eight")
  %o1 = qs.observe %m1 "eight" : tensor<1x2xf32>
  %m2 = qs.matmul %x0, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("four")
  %o2 = qs.observe %m2 "four" : tensor<1x2xf32>
  return %o1, %o2 : tensor<1x2xf32>, tensor<1x2xf32>
}

//--- plain.mlir
func.func @main(%x: tensor<1x2xf32> {qs.name = "x"}) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = arith.constant dense<[[1.0, 0.0], [-0.5, 0.5]]> : tensor<2x2xf32>
  %v = arith.constant dense<[[0.25, 1.0], [-0.5, 0.5]]> : tensor<2x2xf32>
  %m1 = qs.matmul %x, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("eight")
  %m2 = qs.matmul %x, %v : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("four")
  return %m1, %m2 : tensor<1x2xf32>, tensor<1x2xf32>
}

//--- concat.mlir
// A concatenation that two codes are taken of is quantized in the first.
// CHECK: %[[C:.*]] = tosa.concat
// CHECK-NEXT: %[[A:.*]] = qs.observe %[[C]] "cat" {qs.observe_for = !qs.q<uint8, tensor>}
// CHECK-NEXT: %[[B:.*]] = qs.observe %[[C]] "cat#uint4" {qs.observe_for = !qs.q<uint4, tensor>}
func.func @main(%x: tensor<1x1xf32>, %y: tensor<1x1xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = arith.constant dense<[[1.0, 0.0], [-0.5, 0.5]]> : tensor<2x2xf32>
  %c = tosa.concat %x, %y {axis = 1 : i32} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x2xf32> loc("cat")
  %x0 = qs.observe %c "cat" : tensor<1x2xf32>
  %m1 = qs.matmul %x0, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("eight")
  %m2 = qs.matmul %x0, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("four")
  return %m1, %m2 : tensor<1x2xf32>, tensor<1x2xf32>
}
