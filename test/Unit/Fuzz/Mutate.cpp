//===- Mutate.cpp - Damaged copies of a module ----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutate.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

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
enum class Kind { Space, Number, Value, Op, Type, Word, String, Sign };

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
  if (!isWordStart(c) || token == "x")
    return Kind::Sign;
  if (c == '%')
    return Kind::Value;
  if (token.contains('.'))
    return Kind::Op;
  return llvm::isDigit(token.back()) ? Kind::Type : Kind::Word; // i8, uint4
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
    // Shapes are numbers and the letter x: 2x3xf32.
    bool inShape =
        !tokens.empty() && text.front() == 'x' &&
        (kindOf(tokens.back()) == Kind::Number || tokens.back() == "?");
    size_t length = inShape ? 1 : tokenLength(text);
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
  // A sign that is changed is hardly ever accepted: few of them.
  for (size_t i = 0; i < tokens.size(); ++i) {
    Kind kind = kindOf(tokens[i]);
    if (kind != Kind::Space && (kind != Kind::Sign || random.below(16) == 0))
      candidates.push_back(i);
  }
  std::vector<std::string> damaged = tokens;
  if (candidates.empty())
    return {};
  for (size_t i = 0, count = 1 + random.below(2); i < count; ++i) {
    size_t at = candidates[random.below(candidates.size())];
    std::string token = tokens[at];
    Kind kind = kindOf(token);
    std::string other = token;
    size_t action = random.below(16);
    if (action == 0) {
      other.clear();
    } else if (action == 1) {
      other += " " + token;
    } else if (kind == Kind::Number && action < 12) {
      other = numbers[random.below(std::size(numbers))];
    } else {
      // Of the same kind, by trying some places.
      for (int tries = 0; tries < 16 && other == token; ++tries) {
        const std::string &found =
            tokens[candidates[random.below(candidates.size())]];
        if (kindOf(found) == kind)
          other = found;
      }
    }
    // Shapes and types agree only where every place changes alike.
    if (action > 1 && random.below(3))
      std::replace(damaged.begin(), damaged.end(), token, other);
    else
      damaged[at] = other;
  }
  std::string text;
  for (const std::string &token : damaged)
    text += token;
  return text;
}
