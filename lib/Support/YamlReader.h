//===- YamlReader.h - Checked reading of YAML -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A mapping is read by a table of its keys: each row has a function that takes
// the value. So the list of allowed keys in an error is the list that is read.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_SUPPORT_YAMLREADER_H
#define QS_LIB_SUPPORT_YAMLREADER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

#include <functional>
#include <string>

namespace qs {

/// Reads values and keeps the first error, as `name:line: message`. All
/// functions that return bool give false after an error was recorded.
class YamlReader {
protected:
  /// `name` stands in front of errors.
  YamlReader(llvm::StringRef text, llvm::StringRef name);

  /// One key of a mapping and what to do with its value.
  struct Key {
    llvm::StringRef name;
    std::function<bool(llvm::yaml::Node *)> read;
  };

  bool failAt(unsigned line, const llvm::Twine &message);
  bool fail(const llvm::yaml::Node *node, const llvm::Twine &message);
  unsigned lineOf(const llvm::yaml::Node *node);

  /// `what` names the mapping in errors. Keys may come once, in any order.
  bool readMapping(llvm::yaml::Node *node, llvm::StringRef what,
                   llvm::ArrayRef<Key> keys);
  bool readText(llvm::yaml::Node *node, llvm::StringRef key, std::string &text);
  bool readChoice(llvm::yaml::Node *node, llvm::StringRef key,
                  llvm::ArrayRef<llvm::StringRef> allowed, std::string &text);
  bool readNumber(llvm::yaml::Node *node, llvm::StringRef key,
                  llvm::StringRef range,
                  llvm::function_ref<bool(double)> allowed, double &number);
  bool readCount(llvm::yaml::Node *node, llvm::StringRef key, uint64_t least,
                 uint64_t most, uint64_t &number);

  std::string name, error;
  llvm::SourceMgr sources;
  llvm::yaml::Stream stream;
};

} // namespace qs

#endif // QS_LIB_SUPPORT_YAMLREADER_H
