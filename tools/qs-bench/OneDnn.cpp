//===- OneDnn.cpp - oneDNN as a peer --------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Peers.h"

#ifndef QS_HAVE_DNNL

llvm::Expected<std::unique_ptr<qs::bench::Peer>> qs::bench::makeOneDnnPeer() {
  return llvm::createStringError(
      "oneDNN was not found when qs was configured (package libdnnl-dev)");
}

#else

#include <dlfcn.h>
#include <dnnl.h>

namespace qs::bench {

namespace {

/// One primitive with its memories: source, weights, bias, destination, all
/// weights in the layout that the library prefers.
class DnnlKernel {
public:
  ~DnnlKernel();
  /// False where the library refuses; the text says at which step.
  bool create(const Case &c, std::string &why);
  void run();

private:
  bool describe(const Case &c, dnnl_primitive_desc_t &descriptor,
                std::string &why);
  bool addMemory(int argument, const dnnl_memory_desc_t *descriptor);
  dnnl_engine_t engine = nullptr;
  dnnl_stream_t stream = nullptr;
  dnnl_primitive_attr_t attributes = nullptr;
  dnnl_primitive_t primitive = nullptr;
  std::vector<dnnl_exec_arg_t> arguments;
};

DnnlKernel::~DnnlKernel() {
  for (dnnl_exec_arg_t &argument : arguments)
    dnnl_memory_destroy(argument.memory);
  dnnl_primitive_destroy(primitive);
  dnnl_primitive_attr_destroy(attributes);
  dnnl_stream_destroy(stream);
  dnnl_engine_destroy(engine);
}

bool DnnlKernel::describe(const Case &c, dnnl_primitive_desc_t &descriptor,
                          std::string &why) {
  dnnl_data_type_t act = c.isFloat()    ? dnnl_f32
                         : c.isSigned() ? dnnl_s8
                                        : dnnl_u8;
  dnnl_data_type_t weight = c.isFloat() ? dnnl_f32 : dnnl_s8;
  dnnl_data_type_t sum = c.isFloat() ? dnnl_f32 : dnnl_s32;
  dnnl_memory_desc_t src, weights, bias, dst;
  if (!c.isConv) {
    dnnl_dims_t a = {c.rows(), c.reduction()}, b = {c.reduction(), c.columns},
                n = {1, c.columns}, d = {c.rows(), c.columns};
    dnnl_memory_desc_init_by_tag(&src, 2, a, act, dnnl_ab);
    dnnl_memory_desc_init_by_tag(&weights, 2, b, weight, dnnl_format_tag_any);
    dnnl_memory_desc_init_by_tag(&bias, 2, n, sum, dnnl_ab);
    dnnl_memory_desc_init_by_tag(&dst, 2, d, act, dnnl_ab);
    dnnl_matmul_desc_t desc;
    if (dnnl_matmul_desc_init(&desc, &src, &weights, &bias, &dst) !=
            dnnl_success ||
        dnnl_primitive_desc_create(&descriptor, &desc, attributes, engine,
                                   nullptr) != dnnl_success) {
      why = "it has no matrix multiply for these types";
      return false;
    }
    return true;
  }
  int64_t g = c.groups;
  dnnl_dims_t a = {1, c.channels, c.height, c.width}, n = {c.columns},
              d = {1, c.columns, c.outHeight(), c.outWidth()};
  dnnl_dims_t plain = {c.columns, c.channels, c.kernel, c.kernel};
  dnnl_dims_t grouped = {g, c.columns / g, c.channels / g, c.kernel, c.kernel};
  dnnl_memory_desc_init_by_tag(&src, 4, a, act, dnnl_nhwc);
  dnnl_memory_desc_init_by_tag(&weights, g == 1 ? 4 : 5,
                               g == 1 ? plain : grouped, weight,
                               dnnl_format_tag_any);
  dnnl_memory_desc_init_by_tag(&bias, 1, n, sum, dnnl_a);
  dnnl_memory_desc_init_by_tag(&dst, 4, d, act, dnnl_nhwc);
  dnnl_dims_t strides = {c.stride, c.stride},
              dilates = {c.dilation - 1, c.dilation - 1};
  // What the last window does not reach is no padding.
  dnnl_dims_t low = {c.pad, c.pad};
  int64_t high = (c.outHeight() - 1) * c.stride + c.dilation * (c.kernel - 1) +
                 1 - c.height - c.pad;
  dnnl_dims_t highs = {high, high};
  dnnl_convolution_desc_t desc;
  if (dnnl_dilated_convolution_forward_desc_init(
          &desc, dnnl_forward_inference, dnnl_convolution_direct, &src,
          &weights, &bias, &dst, strides, dilates, low,
          highs) != dnnl_success ||
      dnnl_primitive_desc_create(&descriptor, &desc, attributes, engine,
                                 nullptr) != dnnl_success) {
    why = "it has no convolution for these types";
    return false;
  }
  return true;
}

bool DnnlKernel::addMemory(int argument, const dnnl_memory_desc_t *descriptor) {
  dnnl_memory_t memory;
  if (dnnl_memory_create(&memory, descriptor, engine, DNNL_MEMORY_ALLOCATE) !=
      dnnl_success)
    return false;
  void *data = nullptr;
  dnnl_memory_get_data_handle(memory, &data);
  // Any values will do for the time; these avoid subnormal floats.
  size_t bytes = dnnl_memory_desc_get_size(descriptor);
  std::fill_n(static_cast<uint32_t *>(data), bytes / 4, 0x3C010203u);
  arguments.push_back({argument, memory});
  return true;
}

bool DnnlKernel::create(const Case &c, std::string &why) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success ||
      dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) !=
          dnnl_success ||
      dnnl_primitive_attr_create(&attributes) != dnnl_success) {
    why = "its engine does not start";
    return false;
  }
  if (!c.isFloat()) {
    std::vector<float> scales(c.columns, 1e-4f);
    dnnl_primitive_attr_set_output_scales(attributes, c.columns, 1 << 1,
                                          scales.data());
  }
  dnnl_primitive_desc_t descriptor = nullptr;
  if (!describe(c, descriptor, why))
    return false;
  bool good = dnnl_primitive_create(&primitive, descriptor) == dnnl_success;
  auto query = [&](dnnl_query_t what) {
    return dnnl_primitive_desc_query_md(descriptor, what, 0);
  };
  const dnnl_memory_desc_t *biasDesc =
      dnnl_primitive_desc_query_md(descriptor, dnnl_query_weights_md, 1);
  good = good && addMemory(DNNL_ARG_SRC, query(dnnl_query_src_md)) &&
         addMemory(DNNL_ARG_WEIGHTS, query(dnnl_query_weights_md)) &&
         addMemory(DNNL_ARG_BIAS, biasDesc) &&
         addMemory(DNNL_ARG_DST, query(dnnl_query_dst_md));
  dnnl_primitive_desc_destroy(descriptor);
  if (!good)
    why = "it cannot allocate its memory";
  return good;
}

void DnnlKernel::run() {
  dnnl_primitive_execute(primitive, stream, int(arguments.size()),
                         arguments.data());
  dnnl_stream_wait(stream);
}

/// The library's threads are OpenMP's; without OpenMP it runs on one.
void setThreads(int threads) {
  using SetThreads = void (*)(int);
  static auto set =
      reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  if (set)
    set(threads);
}

class OneDnn : public Peer {
public:
  std::string name() const override {
    const dnnl_version_t *version = dnnl_version();
    return "onednn-" + std::to_string(version->major) + "." +
           std::to_string(version->minor);
  }
  std::string describe() const override { return "kernels"; }
  llvm::Expected<Contender> kernel(const Case &c, const Data &,
                                   int threads) override {
    auto kernel = std::make_shared<DnnlKernel>();
    std::string why;
    if (!kernel->create(c, why))
      return llvm::createStringError(why);
    return timeCalls(
        name(),
        [kernel, threads] {
          setThreads(threads);
          kernel->run();
        },
        threads);
  }
  llvm::Expected<Contender> network(const NetworkCase &, const NetworkAnswer &,
                                    int) override {
    return llvm::createStringError("it runs single layers only");
  }
};

} // namespace

llvm::Expected<std::unique_ptr<Peer>> makeOneDnnPeer() {
  return std::make_unique<OneDnn>();
}

} // namespace qs::bench

#endif // QS_HAVE_DNNL
