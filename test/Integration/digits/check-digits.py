#!/usr/bin/python3
"""Digits, three architectures and several seeds, compiled to int8 with KL
calibration: the float network answers what torch answered, int8 is within 0.5
points of float, the interpreter and the native code agree on every bit of all
test images, and so do repeated runs.

  check-digits.py BUILD
"""
import json
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import RECIPE, Checks, Tools, accuracy, integration

CALIBRATION = integration("digits", "calibration.npz")
TEST = integration("digits", "test.npz")
POINTS = 0.5


def check_network(checks, tools, name, folder):
    model = integration("digits", name + ".onnx")
    labels = np.load(TEST)["labels"]
    at = lambda suffix: os.path.join(folder, name + suffix)
    logits = {}

    def floats():
        logits["float"] = tools.outputs(model, TEST, at("-float.npz"))["logits"]
        with open(integration("digits", "accuracy.json")) as f:
            trained = json.load(f)[name]
        found = accuracy(logits["float"], labels)
        assert abs(found - trained) < 1e-9, f"float accuracy {found}, torch had {trained}"
        if name == "digits":
            worst = np.abs(logits["float"] - np.load(integration("digits", "test-logits.npz"))["logits"]).max()
            assert worst < 1e-4, f"logits differ from torch's by {worst}"

    def compiled():
        tools.compile(model, at(".so"), "--recipe", RECIPE, "--calibration", CALIBRATION,
                      "--emit", "so", "--report", at(".json"))
        logits["native"] = tools.outputs(at(".so"), TEST, at("-native.npz"))["logits"]
        lost = 100 * (accuracy(logits["float"], labels) - accuracy(logits["native"], labels))
        assert lost <= POINTS + 1e-9, f"int8 is {lost:.2f} points below float"
        assert not np.array_equal(logits["float"], logits["native"]), "int8 equals float: nothing was quantized"
        return f"{lost:+.2f} points lost"

    def engines():
        options = ["--recipe", RECIPE, "--calibration", CALIBRATION]
        for engine in ("interp", "jit"):
            answer = tools.outputs(model, TEST, at(f"-{engine}.npz"), "--engine", engine, *options)["logits"]
            wrong = int((answer != logits["native"]).sum())
            assert wrong == 0, f"{engine} and compiled code differ in {wrong} of {answer.size} logits"

    def report():
        with open(at(".json")) as f:
            found = json.load(f)
        assert found["totals"]["bytes"] * 3 < found["totals"]["float_bytes"], found["totals"]
        floats_left = [layer["name"] for layer in found["layers"] if layer["fallback"]]
        assert not floats_left, f"float fallback in {floats_left}"
        timing = found["timing"]
        untimed = [layer["name"] for layer in found["layers"] if layer["time_us"] is None]
        assert not untimed, f"no time for {untimed}"
        # Loose, since other load on the machine is not ours; means are robust to bursts of it.
        parts = timing["layers_us"] + timing["other_us"]
        assert timing["network_us"] / 3 < parts < timing["network_us"] * 3, timing
        return f"layers and other work {parts:.1f} us, the network {timing['network_us']:.1f} us"

    for title, body in (("float", floats), ("int8", compiled), ("engines", engines), ("report", report)):
        checks.check(f"{name} {title}", body)


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    with open(integration("digits", "accuracy.json")) as f:
        names = list(json.load(f))
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            check_network(checks, tools, name, folder)
        reference = np.load(integration("digits", "test-logits.npz"))["logits"]
        for variant in ("digits-folded", "digits-batch40", "digits-external"):
            def same(variant=variant):
                found = tools.outputs(integration("digits", variant + ".onnx"), TEST,
                                      os.path.join(folder, "v.npz"))["logits"]
                worst = np.abs(found - reference).max()
                assert worst < 1e-4, f"logits differ from torch's by {worst}"
            checks.check(variant, same)
    checks.finish()


if __name__ == "__main__":
    main()
