"""Checks that a report has every field that users rely on, with values."""
import json
import sys

with open(sys.argv[1]) as f:
    report = json.load(f)
for layer in report["layers"]:
    for key in ("name", "op", "kernel"):
        assert layer[key], (key, layer)
    assert layer["fallback"] is None, layer
    for role in ("weights", "activations"):
        tensor = layer[role]
        for key in ("code", "scale", "pattern"):
            assert tensor[key], (role, key, tensor)
        assert tensor["bytes"] > 0 and tensor["sparsity"] == 0, (role, tensor)
        assert tensor["sqnr_db"] > 20, (role, tensor)
    # A layer this small may take less than the clock can tell.
    assert layer["time_us"] >= 0 and layer["float_time_us"] >= 0, layer
    assert layer["own_sqnr_db"] >= 20 and layer["output_sqnr_db"] >= 20, layer
for key in ("float_bytes", "bytes", "macs"):
    assert report["totals"][key] > 0, key
assert report["totals"]["macs_skipped"] == 0
assert report["accuracy"] is None
timing = report["timing"]
assert timing["runs"] >= 3 and timing["clock_us"] >= 0, timing
assert timing["network_us"] > 0 and timing["float_network_us"] > 0, timing
total = sum(layer["time_us"] for layer in report["layers"])
assert abs(total - timing["layers_us"]) < 1e-6, (total, timing)
assert abs(sum(o["time_us"] for o in timing["other"]) - timing["other_us"]) < 1e-6, timing
for key in ("tool_version", "model", "target", "calibration_method", "data_hash"):
    assert report["provenance"][key], key
for key in ("recipe", "recipe_text"):
    assert report["provenance"][key] == "", key  # none was given
