#!/usr/bin/python3
"""What every code costs and brings on the digits network: accuracy after
post-training quantization, bytes of weights, latency, for each granularity of
scales; and the error of families of codes on weights of known shape.

  tools/codes-table.sh                                 all codes, about 10 minutes on 2 cores
  tools/codes-table.sh --codes 'int4|nf4' --out t.md   some, elsewhere

Rewrites the generated part of docs/Codes.md, and the plot beside it. Codes come
from `qs-translate --list-codes`, so that a new one has its row.
"""
import argparse
import concurrent.futures
import itertools
import json
import os
import re
import sys
import tempfile
import threading
from collections import namedtuple

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "Integration"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import codes_error
import svg_chart
from tools import ToolError, Tools, accuracy, integration, parse_time, run

MODEL = integration("digits", "digits.onnx")
CALIBRATION = integration("digits", "calibration.npz")
TEST = integration("digits", "test.npz")
SCALES = ["tensor", "axis", "group16"]
ACTIVATIONS = ["uint4", "uint6", "uint8", "int8"]
BEGIN, END = "<!-- begin: written by tools/codes-table.sh -->", "<!-- end -->"
QUANTIZER_BITS = (1, 2, 4)
PLOT = "codes-error.svg"

Code = namedtuple("Code", "name bits quantizers")
Case = namedtuple("Case", "code weights activations")


def list_codes(tools):
    text = run([os.path.join(tools.bin, "qs-translate"), "--list-codes"])
    rows = [line.split() for line in text.splitlines()]
    return [Code(r[0], int(r[1]), [] if r[4] == "-" else r[4].split(",")) for r in rows]


def mapping(keys):
    return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


class Bench:
    """Compiles the digits network by recipes and keeps what came of it."""

    def __init__(self, tools, folder, runs):
        self.tools, self.folder, self.runs = tools, folder, runs
        self.counter, self.clock = itertools.count(), threading.Lock()
        self.one = os.path.join(folder, "one.npz")
        np.savez(self.one, image=np.load(TEST)["image"][:1])

    def path(self, extension):
        return os.path.join(self.folder, f"{next(self.counter)}{extension}")

    def report(self, model, calibration, recipe, *options, output=None):
        """The path of the report."""
        at_recipe, at_report = self.path(".yaml"), self.path(".json")
        output = output or self.path(".mlirbc")
        with open(at_recipe, "w") as f:
            f.write(recipe)
        self.tools.compile(model, output, "--calibration", calibration, "--recipe", at_recipe, "--report", at_report,
                           "--time-runs", 0, *options)
        return at_report

    def accuracy(self, model):
        """Percent of the test images."""
        logits = self.tools.outputs(model, TEST, self.path(".npz"))["logits"]
        return 100 * accuracy(logits, np.load(TEST)["labels"])

    def time(self, model):
        """The best of the runs; nothing where none are asked for."""
        if not self.runs:
            return None
        # One clock at a time: two would share a core's caches.
        with self.clock:
            return min_us(self.tools.execute(model, "--input", self.one, "--output", os.devnull, "--time", self.runs))

    def measure(self, case):
        # --test would compile twice more: the shared object answers instead.
        recipe = (f"version: 1\ndefaults:\n  weights: {mapping(case.weights)}\n"
                  f"  activations: {mapping(case.activations)}\n")
        shared = self.path(".so")
        try:
            with open(self.report(MODEL, CALIBRATION, recipe, "--error-samples", 0, output=shared)) as f:
                report = json.load(f)
            correct = self.accuracy(shared)
        except ToolError as error:
            return {"refused": str(error).split("error: ", 1)[-1]}
        stored = [layer for layer in report["layers"] if layer.get("weights")]
        us = self.time(shared)
        os.remove(shared)
        return {"accuracy": correct,
                "bytes": sum(layer["weights"]["bytes"] for layer in stored),
                "stored": report["totals"]["stored_bytes"],
                "us": us,
                "fallbacks": {layer["name"]: layer["fallback"] for layer in report["layers"] if layer["fallback"]},
                "notes": {layer["name"]: layer["weights"]["note"] for layer in stored if layer["weights"].get("note")}}


def min_us(text):
    """The best of the runs: others use the machine too."""
    parse_time(text)
    return float(re.search(r"min=([0-9.]+)", text)[1])


def cases_of(codes, scales, activations):
    plain = {"code": "uint8"}
    for code in codes:
        for scale in scales:
            yield Case(code.name, {"code": code.name, "scale": scale}, plain)
            if "kmeans" in code.quantizers and scale != "tensor":
                yield Case(f"{code.name}, a table a scale",
                           {"code": code.name, "scale": scale, "codebook": "scale"}, plain)
    for name in activations:
        for code in ("int8", "int4"):
            yield Case(f"{code}, activations {name}", {"code": code, "scale": "axis"}, {"code": name})
    for code in codes:
        for method in code.quantizers if code.bits in QUANTIZER_BITS else []:
            storage = {"mx": ":e8m0", "nvfp4": ":e4m3"}.get(method)
            scale = "group16" + storage if storage else "axis"
            yield Case(f"{code.name} by {method}", {"code": code.name, "scale": scale, "quantizer": method}, plain)


def measure_all(bench, cases, jobs):
    say = Progress(len(cases))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(bench.measure, case): case for case in cases}
        for future in concurrent.futures.as_completed(running):
            case = running[future]
            say(f"{case.code} {case.weights['scale']}")
            yield case, future.result()


class Progress:
    def __init__(self, total):
        self.total, self.done, self.live = total, 0, sys.stderr.isatty()

    def __call__(self, text, done=None, total=None):
        self.done = done or self.done + 1
        if self.live:
            print(f"\r\033[K[{self.done}/{total or self.total}] {text}", end="", file=sys.stderr, flush=True)


def cell(result, key, digits=0):
    if not result or ("refused" not in result and result[key] is None):
        return "-"
    return "no" if "refused" in result else f"{result[key]:.{digits}f}"


COLUMNS = [("%", "accuracy", 2), ("B", "bytes", 0), ("stored", "stored", 0), ("us", "us", 1)]


def table(title, rows, scales, columns):
    """A row a code; each column for all scales."""
    lines = [f"| {title} | " + " | ".join(f"{what} {scale}" for what, _, _ in columns for scale in scales)
             + " | float |", "|---" * (len(columns) * len(scales) + 2) + "|"]
    for name, found in rows.items():
        cells = [cell(found.get(scale), key, digits) for _, key, digits in columns for scale in scales]
        left = sorted({len(r["fallbacks"]) for r in found.values() if "refused" not in r})
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {'-'.join(map(str, left)) or 'no'} |")
    return lines


def without_code(text, code):
    """A reason that names the code, as one for all codes."""
    return re.sub(rf"(\bcode )'?{re.escape(code)}\b'?", r"\1C", text)


def reasons(results):
    """Each reason with the codes or layers it came for."""
    floats, notes, refused = {}, {}, {}
    for case, result in results:
        code = case.weights["code"]
        if "refused" in result:
            refused.setdefault(without_code(result["refused"], code), []).append(f"{code} {case.weights['scale']}")
            continue
        for why in result["fallbacks"].values():
            floats.setdefault(without_code(why, code), set()).add(code)
        for layer, why in result["notes"].items():
            notes.setdefault(why, set()).add(layer)
    return floats, notes, refused


def generated(results, codes, scales, machine, panels):
    by_code, by_method, by_activation = {}, {}, {}
    for case, result in results:
        place = by_method if " by " in case.code else by_activation if "activations" in case.code else by_code
        place.setdefault(case.code, {})[case.weights["scale"]] = result
    lines = [BEGIN, "", f"Float: {machine['accuracy']:.2f} %, {machine['bytes']} B, {cell(machine, 'us', 1)} us. "
             f"{machine['name']}.", "",
             "`stored` are the bytes of weights that the compiled code holds: whole words of the kernels' layouts with their",
             "padding and tables, and the factors of columns and groups.", ""]
    lines += table("code", by_code, scales, COLUMNS)
    if by_activation:
        lines += ["", "### Activations", ""] + table("weights, activations", by_activation, ["axis"], COLUMNS[:2])
    if by_method:
        lines += ["", "### Quantizers", "", "Codes of 1, 2 and 4 bits, every quantizer that takes them and is not refused.", ""]
        kinds = [kind for kind in ("axis", "group16:e8m0", "group16:e4m3")
                 if any(kind in found for found in by_method.values())]
        lines += ["| quantizer | scale | % | B |", "|---|---|---|---|"]
        for name, found in by_method.items():
            for kind in kinds:
                if kind in found and "refused" not in found[kind]:
                    lines.append(f"| {name} | {kind} | {cell(found[kind], 'accuracy', 2)} | "
                                 f"{cell(found[kind], 'bytes')} |")
    floats, notes, refused = reasons(results)
    for title, found in (("Codes with layers in float", floats), ("Layers with another scale", notes), ("Refused (`no`)", refused)):
        if found:
            lines += ["", f"### {title}", ""]
            lines += [f"* {', '.join(sorted(set(names)))}: {why}" for why, names in sorted(found.items())]
    if panels:
        lines += ["", "## Error of families of codes", "",
                  f"![Signal-to-error ratio of families of codes over bits]({PLOT})"]
        lines += ["", "SQNR in dB at 4 bits:", "", "| code | " + " | ".join(panels) + " |",
                  "|---" * (len(panels) + 1) + "|"]
        for name in dict.fromkeys(s for drawn in panels.values() for s in drawn):
            at = [dict(drawn.get(name, [])).get(4) for drawn in panels.values()]
            lines.append(f"| {name} | " + " | ".join("-" if v is None else f"{v:.1f}" for v in at) + " |")
    return lines + ["", END]


def keep_times(path, results, machine):
    """Takes the times of the page into results that were not timed."""
    if not os.path.exists(path):
        return
    with open(path) as f:
        text = f.read()
    found = re.search(r"^Float: .* ([0-9.]+) us\. (.*)\.$", text, re.M)
    if found:
        machine["us"], machine["name"] = float(found[1]), found[2]
    times, scales = {}, []
    for line in text.splitlines():
        cells = [c.strip() for c in line.strip("| ").split("|")]
        if cells[0] == "code":
            scales = [c[3:] for c in cells if c.startswith("us ")]
        elif scales and len(cells) == 3 * len(scales) + 2:
            times[cells[0]] = dict(zip(scales, cells[-1 - len(scales):-1]))
    for case, result in results:
        known = times.get(case.code, {}).get(case.weights["scale"], "-")
        if "refused" not in result and re.fullmatch(r"[0-9.]+", known):
            result["us"] = float(known)


def replace_generated(path, lines):
    text = ""
    if os.path.exists(path):
        with open(path) as f:
            text = f.read()
    block = "\n".join(lines)
    if BEGIN in text and END in text:
        head, rest = text.split(BEGIN, 1)
        text = head + block + rest.split(END, 1)[1]
    else:
        text = (text + "\n" if text else "") + block + "\n"
    with open(path, "w") as f:
        f.write(text)


def machine_of(bench):
    with open("/proc/cpuinfo") as f:
        name = re.search(r"model name\s*: (.*)", f.read())
    shared = bench.path(".so")
    bench.tools.compile(MODEL, shared)
    us = bench.time(shared)
    with open(bench.report(MODEL, CALIBRATION, "version: 1\n")) as f:
        total = json.load(f)["totals"]["float_bytes"]
    where = "One core of " + name[1].strip() if name else "One core"
    return {"us": us, "accuracy": bench.accuracy(shared), "bytes": total, "name": where}


def draw(panels, path):
    names = list(dict.fromkeys(s for drawn in panels.values() for s in drawn))
    series = [svg_chart.Series(n, line=len(max((d.get(n, []) for d in panels.values()), key=len)) > 1,
                               dash="," in n) for n in names]
    with open(path, "w") as f:
        f.write(svg_chart.chart(panels, series, "bits of a weight", "SQNR, dB"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--out", default=os.path.join(ROOT, "docs", "Codes.md"), help="the page (docs/Codes.md)")
    parser.add_argument("--codes", default="", metavar="REGEX", help="only codes whose whole name matches")
    parser.add_argument("--scales", default=",".join(SCALES), help=f"default {','.join(SCALES)}")
    parser.add_argument("--runs", type=int, default=1000, help="runs that a latency is the best of (1000)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilations at once (all cores)")
    parser.add_argument("--json", metavar="FILE", help="also write all results as JSON")
    parser.add_argument("--keep-times", action="store_true", help="measure no latencies, leave those on the page")
    parser.add_argument("--table-only", action="store_true", help="no activations, quantizers and plot")
    args = parser.parse_args()
    scales = args.scales.split(",")
    tools = Tools(args.build)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(tools, folder, 0 if args.keep_times else args.runs)
        codes = [c for c in list_codes(tools) if not args.codes or re.fullmatch(args.codes, c.name)]
        if not codes:
            raise ToolError(f"no code matches '{args.codes}': qs-translate --list-codes names them")
        cases = list(cases_of(codes, scales, [] if args.table_only else ACTIVATIONS))
        if args.table_only:
            cases = [case for case in cases if " by " not in case.code]
        order = {id(case): n for n, case in enumerate(cases)}
        results = sorted(measure_all(bench, cases, args.jobs), key=lambda pair: order[id(pair[0])])
        panels = {}
        if not args.table_only:
            say = Progress(0)
            panels = codes_error.measure(bench.report, codes, folder, (MODEL, CALIBRATION), args.jobs, say)
            draw(panels, os.path.join(os.path.dirname(os.path.abspath(args.out)), PLOT))
        machine = machine_of(bench)
        if args.keep_times:
            keep_times(args.out, results, machine)
        replace_generated(args.out, generated(results, codes, scales, machine, panels))
    if args.json:
        with open(args.json, "w") as f:
            json.dump([{**case._asdict(), **result} for case, result in results], f, indent=1)
    print(f"\n{len(results)} networks, {sum('refused' in r for _, r in results)} refused; {args.out}")


if __name__ == "__main__":
    try:
        main()
    except ToolError as error:
        sys.exit(f"codes-table: {error}")
