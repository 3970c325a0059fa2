#!/usr/bin/python3
"""Digits with activations or weights of more than 8 bits: as good as float, every
linear layer in a packed kernel, and the interpreter, the JIT and the shared
library agree on every bit of all test images.

  check-words.py BUILD
"""
import sys
import tempfile

from recipe_case import Checks, RecipeCase, Tools

POINTS = 0.25

# Network, activations, weights. Sums of 12 by 8 bits stay in i32, those of 16 by 16
# take i64.
RECIPES = [
    ("digits", "{code: int16}", "{code: int12, scale: axis}"),
    ("digits", "{code: int8}", "{code: int12, scale: axis}"),
    ("digits", "{code: uint12}", "{code: int8, scale: axis}"),
    ("digits", "{code: uint16}", "{code: int16, scale: tensor}"),
    ("digits", "{code: uint8}", "{code: uint8, scale: axis}"),
    ("residual-1", "{code: int16}", "{code: int16, scale: axis}"),
    ("mlp-0", "{code: int12}", "{code: int10, scale: group16}"),
    ("mlp-0", "{code: int16, dynamic: true}", "{code: int12, scale: axis}"),
    ("mlp-0", "{code: int10, dynamic: true}", "{code: int4, scale: group16}"),
]


def check_recipe(checks, tools, name, activations, weights, folder):
    case = RecipeCase(tools, name, {"weights": weights, "activations": activations}, folder)

    def kernels():
        case.no_fallback()
        case.packed_kernels()

    points = 1 if "int4" in weights else POINTS
    for title, body in (("accuracy", lambda: case.within(points)), ("engines", case.engines_agree),
                        ("kernels", kernels)):
        checks.check(f"{name} {activations} {weights} {title}", body)


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for name, activations, weights in RECIPES:
            check_recipe(checks, tools, name, activations, weights, folder)
    checks.finish()


if __name__ == "__main__":
    main()
