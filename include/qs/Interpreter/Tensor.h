//===- Tensor.h - Dense values of the interpreter ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tensor owns its elements, dense and in row-major order, and shares them
// with its copies until one of them is written. Integers are stored bit-exact
// in the next wider machine type: sign-extended (S8..S64) for signless and
// signed types and int codes, zero-extended (I1, U8..U32) for i1, unsigned
// types and uint codes. Floats narrower than f32 are stored as their bits and
// computed on as f32.
//
//===----------------------------------------------------------------------===//

#ifndef QS_INTERPRETER_TENSOR_H
#define QS_INTERPRETER_TENSOR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Types.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/raw_ostream.h"

#include <cassert>
#include <cstdint>
#include <memory>
#include <vector>

namespace qs::interp {

/// The machine type that holds one element.
enum class Storage : uint8_t {
  I1,
  S8,
  U8,
  S16,
  U16,
  S32,
  U32,
  S64,
  F8E4M3,
  F8E5M2,
  F8E8M0,
  F16,
  BF16,
  F32,
  F64
};

/// What one element is: where it is stored, and how many bits of that count.
struct ElementType {
  Storage storage = Storage::F32;
  unsigned bits = 32;

  bool isFloat() const { return storage >= Storage::F8E4M3; }
  bool isUnsigned() const {
    return storage == Storage::I1 || storage == Storage::U8 ||
           storage == Storage::U16 || storage == Storage::U32;
  }
  /// Bytes of one stored element.
  size_t bytes() const;
  /// Smallest and largest integer this type holds (integers only).
  int64_t minInt() const;
  int64_t maxInt() const;
  /// `value` reduced modulo 2^bits to the stored form.
  int64_t wrap(int64_t value) const;
  /// `value` rounded to this float type, ties to even.
  double round(double value) const;
  /// `f32`, `i8`, `ui4` ...: for messages.
  std::string str() const;

  bool operator==(ElementType o) const {
    return storage == o.storage && bits == o.bits;
  }
  bool operator!=(ElementType o) const { return !(*this == o); }

  static ElementType integer(unsigned bits, bool isSigned);
  static ElementType i1() { return {Storage::I1, 1}; }
  static ElementType i32() { return {Storage::S32, 32}; }
  static ElementType i64() { return {Storage::S64, 64}; }
  static ElementType f32() { return {Storage::F32, 32}; }

  /// The stored form of a builtin scalar type or of the element type of a
  /// quantized tensor; failure where the interpreter has none.
  static llvm::FailureOr<ElementType> get(mlir::Type type);
};

/// A dense tensor; rank 0 holds one element.
class Tensor {
public:
  Tensor() : Tensor(ElementType::f32(), {0}) {}
  /// A tensor of zeros.
  Tensor(ElementType type, llvm::ArrayRef<int64_t> shape);

  template <typename T>
  static Tensor of(ElementType type, llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<T> values) {
    Tensor t(type, shape);
    auto out = t.mutableData<T>();
    assert(out.size() == values.size() && "element count mismatch");
    std::copy(values.begin(), values.end(), out.begin());
    return t;
  }
  static Tensor ofFloats(llvm::ArrayRef<int64_t> shape,
                         llvm::ArrayRef<float> values) {
    return of<float>(ElementType::f32(), shape, values);
  }

  ElementType elementType() const { return type; }
  bool isFloat() const { return type.isFloat(); }
  llvm::ArrayRef<int64_t> shape() const { return dims; }
  int64_t rank() const { return dims.size(); }
  int64_t dim(int64_t i) const { return dims[i]; }
  int64_t size() const { return count; }

  /// The elements as stored. `T` must be the storage type (f16 and bf16:
  /// uint16_t, fp8 and i1: uint8_t).
  template <typename T> llvm::ArrayRef<T> data() const {
    assert(sizeof(T) == type.bytes() && "storage type mismatch");
    return {reinterpret_cast<const T *>(bytes->data()), size_t(count)};
  }
  /// The same for writing; copies the elements first where they are shared.
  template <typename T> llvm::MutableArrayRef<T> mutableData() {
    assert(sizeof(T) == type.bytes() && "storage type mismatch");
    unshare();
    return {reinterpret_cast<T *>(bytes->data()), size_t(count)};
  }
  llvm::ArrayRef<char> rawData() const {
    return {bytes->data(), size_t(count) * type.bytes()};
  }
  llvm::MutableArrayRef<char> mutableRawData() {
    unshare();
    return {bytes->data(), size_t(count) * type.bytes()};
  }

  /// One element by its linear index, converted; setInt wraps, setFloat rounds.
  int64_t getInt(int64_t i) const;
  double getFloat(int64_t i) const;
  void setInt(int64_t i, int64_t value);
  void setFloat(int64_t i, double value);

  /// All elements converted to `T` (float, double, int32_t or int64_t).
  template <typename T> std::vector<T> to() const;
  /// An f32 tensor stored as `type` (rounded ties to even), or any float
  /// tensor widened to f32.
  Tensor convertFloat(ElementType to) const;

  /// The same elements under another shape of equal size; shares them.
  Tensor reshaped(llvm::ArrayRef<int64_t> shape) const;
  /// The same bits read as another type of the same width.
  Tensor bitcast(ElementType to) const;

  /// Bitwise equality of type, shape and elements.
  bool operator==(const Tensor &o) const;

  /// `[[1, 2], [3, 4]]`; floats with as many digits as tell them apart.
  void print(llvm::raw_ostream &os) const;

private:
  void unshare() {
    if (bytes.use_count() > 1)
      bytes = std::make_shared<std::vector<char>>(*bytes);
  }

  ElementType type;
  llvm::SmallVector<int64_t, 4> dims;
  int64_t count;
  std::shared_ptr<std::vector<char>> bytes;
};

/// Product of the dimensions, or -1 where one is negative or it overflows.
int64_t countElements(llvm::ArrayRef<int64_t> shape);
/// Row-major strides in elements.
llvm::SmallVector<int64_t, 4> rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// Steps through all index vectors of `shape` in row-major order.
class IndexIterator {
public:
  explicit IndexIterator(llvm::ArrayRef<int64_t> shape)
      : shape(shape.begin(), shape.end()), index(shape.size(), 0),
        remaining(countElements(shape)) {}
  bool done() const { return remaining <= 0; }
  llvm::ArrayRef<int64_t> operator*() const { return index; }
  void next() {
    --remaining;
    for (int64_t d = int64_t(shape.size()) - 1; d >= 0; --d) {
      if (++index[d] < shape[d])
        return;
      index[d] = 0;
    }
  }

private:
  llvm::SmallVector<int64_t, 4> shape;
  llvm::SmallVector<int64_t, 4> index;
  int64_t remaining;
};

/// The value of a constant: dense elements or a resource blob. Emits at `loc`
/// and fails on elided, short or misaligned data and on unsupported types.
llvm::FailureOr<Tensor> tensorFromAttr(mlir::ElementsAttr attr,
                                       mlir::Location loc);

} // namespace qs::interp

#endif // QS_INTERPRETER_TENSOR_H
