//===- Zip.h - The part of zip that .npz uses -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Stored and deflated entries, zip64 where reading. After PKWARE's APPNOTE.
///
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_SUPPORT_ZIP_H
#define QS_LIB_SUPPORT_ZIP_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace qs {

/// A row of the central directory.
struct ZipEntry {
  std::string name;
  uint16_t flags = 0, method = 0;
  uint32_t crc = 0;
  uint64_t packedSize = 0, size = 0;
  /// Where the local header is.
  uint64_t offset = 0;
};

class ZipReader {
public:
  /// Reads the directory. `bytes` and `where` must live as long as the reader.
  static llvm::Expected<ZipReader> open(llvm::StringRef bytes,
                                        llvm::StringRef where);
  const std::vector<ZipEntry> &entries() const { return directory; }
  /// Unpacks one entry and checks its size and CRC.
  llvm::Expected<std::string> read(const ZipEntry &entry) const;

private:
  ZipReader(llvm::StringRef bytes, llvm::StringRef where)
      : bytes(bytes), where(where) {}
  llvm::Error readDirectory();
  llvm::Expected<ZipEntry> readRow(uint64_t &at) const;

  llvm::StringRef bytes, where;
  std::vector<ZipEntry> directory;
};

class ZipWriter {
public:
  /// False, and nothing is added, where the limits of plain zip are exceeded.
  bool add(llvm::StringRef name, llvm::StringRef content, bool compress);
  /// The whole archive; the writer is spent afterwards.
  std::string finish();

private:
  std::string out, rows;
  unsigned count = 0;
};

} // namespace qs

#endif // QS_LIB_SUPPORT_ZIP_H
