#!/usr/bin/python3
"""Writes the large networks in QDQ form: what qs-bench gives onnxruntime as int8.

  make-qdq.py CACHE [--only resnet18]

CACHE/NAME-qdq.onnx from CACHE/NAME.onnx: uint8 activations with the ranges that
onnxruntime finds on CACHE/calibration.npz, int8 weights with a scale for each
channel, as ../quantized/make-quantized.py makes them. Files that exist are kept.

Needs python3-numpy and python3-onnx, node, and onnxruntime-node.
"""
import argparse
import importlib.util
import os

import numpy as np
import onnx

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ["resnet18", "resnet50", "mobilenet_v2"]


def load_quantized():
    """The module make-quantized.py, whose name Python does not import."""
    path = os.path.join(HERE, "..", "quantized", "make-quantized.py")
    spec = importlib.util.spec_from_file_location("make_quantized", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", help="folder of make-networks.py")
    parser.add_argument("--only", action="append", choices=NAMES, help="this network; may be repeated")
    args = parser.parse_args()
    at = lambda name: os.path.join(args.cache, name)
    quantized = load_quantized()
    images = np.load(at("calibration.npz"))["image"]
    for name in args.only or NAMES:
        if not os.path.exists(at(name + ".onnx")):
            print(f"{name}: no {at(name + '.onnx')}: make-networks.py makes it")
            continue
        if os.path.exists(at(name + "-qdq.onnx")):
            print(f"{name}: kept")
            continue
        model, weights = quantized.load(at(name + ".onnx"))
        ports = (list(model.graph.input), list(model.graph.output))
        result, _ = quantized.qdq(model, weights, quantized.ranges_of(model, images), np.uint8, ports=ports)
        onnx.save(result, at(name + "-qdq.onnx"))
        print(f"{name}: {os.path.getsize(at(name + '-qdq.onnx')) >> 20} MiB", flush=True)


if __name__ == "__main__":
    main()
