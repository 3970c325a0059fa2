#!/usr/bin/python3
"""Digits with activations quantized at run time, without calibration data: within
0.5 points of float, the layers integer, and the interpreter, the JIT and the
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
                        ("report", case.no_fallback)):
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
    checks.finish()


if __name__ == "__main__":
    main()
