// How --target names a machine: a row of Targets.h, a CPU, a triple with or
// without a vendor and a CPU.
// RUN: qs-compile %s --target cpu=avx2 --emit obj -o %t.o
// RUN: qs-compile %s --target cpu=znver4 --emit obj -o %t.o
// RUN: qs-compile %s --target cpu=x86_64-linux-gnu/znver4 --emit obj -o %t.o
// RUN: qs-compile %s --target cpu=x86_64-unknown-linux-gnu --emit obj -o %t.o
// RUN: qs-compile %s --target cpu=aarch64-linux-gnu/cortex-a76 --emit obj -o %t.o
// RUN: llvm-readobj --file-headers %t.o | FileCheck %s --check-prefix=ARM
// RUN: qs-compile %s --target cpu=aarch64-generic --emit obj -o %t.o
// RUN: llvm-readobj --file-headers %t.o | FileCheck %s --check-prefix=ARM
// RUN: not qs-compile %s --target cpu=z80 --emit obj -o %t.o 2>&1 | FileCheck %s --check-prefix=ERROR

// ARM: Arch: aarch64
// ERROR: error: expected a CPU (avx512vnni, avx2, generic, or what llc -mcpu takes for {{.*}}), found 'z80'
func.func @main(%x: tensor<4x!qs.q<uint8, tensor>>) -> tensor<4x!qs.q<uint8, tensor>> {
  %c = qs.clamp %x min 10 max 100 : tensor<4x!qs.q<uint8, tensor>>
  return %c : tensor<4x!qs.q<uint8, tensor>>
}
