#!/usr/bin/python3
"""Digits by every quantizer of the recipe that looks at weights or inputs: 4-bit
weights by GPTQ and behind each fold within one point of float, 3 bits far above
rounding to nearest, coarse codes near float, PACT's ranges for 3-bit activations,
and all of them in one network; engines agree on every bit.

  check-quantizers.py BUILD
"""
import json
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, ToolError, Tools, accuracy, integration

MODEL = integration("digits", "digits.onnx")
CALIBRATION = integration("digits", "calibration.npz")
TEST = integration("digits", "test.npz")

MIXED = """version: 1
defaults:
  weights: {code: int8, scale: axis, quantizer: absmax}
layers:
  - match: "fc*"
    weights: {code: int4, scale: group32, quantizer: "gptq:mse"}
    equalize: smoothquant
  - match: "pw*"
    weights: {code: int4, scale: axis}
    activations: {code: uint8, calibration: pact}
    equalize: {method: awq, factors: pow2}
  - match: "dw*"
    equalize: cross_layer
  - match: "conv2*"
    weights: {code: log2_4, scale: axis}
"""


def recipe_of(weights, activations="{code: uint8}", equalize="none"):
    return (f"version: 1\ndefaults:\n  weights: {weights}\n  activations: {activations}\n"
            f"  equalize: {equalize}\n")


class Network:
    def __init__(self, tools, folder):
        self.tools, self.folder, self.count = tools, folder, 0
        self.labels = np.load(TEST)["labels"]
        self.known = {}

    def at(self, name):
        return os.path.join(self.folder, name)

    def compile(self, recipe, *options):
        """The path of the compiled network."""
        self.count += 1
        path = self.at(f"{self.count}")
        with open(path + ".yaml", "w") as f:
            f.write(recipe)
        self.tools.compile(MODEL, path + ".mlirbc", "--recipe", path + ".yaml", "--calibration", CALIBRATION, *options)
        return path + ".mlirbc"

    def logits(self, model, engine="jit"):
        return self.tools.outputs(model, TEST, self.at("y.npz"), "--engine", engine)["logits"]

    def points(self, recipe):
        """Percent of the test images."""
        if recipe not in self.known:
            self.known[recipe] = 100 * accuracy(self.logits(self.compile(recipe)), self.labels)
        return self.known[recipe]


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        net = Network(tools, folder)
        exact = 100 * accuracy(net.logits(MODEL), net.labels)

        def near(recipe, points):
            found = net.points(recipe)
            assert exact - found <= points + 1e-9, f"{found:.2f} %, float has {exact:.2f} %"
            return f"{found:.2f} %"

        def above(recipe, other, points):
            found, before = net.points(recipe), net.points(other)
            assert found >= before + points, f"{found:.2f} %, {before:.2f} % without"
            return f"{found:.2f} %, {before:.2f} % without"

        for scale in ("tensor", "axis", "group16"):
            for code in ("int4", "log2_4"):
                recipe = recipe_of(f"{{code: {code}, scale: {scale}, quantizer: \"gptq:mse\"}}")
                checks.check(f"{code} {scale} by gptq:mse within a point", lambda: near(recipe, 1))
            default = recipe_of(f"{{code: log2_4, scale: {scale}}}")
            checks.check(f"log2_4 {scale} by default within a point", lambda: near(default, 1))
        checks.check("posit8 by default within half a point",
                     lambda: near(recipe_of("{code: posit8, scale: axis}"), 0.5))
        for scale in ("tensor", "axis"):
            checks.check(f"uint4 {scale} by default within a point",
                         lambda: near(recipe_of(f"{{code: uint4, scale: {scale}}}"), 1))
        for method in ("cross_layer", "smoothquant", "awq"):
            checks.check(f"int4 behind {method} within a point",
                         lambda: near(recipe_of("{code: int4, scale: axis}", equalize=method), 1))
            tensor = "{code: int4, scale: tensor, quantizer: absmax}"
            checks.check(f"int4 with one scale behind {method} above that without",
                         lambda: above(recipe_of(tensor, equalize=method), recipe_of(tensor), 0.5))
        checks.check("int3 by gptq above nearest",
                     lambda: above(recipe_of("{code: int3, scale: axis, quantizer: \"gptq:absmax\"}"),
                                   recipe_of("{code: int3, scale: axis, quantizer: absmax}"), 5))
        checks.check("uint3 activations by pact above minmax",
                     lambda: above(recipe_of("{code: int8}", "{code: uint3, calibration: pact}"),
                                   recipe_of("{code: int8}", "{code: uint3}"), 1))

        def mixed():
            model = net.compile(MIXED, "--report", net.at("mixed.json"))
            jit, interp = (net.logits(model, engine) for engine in ("jit", "interp"))
            assert np.array_equal(jit, interp), "engines differ"
            lost = exact - 100 * accuracy(jit, net.labels)
            assert lost <= 1 + 1e-9, f"{lost:.2f} points below float"
            with open(net.at("mixed.json")) as f:
                layers = {layer["name"].split("/")[0]: layer for layer in json.load(f)["layers"]}
            codes = {name: layers[name]["weights"]["code"] for name in ("fc", "pw", "dw", "conv2")}
            assert codes == {"fc": "int4", "pw": "int4", "dw": "int8", "conv2": "log2_4"}, codes
            assert layers["fc"]["weights"]["scale"].startswith("group"), layers["fc"]
            return f"{lost:+.2f} points lost"

        checks.check("a mixed recipe, engines agree", mixed)

        def notes():
            net.compile(recipe_of("{code: int4, scale: axis}", equalize="awq"), "--report", net.at("notes.json"))
            with open(net.at("notes.json")) as f:
                found = {layer["name"].split("/")[0]: layer["weights"]["note"] for layer in json.load(f)["layers"]
                         if layer["weights"]}
            assert found["conv2"] == "awq does not apply: its input also goes to 'Add'", found
            assert "its input is an argument of the function" in found["conv1"], found
            assert found["fc"] is None, found

        checks.check("the report says where a fold does not apply", notes)

        def refused(recipe, words, *options):
            path = net.at("refused.yaml")
            with open(path, "w") as f:
                f.write(recipe)
            try:
                tools.compile(MODEL, net.at("refused.mlirbc"), "--recipe", path, *options)
            except ToolError as error:
                assert words in str(error), error
                return ""
            raise AssertionError("was not refused")

        checks.check("unsigned logarithms are refused for signed weights", lambda: refused(
            recipe_of("{code: ulog2_4, scale: axis}"), "code 'ulog2_4' has no negative numbers", "--calibration",
            CALIBRATION))
        checks.check("gptq without data is refused", lambda: refused(
            recipe_of("{code: int4, quantizer: gptq}", "{code: int8, dynamic: true}"), "needs data to calibrate on"))
        checks.check("awq without data is refused", lambda: refused(
            recipe_of("{code: int4}", "{code: int8, dynamic: true}", "awq"),
            "equalize 'awq' needs data to calibrate on"))
        checks.check("coarse codes without data go to the nearest", lambda: tools.compile(
            MODEL, net.at("dynamic.mlirbc"), "--recipe", dynamic_recipe(net.at("dynamic.yaml"))) and "")
    checks.finish()


def dynamic_recipe(path):
    with open(path, "w") as f:
        f.write(recipe_of("{code: log2_4, scale: axis}", "{code: int8, dynamic: true}"))
    return path


if __name__ == "__main__":
    main()
