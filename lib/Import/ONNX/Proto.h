//===- Proto.h - The generated ONNX reader ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only place that includes what protoc generates from onnx.proto.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_PROTO_H
#define QS_LIB_IMPORT_ONNX_PROTO_H

#include "onnx/onnx.pb.h"

#endif // QS_LIB_IMPORT_ONNX_PROTO_H
