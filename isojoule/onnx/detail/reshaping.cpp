// Operators that give the same elements another shape or order.
#include <algorithm>
#include <numeric>

#include "isojoule/onnx/detail/content.hpp"
#include "isojoule/onnx/detail/operators.hpp"

namespace isojoule::detail {
namespace {

/// Sizes of 0 mean the input's size there, one of -1 what is left.
Dims reshaped(const Node& node, const Dims& from, const std::vector<std::int64_t>& wanted) {
  Dims dims;
  std::optional<std::size_t> open;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == -1) {
      open = i;
      dims.push_back(1);
    } else if (wanted[i] == 0 && node.integer("allowzero", 0) == 0) {
      if (i >= from.size()) throw NotCounted("its shape copies a size that is not there");
      dims.push_back(from[i]);
    } else {
      if (wanted[i] < 0) throw NotCounted("its shape has a size of " + std::to_string(wanted[i]));
      dims.push_back(static_cast<std::uint64_t>(wanted[i]));
    }
  }
  const std::uint64_t elements = product(from).value();
  const std::uint64_t given = product(dims).value();
  if (open && given != 0 && elements % given == 0) dims[*open] = elements / given;
  if (product(dims).value() != elements)
    throw NotCounted(std::to_string(elements) + " elements do not fill its shape");
  return dims;
}

Arithmetic count_reshape(Node& node) {
  const auto wanted = node.integers(1, "shape");
  if (!wanted) throw NotCounted("its shape is not given");
  node.set(0, reshaped(node, node.dims(0), *wanted), node.type(0));
  copy_content(node);
  return {};
}

Arithmetic count_flatten(Node& node) {
  const Dims& from = node.dims(0);
  std::int64_t axis = node.integer("axis", 1);
  if (axis < 0) axis += static_cast<std::int64_t>(from.size());
  if (axis < 0 || static_cast<std::size_t>(axis) > from.size())
    throw NotCounted("its input has no axis " + std::to_string(axis));
  const auto at = static_cast<std::size_t>(axis);
  const Dims front(from.begin(), from.begin() + axis);
  node.set(0, {product(front).value(), product(from, at).value()}, node.type(0));
  copy_content(node);
  return {};
}

Arithmetic count_squeeze(Node& node) {
  const Dims& from = node.dims(0);
  std::vector<bool> gone(from.size(), false);
  if (const auto axes = node.integers(1, "axes")) {
    for (const std::int64_t axis : *axes) gone[node.axis(axis, from.size())] = true;
  } else {
    for (std::size_t i = 0; i < from.size(); ++i) gone[i] = from[i] == 1;
  }
  Dims dims;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (!gone[i]) dims.push_back(from[i]);
  node.set(0, dims, node.type(0));
  copy_content(node);
  return {};
}

Arithmetic count_unsqueeze(Node& node) {
  const Dims& from = node.dims(0);
  const auto axes = node.integers(1, "axes");
  if (!axes) throw NotCounted("its axes are not given");
  std::vector<bool> added(from.size() + axes->size(), false);
  for (const std::int64_t axis : *axes) added[node.axis(axis, added.size())] = true;
  if (std::ranges::count(added, true) != static_cast<std::ptrdiff_t>(axes->size()))
    throw NotCounted("its axes repeat");
  Dims dims;
  std::size_t next = 0;
  for (const bool one : added) dims.push_back(one ? 1 : from[next++]);
  node.set(0, dims, node.type(0));
  copy_content(node);
  return {};
}

Arithmetic count_transpose(Node& node) {
  const Dims& from = node.dims(0);
  std::vector<std::int64_t> order(from.size());
  std::iota(order.rbegin(), order.rend(), 0);
  order = node.integers("perm", order);
  if (order.size() != from.size()) throw NotCounted("its order does not fit its input");
  Dims dims;
  for (const std::int64_t axis : order) dims.push_back(from[node.axis(axis, from.size())]);
  node.set(0, dims, node.type(0));
  if (node.in(0).content)
    fill(node, 0, dims, [&](const Place& place) {
      Place source(place.size());
      for (std::size_t i = 0; i < place.size(); ++i)
        source[node.axis(order[i], place.size())] = place[i];
      return node.content(0)[position(from, source)];
    });
  return {};
}

/// Of the size of its input, but of other values.
Arithmetic count_same_size(Node& node) {
  for (std::size_t i = 0; i < node.output_count(); ++i)
    node.set(i, node.dims(0), i == 0 ? node.type(0) : static_cast<int>(kBool));
  return {};
}

Arithmetic count_same(Node& node) {
  count_same_size(node);
  copy_content(node);
  return {};
}

/// Values put into places of its input: no arithmetic, unless they are added, multiplied or
/// compared with what is there.
Arithmetic count_scatter(Node& node) {
  count_same_size(node);
  if (node.text("reduction", "none") != "none")
    throw NotCounted("what it does with the values that meet is not counted");
  return {};
}

/// Dropout lets all through outside of training.
Arithmetic count_dropout(Node& node) {
  if (node.has(2) && (!node.in(2).content || node.content(2).empty())) {
    count_same_size(node);
    throw NotCounted("whether it trains is not known");
  }
  if (node.has(2) && node.content(2).front() != 0.0) {
    count_same_size(node);
    return per_element(node.type(0), node.dims(0), 2);  // by the mask, by the scale
  }
  return count_same(node);
}

Arithmetic count_blocks(Node& node) {
  const Dims& from = node.dims(0);
  const auto block =
      static_cast<std::uint64_t>(std::max<std::int64_t>(node.integer("blocksize", 0), 0));
  if (from.size() != 4 || block == 0) throw NotCounted("it needs 4 dimensions and a block size");
  const std::uint64_t area = (Count(block) * block).value();
  if (node.op() == "DepthToSpace")
    node.set(0,
             {from[0], from[1] / area, (Count(from[2]) * block).value(),
              (Count(from[3]) * block).value()},
             node.type(0));
  else
    node.set(0, {from[0], (Count(from[1]) * area).value(), from[2] / block, from[3] / block},
             node.type(0));
  return {};
}

}  // namespace

void add_reshaping(Rules& rules) {
  rules["Reshape"] = count_reshape;
  rules["Flatten"] = count_flatten;
  rules["Squeeze"] = count_squeeze;
  rules["Unsqueeze"] = count_unsqueeze;
  rules["Transpose"] = count_transpose;
  rules["Dropout"] = count_dropout;
  rules["Identity"] = count_same;
  for (const char* op : {"Trilu", "ReverseSequence", "TensorScatter"}) rules[op] = count_same_size;
  for (const char* op : {"ScatterElements", "Scatter", "ScatterND"}) rules[op] = count_scatter;
  for (const char* op : {"DepthToSpace", "SpaceToDepth"}) rules[op] = count_blocks;
}

}  // namespace isojoule::detail
