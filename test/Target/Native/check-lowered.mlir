// RUN: qs-opt %s --split-input-file --verify-diagnostics --qs-check-lowered

llvm.func @fine(%x: i32) -> i32 {
  %y = llvm.add %x, %x : i32
  llvm.return %y : i32
}

// -----

llvm.func @left(%x: i32) -> i32 {
  // expected-error @below {{cannot be lowered: expected ops of the LLVM dialect only, found 'arith.addi'}}
  %y = arith.addi %x, %x : i32
  llvm.return %y : i32
}
