//===- Npz.cpp - A zip archive of arrays ----------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Npz.h"
#include "FileError.h"
#include "Zip.h"
#include "qs/Numerics/Hash.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace qs;
using llvm::StringRef;

const Array *NpzFile::find(StringRef name) const {
  for (const Entry &entry : entries)
    if (entry.first == name)
      return &entry.second;
  return nullptr;
}

void NpzFile::set(StringRef name, Array array) {
  for (Entry &entry : entries)
    if (entry.first == name) {
      entry.second = std::move(array);
      return;
    }
  entries.emplace_back(name.str(), std::move(array));
}

std::string NpzFile::names() const {
  std::string text;
  for (const Entry &entry : entries)
    text += (text.empty() ? "" : ", ") + entry.first;
  return text;
}

llvm::Expected<NpzFile> qs::parseNpz(StringRef bytes, StringRef where) {
  llvm::Expected<ZipReader> zip = ZipReader::open(bytes, where);
  if (!zip)
    return zip.takeError();
  NpzFile file;
  for (const ZipEntry &entry : zip->entries()) {
    StringRef name = entry.name;
    if (!name.consume_back(".npy"))
      return fileError(where, "entry '" + entry.name +
                                  "': expected a name that ends in .npy");
    if (file.find(name))
      return fileError(where, "entry '" + entry.name + "' appears twice");
    llvm::Expected<std::string> content = zip->read(entry);
    if (!content)
      return content.takeError();
    llvm::Expected<Array> array =
        parseNpy(*content, (where + ": entry '" + entry.name + "'").str());
    if (!array)
      return array.takeError();
    file.set(name, std::move(*array));
  }
  return file;
}

llvm::Expected<NpzFile> qs::readNpz(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fileError(path, "cannot be read: " + buffer.getError().message());
  StringRef bytes = (*buffer)->getBuffer();
  if (!bytes.starts_with("\x93NUMPY"))
    return parseNpz(bytes, path);
  llvm::Expected<Array> array = parseNpy(bytes, path);
  if (!array)
    return array.takeError();
  NpzFile file;
  file.set("arg0", std::move(*array));
  return file;
}

llvm::Error qs::writeNpz(StringRef path, const NpzFile &file, bool compress) {
  ZipWriter zip;
  for (const auto &[name, array] : file)
    if (!zip.add(name + ".npy", formatNpy(array), compress))
      return fileError(path, "entry '" + name +
                                 "': files of 4 GiB or more cannot be written");
  return writeFile(path, zip.finish());
}

uint64_t qs::hashArrays(const NpzFile &file) {
  std::vector<const NpzFile::Entry *> sorted;
  for (const NpzFile::Entry &entry : file)
    sorted.push_back(&entry);
  llvm::sort(sorted,
             [](const auto *a, const auto *b) { return a->first < b->first; });
  num::Hasher hasher;
  for (const NpzFile::Entry *entry : sorted) {
    // The header ends the name and tells the size of what follows, so that no
    // two lists of arrays give the same bytes.
    std::string head = entry->first + '\0' +
                       toString(entry->second.dtype).str() + ' ' +
                       shapeText(entry->second.shape) + '\0';
    hasher.update(head.data(), head.size());
    hasher.update(entry->second.data.data(), entry->second.data.size());
  }
  return hasher.digest();
}
