#!/usr/bin/python3
"""Digits with the smallest half of each layer's weights set to zero before import:
with `pruned: true` the report has the sparsity of the float weights, the interpreter
and compiled code agree on every bit, and codebooks without zeros in training come as
near to the pruned float network as their bits allow.

  check-pruned.py BUILD
"""
import json
import os
import re
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, Tools, accuracy, integration, run

MODEL = integration("digits", "digits.onnx")
CALIBRATION = integration("digits", "calibration.npz")
TEST = integration("digits", "test.npz")
SHARE = 0.5
WEIGHT = re.compile(r'dense<"0x([0-9A-F]+)"> : tensor<((?:\d+x){2,4})f32>')

# Weights, and the points of accuracy that they may lose.
CASES = [
    ("{code: codebook4, scale: axis}", 1.0),
    ("{code: codebook4, scale: axis, quantizer: gptq}", 1.0),
    ("{code: codebook3, scale: axis, codebook: scale}", 1.0),
    ("{code: codebook2, scale: axis, codebook: \"scale:f16\"}", 3.0),
    ("{code: codebook4, scale: group16}", 1.0),
    ("{code: int4, scale: axis}", 1.5),
]


def prune(text):
    """The module with small weights at zero, and how many of how many are."""
    counts = {}

    def replace(match):
        values = np.frombuffer(bytes.fromhex(match[1]), np.float32).copy()
        if values.size < 32:
            return match[0]
        values[np.abs(values) < np.quantile(np.abs(values), SHARE)] = 0
        counts[len(counts)] = (int((values == 0).sum()), values.size)
        return match[0].replace(match[1], values.tobytes().hex().upper())

    pruned = WEIGHT.sub(replace, text)
    assert len(counts) >= 6, f"{len(counts)} weights found"
    return pruned, sorted(zero / size for zero, size in counts.values())


def check_case(checks, tools, model, shares, weights, points, folder):
    at = lambda suffix: os.path.join(folder, "case" + suffix)
    labels = np.load(TEST)["labels"]
    logits = {}

    def compiled():
        with open(at(".yaml"), "w") as f:
            f.write(f"version: 1\ndefaults:\n  weights: {weights[:-1]}, pruned: true}}\n")
        tools.compile(model, at(".so"), "--recipe", at(".yaml"), "--calibration", CALIBRATION, "--emit", "so",
                      "--report", at(".json"), "--time-runs", "0")
        exact = tools.outputs(model, TEST, at("-float.npz"))["logits"]
        logits["native"] = tools.outputs(at(".so"), TEST, at("-native.npz"))["logits"]
        lost = 100 * (accuracy(exact, labels) - accuracy(logits["native"], labels))
        assert lost <= points + 1e-9, f"{lost:.2f} points below the pruned float network"
        return f"{lost:+.2f} points lost"

    def engines():
        for engine in ("interp", "jit"):
            answer = tools.outputs(model, TEST, at(f"-{engine}.npz"), "--engine", engine, "--recipe", at(".yaml"),
                                   "--calibration", CALIBRATION)["logits"]
            wrong = int((answer != logits["native"]).sum())
            assert wrong == 0, f"{engine} and compiled code differ in {wrong} of {answer.size} logits"

    def report():
        with open(at(".json")) as f:
            found = json.load(f)
        stored = [layer["weights"] for layer in found["layers"] if layer["weights"]]
        sparsity = sorted(w["sparsity"] for w in stored)
        assert np.allclose(sparsity, shares), f"sparsity {sparsity}, of the float weights {shares}"
        assert all(w["stored_bytes"] > 0 for w in stored), stored
        assert found["totals"]["stored_bytes"] == sum(w["stored_bytes"] for w in stored), found["totals"]

    for what, body in (("accuracy", compiled), ("engines", engines), ("report", report)):
        checks.check(f"{weights}, {what}", body)


def main():
    tools, checks = Tools(sys.argv[1]), Checks()
    with tempfile.TemporaryDirectory() as folder:
        source, model = os.path.join(folder, "float.mlir"), os.path.join(folder, "pruned.mlir")
        run([os.path.join(tools.bin, "qs-translate"), "--import-onnx", MODEL, "-o", source])
        with open(source) as f:
            text, shares = prune(f.read())
        with open(model, "w") as f:
            f.write(text)
        for case in CASES:
            check_case(checks, tools, model, shares, *case, folder)
    checks.finish()


if __name__ == "__main__":
    main()
