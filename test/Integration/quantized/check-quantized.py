#!/usr/bin/python3
"""Quantized ONNX models give what onnxruntime gave with optimizations off.

Operators and QLinear networks define their integers, so those are equal.
Where ONNX computes in float (QDQ around a float operator) a sum in another
order may move a value across a rounding boundary: there, the predicted digit
is the same and the logits are within TOLERANCE.

  check-quantized.py BUILD
"""
import glob
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, Tools, integration

TEST = integration("digits", "test.npz")
# Share of the largest logit; one step of the int8 activations is 0.4 %.
TOLERANCE = {"digits-qlinear": 1e-6, "digits-dynamic": 0.02, "mlp-dynamic": 0.02}
DEFAULT_TOLERANCE = 0.03
# Float results (dequantized values, scales) are single operations.
ULPS = 1


def compare(found, expected):
    assert set(found) == set(expected), f"outputs {sorted(found)}, expected {sorted(expected)}"
    for name, want in expected.items():
        have = found[name]
        assert have.shape == want.shape, f"{name}: shape {have.shape}, expected {want.shape}"
        assert have.dtype == want.dtype, f"{name}: type {have.dtype}, expected {want.dtype}"
        if want.dtype.kind == "f":
            off = np.abs(have - want) > ULPS * np.spacing(np.abs(want))
        else:
            off = have != want
        assert not off.any(), (f"{name}: {int(off.sum())} of {want.size} values differ, "
                               f"first {have[off][0]}, expected {want[off][0]}")


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "out.npz")
        models = sorted(glob.glob(integration("quantized", "ops", "*.onnx")))
        assert len(models) > 20, "the operator models are missing"
        for model in models:
            stem = model[:-len(".onnx")]
            for engine in ("interp", "jit"):
                def one(engine=engine):
                    compare(tools.outputs(model, stem + "-in.npz", output, "--engine", engine),
                            dict(np.load(stem + "-out.npz")))
                checks.check(f"{os.path.basename(stem)} {engine}", one)
        networks = sorted(glob.glob(integration("quantized", "*.onnx")))
        assert len(networks) == 6, "the quantized networks are missing"
        for model in networks:
            name = os.path.basename(model)[:-len(".onnx")]
            want = np.load(model[:-len(".onnx")] + "-out.npz")["logits"]

            def network():
                answers = [tools.outputs(model, TEST, output, "--engine", engine)["logits"]
                           for engine in ("interp", "jit")]
                for have in answers:
                    worst = np.abs(have - want).max() / np.abs(want).max()
                    assert worst <= TOLERANCE.get(name, DEFAULT_TOLERANCE), f"logits differ by {worst:.4f} of the largest"
                    changed = int((have.argmax(1) != want.argmax(1)).sum())
                    assert changed <= 1, f"{changed} of {len(want)} predictions differ"
                return f"worst difference {worst:.1e} of the largest logit"

            checks.check(name, network)
    checks.finish()


if __name__ == "__main__":
    main()
