#!/usr/bin/python3
"""Digits with activations of codes that are no bytes: small floats, few bits and
powers of two, and accumulators that are no i32. The accuracy of each within the
points that its code costs, the linear layers on codes and in packed kernels, and
the interpreter and compiled code equal on every bit of all test images.

  check-activations.py BUILD
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
LINEAR = ("conv", "depthwise", "matmul")

# Activations, weights, accumulator, and the points of accuracy that they may cost. Powers of two are
# coarse: a factor of 2 between neighbours on both sides.
CASES = [
    ("f8e4m3", "f8e4m3", None, 0.5),
    ("f8e4m3", "f8e4m3", "{type: f16, chunk: 64}", 0.5),
    ("f8e4m3", "f8e4m3", "{type: e6m9, chunk: 64, fused: true, seed: 3}", 0.75),
    ("f8e5m2", "f8e4m3", "bf16", 1.0),
    ("f16", "f16", "f16", 0.25),
    ("f4e2m1", "f4e2m1", None, 2.0),
    ("uint4", "int4", None, 2.0),
    ("int4", "int4", None, 3.0),
    ("log2_4", "int8", None, 3.0),
    ("log2_4", "log2_4", None, 10.0),
    ("log2_5", "log2_5", None, 10.0),
    ("uint8", "int8", "e6m9", 0.5),
    # Blocks with scales, as in MX and NVFP4; 16 channels are what the network has.
    ("f8e4m3", "f4e2m1 group16:e8m0", None, 3.5),
    ("f8e4m3", "f6e2m3 group16:e8m0", None, 0.75),
    ("f8e4m3", "f8e4m3 group16:e8m0", "{type: f16, chunk: 12}", 0.75),
    ("f8e4m3", "f4e2m1 group16:e4m3", "bf16", 3.5),
]


def check_case(checks, tools, activations, weights, accumulator, points, folder):
    model = integration("digits", "digits.onnx")
    labels = np.load(TEST)["labels"]
    code, _, scale = weights.partition(" ")
    at = lambda suffix: os.path.join(folder, "digits" + suffix)
    title = f"{activations} x {weights}" + (f" in {accumulator}" if accumulator else "")
    logits = {}

    def compiled():
        with open(at(".yaml"), "w") as f:
            f.write("version: 1\ncalibration: {method: mse}\ndefaults:\n"
                    f"  weights: {{code: {code}, scale: {scale and repr(scale) or 'axis'}}}\n  activations: {{code: {activations}}}\n")
            if accumulator:
                f.write(f"  accumulator: {accumulator}\n")
        tools.compile(model, at(".so"), "--recipe", at(".yaml"), "--calibration", CALIBRATION, "--emit", "so",
                      "--report", at(".json"))
        exact = tools.outputs(model, TEST, at("-float.npz"))["logits"]
        logits["native"] = tools.outputs(at(".so"), TEST, at("-native.npz"))["logits"]
        lost = 100 * (accuracy(exact, labels) - accuracy(logits["native"], labels))
        assert lost <= points + 1e-9, f"{lost:.2f} points below float"
        assert not np.array_equal(exact, logits["native"]), "equals float: nothing was quantized"
        return f"{100 * accuracy(logits['native'], labels):.2f} % ({lost:+.2f} points lost)"

    def engines():
        for engine in ("interp", "jit"):
            answer = tools.outputs(model, TEST, at(f"-{engine}.npz"), "--engine", engine, "--recipe", at(".yaml"),
                                   "--calibration", CALIBRATION)["logits"]
            wrong = int((answer != logits["native"]).sum())
            assert wrong == 0, f"{engine} and compiled code differ in {wrong} of {answer.size} logits"

    def report():
        with open(at(".json")) as f:
            layers = [layer for layer in json.load(f)["layers"] if layer["op"] in LINEAR]
        # Reshapes of words that TOSA does not move are float, the sums behind them are not.
        left = [layer["name"] for layer in layers if layer["fallback"] and "cannot be moved" not in layer["fallback"]]
        assert layers and not left, f"float fallback in {left}"
        wrong = [layer["name"] for layer in layers if layer["activations"]["code"] != activations]
        assert not wrong, f"another code of activations in {wrong}"
        unknown = [layer["name"] for layer in layers if not layer["accumulator"]]
        assert not unknown, f"no accumulator in {unknown}"
        # Depthwise kernels count no terms, which random numbers and chunks need.
        counted = "seed" in (accumulator or "")
        loops = [layer["name"] for layer in layers
                 if layer["kernel"] == "linalg" and not (counted and layer["op"] == "depthwise")]
        assert not loops, f"general loops in {loops}"

    for what, body in (("accuracy", compiled), ("engines", engines), ("report", report)):
        checks.check(f"{title}, {what}", body)


def main():
    tools, checks = Tools(sys.argv[1]), Checks()
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            check_case(checks, tools, *case, folder)
    checks.finish()


if __name__ == "__main__":
    main()
