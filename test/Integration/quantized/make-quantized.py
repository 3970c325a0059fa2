#!/usr/bin/python3
"""Writes quantized ONNX models, their inputs, and what onnxruntime answers.

Networks, from ../digits/digits-folded.onnx and mlp-0.onnx:
  digits-qdq        QuantizeLinear/DequantizeLinear around float operators,
                    int8 weights per channel, int32 bias, uint8 activations
  digits-qdq-s8     the same with int8 activations
  digits-qat        float weights that pass through Quantize and Dequantize,
                    the form that torch's quantization-aware training exports
  digits-qlinear    QLinearConv and QLinearMatMul, per channel
  digits-dynamic    DynamicQuantizeLinear and ConvInteger
  mlp-dynamic       DynamicQuantizeLinear and MatMulInteger
and one-operator models ops/*: see the function ops.

Beside X.onnx stands X-in.npz (where the input is not the digits' test part)
and X-out.npz. Outputs are those of onnxruntime with graph optimizations off.
For networks X-out.npz holds `logits` of all test images; X-layers.npz holds
every quantized tensor of the first 2 images, by the tensor's name, shape
[2, ...the tensor's].

Needs python3-numpy and python3-onnx, node, and onnxruntime-node.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
DIGITS = os.path.join(HERE, "..", "digits")
ORT_RUN = os.path.join(HERE, "..", "ort", "ort-run.js")
LAYER_IMAGES = 2


def ort(model, inputs, outputs, names=None):
    command = ["node", ORT_RUN, model, "--input", inputs, "--output", outputs]
    subprocess.run(command + (["--outputs", ",".join(names)] if names else []), check=True)


def values(model, image, names):
    """The tensors `names` of a model, computed by onnxruntime."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    known = {o.name for o in model.graph.output}
    model.graph.output.extend(onnx.ValueInfoProto(name=n) for n in names if n not in known)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.onnx")
        onnx.save(model, path)
        np.savez(os.path.join(folder, "in.npz"), image=image)
        ort(path, os.path.join(folder, "in.npz"), os.path.join(folder, "out.npz"), names)
        return dict(np.load(os.path.join(folder, "out.npz")))


class Builder:
    """Collects nodes and initializers of one model."""

    def __init__(self):
        self.nodes, self.constants, self.quantized = [], [], []

    def const(self, name, array):
        self.constants.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def op(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output + "/" + kind, **attributes))
        return output

    def model(self, name, inputs, outputs, opset=13):
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="qs-tests")
        model.ir_version = 7
        onnx.checker.check_model(model)
        return model


def affine(lo, hi, dtype):
    info = np.iinfo(dtype)
    lo, hi = min(lo, 0.0), max(hi, 0.0)
    scale = np.float32((hi - lo) / (info.max - info.min)) or np.float32(1)
    zero = np.clip(np.rint(info.min - lo / scale), info.min, info.max)
    return scale, dtype(zero)


def per_channel(weight, axis):
    """int8 codes in -127..127 and one scale per slice of `axis`."""
    others = tuple(i for i in range(weight.ndim) if i != axis)
    amax = np.abs(weight).max(axis=others)
    scale = np.where(amax == 0, 1, amax / 127).astype(np.float32)
    shape = [-1 if i == axis else 1 for i in range(weight.ndim)]
    return np.clip(np.rint(weight / scale.reshape(shape)), -127, 127).astype(np.int8), scale


def attributes_of(node):
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def load(path):
    model = onnx.load(path)
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    return model, weights


def ranges_of(model, image):
    names = [n.output[0] for n in model.graph.node if n.op_type != "Constant"]
    found = values(model, image, names)
    found["image"] = image
    return {name: (float(v.min()), float(v.max())) for name, v in found.items()}


def short(name):
    """/conv1/Conv_output_0 -> conv1_Conv_output_0"""
    return name.strip("/").replace("/", "_")


IMAGE = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 8, 8])
LOGITS = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 10])


def qdq(model, weights, ranges, act, fake_weights=False, ports=([IMAGE], [LOGITS])):
    """Quantize and Dequantize after every tensor but logits; Relu and Clip are fused by range."""
    b = Builder()
    params = {}

    def pair(name, source):
        scale, zero = affine(*ranges[name], act)
        s = b.const(short(name) + "_scale", scale)
        z = b.const(short(name) + "_zero", zero)
        q = b.op("QuantizeLinear", [source, s, z], short(name) + "_q")
        b.quantized.append(q)
        params[name] = scale
        return b.op("DequantizeLinear", [q, s, z], short(name) + "_dq")

    def weight(name, x_scale, bias):
        codes, scale = per_channel(weights[name], 0)
        key = short(name).replace("::", "_").replace(".", "_")
        s = b.const(key + "_scale", scale)
        z = b.const(key + "_zero", np.zeros(len(scale), np.int8))
        if fake_weights:
            w = b.const(key, weights[name])
            q = b.op("QuantizeLinear", [w, s, z], key + "_q", axis=0)
            return b.op("DequantizeLinear", [q, s, z], key + "_dq", axis=0), b.const(key + "_bias", weights[bias])
        q = b.const(key + "_codes", codes)
        both = (np.float32(x_scale) * scale).astype(np.float32)
        i32 = b.const(key + "_bias_codes", np.rint(weights[bias] / both).astype(np.int32))
        bs = b.const(key + "_bias_scale", both)
        bz = b.const(key + "_bias_zero", np.zeros(len(scale), np.int32))
        return (b.op("DequantizeLinear", [q, s, z], key + "_dq", axis=0),
                b.op("DequantizeLinear", [i32, bs, bz], key + "_bias_dq", axis=0))

    current = {"image": pair("image", "image")}
    nodes = list(model.graph.node)
    users = lambda name: [n for n in nodes if name in n.input]
    for node in nodes:
        out = node.output[0]
        if node.op_type == "Constant":
            current[out] = b.op("Constant", [], short(out), **attributes_of(node))
            continue
        x = node.input[0]
        inputs = [current.get(i, i) for i in node.input]
        if node.op_type in ("Conv", "Gemm"):
            inputs = [inputs[0], *weight(node.input[1], params[x], node.input[2])]
        y = b.op(node.op_type, inputs, "logits" if out == "logits" else short(out), **attributes_of(node))
        if out == "logits":
            break
        if [u.op_type for u in users(out)] in (["Relu"], ["Clip"]):
            current[out] = y
        elif node.op_type in ("MaxPool", "Flatten"):
            # Same scale as the input: the pair is repeated, as quantizers do.
            ranges[out] = ranges[x]
            current[out] = pair(out, y)
        else:
            current[out] = pair(out, y)
    return b.model("qdq", *ports), b.quantized


def qlinear(model, weights, ranges):
    b = Builder()
    params, current = {}, {}
    nodes = list(model.graph.node)
    users = lambda name: [n for n in nodes if name in n.input]

    def declare(name):
        scale, zero = affine(*ranges[name], np.uint8)
        params[name] = (scale, b.const(short(name) + "_scale", scale), b.const(short(name) + "_zero", zero))
        return list(params[name][1:])

    def mark(name):
        b.quantized.append(name)
        return name

    current["image"] = mark(b.op("QuantizeLinear", ["image"] + declare("image"), "image_q"))
    for node in nodes:
        x, out = node.input[0], node.output[0]
        following = users(out)
        # A lone Relu behind the operator saturates at zero point 0.
        name = following[0].output[0] if [u.op_type for u in following] == ["Relu"] else out
        if node.op_type == "Conv":
            codes, scale = per_channel(weights[node.input[1]], 0)
            key = short(name)
            w = [b.const(key + "_w", codes), b.const(key + "_w_scale", scale),
                 b.const(key + "_w_zero", np.zeros(len(scale), np.int8))]
            bias = np.rint(weights[node.input[2]] / (params[x][0] * scale)).astype(np.int32)
            inputs = [current[x], *params[x][1:], *w, *declare(name), b.const(key + "_bias", bias)]
            current[name] = mark(b.op("QLinearConv", inputs, key + "_q", **attributes_of(node)))
        elif node.op_type == "Relu":
            continue
        elif node.op_type in ("MaxPool", "Flatten"):
            params[out] = params[x]
            current[out] = mark(b.op(node.op_type, [current[x]], short(out) + "_q", **attributes_of(node)))
        elif node.op_type in ("Add", "GlobalAveragePool"):
            real = [b.op("DequantizeLinear", [current[i], *params[i][1:]], f"{short(out)}_in{k}")
                    for k, i in enumerate(node.input)]
            y = b.op(node.op_type, real, short(out))
            if name != out:
                y = b.op("Relu", [y], short(name))
            current[name] = mark(b.op("QuantizeLinear", [y] + declare(name), short(name) + "_q"))
        elif node.op_type == "Gemm":
            codes, scale = per_channel(weights[node.input[1]].T, 1)
            w = [b.const("fc_w", codes), b.const("fc_w_scale", scale), b.const("fc_w_zero", np.zeros(10, np.int8))]
            fc = b.op("QLinearMatMul", [current[x], *params[x][1:], *w, *declare("logits")], "fc_q")
            mark(fc)
            real = b.op("DequantizeLinear", [fc, *params["logits"][1:]], "fc_real")
            b.op("Add", [real, b.const("fc_bias", weights[node.input[2]])], "logits")
        else:
            raise SystemExit(f"no QLinear form of {node.op_type}")
    return b.model("qlinear", [IMAGE], [LOGITS]), b.quantized


def dynamic(model, weights):
    """Activations quantized at run time; weights int8 per tensor, zero point 0 (convolution) or per channel."""
    b = Builder()
    for node in model.graph.node:
        x, out = short(node.input[0]), short(node.output[0])
        if node.op_type not in ("Conv", "Gemm"):
            b.op(node.op_type, [short(i) for i in node.input], out, **attributes_of(node))
            continue
        w = weights[node.input[1]]
        key = out + "_w"
        if node.op_type == "Conv":
            scale = np.float32(np.abs(w).max() / 127)
            codes = np.clip(np.rint(w / scale), -127, 127).astype(np.int8)
            scales, zeros, bias_shape = scale, np.int8(0), (1, -1, 1, 1)
        else:
            codes, scales = per_channel(w.T, 1)
            zeros, bias_shape = np.zeros(len(scales), np.int8), (-1,)
        b.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], [out + "_xq", out + "_xs", out + "_xz"],
                                        name=out + "/DynamicQuantizeLinear"))
        kind = "ConvInteger" if node.op_type == "Conv" else "MatMulInteger"
        inputs = [out + "_xq", b.const(key, codes), out + "_xz", b.const(key + "_zero", zeros)]
        b.op(kind, inputs, out + "_acc", **(attributes_of(node) if node.op_type == "Conv" else {}))
        b.quantized += [out + "_xq", out + "_xz", out + "_acc"]
        b.op("Cast", [out + "_acc"], out + "_f", to=TensorProto.FLOAT)
        b.op("Mul", [out + "_xs", b.const(key + "_scale", scales)], out + "_s")
        b.op("Mul", [out + "_f", out + "_s"], out + "_scaled")
        b.op("Add", [out + "_scaled", b.const(key + "_bias", weights[node.input[2]].reshape(bias_shape))], out)
    return b.model("dynamic", [IMAGE], [LOGITS]), b.quantized


def info(name, array):
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype)
                                         if hasattr(helper, "np_dtype_to_tensor_dtype")
                                         else onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[array.dtype], array.shape)


def single(kind, data, constants, out_type, out_shape, outputs=("y",), opset=13, **attributes):
    """A model of one operator. data: name -> array fed at run time; constants: (name, array) in order."""
    b = Builder()
    names = []
    for name, array in [*data.items(), *constants]:
        names.append(b.const(name, array) if name not in data else name)
    order = attributes.pop("order", names)
    b.nodes.append(helper.make_node(kind, order, list(outputs), name=kind.lower(), **attributes))
    types = out_type if isinstance(out_type, list) else [out_type]
    shapes = out_shape if isinstance(out_shape, list) and isinstance(out_shape[0], list) else [out_shape]
    results = [helper.make_tensor_value_info(n, t, s) for n, t, s in zip(outputs, types, shapes)]
    return b.model(kind, [info(n, a) for n, a in data.items()], results, opset), data


def ops(rng):
    u8 = lambda *shape: rng.integers(0, 256, shape).astype(np.uint8)
    s8 = lambda *shape: rng.integers(-128, 128, shape).astype(np.int8)
    f32 = lambda *shape: (rng.standard_normal(shape) * 3).astype(np.float32)
    S = lambda *v: np.array(v[0] if len(v) == 1 else v, np.float32)
    U8, S8, I32, F32 = TensorProto.UINT8, TensorProto.INT8, TensorProto.INT32, TensorProto.FLOAT

    def conv(x, w, out, zx, zw, zy, bias=True, **attributes):
        m = len(w)
        scales = S(*rng.uniform(0.001, 0.02, np.shape(zw))) if np.ndim(zw) else S(0.011)
        constants = [("xs", S(0.043)), ("xz", x.dtype.type(zx)), ("w", w), ("ws", scales),
                     ("wz", np.asarray(zw, w.dtype)), ("ys", S(0.37)), ("yz", x.dtype.type(zy))]
        if bias:
            constants.append(("bias", rng.integers(-4000, 4000, m).astype(np.int32)))
        return single("QLinearConv", {"x": x}, constants, U8 if x.dtype == np.uint8 else S8, out, **attributes)

    def matmul(x, w, out, zx, zw, zy, **attributes):
        scales = S(*rng.uniform(0.001, 0.02, np.shape(zw))) if np.ndim(zw) else S(0.007)
        constants = [("xs", S(0.031)), ("xz", x.dtype.type(zx)), ("w", w), ("ws", scales),
                     ("wz", np.asarray(zw, w.dtype)), ("ys", S(0.11)), ("yz", x.dtype.type(zy))]
        return single("QLinearMatMul", {"x": x}, constants, U8 if x.dtype == np.uint8 else S8, out, **attributes)

    # Values at ties, at both ends and outside, for every zero point.
    edge = np.array([1.7, -1.7, 2.5, 3.5, 300, -300, 127.6, 0.5, -0.5, 1.5, -2.5, 0, 1e30, -1e30], np.float32)
    one = lambda kind, x, scale, zero, out, **a: single(
        kind, {"x": x}, [("s", scale), ("z", zero)], out, list(x.shape), **a)
    dyn = lambda x: single("DynamicQuantizeLinear", {"x": x}, [], [U8, F32, U8], [list(x.shape), [], []],
                           outputs=("y", "s", "z"))
    return {
        "quantize-u8": one("QuantizeLinear", edge, S(1), np.uint8(0), U8),
        "quantize-s8": one("QuantizeLinear", edge, S(1), np.int8(0), S8),
        "quantize-s8-odd": one("QuantizeLinear", edge, S(1), np.int8(1), S8),
        # Exporters also write a single scale as a vector of one.
        "quantize-s8-ones": one("QuantizeLinear", edge, np.ones(1, np.float32), np.full(1, -3, np.int8), S8),
        "quantize-u8-axis": one("QuantizeLinear", f32(2, 3, 5), S(0.1, 0.02, 0.5), np.array([0, 128, 255], np.uint8), U8, axis=1),
        "dequantize-s8-axis": one("DequantizeLinear", s8(4, 6), S(0.1, 0.02, 0.5, 1), np.array([0, -128, 127, 3], np.int8), F32, axis=0),
        "dequantize-s32": one("DequantizeLinear", rng.integers(-2**30, 2**30, (9,)).astype(np.int32), S(3e-5), np.int32(0), F32),
        "dynamic-quantize": dyn(f32(3, 17)),
        "dynamic-quantize-positive": dyn(np.abs(f32(2, 9)) + 1),
        "dynamic-quantize-zero": dyn(np.zeros((2, 3), np.float32)),
        "qlinearconv-pad": conv(u8(1, 3, 7, 9), s8(5, 3, 3, 3), [1, 5, 7, 9], 131, 0, 77, pads=[1, 1, 1, 1]),
        "qlinearconv-channel": conv(u8(2, 4, 6, 6), s8(8, 4, 3, 3), [2, 8, 3, 3], 7, np.zeros(8), 128, strides=[2, 2], pads=[1, 1, 1, 1]),
        "qlinearconv-depthwise": conv(u8(1, 6, 8, 8), s8(6, 1, 3, 3), [1, 6, 8, 8], 3, np.zeros(6), 0, pads=[1, 1, 1, 1], group=6),
        "qlinearconv-group": conv(u8(1, 6, 5, 5), s8(4, 3, 2, 3), [1, 4, 4, 5], 128, np.zeros(4), 10, pads=[0, 1, 0, 1], group=2),
        "qlinearconv-dilation": conv(u8(1, 2, 9, 9), s8(3, 2, 3, 3), [1, 3, 7, 5], 200, np.zeros(3), 100, dilations=[2, 3], pads=[1, 1, 1, 1], bias=False),
        "qlinearconv-u8-weights": conv(u8(1, 3, 5, 5), u8(4, 3, 1, 1), [1, 4, 5, 5], 127, 130, 128),
        "qlinearconv-s8": conv(s8(1, 3, 6, 6), s8(4, 3, 3, 3), [1, 4, 6, 6], -9, np.zeros(4), 5, pads=[1, 1, 1, 1]),
        "qlinearconv-asymmetric-pads": conv(u8(1, 2, 6, 7), s8(3, 2, 3, 2), [1, 3, 4, 3], 90, np.zeros(3), 60, strides=[2, 3], pads=[2, 0, 1, 1]),
        "qlinearmatmul": matmul(u8(5, 33), s8(33, 7), [5, 7], 113, 0, 127),
        "qlinearmatmul-column": matmul(u8(3, 20), s8(20, 6), [3, 6], 11, np.zeros(6), 128),
        "qlinearmatmul-batch": matmul(u8(2, 3, 8), u8(2, 8, 4), [2, 3, 4], 100, 60, 121),
        "qlinearmatmul-s8": matmul(s8(4, 16), s8(16, 5), [4, 5], -20, 0, 3),
        "matmulinteger": single("MatMulInteger", {"a": u8(4, 19), "b": s8(19, 6)}, [("az", np.uint8(77)), ("bz", np.int8(-5))], I32, [4, 6]),
        "matmulinteger-none": single("MatMulInteger", {"a": u8(4, 19), "b": u8(19, 6)}, [], I32, [4, 6]),
        "matmulinteger-column": single("MatMulInteger", {"a": u8(2, 4, 10)}, [("b", s8(10, 3)), ("az", np.uint8(3)), ("bz", np.array([1, -7, 100], np.int8))], I32, [2, 4, 3], order=["a", "b", "az", "bz"]),
        "convinteger": single("ConvInteger", {"x": u8(1, 3, 6, 5)}, [("w", u8(4, 3, 3, 3)), ("xz", np.uint8(9)), ("wz", np.uint8(121))], I32, [1, 4, 6, 5], pads=[1, 1, 1, 1]),
        "convinteger-none": single("ConvInteger", {"x": u8(1, 4, 5, 5), "w": u8(6, 2, 2, 2)}, [], I32, [1, 6, 2, 2], group=2, strides=[2, 2]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=HERE, help="folder to write to (default: beside this script)")
    args = parser.parse_args()
    if subprocess.run(["node", ORT_RUN, "--probe"], stdout=subprocess.DEVNULL).returncode:
        sys.exit("make-quantized: onnxruntime-node is needed; see ../ort/ort-run.js --help")
    os.makedirs(os.path.join(args.out, "ops"), exist_ok=True)
    at = lambda name: os.path.join(args.out, name)
    test = np.load(os.path.join(DIGITS, "test.npz"))
    calibration = np.load(os.path.join(DIGITS, "calibration.npz"))["image"]

    model, weights = load(os.path.join(DIGITS, "digits-folded.onnx"))
    ranges = ranges_of(model, calibration)
    mlp, mlp_weights = load(os.path.join(DIGITS, "mlp-0.onnx"))
    networks = {
        "digits-qdq": qdq(model, weights, dict(ranges), np.uint8),
        "digits-qdq-s8": qdq(model, weights, dict(ranges), np.int8),
        "digits-qat": qdq(model, weights, dict(ranges), np.uint8, fake_weights=True),
        "digits-qlinear": qlinear(model, weights, ranges),
        "digits-dynamic": dynamic(model, weights),
        "mlp-dynamic": dynamic(mlp, mlp_weights),
    }
    for name, (quantized, tensors) in networks.items():
        onnx.save(quantized, at(name + ".onnx"))
        ort(at(name + ".onnx"), os.path.join(DIGITS, "test.npz"), at(name + "-out.npz"))
        # One image a call, for the tensors' own leading dimension need not be a batch.
        one = [values(quantized, test["image"][i:i + 1], tensors) for i in range(LAYER_IMAGES)]
        np.savez_compressed(at(name + "-layers.npz"), **{k: np.stack([v[k] for v in one]) for k in tensors})
        logits = np.load(at(name + "-out.npz"))["logits"]
        print(f"{name}: test accuracy {100 * (logits.argmax(1) == test['labels']).mean():.2f} %, "
              f"{os.path.getsize(at(name + '.onnx'))} bytes", flush=True)
    write_identity()
    for op, (quantized, data) in ops(np.random.default_rng(5)).items():
        name = os.path.join("ops", op)
        onnx.save(quantized, at(name + ".onnx"))
        np.savez_compressed(at(name + "-in.npz"), **data)
        ort(at(name + ".onnx"), at(name + "-in.npz"), at(name + "-out.npz"))
        print(name, flush=True)


def write_identity():
    """What the demo times to know the cost of a call through node."""
    b = Builder()
    b.op("Identity", ["image"], "same")
    same = helper.make_tensor_value_info("same", TensorProto.FLOAT, [1, 1, 8, 8])
    onnx.save(b.model("identity", [IMAGE], [same]), os.path.join(os.path.dirname(ORT_RUN), "identity.onnx"))


if __name__ == "__main__":
    main()
