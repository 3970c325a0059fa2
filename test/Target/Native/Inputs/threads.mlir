// A multiply of enough rows to share.
func.func @main(%x: tensor<160x96xf32>) -> tensor<160x128xf32> {
  %w = "tosa.const"() <{values = dense<0.5> : tensor<1x96x128xf32>}> : () -> tensor<1x96x128xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = tosa.const_shape {values = dense<[1, 160, 96]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %two = tosa.const_shape {values = dense<[160, 128]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %a = tosa.reshape %x, %three : (tensor<160x96xf32>, !tosa.shape<3>) -> tensor<1x160x96xf32>
  %y = tosa.matmul %a, %w, %z, %z : (tensor<1x160x96xf32>, tensor<1x96x128xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x160x128xf32>
  %r = tosa.reshape %y, %two : (tensor<1x160x128xf32>, !tosa.shape<2>) -> tensor<160x128xf32>
  return %r : tensor<160x128xf32>
}
