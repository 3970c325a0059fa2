#!/usr/bin/python3
"""Random recipes on small networks: codes, scales, quantizers, activations,
accumulators and folds, drawn freely. A recipe either runs, with results of
interpreter and compiled code that are equal bit for bit, or it is refused by an
error that names the layer, the tensor or the line; nothing crashes or hangs.

  check-random-recipes.py BUILD [--first SEED] [--count N] [--jobs N] [--keep FOLDER] [--target CPU]

Results may differ where the run says that a convolution or matrix product stays
float: docs/Spec.md leaves the order of f32 sums free. They must then agree to
FLOAT_DB, and are counted apart.
"""
import argparse
import concurrent.futures
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, integration

IMAGES = 6
SAMPLES = 24
LIMIT_S = 120
FLOAT_DB = 90  # f32 sums in another order, and steps of activations that they may tip over
MODELS = ["digits", "mlp-0", "plain-0", "residual-1"]
CODES = ["int2", "int3", "int4", "int5", "int6", "int7", "int8", "int9", "int12", "int16", "uint1", "uint2", "uint4",
         "uint8", "uint10", "ternary", "binary", "log2_3", "log2_4", "log2_5", "logsqrt2_4", "logsqrt2_5", "apot_3",
         "apot_4", "apot_5", "codebook2", "codebook3", "codebook4", "codebook6", "codebook8", "nf4", "f16", "bf16",
         "f8e4m3", "f8e5m2", "f4e2m1", "f6e2m3", "f6e3m2", "posit4", "posit6", "posit8"]
ACTIVATIONS = ["uint8", "uint8", "uint8", "int8", "uint4", "int4", "uint2", "uint5", "int7", "f8e4m3", "f8e5m2",
               "f16", "bf16", "f4e2m1", "log2_4", "log2_5", "apot_4", "nf4", "posit8", "binary", "ternary", "uint16",
               "int12", "f32", "logsqrt2_5"]
SCALES = ["none", "tensor", "axis", "axis", "group4", "group8", "group16", "group3"]
STORED = ["", "", "", ":f16", ":e8m0", ":e4m3"]
QUANTIZERS = ["absmax", "mse", "mx", "nvfp4", "twn", "twn_exact", "absmean", "mean", "ttq", "kmeans", "kmeans_linear",
              "kmeans_density"]
FORMATS = ["i16", "i24", "i32", "i32", "i48", "f32", "f16", "bf16", "e6m9", "e5m10", "e4m3"]
METHODS = ["minmax", "percentile", "mse", "kl", "pact"]


class Draw:
    """A recipe; the same for a seed on every machine."""

    def __init__(self, seed, layers):
        self.dice = random.Random(seed)
        self.layers = layers

    def chance(self, p):
        return self.dice.random() < p

    def pick(self, values):
        return values[int(self.dice.random() * len(values))]

    def scale(self):
        scale = self.pick(SCALES)
        return scale if scale == "none" else scale + self.pick(STORED)

    def quantizer(self, code):
        fitting = [q for q in QUANTIZERS if code.startswith("codebook") or "kmeans" not in q and q != "ttq"]
        if code != "ternary":
            fitting = [q for q in fitting if q not in ("twn", "twn_exact", "absmean")]
        if code != "binary":
            fitting = [q for q in fitting if q != "mean"]
        if code.startswith("uint"):
            fitting = ["absmax", "mse"]
        method = self.pick(fitting) if self.chance(0.95) else self.pick(QUANTIZERS)
        return self.pick(["", "", "gptq:"]) + method

    def weights(self):
        code = self.pick(CODES) if self.chance(0.95) else "f32"
        keys = {"code": code, "scale": self.scale()}
        if self.chance(0.4):
            keys["quantizer"] = f'"{self.quantizer(code)}"'
        if code.startswith("codebook") and self.chance(0.6):
            keys["codebook"] = '"' + self.pick(["tensor", "scale"]) + self.pick(["", ":i8", ":f16", ":f32"]) + '"'
        self.rounding(keys, 0.1)
        if code == "ternary" and self.chance(0.5):
            keys["packing"] = self.pick(["fives", "planes"])
        if self.chance(0.15):
            keys["pruned"] = "true"
        return keys

    def rounding(self, keys, p):
        if self.chance(p) and "dynamic" not in keys and "gptq" not in keys.get("quantizer", ""):
            keys["rounding"] = "stochastic"
            if self.chance(0.5):
                keys["seed"] = self.pick([1, 12345, 2**63 + 7])

    def activations(self):
        code = self.pick(ACTIVATIONS)
        keys = {"code": code}
        if code == "binary":
            if self.chance(0.5):
                keys["quantizer"] = self.pick(["none", "xnor"])
        elif self.chance(0.2):
            keys["dynamic"] = "true"
            if self.chance(0.5):
                keys["code"] = self.pick(["int8", "uint8", "int4", "int6"])
        elif self.chance(0.3):
            keys["calibration"] = self.pick(METHODS)
        self.rounding(keys, 0.1)
        if self.chance(0.1):
            keys["scale"] = "tensor" + self.pick(STORED)
        return keys

    def accumulator(self):
        keys = {"type": self.pick(FORMATS)}
        if not keys["type"].startswith("i"):
            if self.chance(0.4):
                keys["chunk"] = self.pick([1, 3, 8, 64])
                if self.chance(0.4):
                    keys["order"] = "strided"
            if self.chance(0.3):
                keys["fused"] = "true"
            if self.chance(0.3):
                keys["seed"] = self.pick([0, 1, 77])
        return keys

    def choices(self, indent, fewer):
        lines = []
        for name, draw, p in (("weights", self.weights, 0.9), ("activations", self.activations, 0.8),
                              ("accumulator", self.accumulator, 0.25)):
            if self.chance(p * fewer):
                text = ", ".join(f"{key}: {value}" for key, value in draw().items())
                lines.append(f"{indent}{name}: {{{text}}}")
        if self.chance(0.2 * fewer):
            lines.append(f"{indent}equalize: " + self.pick(
                ["none", "cross_layer", "smoothquant", "awq", "{method: smoothquant, alpha: 0.75, factors: pow2}"]))
        return lines

    def recipe(self):
        lines = ["version: 1", f"calibration: {{method: {self.pick(METHODS)}}}"]
        defaults = self.choices("  ", 1)
        lines += ["defaults:", *defaults] if defaults else []
        rules = []
        for _ in range(int(self.dice.random() * 4)):
            body = self.choices("    ", 0.7)
            if body:
                where = (f'match: "{self.pick(self.layers)}"' if self.chance(0.6) else
                         f"op: {self.pick(['conv', 'matmul', 'depthwise', 'add', 'pool'])}")
                rules += [f"  - {where}", *body]
        return "\n".join(lines + (["layers:", *rules] if rules else [])) + "\n"


def is_float_order(recipe, text):
    """Layers that sum in f32, and a difference of their size."""
    worst = [float(db) for db in re.findall(r"sqnr_db=([-\d.]+|inf)", text)]
    floats = re.search(r"^float: (conv|depthwise|matmul) ", text, re.M)
    return bool(floats and worst and min(worst) >= FLOAT_DB)


def is_refusal(text):
    """An error of the user's that says where."""
    errors = [line for line in text.splitlines() if "error:" in line]
    return any(re.search(r"layer '|\.yaml:\d+|tensor '", line) for line in errors)


class Runner:
    def __init__(self, build, folder, target):
        self.target = target
        self.bin = os.path.join(os.path.abspath(build), "bin")
        self.folder = folder
        self.samples, self.images = self.file("samples.npz"), self.file("images.npz")
        with np.load(integration("digits", "calibration.npz")) as data:
            np.savez(self.samples, **{name: data[name][:SAMPLES] for name in data if name != "labels"})
        with np.load(integration("digits", "test.npz")) as data:
            np.savez(self.images, **{name: data[name][:IMAGES] for name in data if name != "labels"})
        self.names = {model: self.layers(model) for model in MODELS}

    def file(self, name):
        return os.path.join(self.folder, name)

    def model(self, name):
        return integration("digits", name + ".onnx")

    def layers(self, name):
        """The names of a network's layers, as a report has them."""
        report = self.file(name + ".json")
        subprocess.run([os.path.join(self.bin, "qs-compile"), self.model(name), "--calibration", self.samples,
                        "--emit", "mlir", "-o", os.devnull, "--report", report, "--time-runs", "0"], check=True,
                       stdin=subprocess.DEVNULL, capture_output=True)
        with open(report) as f:
            return [layer["name"] for layer in json.load(f)["layers"]]

    def draw(self, seed):
        models = sorted(self.names)
        model = models[seed % len(models)]
        return model, Draw(seed, self.names[model]).recipe()

    def run(self, seed):
        """(verdict, model, what the tool said): equal, refused, or what is wrong."""
        model, recipe = self.draw(seed)
        path = self.file(f"{seed}.yaml")
        with open(path, "w") as f:
            f.write(recipe)
        out, library = self.file(f"{seed}-out.npz"), self.file(f"{seed}.so")
        qs_run = [os.path.join(self.bin, "qs-run")]
        by_recipe = [self.model(model), "--recipe", path, "--calibration", self.samples]
        engines = ["--input", self.images, "--engine", "interp" if self.target else "interp,jit", "--output", out]
        steps = [qs_run + by_recipe + engines]
        if self.target:
            steps += [[os.path.join(self.bin, "qs-compile"), *by_recipe, "--target", "cpu=" + self.target, "-o", library],
                      qs_run + [library, "--input", self.images, "--compare", out]]
        said = ""
        for step in steps:
            try:
                done = subprocess.run(step, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S)
            except subprocess.TimeoutExpired:
                return "no end", model, said + f"after {LIMIT_S} s"
            said += done.stderr + done.stdout
            if done.returncode == 2:
                return "equal but for f32 sums" if is_float_order(recipe, said) else "differs", model, said
            if done.returncode == 1 and is_refusal(said) and step is steps[0]:
                return "refused", model, said
            if done.returncode:
                return f"exit code {done.returncode}", model, said
        return "equal", model, said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", metavar="FOLDER", help="where recipes and what was said of them stay")
    parser.add_argument("--target", metavar="CPU", help="what qs-compile compiles for; without it, the JIT runs")
    args = parser.parse_args()
    checks, counts = Checks(), {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or scratch
        os.makedirs(folder, exist_ok=True)
        runner = Runner(args.build, folder, args.target)
        seeds = range(args.first, args.first + args.count)
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for seed, (verdict, model, said) in zip(seeds, pool.map(runner.run, seeds)):
                with open(runner.file(f"{seed}.log"), "w") as f:
                    f.write(f"{verdict} {model}\n{said}")
                counts[verdict] = counts.get(verdict, 0) + 1
                good = verdict in ("equal", "equal but for f32 sums", "refused")
                last = said.strip().splitlines()[-1:] or [""]
                checks.say("PASS" if good else "FAIL", f"recipe {seed} on {model}",
                           verdict if good else f"{verdict}, {last[0]}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    checks.check("enough recipes run", lambda: enough(counts, args.count))
    checks.finish()


def enough(counts, total):
    assert counts.get("equal", 0) >= total // 3, f"{counts.get('equal', 0)} of {total}"


if __name__ == "__main__":
    main()
