//===- ElementType.cpp - Stored forms of element types --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SmallFloat.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Interpreter/Value.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace qs::interp;

const llvm::fltSemantics &qs::interp::semantics(Storage storage) {
  switch (storage) {
  case Storage::F8E4M3:
    return llvm::APFloat::Float8E4M3FN();
  case Storage::F8E5M2:
    return llvm::APFloat::Float8E5M2();
  case Storage::F8E8M0:
    return llvm::APFloat::Float8E8M0FNU();
  case Storage::F16:
    return llvm::APFloat::IEEEhalf();
  case Storage::BF16:
    return llvm::APFloat::BFloat();
  case Storage::F32:
    return llvm::APFloat::IEEEsingle();
  default:
    return llvm::APFloat::IEEEdouble();
  }
}

uint64_t qs::interp::encodeFloat(Storage storage, double value) {
  llvm::APFloat f(value);
  bool losesInfo;
  f.convert(semantics(storage), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return f.bitcastToAPInt().getZExtValue();
}

double qs::interp::decodeFloat(Storage storage, uint64_t bits) {
  const llvm::fltSemantics &sem = semantics(storage);
  llvm::APFloat f(sem,
                  llvm::APInt(llvm::APFloat::semanticsSizeInBits(sem), bits));
  bool losesInfo;
  f.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
            &losesInfo);
  return f.convertToDouble();
}

size_t ElementType::bytes() const {
  switch (storage) {
  case Storage::I1:
  case Storage::S8:
  case Storage::U8:
  case Storage::F8E4M3:
  case Storage::F8E5M2:
  case Storage::F8E8M0:
    return 1;
  case Storage::S16:
  case Storage::U16:
  case Storage::F16:
  case Storage::BF16:
    return 2;
  case Storage::S32:
  case Storage::U32:
  case Storage::F32:
    return 4;
  case Storage::S64:
  case Storage::F64:
    return 8;
  }
  llvm_unreachable("all storages are listed");
}

int64_t ElementType::minInt() const {
  return isUnsigned() ? 0 : INT64_MIN >> (64 - bits);
}

int64_t ElementType::maxInt() const {
  if (isUnsigned())
    return (int64_t(1) << bits) - 1;
  return INT64_MAX >> (64 - bits);
}

int64_t ElementType::wrap(int64_t value) const {
  if (bits == 64)
    return value;
  uint64_t mask = (uint64_t(1) << bits) - 1;
  uint64_t low = uint64_t(value) & mask;
  if (!isUnsigned() && (low >> (bits - 1)))
    low |= ~mask;
  return int64_t(low);
}

double ElementType::round(double value) const {
  if (storage == Storage::F64)
    return value;
  if (storage == Storage::F32)
    return float(value);
  return decodeFloat(storage, encodeFloat(storage, value));
}

std::string ElementType::str() const {
  switch (storage) {
  case Storage::F8E4M3:
    return "f8E4M3FN";
  case Storage::F8E5M2:
    return "f8E5M2";
  case Storage::F8E8M0:
    return "f8E8M0FNU";
  case Storage::F16:
    return "f16";
  case Storage::BF16:
    return "bf16";
  case Storage::F32:
    return "f32";
  case Storage::F64:
    return "f64";
  case Storage::I1:
    return "i1";
  default:
    return (isUnsigned() ? "ui" : "i") + std::to_string(bits);
  }
}

ElementType ElementType::integer(unsigned bits, bool isSigned) {
  Storage storage;
  if (bits <= 8)
    storage = isSigned ? Storage::S8 : Storage::U8;
  else if (bits <= 16)
    storage = isSigned ? Storage::S16 : Storage::U16;
  else if (bits <= 32)
    storage = isSigned ? Storage::S32 : Storage::U32;
  else
    storage = Storage::S64;
  return {storage, bits};
}

llvm::FailureOr<ElementType> ElementType::get(mlir::Type type) {
  if (mlir::isa<mlir::IndexType>(type))
    return i64();
  if (auto t = mlir::dyn_cast<mlir::IntegerType>(type)) {
    if (t.getWidth() == 1)
      return i1();
    // u33 to u64 would need a 64-bit unsigned storage that nothing else uses.
    if (t.getWidth() == 0 || t.getWidth() > 64 ||
        (t.isUnsigned() && t.getWidth() > 32))
      return mlir::failure();
    return integer(t.getWidth(), !t.isUnsigned());
  }
  if (auto t = mlir::dyn_cast<qs::QuantType>(type)) {
    bool isSigned = t.isInteger() && t.getIntegerRange().first < 0;
    return integer(t.getBits(), isSigned);
  }
  if (type.isF32())
    return f32();
  if (type.isF64())
    return ElementType{Storage::F64, 64};
  if (type.isF16())
    return ElementType{Storage::F16, 16};
  if (type.isBF16())
    return ElementType{Storage::BF16, 16};
  if (mlir::isa<mlir::Float8E4M3FNType>(type))
    return ElementType{Storage::F8E4M3, 8};
  if (mlir::isa<mlir::Float8E5M2Type>(type))
    return ElementType{Storage::F8E5M2, 8};
  if (mlir::isa<mlir::Float8E8M0FNUType>(type))
    return ElementType{Storage::F8E8M0, 8};
  return mlir::failure();
}

bool qs::interp::isRepresentable(mlir::Type type) {
  if (mlir::isa<qs::PackedType, mlir::tosa::shapeType>(type))
    return true;
  auto shaped = mlir::dyn_cast<mlir::ShapedType>(type);
  if (shaped && !mlir::isa<mlir::RankedTensorType>(type))
    return false;
  return succeeded(ElementType::get(shaped ? shaped.getElementType() : type));
}
