#!/usr/bin/python3
"""Digits with the smallest 30 % of each layer's weights set to zero before import:
with `pruned: true` the report has the sparsity of the float weights, the interpreter
and compiled code agree on every bit, and codebooks without zeros in training come as
near to the pruned float network as their bits allow.

  check-pruned.py BUILD
"""
import json
import os
import sys
import tempfile

import numpy as np
from recipe_case import Checks, RecipeCase, Tools, integration

MODEL = integration("digits", "digits.onnx")
SHARE = 0.3

# Weights, and the points of accuracy that they may lose.
CASES = [
    ("{code: codebook4, scale: axis}", 1.0),
    ("{code: codebook4, scale: axis, quantizer: gptq}", 1.0),
    ("{code: codebook3, scale: axis, codebook: scale}", 1.0),
    ("{code: codebook2, scale: axis, codebook: scale}", 12.0),
    ("{code: codebook4, scale: group16}", 1.0),
    ("{code: int4, scale: axis}", 1.5),
]


def fields(data, at, end):
    """Number and place of the fields of a protobuf message that have a length; others have place None."""
    def varint(at):
        value = shift = 0
        while True:
            value |= (data[at] & 127) << shift
            shift += 7
            at += 1
            if data[at - 1] < 128:
                return value, at

    while at < end:
        key, at = varint(at)
        if key & 7 == 2:
            size, at = varint(at)
            yield key >> 3, (at, at + size)
            at += size
        else:
            value, at = varint(at) if key & 7 == 0 else (None, at + {1: 8, 5: 4}[key & 7])
            yield key >> 3, None


def prune(data):
    """Zeroes the small weights of an ONNX file in place, and gives the share of zeros of each."""
    shares = []
    graph = next(place for field, place in fields(data, 0, len(data)) if field == 7)
    for field, tensor in fields(data, *graph):
        found = list(fields(data, *tensor)) if field == 5 else []
        name = next((data[slice(*place)].decode() for field, place in found if field == 8), "")
        raw = next((place for field, place in found if field == 9), None)
        if not name.endswith(".weight") or "bn" in name or raw is None:
            continue
        values = np.frombuffer(bytes(data[slice(*raw)]), np.float32).copy()
        values[np.abs(values) < np.quantile(np.abs(values), SHARE)] = 0
        data[slice(*raw)] = values.tobytes()
        shares.append(float((values == 0).mean()))
    assert len(shares) >= 6, f"{len(shares)} weights found"
    return sorted(shares)


def check_case(checks, tools, model, shares, weights, points, folder):
    case = RecipeCase(tools, "digits", {"weights": f"{weights[:-1]}, pruned: true}}"}, folder)
    case.model = model

    def report():
        with open(case.at(".json")) as f:
            found = json.load(f)
        stored = [layer["weights"] for layer in found["layers"] if layer["weights"]]
        sparsity = sorted(w["sparsity"] for w in stored)
        assert np.allclose(sparsity, shares), f"sparsity {sparsity}, of the float weights {shares}"
        assert all(w["stored_bytes"] > 0 for w in stored), stored
        assert found["totals"]["stored_bytes"] == sum(w["stored_bytes"] for w in stored), found["totals"]

    for what, body in (("accuracy", lambda: case.within(points)), ("engines", case.engines_agree), ("report", report)):
        checks.check(f"{weights}, {what}", body)


def main():
    tools, checks = Tools(sys.argv[1]), Checks()
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "pruned.onnx")
        with open(MODEL, "rb") as f:
            data = bytearray(f.read())
        shares = prune(data)
        with open(model, "wb") as f:
            f.write(data)
        for case in CASES:
            check_case(checks, tools, model, shares, *case, folder)
    checks.finish()


if __name__ == "__main__":
    main()
