#!/usr/bin/env bash
# Every pass that qs-opt knows has a generated page, and so has every op of the
# dialect.   check-docs.sh BUILD
set -uo pipefail
build=$(cd "${1:?usage: check-docs.sh BUILD}" && pwd)

if ! log=$(cmake --build "$build" --target qs-doc 2>&1); then
  echo "FAIL: qs-doc: $(tail -n 1 <<<"$log")"
  exit 1
fi
passes=$("$build/bin/qs-opt" --help | sed -nE 's/^ +--((convert-)?(tosa-to-)?qs[-a-z]*) .*/\1/p' | sort -u)
# Stages are named sequences of passes; docs/Tutorial.md and --help describe them.
stages=' qs-calibrate qs-quantize qs-fold qs-lower qs-to-buffers '
missing='' count=0
for pass in $passes; do
  [[ $stages != *" $pass "* ]] || continue
  count=$((count + 1))
  grep -qFx "### \`-$pass\`" "$build"/docs/*Passes.md || missing+=" $pass"
done
if [ $count -ge 10 ] && [ -z "$missing" ]; then echo "PASS: pass pages"
else echo "FAIL: pass pages: $count passes, without a page:${missing:- none}"
fi
missing=''
ops=$(sed -nE 's/^def QS_[A-Za-z0-9_]*Op *: *QS_[A-Za-z]*Op<"([a-z0-9_]+)".*/\1/p' \
  "$(dirname "$0")"/../../include/qs/Dialect/QS/IR/*.td)
for op in $ops; do
  grep -qF "### \`qs.$op\`" "$build/docs/QSDialect.md" || missing+=" $op"
done
if [ "$(wc -w <<<"$ops")" -ge 15 ] && [ -z "$missing" ]; then echo "PASS: op pages"
else echo "FAIL: op pages: $(wc -w <<<"$ops") ops, without a page:${missing:- none}"
fi
