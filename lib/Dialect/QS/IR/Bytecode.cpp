//===- Bytecode.cpp - versioned bytecode of the dialect -----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bytecode.h"
#include "mlir/Bytecode/BytecodeImplementation.h"
#include "qs/Dialect/QS/IR/QSDialect.h"

using namespace mlir;
using namespace qs;

namespace {

struct QSVersion : DialectVersion {
  QSVersion(uint64_t major, uint64_t minor) : major(major), minor(minor) {}
  uint64_t major, minor;
};

/// Major changes when old files cannot be read, minor when new ones cannot.
constexpr uint64_t currentMajor = 1, currentMinor = 1;

/// Attributes and types are written as text, which the version covers: a reader
/// of version 1.x parses what any 1.y with y <= x wrote.
struct QSBytecodeInterface : BytecodeDialectInterface {
  explicit QSBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(currentMajor);
    writer.writeVarInt(currentMinor);
  }

  std::unique_ptr<DialectVersion>
  readVersion(DialectBytecodeReader &reader) const override {
    uint64_t major, minor;
    if (failed(reader.readVarInt(major)) || failed(reader.readVarInt(minor)))
      return nullptr;
    if (major != currentMajor || minor > currentMinor) {
      reader.emitError() << "qs dialect bytecode has version " << major << "."
                         << minor << ", this reader takes " << currentMajor
                         << ".0 to " << currentMajor << "." << currentMinor;
      return nullptr;
    }
    return std::make_unique<QSVersion>(major, minor);
  }
};

} // namespace

void qs::addBytecodeInterface(QSDialect *dialect) {
  dialect->addInterfaces<QSBytecodeInterface>();
}
