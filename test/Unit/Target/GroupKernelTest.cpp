//===- GroupKernelTest.cpp - kernels with scales of groups along K --------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packed matrix multiplies whose weights have a table and scales of groups, in
// every storage, for rows of either sign and of f32, against a naive evaluation
// of the definition. Integer rows must agree bit for bit.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Target/Native/Tile.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace qs;

namespace {

enum class RowKind { U8, S8, F32 };
enum class Storage { F32, F16, E8M0 };

struct GroupCase {
  int64_t m, n, k, group;
  unsigned bits;
  RowKind rows;
  Storage storage;
  EpilogueKind kind;
  bool rowScale = false;

  std::string name() const {
    return std::to_string(m) + "x" + std::to_string(n) + "x" +
           std::to_string(k) + " groups of " + std::to_string(group) + ", " +
           std::to_string(bits) + " bits, rows " + std::to_string(int(rows)) +
           ", storage " + std::to_string(int(storage)) + ", epilogue " +
           std::to_string(int(kind));
  }
};

/// Numbers of a case and their naive product.
struct GroupData {
  explicit GroupData(const GroupCase &c) : c(c) {
    std::mt19937 random(7);
    groups = c.k / c.group;
    for (int64_t w = 0; w < (int64_t(1) << c.bits); ++w)
      levels.push_back(int8_t(
          c.rows == RowKind::F32 ? w * 3 - 5 : int(random() % 250) - 125));
    for (int64_t i = 0; i < c.n * c.k; ++i)
      words.push_back(uint32_t(random() % levels.size()));
    for (int64_t i = 0; i < c.n * groups; ++i)
      scales.push_back(c.storage == Storage::E8M0
                           ? std::ldexp(1.0f, int(random() % 9) - 4)
                           : float(random() % 1000 + 1) / 512);
    for (int64_t i = 0; i < c.m * c.k; ++i)
      bytes.push_back(uint8_t(random()));
    for (int64_t i = 0; i < c.m * c.k; ++i)
      floats.push_back(float(int(random() % 256) - 128) / 16);
    for (int64_t i = 0; i < c.n; ++i) {
      multipliers.push_back(0.001f * float(random() % 100 + 1));
      bias.push_back(float(random() % 100) - 50);
    }
    for (int64_t i = 0; i < c.m; ++i)
      rowScales.push_back(0.01f * float(random() % 100 + 1));
  }

  /// A row less its zero point.
  int64_t row(int64_t m, int64_t k) const {
    uint8_t byte = bytes[m * c.k + k];
    return c.rows == RowKind::S8 ? int8_t(byte) : int64_t(byte) - zeroPoint;
  }

  double expected(int64_t m, int64_t n) const {
    float acc = 0;
    double sum = 0;
    for (int64_t g = 0; g < groups; ++g) {
      int64_t exact = 0;
      float scale = scales[n * groups + g];
      for (int64_t i = g * c.group; i < (g + 1) * c.group; ++i) {
        float level = levels[words[n * c.k + i]];
        if (c.rows == RowKind::F32)
          sum += double(floats[m * c.k + i]) * double(level * scale);
        else
          exact += row(m, i) * int64_t(level);
      }
      float product = float(exact) * scale;
      acc += product;
    }
    if (c.rows == RowKind::F32)
      return sum + bias[n];
    float y = acc;
    if (c.kind != EpilogueKind::Store)
      y *= multipliers[n];
    if (c.rowScale)
      y *= rowScales[m];
    y += bias[n];
    if (c.kind != EpilogueKind::Quantize)
      return y;
    double q = std::nearbyint(y / resultScale) + 3;
    return std::min(std::max(q, -128.0), 127.0);
  }

  GroupCase c;
  int64_t groups;
  static constexpr int64_t zeroPoint = 131;
  static constexpr float resultScale = 0.75f;
  std::vector<int8_t> levels;
  std::vector<uint32_t> words;
  std::vector<float> scales, floats, multipliers, bias, rowScales;
  std::vector<uint8_t> bytes;
};

/// Builds and runs the kernel of a case.
class GroupKernel {
public:
  GroupKernel(MLIRContext &context, const native::Target &target,
              const GroupData &data)
      : b(&context), loc(b.getUnknownLoc()), target(target), d(data),
        c(data.c) {}

  OwningOpRef<ModuleOp> build() {
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
    b.setInsertionPointToEnd(module->getBody());
    bool isFloat = c.rows == RowKind::F32;
    auto rows = RankedTensorType::get(
        {c.m, c.k}, isFloat ? Type(b.getF32Type()) : Type(b.getI8Type()));
    auto out = RankedTensorType::get(
        {c.m, c.n}, c.kind == EpilogueKind::Quantize ? Type(b.getI8Type())
                                                     : Type(b.getF32Type()));
    auto function = func::FuncOp::create(b, loc, "kernel",
                                         b.getFunctionType({rows}, {out}));
    b.setInsertionPointToStart(function.addEntryBlock());
    Value x = function.getArgument(0);

    const native::DotPrimitive &dot =
        isFloat ? target.floating : target.integer;
    native::Tile tile = native::chooseTile(target, dot, c.m, c.n);
    DenseArrayAttr table;
    if (isFloat)
      table = b.getDenseF32ArrayAttr(
          SmallVector<float>(d.levels.begin(), d.levels.end()));
    else
      table = b.getDenseI8ArrayAttr(d.levels);
    auto layout = GemmLayoutAttr::get(
        b.getContext(), StringRef(target.name.data(), target.name.size()), 0, 1,
        d.groups, dot.lanes, tile.vectors, dot.k, table, Type());
    auto scale = cast<ScaleAttrInterface>(
        GroupScaleAttr::get(b.getContext(), 1, c.group, storageType()));
    auto code =
        cast<CodeAttrInterface>(UIntCodeAttr::get(b.getContext(), c.bits));
    auto logical =
        RankedTensorType::get({c.n, c.k}, QuantType::get(code, scale));
    native::PackedLayout native = layout.getNative(logical);
    SmallVector<char> packed = layout.pack(logical, d.words);
    EXPECT_EQ(layout.unpack(logical, packed), ArrayRef<uint32_t>(d.words));
    Value weights = PackedConstantOp::create(
        b, loc,
        PackedType::get(b.getContext(), logical,
                        cast<LayoutAttrInterface>(layout)),
        DenseElementsAttr::getFromRawBuffer(
            RankedTensorType::get({int64_t(packed.size())}, b.getI8Type()),
            packed));

    Value groupBias, rowSums, rowScale, resultScale, multiplier;
    if (c.rows == RowKind::U8)
      groupBias = panels(native, [&](int64_t n, int64_t g) {
        int64_t sum = 0;
        for (int64_t i = g * c.group; i < (g + 1) * c.group; ++i)
          sum += d.levels[d.words[n * c.k + i]];
        return int32_t(-GroupData::zeroPoint * sum);
      });
    if (c.rows == RowKind::S8 && dot.rows == native::Rows::U8) {
      Value init = tensor::EmptyOp::create(
          b, loc, ArrayRef<int64_t>{c.m, d.groups}, b.getI32Type());
      rowSums = SumRunsOp::create(b, loc, TypeRange{init.getType()}, x, init,
                                  /*unsigned_input=*/false)
                    .getResult(0);
    }
    if (!isFloat && dot.rows == native::Rows::I16) {
      Value init =
          tensor::EmptyOp::create(b, loc, rows.getShape(), b.getI16Type());
      x = PrepareRowsOp::create(b, loc, TypeRange{init.getType()}, x, init,
                                c.rows == RowKind::S8
                                    ? RowConversion::SignExtend
                                    : RowConversion::ZeroExtend,
                                ArrayRef<int64_t>{0, 0, 0, 0}, 0, 0)
              .getResult(0);
    }
    if (c.kind != EpilogueKind::Store)
      multiplier = makeFloats(b, loc, {c.n}, d.multipliers);
    if (c.rowScale)
      rowScale = makeFloats(b, loc, {c.m}, d.rowScales);
    if (c.kind == EpilogueKind::Quantize)
      resultScale = makeFloats(b, loc, {}, {GroupData::resultScale});
    auto epilogue = EpilogueAttr::get(
        b.getContext(), c.kind, RoundingMode::HalfEven, 3, -128, 127, {}, {});
    Value init =
        tensor::EmptyOp::create(b, loc, out.getShape(), out.getElementType());
    Value y = PackedMatmulOp::create(
                  b, loc, TypeRange{out}, x, weights,
                  makeFloats(b, loc, {c.n}, d.bias), multiplier, scales(native),
                  groupBias, Value(), rowSums, rowScale, resultScale, Value(),
                  Value(), Value(), Value(), Value(), init, epilogue,
                  c.rows == RowKind::S8, IntegerAttr(), AccumulatorAttr(),
                  DenseI64ArrayAttr())
                  .getResult(0);
    func::ReturnOp::create(b, loc, y);
    return module;
  }

private:
  Type storageType() {
    switch (c.storage) {
    case Storage::F32:
      return b.getF32Type();
    case Storage::F16:
      return b.getF16Type();
    case Storage::E8M0:
      return Float8E8M0FNUType::get(b.getContext());
    }
    llvm_unreachable("all storages are handled");
  }

  /// i32 numbers of columns and groups in panel order.
  Value panels(const native::PackedLayout &layout,
               llvm::function_ref<int32_t(int64_t, int64_t)> number) {
    std::vector<int32_t> out(layout.paddedColumns() * d.groups, 0);
    for (int64_t n = 0; n < c.n; ++n)
      for (int64_t g = 0; g < d.groups; ++g)
        out[layout.scaleOffset(0, n, g, d.groups)] = number(n, g);
    return makeInts(b, loc, {int64_t(out.size())}, out);
  }

  Value scales(const native::PackedLayout &layout) {
    Type element =
        c.storage == Storage::E8M0 ? Type(b.getI8Type()) : storageType();
    auto type =
        RankedTensorType::get({layout.paddedColumns() * d.groups}, element);
    SmallVector<Attribute> out(type.getNumElements(),
                               c.storage == Storage::E8M0
                                   ? Attribute(b.getI8IntegerAttr(0))
                                   : Attribute(b.getFloatAttr(element, 0.0)));
    for (int64_t n = 0; n < c.n; ++n)
      for (int64_t g = 0; g < d.groups; ++g) {
        float scale = d.scales[n * d.groups + g];
        out[layout.scaleOffset(0, n, g, d.groups)] =
            c.storage == Storage::E8M0
                ? Attribute(b.getI8IntegerAttr(int8_t(std::ilogb(scale) + 127)))
                : Attribute(b.getFloatAttr(element, scale));
      }
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, out));
  }

  OpBuilder b;
  Location loc;
  const native::Target &target;
  const GroupData &d;
  const GroupCase &c;
};

class GroupKernels : public test::TargetTest {
protected:
  void expectEqual(const GroupCase &c) {
    SCOPED_TRACE(c.name());
    GroupData data(c);
    OwningOpRef<ModuleOp> module = GroupKernel(context, target(), data).build();
    std::unique_ptr<native::JIT> code = jit(*module, targetOptions());
    ASSERT_TRUE(code);
    std::vector<float> out(c.m * c.n);
    const void *in = c.rows == RowKind::F32
                         ? static_cast<const void *>(data.floats.data())
                         : data.bytes.data();
    call(*code, {in}, {out.data()});
    for (int64_t m = 0; m < c.m; ++m)
      for (int64_t n = 0; n < c.n; ++n) {
        double expected = data.expected(m, n);
        double found =
            c.kind == EpilogueKind::Quantize
                ? double(reinterpret_cast<int8_t *>(out.data())[m * c.n + n])
                : double(out[m * c.n + n]);
        if (c.rows == RowKind::F32)
          ASSERT_NEAR(found, expected, 1e-4 * double(c.k) + 0.01);
        else
          ASSERT_EQ(found, expected) << "row " << m << ", column " << n;
      }
  }
};

/// Trees of selects for random tables of more than 32 entries, over the blocks
/// of steps that such words have, take LLVM minutes; bytes stand for them.
bool isLarge(const native::Target &target, unsigned bits, RowKind rows) {
  const native::LookupPrimitive &table =
      rows == RowKind::F32 ? target.floatTable : target.byteTable;
  return bits > 5 && (bits != 8 || rows == RowKind::F32) &&
         (1u << bits) > 8 * table.entries;
}

/// Every storage for one width; tables of random levels, that of generic code
/// being a tree of selects.
TEST_P(GroupKernels, EveryWidthAndStorage) {
  for (unsigned bits = 1; bits <= 8; ++bits)
    for (RowKind rows : {RowKind::U8, RowKind::S8, RowKind::F32})
      for (Storage storage : {Storage::F32, Storage::F16, Storage::E8M0})
        for (int64_t m : {1, 19})
          if (bits == 4 ||
              (storage == Storage::F32 && !isLarge(target(), bits, rows)))
            expectEqual(
                {m, 37, 96, 32, bits, rows, storage, EpilogueKind::Store});
}

TEST_P(GroupKernels, Epilogues) {
  for (RowKind rows : {RowKind::U8, RowKind::S8})
    for (EpilogueKind kind : {EpilogueKind::Store, EpilogueKind::Dequantize,
                              EpilogueKind::Quantize})
      for (bool rowScale : {false, true})
        if (kind != EpilogueKind::Store || !rowScale)
          for (int64_t m : {1, 2, 9, 40})
            expectEqual({m, 70, 64, 16, 4, rows, Storage::F32, kind, rowScale});
}

/// Groups that are no multiple of the steps, rows and columns around tiles.
TEST_P(GroupKernels, Remainders) {
  for (int64_t size = 1; size <= 35; ++size)
    for (RowKind rows : {size % 2 ? RowKind::U8 : RowKind::S8})
      expectEqual({1 + size % 15, 1 + size * 5 % 67, 3 * (size + 3), size + 3,
                   unsigned(1 + size % 5), rows, Storage::F32,
                   EpilogueKind::Store});
}

QS_EVERY_TARGET(GroupKernels);

} // namespace
