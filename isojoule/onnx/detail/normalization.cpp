// Normalizations and Softmax.
#include "isojoule/onnx/detail/operators.hpp"

namespace isojoule::detail {
namespace {

/// Mean and variance of n values: n + 1 for the mean, 3n + 1 for the mean square about it.
Count moments(Count n) { return 4 * n + 2; }

std::uint64_t groups_of(const Dims& dims, Count each) {
  return each.value() == 0 ? 0 : product(dims).value() / each.value();
}

/// (x - mean) / sqrt(variance + epsilon) scale + bias: 4 a value, 2 a channel. In training the mean
/// and variance come from the batch, and the running ones move: 3 each.
Arithmetic count_batch_norm(Node& node) {
  const Dims& dims = node.dims(0);
  const Count channels = dims.size() > 1 ? dims[1] : 1;
  node.set(0, dims, node.type(0));
  for (std::size_t i = 1; i < node.output_count(); ++i)
    node.set(i, {channels.value()}, node.type(0));
  const Count values = product(dims);
  const bool training = node.integer("training_mode", 0) != 0 ||
                        (node.opset() < 14 && node.output_count() > 1 &&
                         (node.opset() >= 7 || node.integer("is_test", 0) == 0));
  Arithmetic flops = per_element(node.type(0), dims, 4);
  flops.elementwise += 2 * channels;
  // The differences from the mean are there already for the result.
  if (training) flops.elementwise += 3 * values + 2 * channels + 6 * channels;
  return flops;
}

/// Each group of values by its own mean and variance: 4n + 2, sqrt(variance + epsilon) 2, and
/// a division, a scale and, where there is one, a bias for each.
Arithmetic normalize_groups(Node& node, Count each, bool bias) {
  const Dims& dims = node.dims(0);
  node.set(0, dims, node.type(0));
  const Count group = moments(each) + 2 + (bias ? 3 : 2) * each;
  return {0, groups_of(dims, each) * group};
}

Arithmetic count_instance_norm(Node& node) {
  if (node.dims(0).size() < 2) throw NotCounted("its input needs at least 2 dimensions");
  return normalize_groups(node, product(node.dims(0), 2), true);
}

Arithmetic count_group_norm(Node& node) {
  const Dims& dims = node.dims(0);
  const std::int64_t groups = node.integer("num_groups", 0);
  if (dims.size() < 2 || groups <= 0) throw NotCounted("its number of groups is not given");
  return normalize_groups(node, product(dims, 1).value() / static_cast<std::uint64_t>(groups),
                          true);
}

Dims reduced_from(const Dims& dims, std::size_t axis) {
  Dims result = dims;
  for (std::size_t i = axis; i < dims.size(); ++i) result[i] = 1;
  return result;
}

Arithmetic count_layer_norm(Node& node) {
  const Dims& dims = node.dims(0);
  const std::size_t axis = node.axis(node.integer("axis", -1), dims.size());
  for (std::size_t i = 1; i < node.output_count(); ++i)
    node.set(i, reduced_from(dims, axis), kFloat);
  return normalize_groups(node, product(dims, axis), node.has(2));
}

/// x / sqrt(mean of x x + epsilon) scale: squares and their sum, a division; 2; and 2 for each.
Arithmetic count_rms_norm(Node& node) {
  const Dims& dims = node.dims(0);
  const Count each = product(dims, node.axis(node.integer("axis", -1), dims.size()));
  node.set(0, dims, node.type(0));
  return {0, groups_of(dims, each) * (4 * each + 3)};
}

/// x / (bias + alpha / size (sum of x x))^beta: for each value, of a window over the channels.
Arithmetic count_lrn(Node& node) {
  node.set(0, node.dims(0), node.type(0));
  const std::int64_t size = node.integer("size", 1);
  if (size < 1) throw NotCounted("its size is not positive");
  return per_element(node.type(0), node.dims(0), 2 * Count(static_cast<std::uint64_t>(size)) + 4);
}

/// exp(x - greatest) / sum of it, over n values: n - 1, n, n, n, n. LogSoftmax, the difference less
/// the log of the sum: n - 1, n, n, n, 1, n. Up to version 12 all dimensions from the axis on are
/// one.
Arithmetic count_softmax(Node& node) {
  const Dims& dims = node.dims(0);
  node.set(0, dims, node.type(0));
  if (dims.empty()) return {0, node.op() == "Softmax" ? 4 : 5};
  const bool all_from_axis = node.opset() < 13;
  const std::size_t axis = node.axis(node.integer("axis", all_from_axis ? 1 : -1), dims.size());
  const Count each = all_from_axis ? product(dims, axis) : Count(dims[axis]);
  if (each.value() == 0) return {};
  const Count flops = 4 * each + (each.value() - 1) + (node.op() == "Softmax" ? 0 : 1);
  return {0, groups_of(dims, each) * flops};
}

}  // namespace

void add_normalization(Rules& rules) {
  rules["BatchNormalization"] = count_batch_norm;
  rules["InstanceNormalization"] = count_instance_norm;
  rules["GroupNormalization"] = count_group_norm;
  rules["LayerNormalization"] = count_layer_norm;
  rules["RMSNormalization"] = count_rms_norm;
  rules["LRN"] = count_lrn;
  for (const char* op : {"Softmax", "LogSoftmax"}) rules[op] = count_softmax;
}

}  // namespace isojoule::detail
