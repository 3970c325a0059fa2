// The comma between the dimensions is missing; MLIR's parser of this op crashes.
func.func @f(%x: tensor<2xf32>, %e: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = linalg.broadcast ins(%x : tensor<2xf32>) outs(%e : tensor<2x4xf32>) dimensions = [1 1]
  return %0 : tensor<2x4xf32>
}
