#!/usr/bin/python3
"""Number formats against onnxruntime and torch, interpreter and compiled code alike:
every word decoded, and numbers encoded around every value, every middle between two
and beyond the largest.

  check-formats.py BUILD

Where the definitions differ: words for infinity stand for no number in qs and
decode to NaN; NaN and what rounds to infinity is left out of what is encoded, as qs
saturates and makes NaN the word nearest to zero. onnxruntime 1.30 brings infinity
into 2 bits as the smallest number, so no infinity is encoded.
"""
import os
import shutil
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tools import ORT_RUN, Checks, Tools, integration, onnxruntime_version, run

BITS = {"f16": 16, "bf16": 16, "f8e4m3": 8, "f8e5m2": 8, "int16": 16, "uint16": 16, "int8": 8, "uint8": 8,
        "int4": 4, "uint4": 4, "int2": 2, "uint2": 2}
# One word a row of memory: those of fewer bits travel as bytes.
PROGRAM = """
func.func @decode(%w: tensor<{words}xi{stored}>) -> tensor<{words}xf32> {{
  {narrow}
  %q = qs.storage_cast %n : tensor<{words}x{storage}> -> tensor<{words}x!qs.q<{code}, tensor>>
  %one = arith.constant dense<1.0> : tensor<f32>
  %x = qs.dequantize %q scale %one : tensor<{words}x!qs.q<{code}, tensor>>, tensor<f32> -> tensor<{words}xf32>
  return %x : tensor<{words}xf32>
}}
func.func @encode(%x: tensor<{numbers}xf32>) -> tensor<{numbers}xf32> {{
  %one = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %one : tensor<{numbers}xf32>, tensor<f32> -> tensor<{numbers}x!qs.q<{code}, tensor>>
  %y = qs.dequantize %q scale %one : tensor<{numbers}x!qs.q<{code}, tensor>>, tensor<f32> -> tensor<{numbers}xf32>
  return %y : tensor<{numbers}xf32>
}}
"""


def program(code, numbers):
    bits = BITS[code]
    stored, storage = max(bits, 8), f"i{bits}"
    narrow = (f"%n = arith.trunci %w : tensor<{1 << bits}xi8> to tensor<{1 << bits}x{storage}>" if bits < 8 else
              f"%n = arith.addi %w, %w0 : tensor<{1 << bits}x{storage}>")
    if bits >= 8:
        narrow = f"%w0 = arith.constant dense<0> : tensor<{1 << bits}x{storage}>\n  " + narrow
    return PROGRAM.format(words=1 << bits, stored=stored, storage=storage, narrow=narrow, numbers=numbers, code=code)


def samples(values, isFloat):
    """Each value and each middle of neighbours with the floats next to both, some between, and some beyond."""
    values = np.unique(values[np.isfinite(values)]).astype(np.float64)
    middles = ((values[1:] + values[:-1]) / 2).astype(np.float32)
    x = np.concatenate([values.astype(np.float32), middles])
    x = np.concatenate([x, np.nextafter(x, np.float32(np.inf)), np.nextafter(x, np.float32(-np.inf))])
    random = np.random.default_rng(1).uniform(values[0], values[-1], 5000).astype(np.float32)
    x = np.concatenate([x, random])
    if not isFloat:
        x = np.concatenate([x, np.float32([-1e9, 1e9, values[0] - 0.5, values[-1] + 0.5])])
    return x[np.isfinite(x)]


class OnnxRuntime:
    """The models of make-formats.py."""

    name = "onnxruntime"

    def __init__(self, folder):
        self.folder = folder
        # External data of the models.
        np.arange(1 << 16).astype("<u2").tofile(os.path.join(folder, "words16.bin"))

    def formats(self):
        return list(BITS)

    def run(self, code, x):
        model = shutil.copy(integration("formats", code + ".onnx"), self.folder)
        at = lambda suffix: os.path.join(self.folder, code + suffix)
        np.savez(at("-in.npz"), x=x)
        run(["node", ORT_RUN, model, "--input", at("-in.npz"), "--output", at("-ort.npz")])
        with np.load(at("-ort.npz")) as arrays:
            return arrays["decoded"], arrays["encoded"]


class Torch:
    """Its types of these names; older versions lack those of 8 bits."""

    name = "torch"
    TYPES = {"f16": "float16", "bf16": "bfloat16", "f8e4m3": "float8_e4m3fn", "f8e5m2": "float8_e5m2"}
    QUANTIZED = {"int8": "qint8", "uint8": "quint8"}

    def __init__(self, torch):
        self.torch = torch

    def formats(self):
        return [code for code in BITS
                if hasattr(self.torch, {**self.TYPES, **self.QUANTIZED}.get(code, "no type"))]

    def run(self, code, x):
        torch, x = self.torch, self.torch.from_numpy(x)
        words = np.arange(1 << BITS[code]).astype(np.uint16 if BITS[code] == 16 else np.uint8)
        if code in self.QUANTIZED:
            coded = torch.quantize_per_tensor(x, 1.0, 0, getattr(torch, self.QUANTIZED[code]))
            return words.view(np.int8 if code == "int8" else np.uint8).astype("f"), coded.dequantize().numpy()
        kind = getattr(torch, self.TYPES[code])
        bits = torch.from_numpy(words.view(np.int16) if BITS[code] == 16 else words)
        return bits.view(kind).float().numpy(), x.to(kind).float().numpy()


def check_format(checks, tools, oracle, code, folder):
    at = lambda suffix: os.path.join(folder, code + suffix)
    isFloat = "int" not in code
    words = np.arange(1 << BITS[code])
    stored = words.astype(np.uint16 if BITS[code] == 16 else np.uint8).view(np.int16 if BITS[code] == 16 else np.int8)
    known = {}

    def ours(function, x, engine, count):
        with open(at(".mlir"), "w") as f:
            f.write(program(code, count))
        np.savez(at("-x.npz"), arg0=x)
        answer = tools.outputs(at(".mlir"), at("-x.npz"), at("-y.npz"), "--function", function, "--engine", engine)
        return next(iter(answer.values()))

    def decode():
        values, _ = oracle.run(code, np.zeros(1, np.float32))
        assert values.size == words.size
        known["values"] = values
        for engine in ("interp", "jit"):
            found = ours("decode", stored, engine, 1)
            wrong = np.flatnonzero(~((found == values) & (np.signbit(found) == np.signbit(values))
                                     | np.isnan(found) & ~np.isfinite(values)))
            assert not wrong.size, (f"{engine}: {wrong.size} words differ, the first {wrong[0]:#x}: "
                                    f"expected {values[wrong[0]]!r}, found {found[wrong[0]]!r}")
        return f"{values.size} words"

    def encode():
        x = samples(known["values"], isFloat)
        _, expected = oracle.run(code, x)
        # What rounds beyond the largest number is infinite there and saturates here.
        x, expected = x[np.isfinite(expected)], expected[np.isfinite(expected)]
        for engine in ("interp", "jit"):
            found = ours("encode", x, engine, x.size)
            wrong = np.flatnonzero(found != expected)
            assert not wrong.size, (f"{engine}: {wrong.size} of {x.size} numbers differ, the first {x[wrong[0]]!r}: "
                                    f"expected {expected[wrong[0]]!r}, found {found[wrong[0]]!r}")
        return f"{x.size} numbers"

    checks.check(f"{code}: every word decodes as in {oracle.name}", decode)
    checks.check(f"{code}: numbers encode as in {oracle.name}", encode)


def main():
    tools, checks = Tools(sys.argv[1]), Checks()
    with tempfile.TemporaryDirectory() as folder:
        oracles = []
        if onnxruntime_version():
            oracles.append(OnnxRuntime(folder))
        else:
            checks.say("SKIP", "number formats against onnxruntime", "node or onnxruntime-node is not installed")
        try:
            import torch
            oracles.append(Torch(torch))
        except ImportError:
            checks.say("SKIP", "number formats against torch", "torch is not installed")
        for oracle in oracles:
            for code in oracle.formats():
                check_format(checks, tools, oracle, code, folder)
    checks.finish()


if __name__ == "__main__":
    main()
