#!/usr/bin/python3
"""Digits with activations quantized at run time, without calibration data: near
float (8-bit integers within 0.5 points), the layers on codes, and the interpreter, the JIT and the
shared library agree on every bit of all test images.

  check-dynamic.py BUILD
"""
import sys
import tempfile

from recipe_case import Checks, RecipeCase, Tools

POINTS = 0.5


def check_network(checks, tools, name, code, weights, points, folder):
    case = RecipeCase(tools, name, {"weights": weights, "activations": f"{{code: {code}, dynamic: true}}"}, folder,
                      calibration=None)
    for title, body in (("accuracy", lambda: case.within(points)), ("engines", case.engines_agree),
                        ("report", case.no_fallback), ("kernels", case.packed_kernels)):
        checks.check(f"{name} {code} {weights} {title}", body)


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    axis = "{code: int8, scale: axis}"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("digits", "mlp-0", "mlp-1", "residual-1"):
            check_network(checks, tools, name, "int8", axis, POINTS, folder)
        check_network(checks, tools, "mlp-0", "uint8", axis, POINTS, folder)
        check_network(checks, tools, "mlp-0", "int8", "{code: int4, scale: group16}", 1, folder)
        check_network(checks, tools, "mlp-0", "int8", "{code: codebook4, scale: axis, codebook: \"tensor:int8\"}", 1,
                      folder)
        # Numbers that are no integers: summed as numbers, or as levels where they have some.
        f8 = "{code: f8e4m3, scale: axis}"
        check_network(checks, tools, "digits", "f8e4m3", f8, POINTS, folder)
        check_network(checks, tools, "mlp-0", "f8e4m3", f8, 1, folder)
        check_network(checks, tools, "mlp-0", "f8e5m2", f8, POINTS, folder)
        check_network(checks, tools, "mlp-0", "f8e4m3", "{code: f4e2m1, scale: \"group16:e8m0\"}", 3, folder)
        check_network(checks, tools, "mlp-0", "f16", "{code: f16, scale: none}", POINTS, folder)
        check_network(checks, tools, "mlp-0", "f4e2m1", axis, 1.5, folder)
        check_network(checks, tools, "mlp-0", "log2_4", axis, 3, folder)
        check_network(checks, tools, "mlp-0", "log2_5", axis, 3, folder)
        check_network(checks, tools, "mlp-0", "logsqrt2_5", axis, 3, folder)
        check_network(checks, tools, "mlp-0", "nf4", axis, 3, folder)
        check_network(checks, tools, "mlp-0", "posit8", axis, POINTS, folder)
    checks.finish()


if __name__ == "__main__":
    main()
