#!/usr/bin/python3
"""ResNet-18, ResNet-50 and MobileNetV2 with seeded random weights import, run
in float as onnxruntime does, calibrate and compile to int8, and differ from
the float result by what the report states.

  check-networks.py BUILD

The models are made on first use in ${QS_CACHE:-~/.cache/qs}/networks (320 MB)
by make-networks.py, which needs python3-torch and python3-torchvision.
QS_NETWORKS=resnet18,... runs only these.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, Tools, integration

NAMES = os.environ.get("QS_NETWORKS", "resnet18,resnet50,mobilenet_v2").split(",")
CACHE = os.path.join(os.environ.get("QS_CACHE", os.path.expanduser("~/.cache/qs")), "networks")
# The report states the error on the calibration images; these are others.
MARGIN_DB = 3.0
LEAST_DB = 10.0
# Random weights make dead channels, whose constants lead KL to clip a layer at a
# fifth of its range (7.6 dB for MobileNetV2; see docs/Rationale.md); mean squared
# error does not (13.7 dB).
RECIPE = integration("int8-mse.yaml")


def sqnr_db(found, reference):
    error = ((found.astype(np.float64) - reference) ** 2).sum()
    return float(10 * np.log10((reference.astype(np.float64) ** 2).sum() / max(error, 1e-300)))


def make(checks, name):
    """True when the model is in the cache; says SKIP where torch is not there to make it."""
    if os.path.exists(os.path.join(CACHE, name + "-float.npz")):
        return True
    have = subprocess.run([sys.executable, "-c", "import torch, torchvision, onnx"], capture_output=True)
    if have.returncode:
        checks.say("SKIP", name, "python3-torch or python3-torchvision is not installed, so the model cannot be made")
        return False
    done = subprocess.run([sys.executable, integration("networks", "make-networks.py"), CACHE, "--only", name],
                          capture_output=True, text=True)
    if done.returncode:
        checks.say("FAIL", name, "make-networks.py: " + done.stderr[-300:])
    return done.returncode == 0


def check_network(checks, tools, name, folder):
    cached = lambda suffix: os.path.join(CACHE, suffix)
    at = lambda suffix: os.path.join(folder, name + suffix)
    want = np.load(cached(name + "-float.npz"))["logits"]
    test, calibration = cached("test.npz"), cached("calibration.npz")

    def floats(model):
        have = tools.outputs(cached(model + ".onnx"), test, at("-float.npz"), "--engine", "jit")["logits"]
        worst = np.abs(have - want).max() / np.abs(want).max()
        assert worst < 1e-4, f"logits differ by {worst:.1e} of the largest"
        return f"worst difference {worst:.1e} of the largest logit"

    def int8():
        tools.compile(cached(name + ".onnx"), at(".so"), "--recipe", RECIPE, "--calibration", calibration,
                      "--emit", "so", "--report", at(".json"), "--time-runs", "0")
        have = tools.outputs(at(".so"), test, at("-int8.npz"))["logits"]
        with open(at(".json")) as f:
            report = json.load(f)
        left = [layer["name"] for layer in report["layers"] if layer["fallback"]]
        assert not left, f"float fallback in {left}"
        stated = [layer["activations"]["sqnr_db"] for layer in report["layers"]
                  if layer["activations"] and layer["activations"].get("sqnr_db") is not None][-1]
        found = sqnr_db(have, want)
        assert found >= stated - MARGIN_DB, f"SQNR {found:.1f} dB, the report states {stated:.1f} dB"
        assert found >= LEAST_DB, f"SQNR {found:.1f} dB"
        return f"SQNR {found:.1f} dB, the report states {stated:.1f} dB"

    checks.check(f"{name} float", lambda: floats(name))
    checks.check(f"{name} float with batch norms", lambda: floats(name + "-bn"))
    checks.check(f"{name} int8", int8)


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            if make(checks, name):
                check_network(checks, tools, name, folder)
    checks.finish()


if __name__ == "__main__":
    main()
