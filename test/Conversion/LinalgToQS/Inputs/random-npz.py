"""random-npz.py OUT.npz NAME=4x5... - f32 arrays of a normal distribution."""
import sys

import numpy

random = numpy.random.default_rng(7)
arrays = {}
for item in sys.argv[2:]:
    name, shape = item.split("=")
    arrays[name] = random.standard_normal(
        [int(n) for n in shape.split("x")]).astype(numpy.float32)
numpy.savez(sys.argv[1], **arrays)
