#!/usr/bin/env bash
# The main job: installs what is missing, builds qs, compiles the handwritten
# digits network to int8 and shows what that costs and brings.
#
#   tools/demo.sh            results and the HTML report go to build/demo
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh
exec /usr/bin/python3 tools/python/demo.py --build build --out build/demo "$@"
