func.func @main(%x: tensor<1x1x8xf32>) -> tensor<1x1x8xf32> {
  %w = "tosa.const"() <{values = dense<[[[0.5, 0.25, -0.5, 0.125, 0.0, 0.75, -1.0, 0.5], [0.25, -0.5, 0.5, 1.0, 0.5, -0.75, 0.125, 0.0],
    [1.0, 0.5, 0.25, -0.125, -0.5, 0.25, 0.5, 0.5], [-0.5, 0.125, 0.75, 0.5, 0.25, 0.5, 0.25, -1.0],
    [0.125, 0.5, -0.25, 0.75, 0.5, 0.5, -0.5, 0.25], [0.5, -1.0, 0.5, 0.25, 0.125, 0.0, 0.25, 0.5],
    [0.75, 0.25, 0.5, -0.5, 1.0, 0.5, 0.5, 0.125], [0.25, 0.5, 0.0, 0.5, -0.75, 0.125, 1.0, 0.25]]]> : tensor<1x8x8xf32>}> : () -> tensor<1x8x8xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %a = tosa.matmul %x, %w, %z, %z : (tensor<1x1x8xf32>, tensor<1x8x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x8xf32> loc("coarse")
  %b = tosa.matmul %a, %w, %z, %z : (tensor<1x1x8xf32>, tensor<1x8x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x8xf32> loc("fine")
  return %b : tensor<1x1x8xf32>
}
