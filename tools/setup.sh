#!/usr/bin/env bash
# Installs what is missing on Debian 12 and builds qs into ./build.
#
#   tools/setup.sh [--tests] [--peers] [--packages-only] [--configure-only]
#
#   --tests          also what the tests need
#   --peers          also node, npm and onnxruntime-node, a peer in speed; without
#                    this option they are used where npm is there already
#   --packages-only  do not build
#   --configure-only configure ./build and stop there
#   QS_JOBS=N        compile N files at a time (default: by cores and memory)
#   QS_OFFLINE=1     install nothing; fail where a package is missing
#
# Safe to run twice: a second run installs nothing and builds what changed.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

say() { printf '\n== %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

tests='' peers='' build=1
for arg in "$@"; do
  case $arg in
    --tests) tests=1 ;;
    --peers) peers=1 ;;
    --packages-only) build='' ;;
    --configure-only) build=configure ;;
    -h|--help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) die "unknown option $arg; see --help" ;;
  esac
done

packages=(clang-22 lld-22 llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools cmake ninja-build
          ccache zlib1g-dev libgtest-dev libonnx-dev libprotobuf-dev protobuf-compiler
          python3 python3-numpy git ca-certificates)
[ -z "$tests" ] || packages+=(python3-onnx python3-sklearn libonnx-testdata libomp-22-dev)
if [ -n "$peers" ] && ! command -v npm >/dev/null; then packages+=(nodejs npm); fi

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "not root and no sudo; as root, run: $*"
  fi
}

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  if [ ${#missing[@]} = 0 ]; then
    say "packages: all ${#packages[@]} are installed"
    return
  fi
  say "packages: installing ${#missing[@]} of ${#packages[@]}: ${missing[*]}"
  [ -z "${QS_OFFLINE:-}" ] || die "QS_OFFLINE is set and packages are missing: ${missing[*]}"
  as_root apt-get update -q </dev/null || die "apt-get update failed"
  for package in "${missing[@]}"; do
    apt-cache show "$package" >/dev/null 2>&1 ||
      die "apt knows no package $package; Debian 12 has it in main or, for LLVM 22, in the suite bookworm-security"
  done
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" </dev/null ||
    die "apt-get install failed"
}

# A peer, not a need: without it the demo and the benchmarks say so.
install_onnxruntime() {
  command -v npm >/dev/null || { say "onnxruntime: no npm, so no peer (tools/setup.sh --peers)"; return; }
  if node test/Integration/ort/ort-run.js --probe >/dev/null 2>&1; then
    say "onnxruntime: $(node test/Integration/ort/ort-run.js --probe) is installed"
    return
  fi
  [ -z "${QS_OFFLINE:-}" ] || { say "onnxruntime: not installed (QS_OFFLINE)"; return; }
  say "onnxruntime: installing into ./node_modules"
  timeout 300 npm install --prefix "$root" --ignore-scripts --no-save --no-package-lock --no-audit --no-fund \
    onnxruntime-node@1.30 </dev/null || say "onnxruntime: npm failed; going on without this peer"
}

jobs_default() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ { print int($2 / 1572864) }' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

# A build folder that was configured with other compilers, another LLVM or in
# another place keeps what it found; configured anew it is as good as new, and
# ccache has the objects.
configure() {
  mkdir -p build
  cmake --preset release >build/configure.log 2>&1 || {
    say "build: ./build was configured otherwise; configuring anew"
    cmake --fresh --preset release >build/configure.log 2>&1
  } || { cat build/configure.log >&2; die "cmake failed"; }
}

build_qs() {
  say "build: into ./build"
  # Clones in other folders share the compilations.
  export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}
  configure
  ninja -C build -j "${QS_JOBS:-$(jobs_default)}"
}

[ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null || die "this script knows Debian 12 only; packages: ${packages[*]}"
install_packages
if [ -n "$tests$peers" ] || command -v npm >/dev/null; then install_onnxruntime; fi
case $build in
  1) build_qs ;;
  configure) configure && say "configured: ./build" ;;
esac
