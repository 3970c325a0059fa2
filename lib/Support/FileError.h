//===- FileError.h - Errors about files -------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_SUPPORT_FILEERROR_H
#define QS_LIB_SUPPORT_FILEERROR_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace qs {

/// `where: message`.
inline llvm::Error fileError(llvm::StringRef where,
                             const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 llvm::Twine(where) + ": " + message);
}

/// Writes a whole file; the error names it.
inline llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes) {
  std::error_code code;
  llvm::raw_fd_ostream out(path, code, llvm::sys::fs::OF_None);
  if (code)
    return fileError(path, "cannot be written: " + code.message());
  out << bytes;
  out.close();
  if (out.has_error()) {
    code = out.error();
    out.clear_error();
    return fileError(path, "cannot be written: " + code.message());
  }
  return llvm::Error::success();
}

} // namespace qs

#endif // QS_LIB_SUPPORT_FILEERROR_H
