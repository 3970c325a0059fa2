#!/usr/bin/env bash
# Measures every code on the digits network and writes the tables and the plot
# of docs/Codes.md. Needs a build (tools/setup.sh makes one).
#
#   tools/codes-table.sh [options of tools/python/codes_table.py]
set -euo pipefail
cd "$(dirname "$0")/.."
exec /usr/bin/python3 tools/python/codes_table.py --build build "$@"
