#!/usr/bin/python3
"""Digits with activations quantized at run time, without calibration data: within
0.5 points of float, the layers integer, and the interpreter, the JIT and the
shared library agree on every bit of all test images.

  check-dynamic.py BUILD
"""
import json
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, Tools, accuracy, integration

TEST = integration("digits", "test.npz")
POINTS = 0.5
LINEAR = ("conv", "depthwise", "matmul")


def check_network(checks, tools, name, code, weights, points, folder):
    model = integration("digits", name + ".onnx")
    labels = np.load(TEST)["labels"]
    at = lambda suffix: os.path.join(folder, name + suffix)
    recipe = at(".yaml")
    logits = {}

    def compiled():
        with open(recipe, "w") as f:
            f.write(f"version: 1\ndefaults:\n  weights: {weights}\n"
                    f"  activations: {{code: {code}, dynamic: true}}\n")
        tools.compile(model, at(".so"), "--recipe", recipe, "--emit", "so", "--report", at(".json"))
        exact = tools.outputs(model, TEST, at("-float.npz"))["logits"]
        logits["native"] = tools.outputs(at(".so"), TEST, at("-native.npz"))["logits"]
        lost = 100 * (accuracy(exact, labels) - accuracy(logits["native"], labels))
        assert lost <= points + 1e-9, f"{lost:.2f} points below float"
        assert not np.array_equal(exact, logits["native"]), "equals float: nothing was quantized"
        return f"{lost:+.2f} points lost"

    def engines():
        for engine in ("interp", "jit"):
            answer = tools.outputs(model, TEST, at(f"-{engine}.npz"), "--engine", engine,
                                   "--recipe", recipe)["logits"]
            wrong = int((answer != logits["native"]).sum())
            assert wrong == 0, f"{engine} and compiled code differ in {wrong} of {answer.size} logits"

    def report():
        with open(at(".json")) as f:
            found = json.load(f)
        left = [layer["name"] for layer in found["layers"] if layer["fallback"] and layer["op"] in LINEAR]
        assert not left, f"float fallback in {left}"
        assert any(layer["op"] in LINEAR for layer in found["layers"]), "no linear layer"

    for title, body in (("accuracy", compiled), ("engines", engines), ("report", report)):
        checks.check(f"{name} {code} {weights} {title}", body)


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    axis = "{code: int8, scale: axis}"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("digits", "mlp-0", "mlp-1", "residual-1"):
            check_network(checks, tools, name, "int8", axis, POINTS, folder)
        check_network(checks, tools, "mlp-0", "uint8", axis, POINTS, folder)
        check_network(checks, tools, "mlp-0", "int8", "{code: int4, scale: group16}", 1, folder)
        check_network(checks, tools, "mlp-0", "int8", "{code: codebook4, scale: axis, codebook: \"tensor:int8\"}", 1,
                      folder)
        # Numbers that are no integers: summed as numbers, or as levels where they have some.
        f8 = "{code: f8e4m3, scale: axis}"
        for name in ("digits", "mlp-0"):
            check_network(checks, tools, name, "f8e4m3", f8, POINTS, folder)
        check_network(checks, tools, "mlp-0", "f8e5m2", f8, POINTS, folder)
        check_network(checks, tools, "mlp-0", "f8e4m3", "{code: f4e2m1, scale: \"group16:e8m0\"}", 3, folder)
        check_network(checks, tools, "mlp-0", "f16", "{code: f16, scale: none}", POINTS, folder)
        check_network(checks, tools, "mlp-0", "f4e2m1", axis, 1, folder)
        check_network(checks, tools, "mlp-0", "log2_4", axis, 3, folder)
        check_network(checks, tools, "mlp-0", "log2_5", axis, 3, folder)
        check_network(checks, tools, "mlp-0", "logsqrt2_5", axis, 3, folder)
        check_network(checks, tools, "mlp-0", "nf4", axis, 3, folder)
        check_network(checks, tools, "mlp-0", "posit8", axis, 3, folder)
    checks.finish()


if __name__ == "__main__":
    main()
