//===- NpzTest.cpp - npy and npz: numpy, round trips, damage
//----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Npz.h"
#include "../Numerics/Oracle.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <gtest/gtest.h>

using namespace qs;

static constexpr DType kTypes[] = {
    DType::Bool, DType::I8,  DType::U8,  DType::I16, DType::U16, DType::I32,
    DType::U32,  DType::I64, DType::U64, DType::F16, DType::F32, DType::F64};

namespace {
/// A file that is gone at the end of the test.
struct Scratch {
  explicit Scratch(const char *suffix) {
    llvm::sys::fs::createTemporaryFile("qs-unit", suffix, path);
  }
  ~Scratch() { llvm::sys::fs::remove(path); }
  std::string read() const {
    return (*llvm::MemoryBuffer::getFile(path))->getBuffer().str();
  }
  llvm::SmallString<128> path;
};
} // namespace

static Array randomArray(oracle::Random &random, DType type,
                         std::vector<int64_t> shape) {
  Array array(type, shape);
  for (char &byte : array.data)
    byte = static_cast<char>(type == DType::Bool ? random.below(2)
                                                 : random.bits() & 0x3f);
  return array;
}

static NpzFile sampleFile() {
  oracle::Random random(21);
  NpzFile file;
  for (DType type : kTypes) {
    std::string name = toString(type).str();
    file.set(name, randomArray(random, type, {2, 3, 5}));
    file.set(name + "_scalar", randomArray(random, type, {}));
    file.set(name + "_empty", randomArray(random, type, {0, 4}));
  }
  return file;
}

static void expectSame(const NpzFile &a, const NpzFile &b) {
  EXPECT_EQ(a.names(), b.names());
  for (const auto &[name, array] : a) {
    const Array *other = b.find(name);
    ASSERT_TRUE(other) << name;
    EXPECT_TRUE(array == *other) << name;
  }
}

template <typename T> static std::string messageOf(llvm::Expected<T> value) {
  if (value)
    return "no error";
  return llvm::toString(value.takeError());
}

TEST(Npz, RoundTrip) {
  NpzFile file = sampleFile();
  for (bool compress : {false, true}) {
    Scratch scratch("npz");
    ASSERT_FALSE(writeNpz(scratch.path, file, compress));
    llvm::Expected<NpzFile> back = readNpz(scratch.path);
    ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError());
    expectSame(file, *back);
    EXPECT_EQ(hashArrays(file), hashArrays(*back));
  }
}

TEST(Npz, CompressionCompresses) {
  NpzFile file;
  file.set("x", Array(DType::F32, {100, 1000}));
  Scratch scratch("npz");
  ASSERT_FALSE(writeNpz(scratch.path, file, true));
  EXPECT_LT(scratch.read().size(), 5000u);
  llvm::Expected<NpzFile> back = readNpz(scratch.path);
  ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError());
  expectSame(file, *back);
}

TEST(Npz, SingleNpy) {
  Scratch scratch("npy");
  Array array = Array::of(llvm::ArrayRef<float>{1, 2, 3, 4, 5, 6}, {2, 3});
  ASSERT_FALSE(writeNpy(scratch.path, array));
  llvm::Expected<Array> back = readNpy(scratch.path);
  ASSERT_TRUE(bool(back));
  EXPECT_TRUE(*back == array);
  llvm::Expected<NpzFile> file = readNpz(scratch.path);
  ASSERT_TRUE(bool(file));
  EXPECT_TRUE(*file->find("arg0") == array);
}

TEST(Npz, HashSeesNamesTypesShapesAndValues) {
  auto make = [](const char *name, std::vector<int64_t> shape, float value) {
    NpzFile file;
    file.set(name, Array::of(llvm::ArrayRef<float>{1, value}, shape));
    return file;
  };
  uint64_t hash = hashArrays(make("x", {2}, 3));
  EXPECT_NE(hash, hashArrays(make("y", {2}, 3)));
  EXPECT_NE(hash, hashArrays(make("x", {2, 1}, 3)));
  EXPECT_NE(hash, hashArrays(make("x", {2}, 4)));
  NpzFile ab = make("a", {2}, 1), ba = make("b", {2}, 2);
  ab.set("b", *ba.find("b"));
  ba.set("a", *ab.find("a"));
  EXPECT_EQ(hashArrays(ab), hashArrays(ba));
}

//===----------------------------------------------------------------------===//
// Together with numpy
//===----------------------------------------------------------------------===//

/// Runs a script with sys.argv[1] = path; -1 where there is no numpy.
static int runPython(llvm::StringRef script, llvm::StringRef path) {
  llvm::StringRef python = "/usr/bin/python3";
  if (!llvm::sys::fs::can_execute(python) ||
      llvm::sys::ExecuteAndWait(python, {python, "-c", "import numpy"},
                                std::nullopt, {"", "", ""}) != 0)
    return -1;
  return llvm::sys::ExecuteAndWait(python, {python, "-c", script, path});
}

TEST(Npz, NumpyReadsWhatWeWrite) {
  for (bool compress : {false, true}) {
    Scratch scratch("npz");
    NpzFile file = sampleFile();
    ASSERT_FALSE(writeNpz(scratch.path, file, compress));
    int status =
        runPython("import sys, zipfile, numpy as np\n"
                  "assert zipfile.ZipFile(sys.argv[1]).testzip() is None\n"
                  "f = np.load(sys.argv[1])\n"
                  "assert len(f.files) == 36\n"
                  "for n in f.files:\n"
                  "  t = n.split('_')\n"
                  "  assert f[n].dtype == np.dtype(t[0]), n\n"
                  "  s = {'': (2, 3, 5), 'scalar': (), 'empty': (0, 4)}\n"
                  "  assert f[n].shape == s[(t + [''])[1]], n\n"
                  "  assert f[n].flags['C_CONTIGUOUS']\n"
                  "np.savez(sys.argv[1], **f)\n",
                  scratch.path);
    if (status < 0)
      GTEST_SKIP() << "python3-numpy is not installed";
    ASSERT_EQ(status, 0);
    // What numpy read and wrote again is what we wrote.
    llvm::Expected<NpzFile> back = readNpz(scratch.path);
    ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError());
    expectSame(file, *back);
  }
}

TEST(Npz, WeReadWhatNumpyWrites) {
  Scratch scratch("npz");
  int status = runPython(
      "import sys, io, zipfile, numpy as np\n"
      "a = np.arange(24).reshape(2, 3, 4)\n"
      "d = {t + o: a.astype(o + t) for t in ('f4', 'i2', 'u8', 'f2')\n"
      "     for o in '<>'}\n"
      "d['fortran'] = np.asfortranarray(a.astype('f8'))\n"
      "d['fortran_swapped'] = np.asfortranarray(a.astype('>i4'))\n"
      "np.savez_compressed(sys.argv[1], **d)\n"
      "z = zipfile.ZipFile(sys.argv[1], 'a')\n"
      "with z.open('zip64.npy', 'w', force_zip64=True) as f:\n"
      "  np.lib.format.write_array(f, a.astype('i1'), version=(2, 0))\n"
      "z.close()\n",
      scratch.path);
  if (status < 0)
    GTEST_SKIP() << "python3-numpy is not installed";
  ASSERT_EQ(status, 0);
  llvm::Expected<NpzFile> file = readNpz(scratch.path);
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  EXPECT_EQ(file->size(), 11u);
  for (const auto &[name, array] : *file) {
    EXPECT_EQ(shapeText(array.shape), "2x3x4") << name;
    for (int64_t i = 0; i < 24; ++i) {
      EXPECT_EQ(array.get(i), static_cast<double>(i)) << name;
      EXPECT_EQ(array.getInt(i), i) << name;
    }
  }
  EXPECT_EQ(file->find("fortran")->dtype, DType::F64);
  EXPECT_EQ(file->find("zip64")->dtype, DType::I8);
}

//===----------------------------------------------------------------------===//
// Damage
//===----------------------------------------------------------------------===//

static std::string smallNpz(bool compress) {
  NpzFile file;
  file.set("weights", Array::of(llvm::ArrayRef<float>{1, 2, 3, 4}, {2, 2}));
  file.set("zeros", Array(DType::I32, {64}));
  Scratch scratch("npz");
  llvm::cantFail(writeNpz(scratch.path, file, compress));
  return scratch.read();
}

TEST(Npz, EveryTruncationIsAnError) {
  for (bool compress : {false, true}) {
    std::string bytes = smallNpz(compress);
    ASSERT_TRUE(bool(parseNpz(bytes, "whole")));
    for (size_t size = 0; size < bytes.size(); ++size) {
      std::string message =
          messageOf(parseNpz(llvm::StringRef(bytes).take_front(size), "f.npz"));
      EXPECT_EQ(message.rfind("f.npz: ", 0), 0u) << size << " " << message;
    }
  }
  std::string npy = formatNpy(Array(DType::F32, {3, 3}));
  for (size_t size = 0; size < npy.size(); ++size)
    EXPECT_NE(messageOf(parseNpy(llvm::StringRef(npy).take_front(size), "f")),
              "no error");
}

TEST(Npz, BitFlipsNeverCrashAndDataIsChecked) {
  for (bool compress : {false, true}) {
    std::string bytes = smallNpz(compress);
    llvm::Expected<NpzFile> original = parseNpz(bytes, "whole");
    ASSERT_TRUE(bool(original));
    unsigned accepted = 0;
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      llvm::Expected<NpzFile> file = parseNpz(damaged, "f.npz");
      if (!file) {
        EXPECT_EQ(llvm::toString(file.takeError()).rfind("f.npz: ", 0), 0u);
        continue;
      }
      ++accepted;
      // Dates, attributes and names are not checked; values always are.
      for (const auto &entry : *file) {
        const Array *same = original->find(entry.first);
        if (same) {
          EXPECT_TRUE(entry.second == *same) << bit;
        }
      }
    }
    EXPECT_LT(accepted, bytes.size() * 8 / 2);
  }
}

TEST(Npz, RandomDamage) {
  oracle::Random random(22);
  std::string bytes = smallNpz(true);
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = bytes;
    for (uint32_t i = 0, n = 1 + random.below(6); i < n; ++i)
      damaged[random.below(uint32_t(damaged.size()))] =
          static_cast<char>(random.bits());
    (void)messageOf(parseNpz(damaged, "f.npz"));
    // The same for the format inside, without the checksum before it.
    std::string npy = formatNpy(Array(DType::I16, {4, 5}));
    for (int i = 0; i < 2; ++i)
      npy[random.below(130)] = static_cast<char>(random.bits());
    (void)messageOf(parseNpy(npy, "f.npy"));
  }
}

/// An npy file with a header of ours.
static std::string withHeader(const std::string &header,
                              const std::string &body = "") {
  std::string bytes = "\x93NUMPY\x01";
  bytes += '\0';
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header + body;
}

TEST(Npz, ErrorsSayWhatWasExpected) {
  auto error = [](const std::string &header, const std::string &body = "") {
    return messageOf(parseNpy(withHeader(header, body), "x.npy"));
  };
  EXPECT_EQ(error("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
                  "12345678"),
            "x.npy: shape 3 of float32: expected 12 bytes of data, found 8");
  EXPECT_EQ(error("{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }"),
            "x.npy: npy header: bad value of 'descr': dtype '<c8' is not "
            "supported, expected bool, (u)int8 to 64 or float16 to 64");
  EXPECT_EQ(error("{'descr': [('a', '<f4')], 'fortran_order': False, "
                  "'shape': (3,), }"),
            "x.npy: npy header: bad value of 'descr': structured types are not "
            "supported");
  EXPECT_EQ(error("{'descr': '<f4', 'shape': (3,), }"),
            "x.npy: npy header: expected the keys descr, fortran_order and "
            "shape");
  EXPECT_EQ(error("{'descr': '<f4', 'fortran_order': False, 'shape': "
                  "(4611686018427387904, 4611686018427387904), }"),
            "x.npy: shape 4611686018427387904x4611686018427387904 is too "
            "large");
  EXPECT_EQ(error("{'descr': '<f4', 'fortran_order': False, 'shape': "
                  "(0, 9223372036854775807, 3), }"),
            "x.npy: shape 0x9223372036854775807x3 is too large");
  EXPECT_EQ(error("{'descr': '<f4', 'fortran_order': False, 'shape': "
                  "(1000000000,), }"),
            "x.npy: shape 1000000000 of float32: expected 4000000000 bytes of "
            "data, found 0");
  EXPECT_EQ(error("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"),
            "x.npy: npy header: bad value of 'shape'");
  EXPECT_EQ(error("{'descr': '<f4', 'color': 1}"),
            "x.npy: npy header: unknown key 'color'");
  EXPECT_EQ(messageOf(parseNpy("hello world", "x.npy")),
            "x.npy: not an npy file: expected it to begin with \\x93NUMPY");
  EXPECT_EQ(messageOf(parseNpz("hello world", "x.npz")),
            "x.npz: not an npz file: no zip directory found");
  EXPECT_EQ(messageOf(readNpz("/nonexistent.npz")),
            "/nonexistent.npz: cannot be read: No such file or directory");
}

TEST(Npz, ChecksumNamesTheEntry) {
  std::string bytes = smallNpz(false);
  size_t at = bytes.find(std::string("\x00\x00\x80\x3f", 4));
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 1;
  EXPECT_EQ(
      messageOf(parseNpz(bytes, "x.npz")),
      "x.npz: entry 'weights.npy': checksum differs: the data is damaged");
}

static std::string littleEndian(uint64_t value, int bytes) {
  std::string text;
  for (; bytes != 0; --bytes, value >>= 8)
    text += static_cast<char>(value & 255);
  return text;
}

TEST(Npz, Zip64Directory) {
  // Sizes of an entry and of the directory in their 64-bit places only.
  Array array = Array::of(llvm::ArrayRef<float>{1, 2, 3}, {3});
  NpzFile file;
  file.set("x", array);
  Scratch scratch("npz");
  ASSERT_FALSE(writeNpz(scratch.path, file));
  std::string plain = scratch.read();
  size_t row = plain.find("PK\x01\x02"), end = plain.find("PK\x05\x06");
  uint64_t size = formatNpy(array).size();
  auto build = [&](uint64_t claimed) {
    std::string directory = plain.substr(row, end - row);
    directory.replace(20, 8, std::string(8, '\xff'));
    directory.replace(30, 2, littleEndian(4 + 16, 2));
    directory += littleEndian(1, 2) + littleEndian(16, 2) +
                 littleEndian(claimed, 8) + littleEndian(size, 8);
    std::string bytes = plain.substr(0, row) + directory;
    uint64_t end64 = bytes.size();
    bytes += "PK\x06\x06" + littleEndian(44, 8) + littleEndian(45, 2) +
             littleEndian(45, 2) + littleEndian(0, 8) + littleEndian(1, 8) +
             littleEndian(1, 8) + littleEndian(directory.size(), 8) +
             littleEndian(row, 8);
    bytes += "PK\x06\x07" + littleEndian(0, 4) + littleEndian(end64, 8) +
             littleEndian(1, 4);
    return bytes + "PK\x05\x06" + littleEndian(0, 4) + std::string(12, '\xff') +
           littleEndian(0, 2);
  };
  llvm::Expected<NpzFile> back = parseNpz(build(size), "x.npz");
  ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError());
  expectSame(*back, file);
  EXPECT_EQ(messageOf(parseNpz(build(uint64_t(1) << 60), "x.npz")),
            "x.npz: entry 'x.npy': stored size is " + std::to_string(size) +
                ", expected 1152921504606846976");
}

TEST(Npz, LiesAboutTheSizeTakeNoMemory) {
  std::string bytes = smallNpz(true);
  size_t row = bytes.find("PK\x01\x02", bytes.find("PK\x01\x02") + 4);
  bytes.replace(row + 24, 4, littleEndian(0xfffffff0u, 4));
  EXPECT_NE(messageOf(parseNpz(bytes, "x.npz")).find("cannot hold 4294967280"),
            std::string::npos);
}

TEST(Array, CountAndSlice) {
  EXPECT_EQ(countElements({}), 1);
  EXPECT_EQ(countElements({2, 0, 5}), 0);
  EXPECT_FALSE(countElements({2, -1}));
  EXPECT_FALSE(countElements({int64_t(1) << 61}, 8));
  EXPECT_EQ(shapeText({}), "scalar");
  Array array = Array::of(llvm::ArrayRef<int32_t>{1, 2, 3, 4, 5, 6}, {3, 2});
  EXPECT_TRUE(slice(array, 1, 3) ==
              Array::of(llvm::ArrayRef<int32_t>{3, 4, 5, 6}, {2, 2}));
  EXPECT_EQ(slice(array, 1, 1).size(), 0);
  EXPECT_EQ(parseDType("uint16"), DType::U16);
  EXPECT_FALSE(parseDType("complex64"));
}
