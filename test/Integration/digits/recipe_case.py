"""One recipe on one of the digits networks: how far compiled code is from float,
that every engine makes its bits, and what the report says of its layers."""
import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, Tools, accuracy, integration

TEST = integration("digits", "test.npz")
CALIBRATION = integration("digits", "calibration.npz")
LINEAR = ("conv", "depthwise", "matmul")


class RecipeCase:
    """within() compiles, so it comes first."""

    def __init__(self, tools, network, defaults, folder, calibration=CALIBRATION, method=None):
        self.tools, self.folder, self.network = tools, folder, network
        self.model = integration("digits", network + ".onnx")
        self.inputs = ["--calibration", calibration] if calibration else []
        self.recipe = self.at(".yaml")
        lines = "".join(f"  {key}: {value}\n" for key, value in defaults.items() if value)
        with open(self.recipe, "w") as f:
            f.write("version: 1\n" + (f"calibration: {{method: {method}}}\n" if method else "") + "defaults:\n" + lines)

    def at(self, suffix):
        return os.path.join(self.folder, self.network + suffix)

    def within(self, points):
        """Accuracy of the shared library on the test images, at most `points` below float."""
        self.tools.compile(self.model, self.at(".so"), "--recipe", self.recipe, *self.inputs, "--emit", "so",
                           "--report", self.at(".json"))
        labels = np.load(TEST)["labels"]
        exact = self.tools.outputs(self.model, TEST, self.at("-float.npz"))["logits"]
        self.native = self.tools.outputs(self.at(".so"), TEST, self.at("-native.npz"))["logits"]
        found = 100 * accuracy(self.native, labels)
        lost = 100 * accuracy(exact, labels) - found
        assert lost <= points + 1e-9, f"{lost:.2f} points below float"
        assert not np.array_equal(exact, self.native), "equals float: nothing was quantized"
        return f"{found:.2f} % ({lost:+.2f} points lost)"

    def engines_agree(self):
        for engine in ("interp", "jit"):
            answer = self.tools.outputs(self.model, TEST, self.at(f"-{engine}.npz"), "--engine", engine, "--recipe",
                                        self.recipe, *self.inputs)["logits"]
            wrong = int((answer != self.native).sum())
            assert wrong == 0, f"{engine} and compiled code differ in {wrong} of {answer.size} logits"

    def linear_layers(self):
        """The linear layers of the report."""
        with open(self.at(".json")) as f:
            layers = [layer for layer in json.load(f)["layers"] if layer["op"] in LINEAR]
        assert layers, "no linear layer"
        return layers

    def no_fallback(self, allowed=lambda layer: False):
        left = [f"{layer['name']}: {layer['fallback']}" for layer in self.linear_layers()
                if layer["fallback"] and not allowed(layer)]
        assert not left, f"float fallback in {left}"

    def packed_kernels(self, allowed=lambda layer: False):
        loops = [layer["name"] for layer in self.linear_layers() if layer["kernel"] == "linalg" and not allowed(layer)]
        assert not loops, f"general loops in {loops}"
