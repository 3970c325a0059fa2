"""Checks the rows of the digits network's weights: no layers but its own, exact
bytes (words, scales, codebook), and decoded values that are near the float ones.

  check-weights.py REPORT CODE CONV1 CONV2 CONV3 DW PW FC
"""
import json
import math
import sys

with open(sys.argv[1]) as f:
    report = json.load(f)
code, wanted = sys.argv[2], [int(text) for text in sys.argv[3:]]
names = ["conv1/Conv", "conv2/Conv", "conv3/Conv", "Add", "dw/Conv", "pw/Conv", "gap/GlobalAveragePool", "fc/Gemm"]
found = [layer["name"] for layer in report["layers"]]
assert found == names, found
weights = [layer["weights"] for layer in report["layers"] if layer["weights"]]
assert [w["code"] for w in weights] == [code] * 6, weights
assert [w["bytes"] for w in weights] == wanted, [w["bytes"] for w in weights]
for w in weights:
    assert w["sqnr_db"] is not None and math.isfinite(w["sqnr_db"]), w
    # The 9 weights of a channel fit into 16 entries of its own: what is left is
    # the rounding to f16, 75 dB.
    assert 5 < w["sqnr_db"] < 80, w
assert report["totals"]["bytes"] == sum(wanted), report["totals"]
stored = [w["stored_bytes"] for w in weights]
assert all(stored) and report["totals"]["stored_bytes"] == sum(stored), (stored, report["totals"])
for entry in report["timing"]["other"]:
    assert not entry["name"].endswith(".onnx"), report["timing"]["other"]
