func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s : tensor<?x4xf32>, tensor<f32> -> tensor<?x4x!qs.q<int8, tensor>>
  %d = qs.dequantize %q scale %s : tensor<?x4x!qs.q<int8, tensor>>, tensor<f32> -> tensor<?x4xf32>
  return %d : tensor<?x4xf32>
}
