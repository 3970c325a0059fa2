//===- Npy.cpp - numpy's format for one array -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FileError.h"
#include "qs/Support/Npz.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SwapByteOrder.h"

#include <algorithm>
#include <cstring>

using namespace qs;
using llvm::StringRef;
using llvm::Twine;

static constexpr StringRef kMagic = "\x93NUMPY";

// Kind and size of a dtype string, in the order of DType.
static constexpr const char *kDescr[] = {"b1", "i1", "u1", "i2", "u2", "i4",
                                         "u4", "i8", "u8", "f2", "f4", "f8"};

namespace {
/// What the header of an .npy file says.
struct Header {
  DType dtype = DType::F32;
  bool swapped = false;
  bool fortran = false;
  std::vector<int64_t> shape;
};

/// Reads the Python dictionary of a header: three keys with a string, a
/// boolean and a tuple.
class HeaderParser {
public:
  HeaderParser(StringRef text, StringRef where) : rest(text), where(where) {}

  llvm::Expected<Header> parse() {
    bool haveDescr = false, haveOrder = false, haveShape = false;
    if (!take("{"))
      return fail("expected a dictionary");
    while (!take("}")) {
      std::optional<StringRef> key = takeString();
      if (!key || !take(":"))
        return fail("expected a quoted key and ':'");
      bool good;
      if (*key == "descr")
        good = haveDescr = parseDescr();
      else if (*key == "fortran_order")
        good = haveOrder = parseOrder();
      else if (*key == "shape")
        good = haveShape = parseShape();
      else
        return fail("unknown key '" + *key + "'");
      if (!good)
        return fail("bad value of '" + *key + "'" + detail);
      if (!take(",") && !rest.starts_with("}"))
        return fail("expected ',' or '}'");
    }
    if (!rest.trim(" \n").empty())
      return fail("text after the dictionary");
    if (!haveDescr || !haveOrder || !haveShape)
      return fail("expected the keys descr, fortran_order and shape");
    return header;
  }

private:
  llvm::Error fail(const Twine &message) {
    return fileError(where, "npy header: " + message);
  }

  bool take(StringRef token) {
    rest = rest.ltrim(' ');
    bool found = rest.consume_front(token);
    rest = rest.ltrim(' ');
    return found;
  }

  std::optional<StringRef> takeString() {
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      return std::nullopt;
    size_t end = rest.find(rest[0], 1);
    if (end == StringRef::npos)
      return std::nullopt;
    StringRef text = rest.substr(1, end - 1);
    rest = rest.substr(end + 1);
    return text;
  }

  bool parseDescr() {
    std::optional<StringRef> text = takeString();
    if (!text) {
      detail = ": structured types are not supported";
      return false;
    }
    StringRef type = *text;
    bool big = type.consume_front(">");
    if (!big && !type.consume_front("<"))
      (void)(type.consume_front("|") || type.consume_front("="));
    for (size_t i = 0; i < std::size(kDescr); ++i)
      if (type == kDescr[i]) {
        header.dtype = static_cast<DType>(i);
        header.swapped = big == llvm::sys::IsLittleEndianHost;
        return true;
      }
    detail = (": dtype '" + *text +
              "' is not supported, expected bool, (u)int8 to 64 or float16 "
              "to 64")
                 .str();
    return false;
  }

  bool parseOrder() {
    header.fortran = rest.consume_front("True");
    return header.fortran || rest.consume_front("False");
  }

  bool parseShape() {
    if (!take("("))
      return false;
    while (!take(")")) {
      uint64_t dim;
      if (rest.consumeInteger(10, dim) || dim > uint64_t(INT64_MAX))
        return false;
      rest.consume_front("L"); // Python 2 wrote long integers
      if (header.shape.size() == 64)
        return false;
      header.shape.push_back(static_cast<int64_t>(dim));
      if (!take(",") && !rest.starts_with(")"))
        return false;
    }
    return true;
  }

  StringRef rest, where;
  std::string detail;
  Header header;
};
} // namespace

/// Column-major to row-major order.
static void toRowMajor(Array &array) {
  size_t size = sizeOf(array.dtype);
  std::vector<char> out(array.data.size());
  std::vector<int64_t> index(array.shape.size(), 0);
  std::vector<int64_t> stride(array.shape.size(), 1);
  for (size_t d = 1; d < stride.size(); ++d)
    stride[d] = stride[d - 1] * array.shape[d - 1];
  int64_t from = 0;
  for (size_t to = 0; to < out.size(); to += size) {
    std::memcpy(&out[to], &array.data[size_t(from) * size], size);
    for (size_t d = index.size(); d-- > 0;) {
      from += stride[d];
      if (++index[d] < array.shape[d])
        break;
      from -= stride[d] * array.shape[d];
      index[d] = 0;
    }
  }
  array.data = std::move(out);
}

llvm::Expected<Array> qs::parseNpy(StringRef bytes, StringRef where) {
  if (!bytes.starts_with(kMagic) || bytes.size() < 10)
    return fileError(where, "not an npy file: expected it to begin with "
                            "\\x93NUMPY");
  unsigned version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3)
    return fileError(where, "npy version " + Twine(version) +
                                " is not supported, expected 1, 2 or 3");
  size_t start = version == 1 ? 10 : 12;
  if (bytes.size() < start)
    return fileError(where, "npy header is cut off");
  size_t length = version == 1
                      ? llvm::support::endian::read16le(bytes.data() + 8)
                      : llvm::support::endian::read32le(bytes.data() + 8);
  if (length > bytes.size() - start)
    return fileError(where, "npy header is cut off: expected " + Twine(length) +
                                " bytes, found " + Twine(bytes.size() - start));
  llvm::Expected<Header> header =
      HeaderParser(bytes.substr(start, length), where).parse();
  if (!header)
    return header.takeError();
  size_t size = sizeOf(header->dtype);
  std::optional<int64_t> count = countElements(header->shape, size);
  if (!count)
    return fileError(where,
                     "shape " + shapeText(header->shape) + " is too large");
  StringRef body = bytes.substr(start + length);
  size_t expected = static_cast<size_t>(*count) * size;
  if (body.size() != expected)
    return fileError(where, "shape " + shapeText(header->shape) + " of " +
                                toString(header->dtype) + ": expected " +
                                Twine(expected) + " bytes of data, found " +
                                Twine(body.size()));
  Array array;
  array.dtype = header->dtype;
  array.shape = std::move(header->shape);
  array.data.assign(body.begin(), body.end());
  if (header->swapped)
    for (size_t at = 0; at < array.data.size(); at += size)
      std::reverse(&array.data[at], &array.data[at] + size);
  if (header->fortran && array.rank() > 1)
    toRowMajor(array);
  if (array.dtype == DType::Bool)
    for (char &value : array.data)
      value = value != 0;
  return array;
}

std::string qs::formatNpy(const Array &array) {
  const char *descr = kDescr[static_cast<int>(array.dtype)];
  char order = sizeOf(array.dtype) == 1        ? '|'
               : llvm::sys::IsLittleEndianHost ? '<'
                                               : '>';
  std::string text = std::string("{'descr': '") + order + descr +
                     "', 'fortran_order': False, 'shape': (";
  for (int64_t dim : array.shape)
    text += std::to_string(dim) + ",";
  text += "), }";
  // The data begins at a multiple of 64 bytes; the header ends with a newline.
  size_t total = (10 + text.size() + 1 + 63) / 64 * 64;
  text.resize(total - 11, ' ');
  text += '\n';
  std::string bytes = kMagic.str();
  bytes += '\x01';
  bytes += '\x00';
  bytes += static_cast<char>(text.size() & 255);
  bytes += static_cast<char>(text.size() >> 8);
  bytes += text;
  bytes.append(array.data.begin(), array.data.end());
  return bytes;
}

llvm::Expected<Array> qs::readNpy(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fileError(path, "cannot be read: " + buffer.getError().message());
  return parseNpy((*buffer)->getBuffer(), path);
}

llvm::Error qs::writeNpy(StringRef path, const Array &array) {
  return writeFile(path, formatNpy(array));
}
