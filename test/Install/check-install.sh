#!/usr/bin/env bash
# Installs the build into a scratch folder and builds a project that knows only
# find_package(QS) against it.   check-install.sh BUILD
set -uo pipefail
build=$(cd "${1:?usage: check-install.sh BUILD}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

step() { # step NAME COMMAND...
  local name=$1
  shift
  if "$@" >"$scratch/log" 2>&1; then
    echo "PASS: $name"
  else
    echo "FAIL: $name: $(grep -m1 -iE 'error|failed' "$scratch/log" || tail -n 1 "$scratch/log")"
    exit 1
  fi
}

value() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

step install cmake --install "$build" --prefix "$scratch/qs"
step tools-run "$scratch/qs/bin/qs-opt" --version
step configure cmake -S "$here/downstream" -B "$scratch/build" -G Ninja \
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$scratch/qs" \
  -DMLIR_DIR="$(value MLIR_DIR)" -DLLVM_DIR="$(value LLVM_DIR)" \
  -DCMAKE_CXX_COMPILER="$(value CMAKE_CXX_COMPILER)" -DCMAKE_C_COMPILER="$(value CMAKE_C_COMPILER)"
step build cmake --build "$scratch/build"
step run "$scratch/build/downstream"
