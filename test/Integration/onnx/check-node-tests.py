#!/usr/bin/python3
"""Every ONNX node test of libonnx-testdata that uses a quantized operator.

  check-node-tests.py BUILD

The expected outputs come with the tests; integers must be equal.
"""
import glob
import os
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import Checks, Tools

FOLDER = "/usr/share/libonnx-testdata/data/node"
OPERATORS = {"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul",
             "ConvInteger", "MatMulInteger"}
# The package of Debian 12 has these; more is fine, fewer means that the search broke.
LEAST = 17


def tensors(case, kind, names):
    from onnx import TensorProto, numpy_helper
    arrays = {}
    for i, name in enumerate(names):
        with open(os.path.join(case, "test_data_set_0", f"{kind}_{i}.pb"), "rb") as f:
            arrays[name] = numpy_helper.to_array(TensorProto.FromString(f.read()))
    return arrays


def main():
    checks, tools = Checks(), Tools(sys.argv[1])
    try:
        import onnx
    except ImportError:
        checks.say("SKIP", "onnx node tests", "python3-onnx is not installed")
        checks.finish()
    if not os.path.isdir(FOLDER):
        checks.say("SKIP", "onnx node tests", "libonnx-testdata is not installed")
        checks.finish()
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(glob.glob(os.path.join(FOLDER, "*", "model.onnx"))):
            case = os.path.dirname(path)
            graph = onnx.load(path).graph
            if not any(node.op_type in OPERATORS for node in graph.node):
                continue
            count += 1
            inputs, outputs = os.path.join(folder, "in.npz"), os.path.join(folder, "out.npz")
            np.savez(inputs, **tensors(case, "input", [i.name for i in graph.input]))
            expected = tensors(case, "output", [o.name for o in graph.output])
            for engine in ("interp", "jit"):
                def node():
                    found = tools.outputs(path, inputs, outputs, "--engine", engine)
                    for name, want in expected.items():
                        have = found[name]
                        assert have.shape == want.shape and have.dtype == want.dtype, (
                            f"{name}: {have.dtype}{have.shape}, expected {want.dtype}{want.shape}")
                        same = np.isclose(have, want, rtol=1e-6, atol=0) if want.dtype.kind == "f" else have == want
                        assert same.all(), f"{name}: {have[~same][:4]}, expected {want[~same][:4]}"

                checks.check(f"{os.path.basename(case)} {engine}", node)
    if count < LEAST:
        checks.say("FAIL", "onnx node tests", f"only {count} found in {FOLDER}")
    checks.finish()


if __name__ == "__main__":
    main()
