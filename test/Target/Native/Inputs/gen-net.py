"""Writes a small integer network without arguments: every kernel, odd sizes."""
import random

random.seed(3)


def tensor(shape, lo, hi):
    if not shape:
        return str(random.randint(lo, hi))
    return "[" + ", ".join(tensor(shape[1:], lo, hi) for _ in range(shape[0])) + "]"


def words(name, shape, code, lo, hi, bits):
    dims = "x".join(map(str, shape))
    print(f"  %{name}_w = arith.constant dense<{tensor(shape, lo, hi)}> : tensor<{dims}xi{bits}>")
    print(f"  %{name} = qs.storage_cast %{name}_w : tensor<{dims}xi{bits}> -> tensor<{dims}x!qs.q<{code}>>")


print("func.func @net() -> tensor<3x7x!qs.q<int8, tensor>> {")
words("x", (3, 9, 9, 5), "int8, tensor", -128, 127, 8)
words("w", (11, 3, 3, 5), "int8, axis(0)", -127, 127, 8)
words("d", (11, 3, 3, 1), "int8, axis(0)", -127, 127, 8)
words("v", (7, 11), "int8, axis(0)", -127, 127, 8)
print(f"""  %zx = arith.constant dense<-3> : tensor<i32>
  %z = arith.constant dense<7> : tensor<i32>
  %b = arith.constant dense<{tensor((11,), -5000, 5000)}> : tensor<11xi32>
  %mf = arith.constant dense<[{", ".join(f"{random.uniform(0.0003, 0.002):.7f}" for _ in range(11))}]> : tensor<11xf32>
  %ms = arith.constant dense<0.004> : tensor<f32>
  %half = arith.constant dense<0.6> : tensor<f32>
  %c = qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1] input_zp(%zx : tensor<i32>) bias(%b : tensor<11xi32>)
      : tensor<3x9x9x5x!qs.q<int8, tensor>>, tensor<11x3x3x5x!qs.q<int8, axis(0)>> -> tensor<3x9x9x11xi32>
  %r = qs.requantize half_even saturate %c multiplier %mf zero_point(%z : tensor<i32>)
      : tensor<3x9x9x11xi32>, tensor<11xf32> -> tensor<3x9x9x11x!qs.q<uint8, tensor>>
  %k = qs.clamp %r min 7 max 255 : tensor<3x9x9x11x!qs.q<uint8, tensor>>
  %e = qs.conv2d %k, %d pad [0, 1, 0, 1] stride [2, 2] dilation [1, 1] groups 11 input_zp(%z : tensor<i32>)
      : tensor<3x9x9x11x!qs.q<uint8, tensor>>, tensor<11x3x3x1x!qs.q<int8, axis(0)>> -> tensor<3x4x4x11xi32>
  %f = qs.requantize half_even saturate %e multiplier %mf zero_point(%z : tensor<i32>)
      : tensor<3x4x4x11xi32>, tensor<11xf32> -> tensor<3x4x4x11x!qs.q<uint8, tensor>>
  %p = qs.max_pool2d %f kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
      : tensor<3x4x4x11x!qs.q<uint8, tensor>> -> tensor<3x2x2x11x!qs.q<uint8, tensor>>
  %a = qs.add half_even saturate %p * %half, %p * %half lhs_zp(%z : tensor<i32>) rhs_zp(%z : tensor<i32>) zero_point(%z : tensor<i32>)
      : tensor<3x2x2x11x!qs.q<uint8, tensor>> * tensor<f32>, tensor<3x2x2x11x!qs.q<uint8, tensor>> * tensor<f32>
      -> tensor<3x2x2x11x!qs.q<uint8, tensor>>
  %s = qs.sum_pool2d %a zero_point(%z : tensor<i32>) kernel [2, 2] stride [1, 1] pad [0, 0, 0, 0]
      : tensor<3x2x2x11x!qs.q<uint8, tensor>> -> tensor<3x1x1x11xi32>
  %q = qs.requantize half_up saturate %s multiplier %half zero_point(%zx : tensor<i32>)
      : tensor<3x1x1x11xi32>, tensor<f32> -> tensor<3x1x1x11x!qs.q<int8, tensor>>
  %g = tensor.collapse_shape %q [[0], [1, 2, 3]] : tensor<3x1x1x11x!qs.q<int8, tensor>> into tensor<3x11x!qs.q<int8, tensor>>
  %h = qs.matmul %g, %v transpose_rhs lhs_zp(%zx : tensor<i32>)
      : tensor<3x11x!qs.q<int8, tensor>>, tensor<7x11x!qs.q<int8, axis(0)>> -> tensor<3x7xi32>
  %y = qs.requantize half_away saturate %h multiplier %ms : tensor<3x7xi32>, tensor<f32> -> tensor<3x7x!qs.q<int8, tensor>>
  return %y : tensor<3x7x!qs.q<int8, tensor>>
}}""")
