//===- KernelSweepTest.cpp - packed kernels on awkward shapes -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every remainder of the tiles in M, N and K, windows, strides, dilations,
// groups and both signs, on every target that this machine runs, against the
// naive evaluation that qs-bench uses too.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "Kernel.h"
#include "qs/Numerics/Code.h"

using namespace qs;
using namespace qs::bench;

namespace {

Case matmul(int64_t m, int64_t n, int64_t k) {
  Case c;
  c.name = "matmul " + std::to_string(m) + "x" + std::to_string(n) + "x" +
           std::to_string(k);
  c.width = m;
  c.columns = n;
  c.channels = k;
  return c;
}

Case conv(int64_t height, int64_t width, int64_t channels, int64_t columns,
          int64_t kernel, int64_t stride, int64_t dilation, int64_t pad,
          int64_t groups) {
  Case c;
  c.isConv = true;
  c.height = height;
  c.width = width;
  c.channels = channels;
  c.columns = columns;
  c.kernel = kernel;
  c.stride = stride;
  c.dilation = dilation;
  c.pad = pad;
  c.groups = groups;
  c.name = "conv " + std::to_string(height) + "x" + std::to_string(width) +
           "x" + std::to_string(channels) + " to " + std::to_string(columns) +
           " by " + std::to_string(kernel) + " stride " +
           std::to_string(stride) + " dilation " + std::to_string(dilation) +
           " pad " + std::to_string(pad) + " groups " + std::to_string(groups);
  return c;
}

std::vector<Case> sweep() {
  std::vector<Case> cases = {
      // Rows around the height of a tile, columns around lanes and panels,
      // reductions around k.
      matmul(1, 1, 1),
      matmul(1, 17, 2),
      matmul(2, 15, 3),
      matmul(3, 16, 4),
      matmul(5, 31, 5),
      matmul(7, 33, 6),
      matmul(9, 64, 7),
      matmul(11, 65, 8),
      matmul(13, 97, 66),
      matmul(37, 129, 35),
      // Several blocks of rows.
      matmul(700, 20, 1100),
      conv(5, 5, 3, 2, 3, 2, 1, 1, 1),
      conv(9, 8, 1, 5, 5, 1, 1, 2, 1),
      conv(7, 9, 8, 17, 3, 1, 2, 2, 1),
      conv(6, 6, 5, 16, 1, 2, 1, 0, 1),
      conv(4, 4, 2, 3, 1, 1, 1, 1, 1),
      conv(6, 7, 8, 12, 3, 1, 1, 1, 2),
      conv(8, 8, 12, 9, 3, 2, 2, 1, 3),
      conv(12, 12, 16, 48, 2, 1, 1, 0, 1),
      // Depthwise: channels around the lanes, more pixels than a tile.
      conv(5, 5, 7, 7, 3, 1, 1, 1, 7),
      conv(9, 19, 33, 33, 3, 2, 1, 1, 33),
      conv(8, 8, 16, 16, 5, 1, 2, 4, 16),
      conv(11, 11, 64, 64, 7, 1, 1, 3, 64),
  };
  return cases;
}

class KernelSweep : public test::TargetTest {
protected:
  /// Compares every sum of a case of one multiply or convolution.
  void expectEqual(const Case &c, int threads = 1) {
    SCOPED_TRACE(c.name + " " + c.activationsName() + " " + c.weightsName());
    Data data(c);
    Buffer output(c.resultBytes());
    auto kernel = Kernel::create(context, c, data, target(), threads);
    if (!kernel) {
      ADD_FAILURE() << llvm::toString(kernel.takeError());
      return;
    }
    (*kernel)(data.input.as<char>(), output.as<char>());
    int64_t compared = 0;
    EXPECT_EQ(countDifferences(c, data, output.as<char>(), compared), 0);
    EXPECT_EQ(compared, c.outputElements());
  }

  /// The same for rows of either sign and of f32.
  void expectAllEqual(const std::vector<Case> &cases, int threads) {
    for (Case c : cases)
      for (Activations a :
           {Activations::U8, Activations::S8, Activations::F32}) {
        c.activations = a;
        expectEqual(c, threads);
      }
  }
};

/// Enough products for threads to share: rows, panels, lines of a depthwise
/// convolution.
std::vector<Case> sharedSweep() {
  return {matmul(1, 1040, 1040), matmul(301, 90, 70),
          conv(20, 21, 16, 40, 3, 1, 1, 1, 1),
          conv(45, 41, 64, 64, 3, 1, 1, 1, 64)};
}

TEST_P(KernelSweep, EqualsNaive) { expectAllEqual(sweep(), 1); }

TEST_P(KernelSweep, ThreadsEqualNaive) {
  llvm::Expected<std::string> library = native::findOpenMP();
  if (!library)
    GTEST_SKIP() << llvm::toString(library.takeError());
  expectAllEqual(sharedSweep(), 2);
  expectAllEqual(sharedSweep(), 3);
}

/// Words of 1 to 7 bits: rows on both sides of where panels are decoded,
/// columns around lanes and panels, reductions around the blocks of planes.
TEST_P(KernelSweep, LowBitWeights) {
  std::vector<Case> cases = {
      matmul(1, 17, 5),
      matmul(2, 33, 31),
      matmul(6, 16, 32),
      matmul(7, 20, 37),
      matmul(13, 100, 64),
      matmul(33, 130, 71),
      conv(6, 6, 5, 9, 3, 1, 1, 1, 1),
      conv(6, 7, 8, 12, 3, 2, 2, 1, 2),
      conv(5, 5, 3, 2, 1, 1, 1, 1, 1),
      conv(5, 5, 6, 6, 3, 1, 1, 1, 6),
  };
  for (int64_t bits = 1; bits <= 7; ++bits)
    for (size_t i = 0; i < cases.size(); ++i) {
      Case c = cases[i];
      bool isUnsigned = (bits + int64_t(i)) % 2 == 0;
      c.weightCode = (isUnsigned ? "uint" : "int") + std::to_string(bits);
      c.activations = isUnsigned ? Activations::S8 : Activations::U8;
      expectEqual(c);
    }
}

/// One row of weights of one bit, whose sums are looked up where columns are
/// many: columns around vectors and panels, reductions around words and around
/// what narrow sums hold, groups of scales, threads.
TEST_P(KernelSweep, OneRowOfBits) {
  std::vector<Case> cases;
  for (int64_t k : {4, 5, 15, 16, 17, 31, 33, 255, 256, 257, 273, 700})
    cases.push_back(matmul(1, 512 + k * 7 % 300, k));
  for (int64_t n : {511, 513, 543, 545, 768, 769, 799, 801})
    cases.push_back(matmul(1, n, 37));
  for (int64_t k : {32, 96, 320})
    for (int64_t group : {16, 32}) {
      cases.push_back(matmul(1, 521 + k, k));
      cases.back().group = group;
    }
  const char *codes[] = {"binary", "uint1", "binary", "int1"};
  for (size_t i = 0; i < cases.size(); ++i)
    for (Activations a : {Activations::U8, Activations::S8}) {
      Case c = cases[i];
      // Groups have no zero points of rows here.
      if (c.group > 0 && a == Activations::U8)
        continue;
      c.activations = a;
      c.weightCode = codes[i % 4];
      c.weightBits = 1;
      expectEqual(c);
    }
  for (int64_t group : {16, 32}) {
    Case c = matmul(1, 521 + group, 96);
    c.group = group;
    c.groupZeros = true;
    c.weightCode = "uint1";
    c.weightBits = 1;
    c.activations = Activations::S8;
    expectEqual(c);
  }
  Case shared = matmul(1, 1040, 1040);
  shared.weightCode = "binary";
  if (llvm::Expected<std::string> library = native::findOpenMP())
    expectEqual(shared, 2);
  else
    llvm::consumeError(library.takeError());
}

/// The numbers farthest from 0 everywhere, for one row and words of 1 to 7 bits
/// in the bytes of others.
TEST_P(KernelSweep, OneRowOfExtremes) {
  for (int bits = 1; bits <= 7; ++bits)
    for (Activations a : {Activations::U8, Activations::S8})
      for (bool most : {false, true})
        for (int64_t k : {272, 1031}) {
          Case c = matmul(1, 529, k);
          c.activations = a;
          c.inputByte =
              a == Activations::U8 ? (most ? 255 : 0) : (most ? 127 : 128);
          bool isUnsigned = bits % 2 == k % 2;
          c.weightCode = (isUnsigned ? "uint" : "int") + std::to_string(bits);
          c.weightBits = bits;
          // All ones, or the sign alone.
          c.weightWord =
              (1 << bits) - 1 - (isUnsigned ? 0 : (1 << bits) / 2 - 1);
          expectEqual(c);
        }
}

/// Every remainder of M, N and K from 1 to twice the tile plus 1, for words
/// some of which lie in pieces.
TEST_P(KernelSweep, LowBitRemainders) {
  for (int64_t size = 1; size <= 33; ++size) {
    Case c = matmul(1 + size % 17, 1 + size * 9 % 131, size);
    c.weightCode = "int" + std::to_string(size % 2 ? 3 : 5 + size / 2 % 3);
    expectEqual(c);
  }
}

/// Rows and weights of the code binary: every remainder of M, N and K from 1 to
/// twice the tile and the word plus 1, runs on both sides of where counts of
/// bytes are added up, and windows that leave the image in every way.
TEST_P(KernelSweep, Signs) {
  std::vector<Case> cases = sweep();
  for (int64_t size = 1; size <= 65; ++size)
    cases.push_back(matmul(1 + size % 17, 1 + size * 5 % 161, size));
  for (int64_t k : {863, 896, 897, 1791, 1800, 5000})
    cases.push_back(matmul(9, 33, k));
  cases.insert(
      cases.end(),
      {conv(7, 6, 32, 20, 3, 1, 1, 1, 1), conv(7, 9, 64, 17, 3, 2, 1, 1, 1),
       conv(9, 8, 40, 5, 5, 1, 1, 4, 1), conv(5, 9, 33, 7, 3, 1, 2, 2, 1),
       conv(6, 6, 64, 24, 3, 1, 1, 1, 2), conv(6, 6, 96, 12, 3, 1, 2, 3, 3)});
  for (Case c : cases) {
    c.activations = Activations::Bits;
    c.weightCode = "binary";
    expectEqual(c);
  }
  Case shared = matmul(301, 90, 700);
  shared.activations = Activations::Bits;
  shared.weightCode = "binary";
  if (llvm::Expected<std::string> library = native::findOpenMP())
    expectEqual(shared, 2);
  else
    llvm::consumeError(library.takeError());
}

/// One and two rows of words that stay in their slots, and one more: places in
/// a byte, blocks, groups and panels around their remainders, for each width
/// that divides a byte and levels with steps of one and of two.
TEST_P(KernelSweep, WordsInPlace) {
  const char *codes[] = {"int4", "int2", "binary", "ternary", "uint4", "uint1"};
  int64_t size = 0;
  for (int64_t k : {1, 4, 5, 16, 17, 33, 64, 67, 300, 1100})
    for (const char *code : codes) {
      ++size;
      Case c = matmul(1 + size % 3, 1 + size * 41 % 280, k);
      c.weightCode = code;
      c.activations = size % 2 ? Activations::U8 : Activations::S8;
      expectEqual(c);
    }
  for (int64_t group : {4, 12, 32, 36, 128, 272})
    for (const char *code : codes) {
      ++size;
      Case c = matmul(1 + size % 3, 1 + size * 41 % 200, 2 * group);
      c.weightCode = code;
      c.group = group;
      c.activations = Activations::S8;
      expectEqual(c);
    }
}

/// Zero points of groups: rows of both signs and of run time, one and many,
/// words in place and decoded.
TEST_P(KernelSweep, ZeroPointsOfGroups) {
  const char *codes[] = {"uint4", "uint2", "uint3", "uint7", "uint1"};
  int64_t size = 0;
  for (int64_t group : {4, 7, 32, 36, 132})
    for (const char *code : codes)
      for (Activations a :
           {Activations::U8, Activations::S8, Activations::Dynamic}) {
        ++size;
        Case c = matmul(1 + size * 5 % 17, 1 + size * 41 % 130, 3 * group);
        c.weightCode = code;
        c.group = group;
        c.groupZeros = true;
        c.activations = a;
        expectEqual(c);
      }
}

/// Ternary words five in a byte: one row in place and many decoded, runs around
/// the steps of a byte, rows of both signs and of groups.
TEST_P(KernelSweep, FiveInAByte) {
  int64_t size = 0;
  for (int64_t k : {1, 4, 5, 12, 16, 17, 20, 21, 40, 41, 79, 203, 1100})
    for (int64_t m : {1, 2, 3, 19}) {
      Case c = matmul(m, 1 + ++size * 41 % 280, k);
      c.weightCode = "ternary";
      c.fives = true;
      c.activations = size % 3 == 0   ? Activations::Dynamic
                      : size % 3 == 1 ? Activations::U8
                                      : Activations::S8;
      if (k % 40 == 0) {
        c.group = 20;
        c.activations = Activations::S8;
      }
      expectEqual(c);
    }
}

/// f32 rows quantized at run time: range, codes and the scales of rows.
TEST_P(KernelSweep, RowsOfRunTime) {
  int64_t size = 0;
  for (int64_t k : {1, 5, 16, 31, 48, 64, 77, 130})
    for (int64_t m : {1, 2, 3, 20})
      for (const char *code : {"int8", "int4", "codebook4"}) {
        Case c = matmul(m, 1 + ++size * 41 % 99, k);
        c.weightCode = code;
        c.activations = Activations::Dynamic;
        if (k % 16 == 0)
          c.group = 16;
        expectEqual(c);
      }
}

/// All codes of at most 8 bits with scales of groups, one row and many: as
/// levels, exactly, where they have that form, and as numbers over f32 rows.
TEST_P(KernelSweep, EveryCode) {
  // Narrow where tables are trees of selects, which take LLVM long.
  int64_t columns = target().byteTable.entries == 1 ? 5 : 37;
  int64_t integers = 0;
  for (const std::string &name : num::implementedCodes()) {
    std::string error;
    std::unique_ptr<num::Code> code = num::makeCode(name, error);
    if (code->bits() > 8)
      continue;
    bool hasLevels = !code->isBound() || code->fixedPoint();
    for (auto [m, a] : {std::pair<int64_t, Activations>(1, Activations::S8),
                        {9, Activations::U8},
                        {code->bits() % 2 ? 1 : 9, Activations::F32}}) {
      Case c = matmul(m, columns, 32);
      c.weightCode = name;
      c.group = 16;
      c.activations = a;
      if (!c.isFloat() && !hasLevels)
        continue;
      integers += !c.isFloat();
      expectEqual(c);
    }
  }
  EXPECT_GT(integers, 40);
}

/// All codes of more than 8 bits over f32 rows: one row and many, scales of
/// columns and of groups, windows, and every remainder of M, N and K.
TEST_P(KernelSweep, WideCodes) {
  std::vector<std::string> codes;
  for (const std::string &name : num::implementedCodes()) {
    std::string error;
    std::unique_ptr<num::Code> code = num::makeCode(name, error);
    if (code->bits() > 8 && code->bits() <= 16)
      codes.push_back(name);
  }
  EXPECT_GT(codes.size(), 15u);
  auto expectFloat = [&](Case c, const std::string &code) {
    c.weightCode = code;
    c.activations = Activations::F32;
    expectEqual(c);
  };
  for (const std::string &name : codes) {
    for (int64_t m : {1, 20})
      for (int64_t group : {0, 8}) {
        Case c = matmul(m, 37, 24);
        c.group = group;
        expectFloat(c, name);
      }
    expectFloat(conv(6, 7, 5, 9, 3, 1, 1, 1, 1), name);
  }
  for (int64_t size = 1; size <= 33; ++size)
    expectFloat(matmul(1 + size % 17, 1 + size * 9 % 131, size),
                size % 2 ? "f16" : "int12");
  expectFloat(conv(6, 7, 8, 12, 3, 2, 1, 1, 2), "f16");
  expectFloat(conv(5, 5, 6, 6, 3, 1, 1, 1, 6), "f16");
}

/// Rows and weights all at one end of their codes, for sums in few bits: runs
/// around blocks, groups of scales and windows, one row and many.
TEST_P(KernelSweep, EqualExtremes) {
  std::vector<Case> cases = {
      matmul(1, 20, 129),
      matmul(7, 18, 131),
      matmul(33, 9, 64),
      conv(6, 7, 8, 12, 3, 1, 1, 1, 1),
      conv(6, 6, 6, 8, 3, 2, 2, 1, 2),
  };
  for (int64_t group : {16, 32, 64})
    for (int64_t m : {1, 7}) {
      cases.push_back(matmul(m, 19, 128));
      cases.back().group = group;
    }
  struct Words {
    const char *code;
    int64_t least, most;
  };
  for (Words words : {Words{"int2", 2, 1},
                      {"int4", 8, 7},
                      {"int6", 32, 31},
                      {"binary", 1, 0}})
    for (int64_t byte : {0x80, 0xff})
      for (int64_t word : {words.least, words.most})
        for (size_t i = 0; i < cases.size(); ++i) {
          Case c = cases[i];
          c.weightCode = words.code;
          c.weightWord = int(word);
          c.inputByte = int(byte);
          // Groups have no zero points of rows here.
          c.activations =
              c.group > 0 || (i + word) % 2 ? Activations::S8 : Activations::U8;
          expectEqual(c);
        }
}

QS_EVERY_TARGET(KernelSweep);

} // namespace
