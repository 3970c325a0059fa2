#!/usr/bin/python3
"""How often the real form of requantization (f32) differs from exact arithmetic
(docs/Numerics.md): random accumulators and multipliers that fill an int8 output."""
import numpy as np

rng = np.random.default_rng(0)
for bits in (16, 24, 31):
    limit = 2 ** bits - 1
    acc = rng.integers(-limit, limit, 4_000_000)
    real = 127 / limit * rng.uniform(1, 2)
    f32 = np.rint(acc.astype(np.float32) * np.float32(real))
    exact = np.rint(acc.astype(np.longdouble) * np.longdouble(real))
    print(f"accumulators of {bits} bits: {(f32 != exact).sum()} of {acc.size} differ, by {np.abs(f32 - exact).max():.0f}")

step = np.float32(0.1)
x = np.float32(1.55)
print(f"1.55 / 0.1 rounds to {np.rint(x / step):.0f}, 1.55 * (1 / 0.1) to {np.rint(x * (np.float32(1) / step)):.0f}")
