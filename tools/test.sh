#!/usr/bin/env bash
# Installs what is missing, builds qs and passes all tests. Closes with one
# line "N passed, N failed" and, where tests were skipped, ", N skipped".
#
#   tools/test.sh [options of test/run-tests.py, such as --only REGEX]
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh --tests
exec /usr/bin/python3 test/run-tests.py --build build "$@"
