#!/usr/bin/env bash
# The unit tests of Numerics and Support, which need no MLIR, under
# AddressSanitizer and UndefinedBehaviorSanitizer.   check-sanitizers.sh BUILD
# All the rest: cmake --preset sanitize, with libclang-rt-22-dev installed.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?usage: check-sanitizers.sh BUILD}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
value() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
name="Numerics and Support under sanitizers"

flags=(-fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all)
compiler=$(value CMAKE_CXX_COMPILER)
if ! echo 'int main() {}' | "$compiler" -x c++ "${flags[@]}" - -o "$scratch/probe" 2>/dev/null || ! "$scratch/probe"; then
  echo "SKIP: $name: the sanitizers' runtime is not installed (libclang-rt-22-dev)"
  exit 0
fi
llvm=$(value LLVM_DIR)
llvm=${llvm%/lib/cmake/llvm}
cd "$root" || exit 1
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=1
ccache=$(command -v ccache)
compile() { # compile FILE: the object is named like the file
  $ccache "$compiler" -std=c++17 -O1 -gline-tables-only -fno-exceptions -ffp-contract=off "${flags[@]}" \
    -Iinclude -isystem "$llvm/include" -D_GNU_SOURCE -c "$1" -o "$scratch/${1//\//_}.o"
}
export -f compile
export ccache compiler llvm scratch
step() { # step COMMAND...: runs it or gives up
  if ! "$@" >"$scratch/log" 2>&1; then
    tail -n 30 "$scratch/log"
    echo "FAIL: $name: $(grep -m1 -E 'error|ERROR|FAILED' "$scratch/log" || tail -n 1 "$scratch/log")"
    exit 1
  fi
}
everything() {
  local list='flags=('"${flags[*]}"')'
  printf '%s\0' lib/Numerics/*.cpp lib/Support/*.cpp test/Unit/Numerics/*.cpp test/Unit/Support/*.cpp |
    xargs -0 -P "${QS_JOBS:-$(nproc)}" -n 1 bash -c "$list; compile \"\$0\""
}
step everything
step "$compiler" "${flags[@]}" -fuse-ld=lld "$scratch"/*.o -L"$llvm/lib" -Wl,-rpath,"$llvm/lib" \
  -lLLVM -lgtest -lgtest_main -lz -lpthread -o "$scratch/tests"
step "$scratch/tests" --gtest_brief=1
echo "PASS: $name"
