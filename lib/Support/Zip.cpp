//===- Zip.cpp - The part of zip that .npz uses ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Zip.h"
#include "FileError.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Endian.h"

#include <algorithm>
#include <zlib.h>

using namespace qs;
using llvm::StringRef;
using llvm::Twine;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;
using llvm::support::endian::read64le;

static constexpr StringRef kEnd("PK\x05\x06", 4);
static constexpr StringRef kEnd64("PK\x06\x06", 4);
static constexpr StringRef kLocator64("PK\x06\x07", 4);
static constexpr StringRef kRow("PK\x01\x02", 4);
static constexpr StringRef kLocal("PK\x03\x04", 4);
static constexpr size_t kEndSize = 22, kRowSize = 46, kLocalSize = 30;
static constexpr uint64_t kLimit = 0xffffffffu;

/// `size` bytes at `at`, or empty where the file ends before.
static StringRef piece(StringRef bytes, uint64_t at, uint64_t size) {
  if (at > bytes.size() || size > bytes.size() - at)
    return {};
  return bytes.substr(at, size);
}

llvm::Expected<ZipReader> ZipReader::open(StringRef bytes, StringRef where) {
  ZipReader reader(bytes, where);
  if (llvm::Error error = reader.readDirectory())
    return std::move(error);
  return reader;
}

llvm::Error ZipReader::readDirectory() {
  // The end record is the last thing but for a comment of up to 65535 bytes.
  size_t end = bytes.size() < kEndSize
                   ? StringRef::npos
                   : bytes.drop_back(kEndSize - 4).rfind(kEnd);
  if (end == StringRef::npos || bytes.size() - end < kEndSize ||
      bytes.size() - end > kEndSize + 65535)
    return fileError(where, "not an npz file: no zip directory found");
  const char *record = bytes.data() + end;
  uint64_t count = read16le(record + 10), at = read32le(record + 16);
  bool several = read16le(record + 4) != 0;
  StringRef locator = end >= 20 ? piece(bytes, end - 20, 20) : StringRef();
  if (locator.starts_with(kLocator64)) {
    StringRef end64 = piece(bytes, read64le(locator.data() + 8), 56);
    if (!end64.starts_with(kEnd64))
      return fileError(where, "damaged zip64 directory");
    count = read64le(end64.data() + 32);
    at = read64le(end64.data() + 48);
    several = read32le(end64.data() + 16) != 0;
  }
  if (several)
    return fileError(where, "zip files of several parts are not supported");
  if (count > bytes.size() / kRowSize)
    return fileError(where, "zip directory of " + Twine(count) +
                                " entries does not fit into the file");
  for (uint64_t i = 0; i < count; ++i) {
    llvm::Expected<ZipEntry> row = readRow(at);
    if (!row)
      return row.takeError();
    directory.push_back(std::move(*row));
  }
  return llvm::Error::success();
}

/// Replaces the sizes that did not fit into 32 bits by those of the zip64
/// extra field, which holds them in this order.
static bool readZip64(StringRef extra, ZipEntry &entry) {
  while (extra.size() >= 4) {
    unsigned id = read16le(extra.data()), size = read16le(extra.data() + 2);
    StringRef field = piece(extra, 4, size);
    if (field.size() != size)
      return false;
    extra = extra.substr(4 + size);
    if (id != 1)
      continue;
    for (uint64_t *value : {&entry.size, &entry.packedSize, &entry.offset}) {
      if (*value != kLimit)
        continue;
      if (field.size() < 8)
        return false;
      *value = read64le(field.data());
      field = field.substr(8);
    }
  }
  return true;
}

llvm::Expected<ZipEntry> ZipReader::readRow(uint64_t &at) const {
  StringRef row = piece(bytes, at, kRowSize);
  if (!row.starts_with(kRow))
    return fileError(where, "damaged zip directory at offset " + Twine(at));
  ZipEntry entry;
  entry.flags = read16le(row.data() + 8);
  entry.method = read16le(row.data() + 10);
  entry.crc = read32le(row.data() + 16);
  entry.packedSize = read32le(row.data() + 20);
  entry.size = read32le(row.data() + 24);
  entry.offset = read32le(row.data() + 42);
  uint64_t nameSize = read16le(row.data() + 28),
           extraSize = read16le(row.data() + 30);
  uint64_t total = kRowSize + nameSize + extraSize + read16le(row.data() + 32);
  StringRef whole = piece(bytes, at, total);
  if (whole.size() != total)
    return fileError(where, "zip directory is cut off");
  entry.name = whole.substr(kRowSize, nameSize).str();
  if (!readZip64(whole.substr(kRowSize + nameSize, extraSize), entry))
    return fileError(where, "entry '" + entry.name + "': damaged zip64 field");
  at += total;
  return entry;
}

/// Unpacks raw deflate data that must give exactly out.size() bytes.
static bool inflateAll(StringRef packed, std::string &out) {
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  // zlib counts in 32 bits, so both sides are handed over in pieces.
  constexpr size_t kPiece = size_t(1) << 30;
  size_t in = 0, done = 0;
  int status = Z_OK;
  char spare;
  while (status == Z_OK) {
    size_t feed = std::min(packed.size() - in, kPiece);
    size_t room = std::min(out.size() - done, kPiece);
    stream.next_in =
        reinterpret_cast<Bytef *>(const_cast<char *>(packed.data() + in));
    stream.avail_in = static_cast<uInt>(feed);
    // With no room left one more byte shows whether there is too much.
    stream.next_out = reinterpret_cast<Bytef *>(room ? &out[done] : &spare);
    stream.avail_out = static_cast<uInt>(room ? room : 1);
    uInt offered = stream.avail_out;
    status = inflate(&stream, Z_NO_FLUSH);
    in += feed - stream.avail_in;
    size_t made = offered - stream.avail_out;
    if (room == 0 && made != 0)
      status = Z_DATA_ERROR;
    else
      done += made;
    if (status == Z_OK && made == 0 && stream.avail_in == feed)
      status = Z_BUF_ERROR;
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && done == out.size();
}

static uint32_t crcOf(StringRef content) {
  return static_cast<uint32_t>(
      crc32_z(crc32_z(0, nullptr, 0),
              reinterpret_cast<const Bytef *>(content.data()), content.size()));
}

llvm::Expected<std::string> ZipReader::read(const ZipEntry &entry) const {
  auto fail = [&](const Twine &message) {
    return fileError(where, "entry '" + entry.name + "': " + message);
  };
  if (entry.flags & 1)
    return fail("encrypted entries are not supported");
  if (entry.method != 0 && entry.method != 8)
    return fail("zip method " + Twine(entry.method) +
                " is not supported, expected 0 (stored) or 8 (deflated)");
  StringRef local = piece(bytes, entry.offset, kLocalSize);
  if (!local.starts_with(kLocal))
    return fail("no local header at offset " + Twine(entry.offset));
  uint64_t start = entry.offset + kLocalSize + read16le(local.data() + 26) +
                   read16le(local.data() + 28);
  StringRef packed = piece(bytes, start, entry.packedSize);
  if (packed.size() != entry.packedSize)
    return fail("data is cut off: expected " + Twine(entry.packedSize) +
                " bytes at offset " + Twine(start) + " of " +
                Twine(bytes.size()));
  std::string content;
  if (entry.method == 0) {
    if (entry.size != entry.packedSize)
      return fail("stored size is " + Twine(entry.packedSize) + ", expected " +
                  Twine(entry.size));
    content = packed.str();
  } else {
    // Deflate makes at most 1032 bytes of one: a larger claim is a lie, found
    // before memory is taken for it.
    if (entry.size / 1032 > entry.packedSize)
      return fail(Twine(entry.packedSize) + " deflated bytes cannot hold " +
                  Twine(entry.size));
    content.resize(entry.size);
    if (!inflateAll(packed, content))
      return fail("deflated data is damaged or does not give the expected " +
                  Twine(entry.size) + " bytes");
  }
  if (crcOf(content) != entry.crc)
    return fail("checksum differs: the data is damaged");
  return content;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static void put(std::string &out, uint64_t value, int bytes) {
  for (; bytes != 0; --bytes, value >>= 8)
    out += static_cast<char>(value & 255);
}

/// Raw deflate data; empty where it would not be smaller.
static std::string deflateAll(StringRef content) {
  z_stream stream = {};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string packed(content.size(), 0);
  stream.next_in =
      reinterpret_cast<Bytef *>(const_cast<char *>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef *>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  int status = deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return status == Z_STREAM_END ? packed : std::string();
}

bool ZipWriter::add(StringRef name, StringRef content, bool compress) {
  // The directory and this entry's headers have to stay below 4 GiB as well.
  uint64_t total = out.size() + rows.size() + content.size() + 4 * name.size();
  if (content.size() >= kLimit || total + 4096 >= kLimit || count == 65535 ||
      name.size() > 65535)
    return false;
  std::string packed;
  if (compress)
    packed = deflateAll(content);
  bool deflated = !packed.empty();
  StringRef body = deflated ? StringRef(packed) : content;
  // Version, flags, method, time and date (1980-01-01), checksum, sizes: the
  // part that local header and directory row have in common.
  std::string common;
  put(common, 20, 2);
  put(common, 0x800, 2); // the name is UTF-8
  put(common, deflated ? 8 : 0, 2);
  put(common, 0, 2);
  put(common, 0x21, 2);
  put(common, crcOf(content), 4);
  put(common, body.size(), 4);
  put(common, content.size(), 4);
  put(common, name.size(), 2);
  put(common, 0, 2); // no extra field

  rows += kRow;
  put(rows, 20, 2);
  rows += common;
  put(rows, 0, 8); // comment, part, attributes
  put(rows, 0, 2);
  put(rows, out.size(), 4);
  rows += name;

  out += kLocal;
  out += common;
  out += name;
  out += body;
  ++count;
  return true;
}

std::string ZipWriter::finish() {
  uint64_t start = out.size();
  out += rows;
  out += kEnd;
  put(out, 0, 4);
  put(out, count, 2);
  put(out, count, 2);
  put(out, rows.size(), 4);
  put(out, start, 4);
  put(out, 0, 2);
  return std::move(out);
}
