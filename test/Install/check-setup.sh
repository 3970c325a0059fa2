#!/usr/bin/env bash
# tools/setup.sh makes good a build folder that was configured otherwise: with a
# compiler of another name, and in another place.   check-setup.sh BUILD
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?usage: check-setup.sh BUILD}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
value() { sed -n "s/^$1:[A-Z]*=//p" "$2/CMakeCache.txt"; }

name="a build folder of another compiler"
if ! command -v apt-get >/dev/null || ! (cd "$root" && QS_OFFLINE=1 tools/setup.sh --packages-only) >/dev/null 2>&1; then
  echo "SKIP: $name: tools/setup.sh has not installed its packages here"
  exit 0
fi
mkdir "$scratch/first"
(cd "$root" && cp -r CMakeLists.txt CMakePresets.json .clang-tidy include lib tools test docs "$scratch/first")

# Some versions and search paths let cmake mend the folder itself, others make
# setup.sh configure anew: what counts is that a build can start.
check() { # check NAME FOLDER: configures there and looks at what was found
  if ! (cd "$2" && QS_OFFLINE=1 tools/setup.sh --configure-only) >"$scratch/log" 2>&1; then
    echo "FAIL: $1: $(grep -m1 -iE 'error' "$scratch/log" || tail -n 1 "$scratch/log")"
  elif [ "$(basename "$(value CMAKE_CXX_COMPILER "$2/build")")" != clang++-22 ] || [ ! -e "$2/build/build.ninja" ]; then
    echo "FAIL: $1: configured with $(value CMAKE_CXX_COMPILER "$2/build")"
  else
    echo "PASS: $1"
  fi
}

ln -s "$(command -v clang-22)" "$scratch/cc"
ln -s "$(command -v clang++-22)" "$scratch/c++"
if ! cmake -S "$scratch/first" -B "$scratch/first/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_C_COMPILER="$scratch/cc" -DCMAKE_CXX_COMPILER="$scratch/c++" \
  -DMLIR_DIR="$(value MLIR_DIR "$build")" -DLLVM_DIR="$(value LLVM_DIR "$build")" >"$scratch/log" 2>&1; then
  echo "FAIL: $name: the first configuration: $(grep -m1 -i error "$scratch/log")"
  exit 1
fi
check "$name" "$scratch/first"
mv "$scratch/first" "$scratch/second"
check "a build folder that was moved" "$scratch/second"
