#!/usr/bin/python3
"""Digits with activations of codes that are no bytes: small floats, few bits and
powers of two, and accumulators that are no i32. The accuracy of each within the
points that its code costs, the linear layers on codes and in packed kernels, and
the interpreter and compiled code equal on every bit of all test images.

  check-activations.py BUILD
"""
import sys
import tempfile

from recipe_case import Checks, RecipeCase, Tools

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
    code, _, scale = weights.partition(" ")
    case = RecipeCase(tools, "digits", {
        "weights": f"{{code: {code}, scale: {scale and repr(scale) or 'axis'}}}",
        "activations": f"{{code: {activations}}}",
        "accumulator": accumulator,
    }, folder, method="mse")

    def report():
        # Reshapes of words that TOSA does not move are float, the sums behind them are not.
        case.no_fallback(lambda layer: "cannot be moved" in layer["fallback"])
        # Depthwise kernels count no terms, which random numbers and chunks need.
        counted = "seed" in (accumulator or "")
        case.packed_kernels(lambda layer: counted and layer["op"] == "depthwise")
        wrong = [layer["name"] for layer in case.linear_layers() if layer["activations"]["code"] != activations]
        assert not wrong, f"another code of activations in {wrong}"
        unknown = [layer["name"] for layer in case.linear_layers() if not layer["accumulator"]]
        assert not unknown, f"no accumulator in {unknown}"

    title = f"{activations} x {weights}" + (f" in {accumulator}" if accumulator else "")
    for what, body in (("accuracy", lambda: case.within(points)), ("engines", case.engines_agree),
                       ("report", report)):
        checks.check(f"{title}, {what}", body)


def main():
    tools, checks = Tools(sys.argv[1]), Checks()
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            check_case(checks, tools, *case, folder)
    checks.finish()


if __name__ == "__main__":
    main()
