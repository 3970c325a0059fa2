//===- PackedTest.cpp - Linear ops packed, compiled, compared -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackedTest.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Interpreter/Interpreter.h"
#include "qs/Numerics/Code.h"
#include <cstring>

using namespace mlir;

namespace qs::test {

namespace {

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t size : shape)
    text += std::to_string(size) + "x";
  return text;
}

std::string sizes(int64_t a, int64_t b) {
  return "[" + std::to_string(a) + ", " + std::to_string(b) + "]";
}

int64_t countOf(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

/// The little-endian bytes of `values` as an attribute's text.
std::string dense(const std::vector<uint64_t> &values, int bytes) {
  static const char digits[] = "0123456789ABCDEF";
  std::string text = "dense<\"0x";
  for (uint64_t value : values)
    for (int i = 0; i < bytes; ++i, value >>= 8) {
      text += digits[value >> 4 & 15];
      text += digits[value & 15];
    }
  return text + "\">";
}

uint64_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Builds the text of a case.
class Writer {
public:
  Writer(const LinearCase &c, std::mt19937 &random) : c(c), random(random) {}

  std::string write() {
    std::vector<int64_t> weights = c.weights;
    if (c.batch > 0)
      weights.insert(weights.begin(), c.batch);
    if (!c.transposed)
      std::swap(weights[weights.size() - 2], weights.back());
    rows = "tensor<" + shapeText(c.input) +
           (c.rowCode == "f32" ? "f32>" : "!qs.q<" + c.rowCode + ", tensor>>");
    std::string scale = "tensor";
    if (c.group > 0)
      scale = "group(" + std::to_string(weights.size() - 1) + ", " +
              std::to_string(c.group) + ")";
    std::string type = shapeText(weights);
    type += c.weightCode == "f32"
                ? "f32>"
                : "!qs.q<" + c.weightCode + ", " + scale + ">>";
    arguments = "%x: " + rows;
    addWeights(weights, type);
    std::string result = "tensor<" + shapeText(outShape()) + c.result + ">";
    std::string zeros =
        zeroPoint(c.isConv() ? "input_zp" : "lhs_zp", c.rowZero, c.rowCode) +
        zeroPoint(c.isConv() ? "weight_zp" : "rhs_zp", c.weightZero,
                  c.weightCode);
    std::string op;
    if (c.isConv())
      op = "qs.conv2d %x, %w pad [" + pads() + "] stride " +
           sizes(c.stride, c.stride) + " dilation " +
           sizes(c.dilation, c.dilation) + " groups " +
           std::to_string(c.groups);
    else
      op = std::string("qs.matmul %x, %w") +
           (c.transposed ? " transpose_rhs" : "");
    op += zeros + scales(weights) + bias();
    if (!c.accumulator.empty())
      op += " {accumulator = #qs.accumulator<" + c.accumulator + ">}";
    return "func.func @f(" + arguments + ") -> " + result + " {\n" + body +
           "  %y = " + op + " : " + rows + ", tensor<" + type + " -> " +
           result + "\n  return %y : " + result + "\n}\n";
  }

private:
  uint64_t word(const num::Code &code) {
    while (true) {
      uint32_t word = uint32_t(random() % code.numPatterns());
      if (code.isLegal(word) && std::isfinite(code.decode(word)))
        return word;
    }
  }

  void addWeights(const std::vector<int64_t> &shape, const std::string &type) {
    if (c.dynamicWeights) {
      arguments += ", %w: tensor<" + type;
      return;
    }
    std::string error;
    std::unique_ptr<num::Code> code = num::makeCode(c.weightCode, error);
    ASSERT_TRUE(code) << error;
    std::vector<uint64_t> words;
    for (int64_t i = 0; i < countOf(shape); ++i)
      words.push_back(word(*code));
    if (code->bits() == 1) {
      // Eight elements are a byte of the text.
      std::vector<uint64_t> bytes((words.size() + 7) / 8);
      for (size_t i = 0; i < words.size(); ++i)
        bytes[i / 8] |= words[i] << i % 8;
      words = bytes;
    }
    std::string storage =
        "tensor<" + shapeText(shape) + "i" + std::to_string(code->bits()) + ">";
    body += "  %w0 = arith.constant " + dense(words, code->bits() > 8 ? 2 : 1) +
            " : " + storage + "\n  %w = qs.storage_cast %w0 : " + storage +
            " -> tensor<" + type + "\n";
  }

  std::string pads() const {
    std::string pad = std::to_string(c.pad);
    return pad + ", " + pad + ", " + pad + ", " + pad;
  }

  std::vector<int64_t> outShape() const {
    std::vector<int64_t> shape = c.input;
    if (c.isConv())
      for (int d : {1, 2})
        shape[d] =
            (shape[d] + 2 * c.pad - c.dilation * (c.weights[d] - 1) - 1) /
                c.stride +
            1;
    shape.back() = c.weights.front();
    return shape;
  }

  /// Numbers of either sign that every code has room for.
  std::string zeroPoint(const std::string &operand, Zero zero,
                        const std::string &code) {
    if (zero == Zero::None)
      return "";
    std::string shape, name = "%" + operand;
    int64_t count = 1;
    if (zero == Zero::EachRow)
      shape = std::to_string(count = c.input[c.input.size() - 2]) + "x";
    else if (zero == Zero::EachColumn)
      shape = std::to_string(count = c.weights.front()) + "x";
    else if (zero == Zero::EachScale) {
      std::vector<int64_t> scaled = c.weights;
      scaled.back() /= c.group;
      shape = shapeText(scaled);
      count = countOf(scaled);
    }
    std::string type = "tensor<" + shape + "i32>";
    bool isArgument = zero == Zero::Argument || zero == Zero::EachRow;
    if (isArgument) {
      arguments += ", " + name + ": " + type;
    } else {
      std::string error;
      std::unique_ptr<num::Code> parsed = num::makeCode(code, error);
      std::vector<uint64_t> values;
      // The least and the greatest are among them.
      for (int64_t i = 0; i < count; ++i) {
        uint32_t pattern = uint32_t(random() % parsed->numPatterns());
        if (i % 4 == 1)
          pattern = 0;
        values.push_back(uint64_t(int64_t(parsed->decode(pattern))));
      }
      body += "  " + name + " = arith.constant " + dense(values, 4) + " : " +
              type + "\n";
    }
    return " " + operand + "(" + name + " : " + type + ")";
  }

  std::string scales(const std::vector<int64_t> &weights) {
    if (c.group == 0)
      return "";
    std::vector<int64_t> shape = weights;
    shape.back() /= c.group;
    std::vector<uint64_t> values;
    for (int64_t i = 0; i < countOf(shape); ++i)
      values.push_back(bitsOf(float(random() % 1000 + 1) / 65536));
    std::string type = "tensor<" + shapeText(shape) + "f32>";
    body += "  %s = arith.constant " + dense(values, 4) + " : " + type + "\n";
    return std::string(c.isConv() ? " weight_scale" : " rhs_scale") +
           "(%s : " + type + ")";
  }

  std::string bias() {
    if (!c.bias)
      return "";
    std::vector<uint64_t> values;
    for (int64_t i = 0; i < c.weights.front(); ++i) {
      int64_t value = int64_t(random() % 2000) - 1000;
      if (c.result == "i64" && i % 2)
        value += int64_t(1) << 40;
      values.push_back(c.result == "f32" ? bitsOf(float(value) / 8)
                                         : uint64_t(value));
    }
    std::string type =
        "tensor<" + std::to_string(c.weights.front()) + "x" + c.result + ">";
    body += "  %b = arith.constant " +
            dense(values, c.result == "i64" ? 8 : 4) + " : " + type + "\n";
    return " bias(%b : " + type + ")";
  }

  const LinearCase &c;
  std::mt19937 &random;
  std::string rows, arguments, body;
};

/// Random words of the type of an argument; zero points are from 0 to 99.
interp::Tensor makeArgument(RankedTensorType type, const LinearCase &c,
                            std::mt19937 &random) {
  interp::Tensor x(*interp::ElementType::get(type.getElementType()),
                   type.getShape());
  QuantType quant = QuantType::of(type);
  std::unique_ptr<num::Code> code;
  if (quant)
    code = quant.getCode().getArithmetic();
  for (int64_t i = 0; i < x.size(); ++i) {
    if (x.isFloat()) {
      // Sums of a few hundred products are exact in any order.
      x.setFloat(i, double(int(random() % 256) - 128) / 16);
      continue;
    }
    if (!quant) {
      x.setInt(i, int64_t(random() % 100));
      continue;
    }
    uint32_t word;
    do
      word = uint32_t(random() % code->numPatterns());
    while (!code->isLegal(word) || !std::isfinite(code->decode(word)) ||
           (c.most > 0 && std::abs(code->decode(word)) > double(c.most)));
    x.setInt(i,
             quant.isInteger() ? int64_t(code->decode(word)) : int64_t(word));
  }
  return x;
}

/// The elements' bits as they lie in memory, words without their sign.
std::vector<char> toMemory(const interp::Tensor &x) {
  ArrayRef<char> raw = x.rawData();
  std::vector<char> bytes(raw.begin(), raw.end());
  size_t width = x.elementType().bytes();
  unsigned bits = x.elementType().bits;
  if (!x.isFloat() && bits < 8 * width)
    for (size_t i = width - 1; i < bytes.size(); i += width)
      bytes[i] = char(bytes[i] & ((1 << (bits - 8 * (width - 1))) - 1));
  return bytes;
}

interp::Tensor interpret(ModuleOp module,
                         const std::vector<interp::Tensor> &inputs) {
  interp::Interpreter interpreter(module);
  auto results = interpreter.run("f", inputs);
  if (results)
    return results->front();
  ADD_FAILURE() << llvm::toString(results.takeError());
  return {};
}

} // namespace

std::string toText(const LinearCase &c, std::mt19937 &random) {
  return Writer(c, random).write();
}

void PackedTest::check(const LinearCase &c, unsigned seed) {
  std::mt19937 random(seed);
  std::string text = toText(c, random);
  std::string brief =
      text.size() < 3000 ? text : text.substr(text.size() - 900);
  SCOPED_TRACE(brief);
  auto module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module);
  auto function = *module->getOps<func::FuncOp>().begin();
  std::vector<interp::Tensor> inputs;
  for (Type type : function.getArgumentTypes())
    inputs.push_back(makeArgument(cast<RankedTensorType>(type), c, random));
  interp::Tensor want = interpret(*module, inputs);

  pack(*module);
  if (HasFatalFailure())
    return;
  EXPECT_TRUE(interpret(*module, inputs) == want)
      << "the packed kernel, interpreted";

  auto compiled = jit(*module, targetOptions());
  ASSERT_TRUE(compiled);
  std::vector<std::vector<char>> memory;
  for (const interp::Tensor &input : inputs)
    memory.push_back(toMemory(input));
  std::vector<const void *> pointers;
  for (const std::vector<char> &bytes : memory)
    pointers.push_back(bytes.data());
  interp::Tensor got(want.elementType(), want.shape());
  call(*compiled, pointers, {got.mutableRawData().data()});
  for (int64_t i = 0; i < want.size(); ++i)
    if (want.isFloat())
      ASSERT_EQ(bitsOf(float(got.getFloat(i))), bitsOf(float(want.getFloat(i))))
          << "element " << i << ": " << got.getFloat(i) << ", not "
          << want.getFloat(i);
    else
      ASSERT_EQ(got.getInt(i), want.getInt(i)) << "element " << i;
}

} // namespace qs::test
