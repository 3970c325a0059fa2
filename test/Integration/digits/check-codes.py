#!/usr/bin/python3
"""The command that writes docs/Codes.md, on a few codes: 4-bit codes stay
within one point of the float network with scales of every granularity, and the page
gets its rows.

  check-codes.py BUILD
"""
import json
import os
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(ROOT, "test", "Integration"))
from tools import Checks, run

FOUR_BITS = ["int4", "uint4", "codebook4", "nf4", "f4e2m1", "apot_4", "log2_4", "logsqrt2_4"]
SCALES = ["tensor", "axis", "group16"]
ALLOWED_POINTS = 1.0


def table(build, folder, *options):
    """What the command wrote: the page, and all results."""
    page, data = os.path.join(folder, "page.md"), os.path.join(folder, "all.json")
    run([sys.executable, os.path.join(ROOT, "tools", "python", "codes_table.py"), "--build", build, "--out", page,
         "--json", data, "--runs", 20, *options])
    with open(page) as text, open(data) as results:
        return text.read(), json.load(results)


def main():
    build, checks = sys.argv[1], Checks()
    with tempfile.TemporaryDirectory() as folder:
        found = {}

        def write():
            page, results = table(build, folder, "--table-only", "--scales", ",".join(SCALES), "--codes",
                                  "f32|binary|" + "|".join(FOUR_BITS))
            rows = {line.split("|")[1].strip() for line in page.splitlines() if line.startswith("|")}
            missing = {"f32", "binary", *FOUR_BITS} - rows
            assert not missing, f"no row for {missing} in:\n{page}"
            found.update({(r["code"], r["weights"]["scale"]): r for r in results})
            assert found["int4", "axis"]["bytes"] < found["f32", "axis"]["bytes"] / 4, found

        def near(name):
            lost = [found["f32", scale]["accuracy"] - found[name, scale]["accuracy"] for scale in SCALES]
            assert max(lost) <= ALLOWED_POINTS + 1e-9, f"loses {lost} points at {SCALES}, more than {ALLOWED_POINTS}"
            return f"{', '.join(str(x) for x in lost)} points lost at {', '.join(SCALES)}"

        def plot():
            page, _ = table(build, folder, "--scales", "axis", "--codes", "codebook4|int4")
            with open(os.path.join(folder, "codes-error.svg")) as f:
                svg = f.read()
            assert "SQNR, dB" in svg and svg.rstrip().endswith("</svg>"), svg[-200:]
            rows = {cells[1].strip(): cells for cells in (line.split("|") for line in page.splitlines())
                    if len(cells) == 7}
            codebook, uniform = rows["codebook"], rows["int"]
            for best, other in zip(codebook[2:5], uniform[2:5]):
                assert float(best) >= float(other), f"the optimal codebook is worse than int4: {codebook} {uniform}"

        checks.check("the command writes a row for each code", write)
        for name in FOUR_BITS:
            checks.check(f"{name} within {ALLOWED_POINTS:g} points of float", lambda: near(name))
        checks.check("the plot, and codebooks above uniform codes", plot)
    checks.finish()


if __name__ == "__main__":
    main()
