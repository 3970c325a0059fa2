"""A small network with channels of very different sizes, and data for it:
make-net.py NET.mlir DATA.npz. Layers conv1, dw, conv2, fc1, fc2."""
import sys

import numpy as np

draw = np.random.default_rng(5)


def weights(*shape, outputs=None, inputs=None):
    """Normal numbers; each index on the given axes has a size of its own."""
    values = draw.normal(size=shape)
    for axis in (outputs, inputs):
        if axis is not None:
            values *= np.exp2(draw.uniform(-3, 3, shape[axis])).reshape(
                [-1 if i == axis else 1 for i in range(len(shape))])
    return values.astype("f")


def constant(name, values):
    shape = "x".join(map(str, values.shape))
    return (f'  %{name} = "tosa.const"() {{values = dense<"0x{values.tobytes().hex().upper()}"> '
            f": tensor<{shape}xf32>}} : () -> tensor<{shape}xf32>\n")


def main(net, data):
    images = draw.normal(size=(40, 6, 6, 4)) * np.exp2([0, 3, -2, 1])
    # Neighbours look alike, as in images: inputs of a window are correlated.
    images += 2 * images.mean(axis=(1, 2), keepdims=True)
    np.savez(data, x=images.astype("f"))
    text = ("func.func @main(%x: tensor<1x6x6x4xf32> {qs.name = \"x\"}) -> (tensor<1x5xf32> {qs.name = \"y\"}) {\n"
            '  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>\n'
            "  %flat = tosa.const_shape {values = dense<[1, 32]> : tensor<2xindex>} : () -> !tosa.shape<2>\n")
    text += constant("w1", weights(8, 3, 3, 4, outputs=0)) + constant("b1", weights(8, outputs=0))
    text += constant("wd", weights(3, 3, 8, 1, outputs=2)) + constant("bd", weights(8))
    text += constant("w2", weights(8, 1, 1, 8, outputs=0, inputs=3)) + constant("b2", weights(8))
    text += constant("w3", weights(32, 16, outputs=1)) + constant("b3", weights(16))
    text += constant("w4", weights(5, 16, inputs=1)) + constant("b4", weights(5))
    text += """  %c1 = tosa.conv2d %x, %w1, %b1, %z, %z {pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>, acc_type = f32} : (tensor<1x6x6x4xf32>, tensor<8x3x3x4xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x6x8xf32> loc("conv1")
  %r1 = tosa.clamp %c1 {min_val = 0.0 : f32, max_val = 0x7F7FFFFF : f32} : (tensor<1x6x6x8xf32>) -> tensor<1x6x6x8xf32>
  %p1 = tosa.max_pool2d %r1 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x6x6x8xf32>) -> tensor<1x3x3x8xf32>
  %cd = tosa.depthwise_conv2d %p1, %wd, %bd, %z, %z {pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>, acc_type = f32} : (tensor<1x3x3x8xf32>, tensor<3x3x8x1xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x3x8xf32> loc("dw")
  %rd = tosa.clamp %cd {min_val = 0.0 : f32, max_val = 0x7F7FFFFF : f32} : (tensor<1x3x3x8xf32>) -> tensor<1x3x3x8xf32>
  %c2 = tosa.conv2d %rd, %w2, %b2, %z, %z {pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>, dilation = array<i64: 1, 1>, acc_type = f32} : (tensor<1x3x3x8xf32>, tensor<8x1x1x8xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x8xf32> loc("conv2")
  %f = tosa.reshape %c2, %flat : (tensor<1x2x2x8xf32>, !tosa.shape<2>) -> tensor<1x32xf32>
  %m1 = qs.matmul %f, %w3 bias(%b3 : tensor<16xf32>) : tensor<1x32xf32>, tensor<32x16xf32> -> tensor<1x16xf32> loc("fc1")
  %r2 = tosa.clamp %m1 {min_val = 0.0 : f32, max_val = 0x7F7FFFFF : f32} : (tensor<1x16xf32>) -> tensor<1x16xf32>
  %m2 = qs.matmul %r2, %w4 transpose_rhs bias(%b4 : tensor<5xf32>) : tensor<1x16xf32>, tensor<5x16xf32> -> tensor<1x5xf32> loc("fc2")
  return %m2 : tensor<1x5xf32>
}
"""
    with open(net, "w") as f:
        f.write(text)


main(*sys.argv[1:])
