#!/usr/bin/python3
"""Digits with activations or weights of more than 8 bits: as good as float, every
linear layer in a packed kernel, and the interpreter, the JIT and the shared
library agree on every bit of all test images.

  check-words.py BUILD
"""
import json
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, Tools, accuracy, integration

TEST = integration("digits", "test.npz")
CALIBRATION = integration("digits", "calibration.npz")
POINTS = 0.25
LINEAR = ("conv", "depthwise", "matmul")

# Network, activations, weights. Sums of 12 by 8 bits stay in i32, those of 16 by 16
# take i64.
RECIPES = [
    ("digits", "{code: int16}", "{code: int12, scale: axis}"),
    ("digits", "{code: int8}", "{code: int12, scale: axis}"),
    ("digits", "{code: uint12}", "{code: int8, scale: axis}"),
    ("digits", "{code: uint16}", "{code: int16, scale: tensor}"),
    ("digits", "{code: uint8}", "{code: uint8, scale: axis}"),
    ("residual-1", "{code: int16}", "{code: int16, scale: axis}"),
    ("mlp-0", "{code: int12}", "{code: int10, scale: group16}"),
    ("mlp-0", "{code: int16, dynamic: true}", "{code: int12, scale: axis}"),
    ("mlp-0", "{code: int10, dynamic: true}", "{code: int4, scale: group16}"),
]


def check_recipe(checks, tools, name, activations, weights, folder):
    model = integration("digits", name + ".onnx")
    labels = np.load(TEST)["labels"]
    at = lambda suffix: os.path.join(folder, name + suffix)
    recipe = at(".yaml")
    logits = {}

    def compiled():
        with open(recipe, "w") as f:
            f.write(f"version: 1\ndefaults:\n  weights: {weights}\n  activations: {activations}\n")
        tools.compile(model, at(".so"), "--recipe", recipe, "--calibration", CALIBRATION, "--emit", "so",
                      "--report", at(".json"))
        exact = tools.outputs(model, TEST, at("-float.npz"))["logits"]
        logits["native"] = tools.outputs(at(".so"), TEST, at("-native.npz"))["logits"]
        lost = 100 * (accuracy(exact, labels) - accuracy(logits["native"], labels))
        points = 1 if "int4" in weights else POINTS
        assert lost <= points + 1e-9, f"{lost:.2f} points below float"
        assert not np.array_equal(exact, logits["native"]), "equals float: nothing was quantized"
        return f"{lost:+.2f} points lost"

    def engines():
        for engine in ("interp", "jit"):
            answer = tools.outputs(model, TEST, at(f"-{engine}.npz"), "--engine", engine, "--recipe", recipe,
                                   "--calibration", CALIBRATION)["logits"]
            wrong = int((answer != logits["native"]).sum())
            assert wrong == 0, f"{engine} and compiled code differ in {wrong} of {answer.size} logits"

    def report():
        with open(at(".json")) as f:
            layers = [layer for layer in json.load(f)["layers"] if layer["op"] in LINEAR]
        assert layers, "no linear layer"
        for layer in layers:
            assert not layer["fallback"], f"{layer['name']}: {layer['fallback']}"
            assert layer["kernel"] != "linalg", f"{layer['name']} runs in {layer['kernel']}"

    for title, body in (("accuracy", compiled), ("engines", engines), ("kernels", report)):
        checks.check(f"{name} {activations} {weights} {title}", body)


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for name, activations, weights in RECIPES:
            check_recipe(checks, tools, name, activations, weights, folder)
    checks.finish()


if __name__ == "__main__":
    main()
