"""Writes an .npz file: npz.py OUT NAME=DTYPE:SHAPE:V,V,... (SHAPE as 2x3, empty
for rank 0). Values are numbers, nan, inf, -inf, or 0x... for the bits of an f32."""
import sys

import numpy as np


def value(text):
    if text.startswith("0x"):
        return np.array([int(text, 16)], np.uint32).view(np.float32)[0]
    return float(text)


arrays = {}
for argument in sys.argv[2:]:
    name, rest = argument.split("=")
    dtype, shape, values = rest.split(":")
    shape = [int(d) for d in shape.split("x")] if shape else []
    flat = [value(v) for v in values.split(",")] if values else []
    arrays[name] = np.array(flat, np.float64).astype(dtype).reshape(shape)
np.savez(sys.argv[1], **arrays)
