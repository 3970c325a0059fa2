// REQUIRES: numpy
// RUN: rm -rf %t && split-file %s %t
// RUN: %python %S/Inputs/make-net.py %t/net.mlir %t/x.npz
// RUN: not qs-opt %t/net.mlir --qs-equalize=recipe=%t/awq.yaml 2>&1 | FileCheck %s --check-prefix=DATA
// DATA: error: {{.*}}layer 'fc1': equalize 'awq' needs data to calibrate on
// RUN: not qs-opt %t/net.mlir --qs-equalize="recipe=%t/awq.yaml data=%t/x.npz statistics-limit=0" 2>&1 | FileCheck %s --check-prefix=LIMIT
// LIMIT: error: {{.*}}layer 'fc1': the statistics of its 32 inputs take 1 MiB, the limit is 0; choose a quantizer without gptq, and no awq, for it
// RUN: not qs-opt %t/net.mlir --qs-equalize="recipe=%t/awq.yaml engine=gpu" 2>&1 | FileCheck %s --check-prefix=ENGINE
// ENGINE: error: expected engine interp or jit, found 'gpu'
// RUN: not qs-opt %t/net.mlir --qs-equalize="recipe=%t/awq.yaml data=%t/none.npz" 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: {{.*}}none.npz
// RUN: not qs-opt %t/net.mlir --qs-equalize="recipe=%t/bad.yaml" 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: error: {{.*}}bad.yaml:2: key 'equalize': unknown value 'equalise', expected one of none, cross_layer, smoothquant, awq

//--- awq.yaml
version: 1
layers:
  - match: fc1
    weights: {code: int4}
    equalize: awq
//--- bad.yaml
version: 1
defaults: {equalize: equalise}
