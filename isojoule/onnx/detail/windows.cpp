// Windows, poolings and resizings.
#include <algorithm>
#include <cmath>

#include "isojoule/onnx/detail/content.hpp"
#include "isojoule/onnx/detail/operators.hpp"
#include "isojoule/onnx/detail/window.hpp"

namespace isojoule::detail {

Dims space_of(const Dims& dims) {
  if (dims.size() < 3) throw NotCounted("its input needs at least 3 dimensions");
  return {dims.begin() + 2, dims.end()};
}

Dims with_space(std::uint64_t samples, std::uint64_t channels, const Dims& space) {
  Dims dims{samples, channels};
  dims.insert(dims.end(), space.begin(), space.end());
  return dims;
}

Dims sizes_attribute(const Node& node, std::string_view name, std::size_t rank,
                     std::uint64_t otherwise) {
  const std::vector<std::int64_t> given = node.integers(name);
  if (given.empty()) return Dims(rank, otherwise);
  if (given.size() != rank) throw NotCounted("its " + std::string(name) + " do not fit its input");
  Dims sizes;
  for (const std::int64_t size : given) {
    if (size < 0) throw NotCounted("its " + std::string(name) + " are negative");
    sizes.push_back(static_cast<std::uint64_t>(size));
  }
  return sizes;
}

Windows windows_of(const Node& node, const Dims& kernel) {
  const Dims space = space_of(node.dims(0));
  if (kernel.size() != space.size()) throw NotCounted("its kernel does not fit its input");
  const Dims strides = sizes_attribute(node, "strides", space.size(), 1);
  const Dims dilations = sizes_attribute(node, "dilations", space.size(), 1);
  const Dims pads = sizes_attribute(node, "pads", 2 * space.size(), 0);
  const std::string automatic = node.text("auto_pad", "NOTSET");
  const bool up = node.integer("ceil_mode", 0) != 0;
  Windows windows{kernel, {}};
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (strides[i] == 0 || kernel[i] == 0) throw NotCounted("its strides or kernel are 0");
    if (automatic.starts_with("SAME")) {
      windows.outputs.push_back((space[i] + strides[i] - 1) / strides[i]);
      continue;
    }
    const Count before = automatic == "VALID" ? Count(0) : Count(pads[i]);
    const Count after = automatic == "VALID" ? Count(0) : Count(pads[i + space.size()]);
    const std::uint64_t padded = (before + space[i] + after).value();
    const std::uint64_t reach = (Count(dilations[i]) * (kernel[i] - 1) + 1).value();
    if (reach > padded) throw NotCounted("its kernel is larger than its padded input");
    const std::uint64_t left = padded - reach;
    std::uint64_t outputs = (up ? (Count(left) + (strides[i] - 1)).value() : left) / strides[i] + 1;
    // A window that would begin behind the input is left out.
    if (up && outputs > 1 &&
        (Count(outputs - 1) * strides[i]).value() >= (before + space[i]).value())
      --outputs;
    windows.outputs.push_back(outputs);
  }
  return windows;
}

Dims transposed_outputs(const Node& node, const Dims& kernel) {
  const Dims space = space_of(node.dims(0));
  if (kernel.size() != space.size()) throw NotCounted("its kernel does not fit its input");
  const std::size_t rank = space.size();
  if (node.has_attribute("output_shape")) {
    Dims given = sizes_attribute(node, "output_shape", node.integers("output_shape").size(), 0);
    if (given.size() == rank) return given;
    if (given.size() == rank + 2) return {given.begin() + 2, given.end()};
    throw NotCounted("its output_shape does not fit its input");
  }
  const Dims strides = sizes_attribute(node, "strides", rank, 1);
  const Dims dilations = sizes_attribute(node, "dilations", rank, 1);
  const Dims pads = sizes_attribute(node, "pads", 2 * rank, 0);
  const Dims more = sizes_attribute(node, "output_padding", rank, 0);
  const std::string automatic = node.text("auto_pad", "NOTSET");
  Dims outputs;
  for (std::size_t i = 0; i < rank; ++i) {
    if (space[i] == 0 || kernel[i] == 0) throw NotCounted("its input or kernel is 0");
    const Count whole =
        Count(strides[i]) * (space[i] - 1) + more[i] + Count(dilations[i]) * (kernel[i] - 1) + 1;
    const bool same = automatic.starts_with("SAME");
    const Count cut = automatic == "NOTSET" ? Count(pads[i]) + pads[i + rank] : Count(0);
    if (cut.value() >= whole.value()) throw NotCounted("its pads leave nothing");
    outputs.push_back(same ? (Count(strides[i]) * space[i]).value() : whole.value() - cut.value());
  }
  return outputs;
}

namespace {

/// FLOPs of one output of a pooling over n values.
Count pooling_flops(std::string_view op, Count n) {
  if (op.ends_with("MaxPool")) return n.value() - 1;  // comparisons
  if (op.ends_with("AveragePool")) return n + 1;      // additions, a division
  return 3 * n + 1;                                   // LpPool: |x|, to the p, sum; the root
}

Arithmetic count_pool(Node& node) {
  const Dims& from = node.dims(0);
  const Dims kernel = sizes_attribute(node, "kernel_shape", space_of(from).size(), 0);
  const Windows windows = windows_of(node, kernel);
  const Dims dims = with_space(from[0], from[1], windows.outputs);
  node.set(0, dims, node.type(0));
  node.set(1, dims, kInt64);
  return per_element(node.type(0), dims, pooling_flops(node.op(), product(kernel)));
}

Arithmetic count_global_pool(Node& node) {
  const Dims& from = node.dims(0);
  const Dims space = space_of(from);
  const Dims dims = with_space(from[0], from[1], Dims(space.size(), 1));
  node.set(0, dims, node.type(0));
  if (product(space).value() == 0) throw NotCounted("its input is empty");
  return per_element(node.type(0), dims, pooling_flops(node.op(), product(space)));
}

/// Sizes by an input of sizes, or scales by an input or attribute, of all axes or of some.
Dims resized(const Node& node) {
  Dims dims = node.dims(0);
  std::vector<std::size_t> axes(dims.size());
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = i;
  if (node.has_attribute("axes")) {
    axes.clear();
    for (const std::int64_t axis : node.integers("axes"))
      axes.push_back(node.axis(axis, dims.size()));
  }
  const bool by_size = node.op() == "Resize" && node.has(3);
  const std::size_t scales = node.op() == "Upsample" || node.opset() < 11 ? 1 : 2;
  const Attribute* attribute = node.attribute("scales");
  const Content values = by_size || attribute == nullptr ? node.content(by_size ? 3 : scales)
                                                         : Content(attribute->floats);
  if (values.size() != axes.size()) throw NotCounted("its scales do not fit its input");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    std::uint64_t& size = dims[axes[i]];
    const double wanted = by_size ? values[i] : std::floor(static_cast<double>(size) * values[i]);
    if (!(wanted >= 0.0)) throw NotCounted("its scales are negative");
    size = static_cast<std::uint64_t>(to_integer(wanted));
  }
  return dims;
}

/// A weighted sum for each output: of 2 values in each dimension that is resized linearly, of 4
/// where cubically. Nearest moves values. With antialias, what shrinks has more weights, by how
/// much it shrinks and by who computes it.
Arithmetic count_resize(Node& node) {
  if (node.text("keep_aspect_ratio_policy", "stretch") != "stretch")
    throw NotCounted("its keep_aspect_ratio_policy is not known");
  const Dims dims = resized(node);
  node.set(0, dims, node.type(0));
  const std::string mode = node.text("mode", "nearest");
  if (mode == "nearest") return {};
  const bool antialias = node.integer("antialias", 0) != 0;
  Count weights = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::uint64_t before = node.dims(0)[i];
    if (antialias && dims[i] < before)
      throw NotCounted("it shrinks with antialias, by a number of weights that is not known");
    if (dims[i] != before) weights = weights * (mode == "cubic" ? 4 : 2);
  }
  return weights.value() == 1 ? Arithmetic{} : per_element(node.type(0), dims, 2 * weights);
}

}  // namespace

void add_windows(Rules& rules) {
  for (const char* op : {"MaxPool", "AveragePool", "LpPool"}) rules[op] = count_pool;
  for (const char* op : {"GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"})
    rules[op] = count_global_pool;
  for (const char* op : {"Resize", "Upsample"}) rules[op] = count_resize;
}

}  // namespace isojoule::detail
