"""XNOR-Net by its definition for convolutions with groups of channels, each with
its own map of scales: writes a network, its inputs and what it should give.

  xnor-groups.py FOLDER
"""
import sys

import numpy as np

SIZE, CHANNELS, OUTPUTS, KERNEL = 5, 6, 12, 3


def convolve(x, w, groups):
    """x [N, H, W, C], w [O, KH, KW, C / groups], padding of zeros that keeps the size."""
    n, h, _, channels = x.shape
    outputs, each = w.shape[0], channels // groups
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    y = np.zeros((n, h, h, outputs))
    for o in range(outputs):
        first = o // (outputs // groups) * each
        for i in range(KERNEL):
            for j in range(KERNEL):
                y[..., o] += (padded[:, i:i + h, j:j + h, first:first + each] * w[o, i, j]).sum(-1)
    return y


def expected(x, w, b, groups):
    alpha = np.abs(w).mean(axis=(1, 2, 3))
    if groups == CHANNELS:  # the axis of depthwise weights is the input channel
        alpha = alpha.reshape(groups, -1).mean(1).repeat(len(w) // groups)
    sums = convolve(np.where(x >= 0, 1.0, -1.0), np.where(w >= 0, 1.0, -1.0), groups)
    box = np.full(w.shape, 1.0 / w[0].size)
    return sums * alpha * convolve(np.abs(x), box, groups) + b


def constant(name, array, axes):
    shape = "x".join(map(str, axes)) + "xf32"
    text = array.astype("<f4").tobytes().hex().upper()
    return f'  %{name} = "tosa.const"() <{{values = dense<"0x{text}"> : tensor<{shape}>}}> : () -> tensor<{shape}>'


def main(folder):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(3, SIZE, SIZE, CHANNELS))
    bias = rng.normal(size=OUTPUTS)
    image, result = f"tensor<1x{SIZE}x{SIZE}x{CHANNELS}xf32>", f"tensor<1x{SIZE}x{SIZE}x{OUTPUTS}xf32>"
    lines = [f"func.func @main(%x: {image}) -> ({result}, {result}) {{", constant("b", bias, [OUTPUTS]),
             '  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>']
    want = {}
    for i, groups in enumerate((2, CHANNELS)):
        w = rng.normal(size=(OUTPUTS, KERNEL, KERNEL, CHANNELS // groups))
        want[f"out{i}"] = expected(x, w, bias, groups).astype(np.float32)
        if groups == CHANNELS:  # HWCM
            shape = [KERNEL, KERNEL, CHANNELS, OUTPUTS // CHANNELS]
            lines += [constant("w1", w[..., 0].transpose(1, 2, 0).reshape(shape), shape),
                      f"  %y1 = tosa.depthwise_conv2d %x, %w1, %b, %z, %z {{acc_type = f32, pad = array<i64: 1, 1, 1, 1>, "
                      f"stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}} : ({image}, tensor<"
                      f"{'x'.join(map(str, shape))}xf32>, tensor<{OUTPUTS}xf32>, tensor<1xf32>, tensor<1xf32>) -> {result} "
                      'loc("depthwise")']
        else:
            shape = "x".join(map(str, w.shape)) + "xf32"
            lines += [constant("w0", w, w.shape),
                      f"  %y0 = qs.conv2d %x, %w0 pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] groups {groups} "
                      f'bias(%b : tensor<{OUTPUTS}xf32>) : {image}, tensor<{shape}> -> {result} loc("grouped")']
    lines += [f"  return %y0, %y1 : {result}, {result}", "}"]
    with open(folder + "/net.mlir", "w") as f:
        f.write("\n".join(lines) + "\n")
    np.savez(folder + "/x.npz", arg0=x.astype(np.float32))
    np.savez(folder + "/want.npz", **want)


main(sys.argv[1])
