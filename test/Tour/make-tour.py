#!/usr/bin/python3
"""Writes the network and the images of the README's tour.

The network is small enough to read: a convolution of one 3x3 image with two
2x2 filters, a ReLU, and a layer of two outputs. Weights are multiples of 1/128
with a largest of 127/128 (second filter: of 1/256), images multiples of 1/64
from -1 to 191/64, so that these scales are powers of two and the zero point of
the image is 64."""
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))


def constant(name, values, shape):
    return numpy_helper.from_array(np.array(values, np.float32).reshape(shape), name)


def network():
    filters = np.array([64, -32, 127, 16]) / 128, np.array([-64, 127, 32, -96]) / 256
    # Row i multiplies element i of the flattened channel, row, column order.
    weights = np.array([[127, -64], [-96, 32], [80, -112], [64, -96],
                        [32, 64], [64, 48], [-32, 127], [-64, 32]]) / 128
    nodes = [
        helper.make_node("Conv", ["image", "filters", "conv_bias"], ["c"], "conv", kernel_shape=[2, 2]),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("Flatten", ["r"], ["f"], "flatten"),
        helper.make_node("MatMul", ["f", "weights"], ["logits"], "fc"),
    ]
    graph = helper.make_graph(
        nodes, "tour",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 3, 3])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 2])],
        [constant("filters", filters, (2, 1, 2, 2)), constant("conv_bias", [0.1, -0.2], 2),
         constant("weights", weights, (8, 2))])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="qs-tour")
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(HERE, "net.onnx"))


def images():
    values = np.random.default_rng(1).integers(-64, 192, (68, 1, 3, 3))
    values[0, 0, 0, 0], values[0, 0, 2, 2] = -64, 191
    values = (values / 64).astype(np.float32)
    np.savez(os.path.join(HERE, "calibration.npz"), image=values[:64])
    np.savez(os.path.join(HERE, "test.npz"), image=values[64:])


network()
images()
