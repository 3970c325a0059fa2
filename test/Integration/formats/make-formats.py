#!/usr/bin/python3
"""Writes one model for each number format that ONNX defines: all words of the
format as f32 numbers (`decoded`), and f32 numbers brought into the format and back
(`encoded`). check-formats.py runs them by onnxruntime.

  make-formats.py

Types that the installed onnx package does not know yet go in by their numbers. The
words of 16 bits, 0 to 65535, are external data that check-formats.py writes.
"""
import os

import numpy as np
from onnx import TensorProto, helper

HERE = os.path.dirname(os.path.abspath(__file__))
FLOAT = 1
# Code, bits, the type's number in TensorProto.DataType, and the first opset that has it here.
FORMATS = [
    ("f16", 16, 10, 19), ("bf16", 16, 16, 19), ("f8e4m3", 8, 17, 19), ("f8e5m2", 8, 19, 19),
    ("int16", 16, 5, 21), ("uint16", 16, 4, 21), ("int8", 8, 3, 19), ("uint8", 8, 2, 19),
    ("int4", 4, 22, 21), ("uint4", 4, 21, 21), ("int2", 2, 26, 25), ("uint2", 2, 25, 25),
]


def constant(name, bits, kind, words, scalar=False):
    """Words of at most 8 bits lie in bytes, the first in the lowest bits."""
    tensor = TensorProto()
    tensor.name, tensor.data_type = name, kind
    if not scalar:
        tensor.dims.append(len(words))
    words = np.array(words, np.uint16)
    if bits == 16 and not scalar:
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="words16.bin")
        return tensor
    if bits < 8:
        padded = np.zeros(-(-len(words) * bits // 8) * 8 // bits, np.uint16)
        padded[:len(words)] = words
        places = padded.reshape(-1, 8 // bits) << (np.arange(8 // bits) * bits)
        words = places.sum(axis=1)
    tensor.raw_data = words.astype("<u2" if bits == 16 else np.uint8).tobytes()
    return tensor


def model(code, bits, kind, opset):
    initializers = [constant("words", bits, kind, range(1 << bits))]
    nodes = [helper.make_node("Cast", ["words"], ["decoded"], to=FLOAT)]
    if "int" in code:
        initializers += [constant("zero", bits, kind, [0], scalar=True), helper.make_tensor("one", FLOAT, [], [1.0])]
        nodes.append(helper.make_node("QuantizeLinear", ["x", "one", "zero"], ["coded"]))
    else:
        nodes.append(helper.make_node("Cast", ["x"], ["coded"], to=kind, **({"saturate": 1} if bits == 8 else {})))
    nodes.append(helper.make_node("Cast", ["coded"], ["encoded"], to=FLOAT))
    graph = helper.make_graph(
        nodes, code, [helper.make_tensor_value_info("x", FLOAT, ["n"])],
        [helper.make_tensor_value_info("decoded", FLOAT, [1 << bits]),
         helper.make_tensor_value_info("encoded", FLOAT, ["n"])], initializers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    made.ir_version = 10 if opset < 25 else 12
    return made


def main():
    for code, bits, kind, opset in FORMATS:
        with open(os.path.join(HERE, code + ".onnx"), "wb") as f:
            f.write(model(code, bits, kind, opset).SerializeToString())


if __name__ == "__main__":
    main()
