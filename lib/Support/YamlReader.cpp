//===- YamlReader.cpp - Checked reading of YAML ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "YamlReader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace qs;
using llvm::StringRef;
using llvm::Twine;
namespace yaml = llvm::yaml;

YamlReader::YamlReader(StringRef text, StringRef name)
    : name(name), stream(text, sources) {
  sources.setDiagHandler(
      [](const llvm::SMDiagnostic &diagnostic, void *self) {
        static_cast<YamlReader *>(self)->failAt(
            static_cast<unsigned>(std::max(diagnostic.getLineNo(), 1)),
            "not valid YAML: " + diagnostic.getMessage());
      },
      this);
}

bool YamlReader::failAt(unsigned line, const Twine &message) {
  // The first error is the cause, later ones are its consequences.
  if (error.empty())
    error = (name + ":" + Twine(line) + ": " + message).str();
  return false;
}

unsigned YamlReader::lineOf(const yaml::Node *node) {
  llvm::SMLoc start = node->getSourceRange().Start;
  if (!start.isValid() || !sources.FindBufferContainingLoc(start))
    return 1;
  return sources.getLineAndColumn(start).first;
}

bool YamlReader::fail(const yaml::Node *node, const Twine &message) {
  return failAt(node ? lineOf(node) : 1, message);
}

bool YamlReader::readMapping(yaml::Node *node, StringRef what,
                             llvm::ArrayRef<Key> keys) {
  auto *mapping = llvm::dyn_cast_or_null<yaml::MappingNode>(node);
  auto allowed = [&] {
    std::string text;
    for (const Key &key : keys)
      text += (text.empty() ? "" : ", ") + key.name.str();
    return text;
  };
  if (!mapping)
    return fail(node, what + ": expected a mapping with the keys " + allowed());
  llvm::StringSet<> seen;
  for (yaml::KeyValueNode &pair : *mapping) {
    auto *keyNode = llvm::dyn_cast_or_null<yaml::ScalarNode>(pair.getKey());
    if (!keyNode)
      return fail(mapping, what + ": expected a key, one of " + allowed());
    llvm::SmallString<32> storage;
    StringRef name = keyNode->getValue(storage);
    const Key *key = llvm::find_if(
        keys, [&](const Key &candidate) { return candidate.name == name; });
    if (key == keys.end())
      return fail(keyNode, "unknown key '" + name + "' in " + what +
                               ", expected one of " + allowed());
    if (!seen.insert(name).second)
      return fail(keyNode, "key '" + name + "' appears twice in " + what);
    yaml::Node *value = pair.getValue();
    if (!value || llvm::isa<yaml::NullNode>(value))
      return fail(keyNode, "key '" + name + "' has no value");
    if (!key->read(value))
      return false;
    if (stream.failed())
      return fail(mapping, "not valid YAML");
  }
  return !stream.failed() || fail(mapping, "not valid YAML");
}

bool YamlReader::readText(yaml::Node *node, StringRef key, std::string &text) {
  auto *scalar = llvm::dyn_cast<yaml::ScalarNode>(node);
  if (!scalar)
    return fail(node, "key '" + key + "': expected a single value");
  llvm::SmallString<32> storage;
  text = scalar->getValue(storage).str();
  return true;
}

bool YamlReader::readChoice(yaml::Node *node, StringRef key,
                            llvm::ArrayRef<StringRef> allowed,
                            std::string &text) {
  if (!readText(node, key, text))
    return false;
  if (llvm::is_contained(allowed, text))
    return true;
  return fail(node, "key '" + key + "': unknown value '" + text +
                        "', expected one of " + llvm::join(allowed, ", "));
}

bool YamlReader::readNumber(yaml::Node *node, StringRef key, StringRef range,
                            llvm::function_ref<bool(double)> allowed,
                            double &number) {
  std::string text;
  if (!readText(node, key, text))
    return false;
  // NaN fails every comparison, so `allowed` refuses it.
  if (!StringRef(text).getAsDouble(number) && allowed(number))
    return true;
  return fail(node, "key '" + key + "': expected a number " + range +
                        ", found '" + text + "'");
}

bool YamlReader::readCount(yaml::Node *node, StringRef key, uint64_t least,
                           uint64_t most, uint64_t &number) {
  std::string text;
  if (!readText(node, key, text))
    return false;
  if (!StringRef(text).getAsInteger(10, number) && number >= least &&
      number <= most)
    return true;
  return fail(node, "key '" + key + "': expected an integer from " +
                        Twine(least) + " to " + Twine(most) + ", found '" +
                        text + "'");
}
