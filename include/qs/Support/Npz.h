//===- Npz.h - Reading and writing .npy and .npz ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// numpy's array files. Formats: NEP 1 (.npy versions 1 to 3) and PKWARE's
/// APPNOTE (.npz is a zip of .npy files), entries stored or deflated, zip64
/// where reading.
///
/// Files are not trusted: a damaged one gives an error that names file, entry,
/// what was expected and what was found. Nothing is allocated for a size that
/// the file cannot hold.
///
/// Arrays in Fortran order and of the other byte order are converted. Dtypes
/// are those of DType; others (strings, objects, complex) are errors.
///
//===----------------------------------------------------------------------===//

#ifndef QS_SUPPORT_NPZ_H
#define QS_SUPPORT_NPZ_H

#include "qs/Support/Array.h"

#include <utility>

namespace qs {

/// The arrays of an .npz file, in its order.
class NpzFile {
public:
  using Entry = std::pair<std::string, Array>;

  /// Null where there is none.
  const Array *find(llvm::StringRef name) const;
  /// Adds an array or replaces the one of that name.
  void set(llvm::StringRef name, Array array);

  std::vector<Entry>::const_iterator begin() const { return entries.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries.end(); }
  size_t size() const { return entries.size(); }
  bool empty() const { return entries.empty(); }
  /// `a, b, c`, for messages about a name that is missing.
  std::string names() const;

private:
  std::vector<Entry> entries;
};

/// An array from the bytes of an .npy file; `where` names it in errors.
llvm::Expected<Array> parseNpy(llvm::StringRef bytes, llvm::StringRef where);
/// The bytes of an .npy file.
std::string formatNpy(const Array &array);

llvm::Expected<NpzFile> parseNpz(llvm::StringRef bytes, llvm::StringRef where);

llvm::Expected<Array> readNpy(llvm::StringRef path);
llvm::Error writeNpy(llvm::StringRef path, const Array &array);
/// An .npy file gives one array named `arg0`.
llvm::Expected<NpzFile> readNpz(llvm::StringRef path);
/// Entries are stored, or deflated with `compress`. Arrays and files of 4 GiB
/// or more are an error. The same arrays give the same bytes.
llvm::Error writeNpz(llvm::StringRef path, const NpzFile &file,
                     bool compress = false);

/// A hash of names, types, shapes and values, for provenance; independent of
/// the order of the entries and of how the file was packed.
uint64_t hashArrays(const NpzFile &file);

} // namespace qs

#endif // QS_SUPPORT_NPZ_H
