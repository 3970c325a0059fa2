func.func @main(%x: tensor<37xf16>) -> (tensor<37xf32>, tensor<37xf16>) {
  %a = tosa.cast %x : (tensor<37xf16>) -> tensor<37xf32>
  %b = tosa.cast %a : (tensor<37xf32>) -> tensor<37xf16>
  return %a, %b : tensor<37xf32>, tensor<37xf16>
}
