// REQUIRES: numpy
// The raised ops give what linalg gives, on random data.
// RUN: %python %S/Inputs/random-npz.py %t.x.npz image=2x3x9x9 nhwc=2x9x9x4 rows=4x6 batch=2x4x6 other=2x5x6 groups=2x2x3x7x7
// RUN: qs-run %s --input %t.x.npz --output %t.y.npz --engine interp
// RUN: qs-opt %s --convert-linalg-to-qs -o %t.raised.mlir --remarks-filter=qs --remark-policy=all 2>&1 | FileCheck %s --allow-empty --check-prefix=REMARK
// RUN: FileCheck %s --input-file=%t.raised.mlir
// RUN: qs-run %t.raised.mlir --input %t.x.npz --compare %t.y.npz --tolerance 1e-5 --engine interp
// RUN: qs-run %t.raised.mlir --input %t.x.npz --compare %t.y.npz --tolerance 1e-5 --engine jit

// Everything is raised.
// REMARK-NOT: remark
// CHECK-NOT: linalg.
// CHECK-NOT: tensor.pad

#id4 = affine_map<(a, b, c, d) -> (a, b, c, d)>
#id2 = affine_map<(a, b) -> (a, b)>
func.func @main(%image: tensor<2x3x9x9xf32> {qs.name = "image"}, %nhwc: tensor<2x9x9x4xf32> {qs.name = "nhwc"},
               %rows: tensor<4x6xf32> {qs.name = "rows"}, %batch: tensor<2x4x6xf32> {qs.name = "batch"},
               %other: tensor<2x5x6xf32> {qs.name = "other"}, %groups: tensor<2x2x3x7x7xf32> {qs.name = "groups"})
    -> (tensor<2x5x4x4xf32>, tensor<2x7x7x2xf32>, tensor<2x7x7x2xf32>,
        tensor<2x2x2x5x5xf32>, tensor<2x2x2x5x5xf32>, tensor<2x9x9x4xf32>,
        tensor<2x8x8x4x2xf32>, tensor<2x3x8x8xf32>, tensor<4x3xf32>,
        tensor<4x3xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>,
        tensor<2x5x5x4xf32>, tensor<2x4x4x4xf32>, tensor<2x3x3x3xf32>,
        tensor<2x3x9x9xf32>, tensor<2x3x9x9xf32>, tensor<4x6xf32>,
        tensor<2x3xf32>, tensor<6x4xf32>, tensor<2x8x9x9xf32>, tensor<4x6xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %six = arith.constant 6.0 : f32
  %least = arith.constant 0xFF800000 : f32

  // Grouped weights and a bias as the accumulator; padding of its own.
  %w0 = arith.constant dense<[[[[0.5, -0.25], [0.125, 1.0]], [[0.25, 0.75], [-1.0, 0.5]], [[-0.5, 0.1], [0.2, 0.3]]], [[[0.4, 0.3], [0.2, 0.1]], [[-0.1, -0.2], [-0.3, -0.4]], [[1.0, 2.0], [3.0, 4.0]]], [[[0.5, 0.25], [0.125, 1.0]], [[0.25, 0.75], [1.0, 0.5]], [[0.5, 0.1], [0.2, 0.3]]], [[[0.1, 0.0], [0.3, 0.9]], [[0.25, 0.5], [1.0, 0.5]], [[0.7, 0.1], [0.2, 0.4]]], [[[0.5, 0.25], [0.6, 1.0]], [[0.25, 0.3], [1.0, 0.5]], [[0.5, 0.1], [0.2, -0.3]]]]> : tensor<5x3x2x2xf32>
  %b0 = arith.constant dense<[0.5, -1.0, 0.25, 2.0, -0.125]> : tensor<5xf32>
  %e0 = tensor.empty() : tensor<2x5x4x4xf32>
  %i0 = linalg.broadcast ins(%b0 : tensor<5xf32>) outs(%e0 : tensor<2x5x4x4xf32>) dimensions = [0, 2, 3]
  %p0 = tensor.pad %image low[0, 0, 1, 0] high[0, 0, 0, 1] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<2x3x9x9xf32> to tensor<2x3x10x10xf32>
  %r0 = linalg.conv_2d_nchw_fchw {dilations = dense<[2, 3]> : vector<2xi64>, strides = dense<2> : vector<2xi64>} ins(%p0, %w0 : tensor<2x3x10x10xf32>, tensor<5x3x2x2xf32>) outs(%i0 : tensor<2x5x4x4xf32>) -> tensor<2x5x4x4xf32>

  %e1 = tensor.empty() : tensor<2x7x7x2xf32>
  %f1 = linalg.fill ins(%one : f32) outs(%e1 : tensor<2x7x7x2xf32>) -> tensor<2x7x7x2xf32>
  %w1 = arith.constant dense<[[[[0.5, 0.1], [-0.5, 0.2], [0.25, 0.3], [1.0, 0.4]], [[0.1, 0.5], [0.2, 0.6], [0.3, 0.7], [0.4, 0.8]], [[1.5, 0.1], [-0.5, 2.2], [0.25, 0.3], [1.0, 0.4]]], [[[0.5, 0.1], [-0.5, 0.2], [0.25, 0.3], [1.0, 0.4]], [[0.1, 0.5], [0.2, 0.6], [0.3, 0.7], [0.4, 0.8]], [[1.5, 0.1], [-0.5, 2.2], [0.25, 0.3], [1.0, 0.4]]], [[[0.9, 0.1], [-0.5, 0.2], [0.25, 0.3], [1.0, 0.4]], [[0.1, 0.5], [0.2, 0.6], [0.3, 0.7], [0.4, 0.8]], [[1.5, 0.1], [-0.5, 2.2], [0.25, 0.3], [1.0, -0.4]]]]> : tensor<3x3x4x2xf32>
  %r1 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%nhwc, %w1 : tensor<2x9x9x4xf32>, tensor<3x3x4x2xf32>) outs(%f1 : tensor<2x7x7x2xf32>) -> tensor<2x7x7x2xf32>
  %w2 = arith.constant dense<[[[[0.5, 0.1, 0.3, 0.2], [1.0, 2.0, 3.0, 4.0], [0.1, 0.2, 0.3, 0.4]], [[-0.5, 0.1, 0.3, 0.2], [1.0, 2.5, 3.0, 4.0], [0.1, 0.2, 0.3, 0.4]], [[0.5, 0.1, 0.3, 0.2], [1.0, 2.0, -3.0, 4.0], [0.1, 0.2, 0.3, 0.4]]], [[[0.5, 0.1, 0.3, 0.2], [1.0, 2.0, 3.0, 4.0], [0.1, 0.2, 0.3, 0.4]], [[0.5, 0.6, 0.3, 0.2], [1.0, 2.0, 3.0, 4.0], [0.1, 0.7, 0.3, 0.4]], [[0.5, 0.1, 0.3, 0.2], [1.0, 2.0, 3.0, 4.0], [0.1, 0.2, 0.8, 0.4]]]]> : tensor<2x3x3x4xf32>
  %r2 = linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%nhwc, %w2 : tensor<2x9x9x4xf32>, tensor<2x3x3x4xf32>) outs(%f1 : tensor<2x7x7x2xf32>) -> tensor<2x7x7x2xf32>

  // Groups: [outputs, groups, ..] and [groups, outputs, ..].
  %e3 = tensor.empty() : tensor<2x2x2x5x5xf32>
  %f3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<2x2x2x5x5xf32>) -> tensor<2x2x2x5x5xf32>
  %w3 = arith.constant dense<"0x000008BF0000C03D000088BE0000503E0000803E000060BF000078BF00002C3F0000F8BE000008BF00007C3F000080BD00002C3F000040BD0000903E000034BF0000883E00003C3F0000403D0000F83E0000B03E000060BF0000043F0000403E0000C8BE000070BF00003C3F000040BD0000E03E0000403F0000D83E0000583F000050BE00001C3F0000E0BD0000603F0000403F000050BF00003CBF000010BF0000703F000000BE0000803E0000C8BE0000803C000070BE000098BE0000303E0000303E0000503F0000B83E00005C3F0000383F00007C3F0000B03E00002CBF0000383F00006C3F0000503F0000103E0000D83E000014BF0000283F0000103E0000E0BE000060BF0000343F00007C3F000054BF0000183F000030BE000034BF0000D0BE0000083F0000403F000068BF0000703E000068BF0000E03E0000B0BE0000443F0000783F0000803C0000803F0000C0BE000058BF0000503E000070BF00001CBF000040BE0000603E000030BF00006CBF00003C3F0000C0BE00006C3F00004C3F000080BE0000A0BD0000403D0000903E0000403E0000003E0000703E0000603F0000803C000010BE0000E03E"> : tensor<2x2x3x3x3xf32>
  %r3 = linalg.conv_2d_ngchw_fgchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%groups, %w3 : tensor<2x2x3x7x7xf32>, tensor<2x2x3x3x3xf32>) outs(%f3 : tensor<2x2x2x5x5xf32>) -> tensor<2x2x2x5x5xf32>
  %r4 = linalg.conv_2d_ngchw_gfchw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%groups, %w3 : tensor<2x2x3x7x7xf32>, tensor<2x2x3x3x3xf32>) outs(%f3 : tensor<2x2x2x5x5xf32>) -> tensor<2x2x2x5x5xf32>

  // Depthwise, with and without a multiplier.
  %e5 = tensor.empty() : tensor<2x9x9x4xf32>
  %f5 = linalg.fill ins(%zero : f32) outs(%e5 : tensor<2x9x9x4xf32>) -> tensor<2x9x9x4xf32>
  %p5 = tensor.pad %nhwc low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<2x9x9x4xf32> to tensor<2x11x11x4xf32>
  %w5 = arith.constant dense<[[[0.5, 0.25, 1.0, 2.0], [1.0, 0.5, 0.3, 0.2], [0.1, 0.2, 0.3, 0.4]], [[0.5, 0.25, 1.0, -2.0], [1.0, 0.5, 0.3, 0.2], [0.1, 0.2, 0.3, 0.4]], [[0.6, 0.25, 1.0, 2.0], [1.0, 0.7, 0.3, 0.2], [0.1, 0.2, 0.9, 0.4]]]> : tensor<3x3x4xf32>
  %r5 = linalg.depthwise_conv_2d_nhwc_hwc {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%p5, %w5 : tensor<2x11x11x4xf32>, tensor<3x3x4xf32>) outs(%f5 : tensor<2x9x9x4xf32>) -> tensor<2x9x9x4xf32>
  %e6 = tensor.empty() : tensor<2x8x8x4x2xf32>
  %b6 = arith.constant dense<[[0.5, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]]> : tensor<4x2xf32>
  %i6 = linalg.broadcast ins(%b6 : tensor<4x2xf32>) outs(%e6 : tensor<2x8x8x4x2xf32>) dimensions = [0, 1, 2]
  %w6 = arith.constant dense<[[[[0.5, 0.1], [-0.5, 0.2], [0.25, 0.3], [1.0, 0.4]], [[0.1, 0.5], [0.2, 0.6], [0.3, 0.7], [0.4, 0.8]]], [[[0.5, 0.1], [-0.5, 0.2], [0.25, 0.3], [1.0, 0.9]], [[0.1, 0.5], [0.2, -0.6], [0.3, 0.7], [0.4, 0.8]]]]> : tensor<2x2x4x2xf32>
  %r6 = linalg.depthwise_conv_2d_nhwc_hwcm {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%nhwc, %w6 : tensor<2x9x9x4xf32>, tensor<2x2x4x2xf32>) outs(%i6 : tensor<2x8x8x4x2xf32>) -> tensor<2x8x8x4x2xf32>
  %e7 = tensor.empty() : tensor<2x3x8x8xf32>
  %f7 = linalg.fill ins(%zero : f32) outs(%e7 : tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  %w7 = arith.constant dense<[[[0.5, 0.25], [1.0, 2.0]], [[1.0, 0.5], [-0.3, 0.2]], [[0.1, 0.2], [0.3, 0.4]]]> : tensor<3x2x2xf32>
  %r7 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%image, %w7 : tensor<2x3x9x9xf32>, tensor<3x2x2xf32>) outs(%f7 : tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>

  // Products, by weights as they are and transposed, and of two activations.
  %e8 = tensor.empty() : tensor<4x3xf32>
  %b8 = arith.constant dense<[0.5, -0.5, 1.0]> : tensor<3xf32>
  %i8 = linalg.broadcast ins(%b8 : tensor<3xf32>) outs(%e8 : tensor<4x3xf32>) dimensions = [0]
  %w8 = arith.constant dense<[[0.5, 0.1, 0.3], [0.2, 1.0, 2.0], [3.0, 4.0, 0.1], [0.2, 0.3, 0.4], [0.7, 0.8, 0.9], [0.1, -0.5, 0.6]]> : tensor<6x3xf32>
  %r8 = linalg.matmul ins(%rows, %w8 : tensor<4x6xf32>, tensor<6x3xf32>) outs(%i8 : tensor<4x3xf32>) -> tensor<4x3xf32>
  %w9 = arith.constant dense<[[0.5, 0.1, 0.3, 0.2, 1.0, 2.0], [3.0, 4.0, 0.1, 0.2, 0.3, 0.4], [0.7, 0.8, 0.9, 0.1, -0.5, 0.6]]> : tensor<3x6xf32>
  %r9 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%rows, %w9 : tensor<4x6xf32>, tensor<3x6xf32>) outs(%i8 : tensor<4x3xf32>) -> tensor<4x3xf32>
  %e10 = tensor.empty() : tensor<2x4x5xf32>
  %f10 = linalg.fill ins(%zero : f32) outs(%e10 : tensor<2x4x5xf32>) -> tensor<2x4x5xf32>
  %te = tensor.empty() : tensor<2x6x5xf32>
  %t10 = linalg.transpose ins(%other : tensor<2x5x6xf32>) outs(%te : tensor<2x6x5xf32>) permutation = [0, 2, 1]
  %r10 = linalg.batch_matmul ins(%batch, %t10 : tensor<2x4x6xf32>, tensor<2x6x5xf32>) outs(%f10 : tensor<2x4x5xf32>) -> tensor<2x4x5xf32>
  %r11 = linalg.generic {indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%batch, %other : tensor<2x4x6xf32>, tensor<2x5x6xf32>) outs(%f10 : tensor<2x4x5xf32>) {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x4x5xf32>

  // Pools: padded by the least value, cut off, and averages.
  %e12 = tensor.empty() : tensor<2x5x5x4xf32>
  %f12 = linalg.fill ins(%least : f32) outs(%e12 : tensor<2x5x5x4xf32>) -> tensor<2x5x5x4xf32>
  %window = tensor.empty() : tensor<3x3xf32>
  %p12 = tensor.pad %nhwc low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %least : f32
  } : tensor<2x9x9x4xf32> to tensor<2x11x11x4xf32>
  %r12 = linalg.pooling_nhwc_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>} ins(%p12, %window : tensor<2x11x11x4xf32>, tensor<3x3xf32>) outs(%f12 : tensor<2x5x5x4xf32>) -> tensor<2x5x5x4xf32>
  %e13 = tensor.empty() : tensor<2x4x4x4xf32>
  %f13 = linalg.fill ins(%zero : f32) outs(%e13 : tensor<2x4x4x4xf32>) -> tensor<2x4x4x4xf32>
  %window2 = tensor.empty() : tensor<2x2xf32>
  %s13 = linalg.pooling_nhwc_sum {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>} ins(%nhwc, %window2 : tensor<2x9x9x4xf32>, tensor<2x2xf32>) outs(%f13 : tensor<2x4x4x4xf32>) -> tensor<2x4x4x4xf32>
  %quarter = arith.constant 0.25 : f32
  %r13 = linalg.generic {indexing_maps = [#id4, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s13 : tensor<2x4x4x4xf32>) outs(%e13 : tensor<2x4x4x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %m = arith.mulf %x, %quarter : f32
    linalg.yield %m : f32
  } -> tensor<2x4x4x4xf32>
  %e14 = tensor.empty() : tensor<2x3x3x3xf32>
  %f14 = linalg.fill ins(%zero : f32) outs(%e14 : tensor<2x3x3x3xf32>) -> tensor<2x3x3x3xf32>
  %s14 = linalg.pooling_nchw_sum {dilations = dense<1> : vector<2xi64>, strides = dense<3> : vector<2xi64>} ins(%image, %window : tensor<2x3x9x9xf32>, tensor<3x3xf32>) outs(%f14 : tensor<2x3x3x3xf32>) -> tensor<2x3x3x3xf32>
  %nine = arith.constant 9.0 : f32
  %r14 = linalg.generic {indexing_maps = [#id4, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s14 : tensor<2x3x3x3xf32>) outs(%e14 : tensor<2x3x3x3xf32>) {
  ^bb0(%x: f32, %o: f32):
    %m = arith.divf %x, %nine : f32
    linalg.yield %m : f32
  } -> tensor<2x3x3x3xf32>

  // A batch norm as one body, and a clamp made of compares.
  %e15 = tensor.empty() : tensor<2x3x9x9xf32>
  %mean = arith.constant dense<[0.5, -0.5, 0.25]> : tensor<3xf32>
  %variance = arith.constant dense<[2.0, 0.5, 1.5]> : tensor<3xf32>
  %gamma = arith.constant dense<[1.0, 2.0, -3.0]> : tensor<3xf32>
  %beta = arith.constant dense<[0.1, 0.2, 0.3]> : tensor<3xf32>
  %epsilon = arith.constant 1.0e-5 : f64
  %r15 = linalg.generic {indexing_maps = [#id4, affine_map<(a, b, c, d) -> (b)>, affine_map<(a, b, c, d) -> (b)>, affine_map<(a, b, c, d) -> (b)>, affine_map<(a, b, c, d) -> (b)>, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%image, %gamma, %beta, %mean, %variance : tensor<2x3x9x9xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) outs(%e15 : tensor<2x3x9x9xf32>) {
  ^bb0(%x: f32, %g: f32, %b: f32, %m: f32, %v: f32, %o: f32):
    %eps = arith.truncf %epsilon : f64 to f32
    %ve = arith.addf %v, %eps : f32
    %inv = math.rsqrt %ve : f32
    %d = arith.subf %x, %m : f32
    %n = arith.mulf %d, %inv : f32
    %sc = arith.mulf %n, %g : f32
    %y = arith.addf %sc, %b : f32
    linalg.yield %y : f32
  } -> tensor<2x3x9x9xf32>
  %r16 = linalg.generic {indexing_maps = [#id4, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%r15 : tensor<2x3x9x9xf32>) outs(%e15 : tensor<2x3x9x9xf32>) {
  ^bb0(%x: f32, %o: f32):
    %lo = arith.cmpf ult, %x, %zero : f32
    %y = arith.select %lo, %zero, %x : f32
    %hi = arith.cmpf ugt, %y, %six : f32
    %z = arith.select %hi, %six, %y : f32
    linalg.yield %z : f32
  } -> tensor<2x3x9x9xf32>

  // linalg.map and named ops; a sigmoid.
  %e17 = tensor.empty() : tensor<4x6xf32>
  %a17 = linalg.add ins(%rows, %rows : tensor<4x6xf32>, tensor<4x6xf32>) outs(%e17 : tensor<4x6xf32>) -> tensor<4x6xf32>
  %n17 = linalg.negf ins(%a17 : tensor<4x6xf32>) outs(%e17 : tensor<4x6xf32>) -> tensor<4x6xf32>
  %r17 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]} ins(%n17 : tensor<4x6xf32>) outs(%e17 : tensor<4x6xf32>) {
  ^bb0(%x: f32, %o: f32):
    %ex = math.exp %x : f32
    %p = arith.addf %ex, %one : f32
    %q = arith.divf %one, %p : f32
    linalg.yield %q : f32
  } -> tensor<4x6xf32>

  // The mean over an image, written as sums.
  %e18 = tensor.empty() : tensor<2x3xf32>
  %f18 = linalg.fill ins(%zero : f32) outs(%e18 : tensor<2x3xf32>) -> tensor<2x3xf32>
  %s18 = linalg.reduce ins(%image : tensor<2x3x9x9xf32>) outs(%f18 : tensor<2x3xf32>) dimensions = [2, 3]
    (%x: f32, %acc: f32) {
      %s = arith.addf %x, %acc : f32
      linalg.yield %s : f32
    }
  %count = arith.constant 81.0 : f32
  %r18 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]} ins(%s18 : tensor<2x3xf32>) outs(%e18 : tensor<2x3xf32>) {
  ^bb0(%x: f32, %o: f32):
    %m = arith.divf %x, %count : f32
    linalg.yield %m : f32
  } -> tensor<2x3xf32>

  // A transpose by indexing maps; a concatenation; a padding of its own.
  %e19 = tensor.empty() : tensor<6x4xf32>
  %r19 = linalg.generic {indexing_maps = [affine_map<(a, b) -> (b, a)>, #id2], iterator_types = ["parallel", "parallel"]} ins(%rows : tensor<4x6xf32>) outs(%e19 : tensor<6x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<6x4xf32>
  %p20 = tensor.pad %r16 low[0, 1, 0, 0] high[0, 1, 0, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %one : f32
  } : tensor<2x3x9x9xf32> to tensor<2x5x9x9xf32>
  %r20 = tensor.concat dim(1) %p20, %image : (tensor<2x5x9x9xf32>, tensor<2x3x9x9xf32>) -> tensor<2x8x9x9xf32>
  %r21 = linalg.map ins(%rows : tensor<4x6xf32>) outs(%e17 : tensor<4x6xf32>)
    (%x: f32, %o: f32) {
      %m = arith.maximumf %x, %zero : f32
      linalg.yield %m : f32
    }
  return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8, %r9, %r10, %r11, %r12, %r13, %r14, %r15, %r16, %r17, %r18, %r19, %r20, %r21
    : tensor<2x5x4x4xf32>, tensor<2x7x7x2xf32>, tensor<2x7x7x2xf32>,
      tensor<2x2x2x5x5xf32>, tensor<2x2x2x5x5xf32>, tensor<2x9x9x4xf32>,
      tensor<2x8x8x4x2xf32>, tensor<2x3x8x8xf32>, tensor<4x3xf32>,
      tensor<4x3xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>,
      tensor<2x5x5x4xf32>, tensor<2x4x4x4xf32>, tensor<2x3x3x3xf32>,
      tensor<2x3x9x9xf32>, tensor<2x3x9x9xf32>, tensor<4x6xf32>,
      tensor<2x3xf32>, tensor<6x4xf32>, tensor<2x8x9x9xf32>, tensor<4x6xf32>
}
