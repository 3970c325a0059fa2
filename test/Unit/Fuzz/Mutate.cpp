//===- Mutate.cpp - Damaged copies of a module ----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutate.h"
#include "llvm/ADT/StringExtras.h"

using namespace qs::fuzz;

std::string qs::fuzz::mutateBytes(llvm::StringRef bytes, Random &random) {
  std::string damaged = bytes.str();
  if (damaged.empty())
    return damaged;
  if (random.below(8) == 0) {
    damaged.resize(random.below(damaged.size()));
    return damaged;
  }
  for (size_t i = 0, count = 1 + random.below(4); i < count; ++i) {
    char &byte = damaged[random.below(damaged.size())];
    if (random.below(2))
      byte = static_cast<char>(byte ^ (1 << random.below(8)));
    else
      byte = static_cast<char>(random.below(256));
  }
  return damaged;
}

namespace {
enum class Kind { Space, Number, Word, String, Sign };

bool isWordStart(char c) {
  return llvm::isAlpha(c) || c == '_' || c == '%' || c == '@' || c == '#' ||
         c == '!' || c == '^';
}

Kind kindOf(llvm::StringRef token) {
  char c = token.front();
  if (llvm::isSpace(c) || token.starts_with("//"))
    return Kind::Space;
  if (llvm::isDigit(c) || (c == '-' && token.size() > 1 && token != "->"))
    return Kind::Number;
  if (c == '"')
    return Kind::String;
  return isWordStart(c) ? Kind::Word : Kind::Sign;
}

/// The length of the first token of a text that is not empty.
size_t tokenLength(llvm::StringRef text) {
  auto while_ = [&](size_t from, auto test) {
    while (from < text.size() && test(text[from]))
      ++from;
    return from;
  };
  char c = text.front();
  if (text.starts_with("//"))
    return std::min(text.find('\n'), text.size());
  if (text.starts_with("->"))
    return 2;
  if (llvm::isSpace(c))
    return while_(1, [](char x) { return llvm::isSpace(x); });
  if (c == '"') {
    size_t end = text.find('"', 1);
    return end == llvm::StringRef::npos ? text.size() : end + 1;
  }
  if (llvm::isDigit(c) ||
      (c == '-' && text.size() > 1 && llvm::isDigit(text[1])))
    return while_(1, [](char x) { return llvm::isDigit(x) || x == '.'; });
  // Shapes are numbers and the letter x: 2x3xf32.
  if (c == 'x' && text.size() > 1 && llvm::isDigit(text[1]))
    return 1;
  if (isWordStart(c))
    return while_(1, [](char x) {
      return llvm::isAlnum(x) || x == '_' || x == '.' || x == '$';
    });
  return 1;
}
} // namespace

std::vector<std::string> qs::fuzz::tokenize(llvm::StringRef text) {
  std::vector<std::string> tokens;
  while (!text.empty()) {
    size_t length = tokenLength(text);
    tokens.push_back(text.take_front(length).str());
    text = text.drop_front(length);
  }
  return tokens;
}

std::string qs::fuzz::mutateText(const std::vector<std::string> &tokens,
                                 Random &random) {
  static const char *numbers[] = {"0",
                                  "1",
                                  "-1",
                                  "2",
                                  "3",
                                  "7",
                                  "8",
                                  "16",
                                  "17",
                                  "255",
                                  "-128",
                                  "127",
                                  "256",
                                  "65536",
                                  "1.0",
                                  "2147483647",
                                  "-2147483648",
                                  "4294967296",
                                  "?",
                                  "0.0",
                                  "1.0e-40",
                                  "0x7FC00000",
                                  "9223372036854775807"};
  std::vector<size_t> candidates;
  for (size_t i = 0; i < tokens.size(); ++i)
    if (kindOf(tokens[i]) != Kind::Space)
      candidates.push_back(i);
  std::vector<std::string> damaged = tokens;
  if (candidates.empty())
    return {};
  for (size_t i = 0, count = 1 + random.below(3); i < count; ++i) {
    size_t at = candidates[random.below(candidates.size())];
    Kind kind = kindOf(tokens[at]);
    size_t action = random.below(8);
    if (action == 0) {
      damaged[at].clear();
    } else if (action == 1) {
      damaged[at] += " " + tokens[at];
    } else if (kind == Kind::Number && action < 6) {
      damaged[at] = numbers[random.below(std::size(numbers))];
    } else {
      // Of the same kind, by trying some places.
      for (int tries = 0; tries < 16; ++tries) {
        size_t from = candidates[random.below(candidates.size())];
        if (kindOf(tokens[from]) != kind || tokens[from] == tokens[at])
          continue;
        damaged[at] = tokens[from];
        break;
      }
    }
  }
  std::string text;
  for (const std::string &token : damaged)
    text += token;
  return text;
}
