#!/usr/bin/python3
"""Usage: check-network.py DIGITS NAME METHOD PREFIX

Imports DIGITS/NAME.onnx, calibrates by METHOD, quantizes and folds it. Fails
where folding the batch norms changes logits by more than 1e-5 of the largest,
where a float op is left, or where the test images lose more than 0.5 points.
"""
import subprocess
import sys

import numpy as np

digits, name, method, prefix = sys.argv[1:]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")


def logits(model):
    run("qs-run", model, "--input", f"{digits}/test.npz", "--output", f"{prefix}.npz")
    arrays = np.load(f"{prefix}.npz")
    return arrays[arrays.files[0]]


names = {stage: f"{prefix}-{stage}.mlir" for stage in ("float", "folded", "ranges", "qdq", "int")}
run("qs-translate", "--import-onnx", f"{digits}/{name}.onnx", "-o", names["float"])
run("qs-opt", names["float"], "--qs-fold-batch-norms", "--qs-order-float-ops", "-o", names["folded"])
run("qs-opt", names["float"], f"--qs-calibrate=data={digits}/calibration.npz method={method}",
    "-o", names["ranges"])
run("qs-opt", names["ranges"], "--qs-quantize", "-o", names["qdq"])
run("qs-opt", names["qdq"], "--qs-fold", "-o", names["int"])
run("qs-opt", names["int"], "--qs-check-integer=strict=true", "-o", "/dev/null")

labels = np.load(f"{digits}/test.npz")["labels"]
exact, folded, integer = (logits(names[stage]) for stage in ("float", "folded", "int"))
error = np.abs(exact - folded).max() / np.abs(exact).max()
if not error <= 1e-5:
    sys.exit(f"batch norms: expected a relative difference up to 1e-5, found {error}")
before, after = ((x.argmax(1) == labels).mean() for x in (exact, integer))
if not after >= before - 0.005:
    sys.exit(f"expected an accuracy of {before} - 0.005 or more, found {after}")
