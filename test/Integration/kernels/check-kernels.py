#!/usr/bin/python3
"""Every kind of code x scale x activations gets a vector kernel: a matrix multiply
of many rows, one of one row and a convolution are compiled by each recipe; none may
run in general loops, and the layers that sum codes have the interpreter's bits.

  check-kernels.py BUILD
"""
import collections
import concurrent.futures
import json
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, ToolError, Tools

# One code of each kind: plain words, fixed-point levels, tables of f32, wide words, small floats.
CODES = ["int4", "int8", "int12", "ternary", "binary", "codebook4", "log2_4", "logsqrt2_4", "apot_4", "nf4", "f4e2m1",
         "f8e4m3", "f16", "posit8"]
SCALES = ["axis", "group16", "group3", "group32:f16", "group16:e8m0", "group16:e4m3"]
# f32 rows, calibrated and dynamic codes.
ACTIVATIONS = ["{code: f32}", "{code: uint8}", "{code: int8, dynamic: true}", "{code: f8e4m3}"]
# One case each for what the grid above leaves out.
FURTHER = [("uint4", "group16", "{code: uint8}"), ("uint16", "axis", "{code: int16}"),
           ("int4", "axis", "{code: uint8, dynamic: true}"), ("int8", "group16", "{code: f8e4m3, dynamic: true}"),
           ("int16", "group16", "{code: int16}"), ("f4e2m1", "group16:e8m0", "{code: f8e4m3, dynamic: true}"),
           ("binary", "axis", "{code: binary}"), ("codebook4", "axis", "{code: int4}"), ("log2_4", "axis", "{code: log2_5}")]
M, K, N, SIZE, CHANNELS, FILTERS = 9, 96, 37, 6, 16, 19
FLOAT_DB = 90  # sums of f32, whose order is free


def literal(array):
    text = np.array2string(array, separator=", ", threshold=10**7, formatter={"float": lambda v: "%.9e" % v})
    return "dense<" + text.replace("\n", "") + ">"


def make_network(path):
    random = np.random.default_rng(1)
    many, one = f"tensor<{M}x{K}xf32>", f"tensor<1x{K}xf32>"
    images, filters = f"tensor<1x{SIZE}x{SIZE}x{CHANNELS}xf32>", f"tensor<{FILTERS}x3x3x{CHANNELS}xf32>"
    features, weights = f"tensor<1x{SIZE}x{SIZE}x{FILTERS}xf32>", f"tensor<{K}x{N}xf32>"
    w = random.normal(0, 1, (K, N)).astype(np.float32)
    c = random.normal(0, 1, (FILTERS, 3, 3, CHANNELS)).astype(np.float32)
    with open(path, "w") as f:
        f.write(f"""func.func @main(%x: {many} {{qs.name = "x"}}, %r: {one} {{qs.name = "r"}}, %i: {images} {{qs.name = "i"}})
    -> (tensor<{M}x{N}xf32> {{qs.name = "many"}}, tensor<1x{N}xf32> {{qs.name = "one"}}, {features} {{qs.name = "conv"}}) {{
  %w = arith.constant {literal(w)} : {weights}
  %v = arith.constant {literal(w[::-1])} : {weights}
  %c = arith.constant {literal(c)} : {filters}
  %y = qs.matmul %x, %w : {many}, {weights} -> tensor<{M}x{N}xf32> loc("many")
  %z = qs.matmul %r, %v : {one}, {weights} -> tensor<1x{N}xf32> loc("one")
  %f = qs.conv2d %i, %c pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] : {images}, {filters} -> {features} loc("conv")
  return %y, %z, %f : tensor<{M}x{N}xf32>, tensor<1x{N}xf32>, {features}
}}
""")


def make_data(path, count, seed):
    random = np.random.default_rng(seed)
    draw = lambda *shape: random.normal(0, 1, shape).astype(np.float32)
    np.savez(path, x=draw(count * M, K), r=draw(count, K), i=draw(count, SIZE, SIZE, CHANNELS))


def sqnr_db(wanted, found):
    error = np.square(wanted.astype(np.float64) - found).sum()
    return np.inf if error == 0 else 10 * np.log10(np.square(wanted.astype(np.float64)).sum() / error)


def run_case(tools, folder, number, case):
    """The kernels of the three layers, and how many of them sum codes."""
    code, scale, activations = case
    at = lambda suffix: os.path.join(folder, f"{number}{suffix}")
    with open(at(".yaml"), "w") as f:
        f.write(f"version: 1\ndefaults:\n  weights: {{code: {code}, scale: \"{scale}\"}}\n  activations: {activations}\n")
    data = [] if "dynamic" in activations else ["--calibration", os.path.join(folder, "calibration.npz")]
    tools.compile(os.path.join(folder, "net.mlir"), at(".mlirbc"), "--recipe", at(".yaml"), *data, "--time-runs", 0,
                  "--report", at(".json"))
    with open(at(".json")) as f:
        layers = {layer["name"]: layer for layer in json.load(f)["layers"] if layer["op"] in ("conv", "matmul")}
    assert sorted(layers) == ["conv", "many", "one"], f"layers {sorted(layers)}"
    loops = [name for name, layer in layers.items() if layer["kernel"] == "linalg"]
    assert not loops, f"general loops in {loops}"
    wanted, found = (tools.outputs(at(".mlirbc"), os.path.join(folder, "test.npz"), at(".npz"), "--engine", engine)
                     for engine in ("interp", "jit"))
    for name, layer in layers.items():
        if layer["fallback"]:
            db = sqnr_db(wanted[name], found[name])
            assert db >= FLOAT_DB, f"{name}: {db:.1f} dB between interpreter and compiled code"
        else:
            wrong = int((wanted[name] != found[name]).sum())
            assert wrong == 0, f"{name}: interpreter and compiled code differ in {wrong} of {found[name].size}"
    return sum(not layer["fallback"] for layer in layers.values())


def main():
    tools, checks = Tools(sys.argv[1]), Checks()
    cases = [(c, s, a) for c in CODES for s in SCALES for a in ACTIVATIONS] + FURTHER
    wrong, exact = collections.defaultdict(list), collections.Counter()
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        make_network(os.path.join(folder, "net.mlir"))
        make_data(os.path.join(folder, "calibration.npz"), 24, 2)
        make_data(os.path.join(folder, "test.npz"), 1, 3)

        def guarded(number):
            try:
                return run_case(tools, folder, number, cases[number]), ""
            except (AssertionError, ToolError, KeyError, ValueError, OSError) as error:
                return 0, str(error)

        for case, (layers, why) in zip(cases, pool.map(guarded, range(len(cases)))):
            exact[case[0]] += layers
            if why:
                wrong[case[0]].append(f"{case[1]} {case[2]}: {why}")
    for code in dict.fromkeys(case[0] for case in cases):
        recipes = sum(case[0] == code for case in cases)
        why = f"{len(wrong[code])} fail, first {wrong[code][0]}" if wrong[code] else ""
        checks.say("FAIL" if why else "PASS", f"{code}: {recipes} recipes in vector kernels",
                   why or f"{exact[code]} layers with the interpreter's bits")
    checks.finish()


if __name__ == "__main__":
    main()
