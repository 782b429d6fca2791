// Operators that make constants, tell sizes, or pick and join elements.
#include <algorithm>
#include <cmath>
#include <utility>

#include "isojoule/onnx/detail/content.hpp"
#include "isojoule/onnx/detail/operators.hpp"

namespace isojoule::detail {
namespace {

std::uint64_t to_size(std::int64_t value) {
  if (value < 0) throw NotCounted("a size of it is " + std::to_string(value));
  return static_cast<std::uint64_t>(value);
}

Dims to_dims(const std::vector<std::int64_t>& sizes) {
  Dims dims;
  for (const std::int64_t size : sizes) dims.push_back(to_size(size));
  return dims;
}

Dims content_dims(const Node& node, std::size_t i) {
  Dims dims;
  for (const double size : node.content(i)) dims.push_back(to_size(to_integer(size)));
  return dims;
}

Arithmetic count_constant(Node& node) {
  const Attribute* value = nullptr;
  for (const char* name : {"value", "value_int", "value_ints", "value_float", "value_floats"})
    if (const Attribute* found = node.attribute(name)) value = found;
  if (value == nullptr) throw NotCounted("its value is not a tensor or a number");
  if (value->t) {
    node.set(0, value->t->dims, value->t->type);
    if (value->t->content) node.set_content(0, *value->t->content);
  } else if (value->i || value->f) {
    node.set(0, {}, value->i ? kInt64 : kFloat);
    node.set_content(0, {value->i ? static_cast<double>(*value->i) : *value->f});
  } else {
    Content content(value->floats);
    for (const std::int64_t item : value->ints) content.push_back(static_cast<double>(item));
    node.set(0, {content.size()}, value->floats.empty() ? kInt64 : kFloat);
    node.set_content(0, std::move(content));
  }
  return {};
}

Arithmetic count_constant_of_shape(Node& node) {
  const Attribute* value = node.attribute("value");
  const bool given = value != nullptr && value->t.has_value();
  const Dims dims = content_dims(node, 0);
  node.set(0, dims, given ? value->t->type : static_cast<int>(kFloat));
  const double each =
      given && value->t->content && !value->t->content->empty() ? value->t->content->front() : 0.0;
  fill(node, 0, dims, [each](const Place&) { return each; });
  return {};
}

Arithmetic count_shape(Node& node) {
  const Dims& from = node.dims(0);
  const auto rank = static_cast<std::int64_t>(from.size());
  const auto bound = [&](const char* name, std::int64_t otherwise) {
    const std::int64_t value = node.integer(name, otherwise);
    return std::clamp<std::int64_t>(value < 0 ? value + rank : value, 0, rank);
  };
  const std::int64_t start = bound("start", 0);
  const std::int64_t end = std::max(start, bound("end", rank));
  Content content(from.begin() + start, from.begin() + end);
  node.set(0, {content.size()}, kInt64);
  node.set_content(0, std::move(content));
  return {};
}

Arithmetic count_size(Node& node) {
  node.set(0, {}, kInt64);
  node.set_content(0, {static_cast<double>(product(node.dims(0)).value())});
  return {};
}

Arithmetic count_concat(Node& node) {
  Dims dims = node.dims(0);
  const std::size_t axis = node.axis(node.integer("axis", 1), dims.size());
  bool all_known = true;
  Count joined = 0;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    Dims of_input = node.dims(i);
    if (of_input.size() != dims.size()) throw NotCounted("its inputs do not fit each other");
    joined += of_input[axis];
    of_input[axis] = dims[axis];
    if (of_input != dims) throw NotCounted("its inputs do not fit each other");
    all_known = all_known && node.in(i).content;
  }
  dims[axis] = joined.value();
  node.set(0, dims, node.type(0));
  if (all_known)
    fill(node, 0, dims, [&](Place place) {
      std::size_t i = 0;
      while (place[axis] >= node.dims(i)[axis]) place[axis] -= node.dims(i++)[axis];
      return node.content(i)[position(node.dims(i), place)];
    });
  return {};
}

Arithmetic count_split(Node& node) {
  const Dims& from = node.dims(0);
  const std::size_t axis = node.axis(node.integer("axis", 0), from.size());
  Dims sizes;
  if (const auto given = node.integers(1, "split")) {
    sizes = to_dims(*given);
  } else {
    const std::uint64_t parts = std::max<std::uint64_t>(node.output_count(), 1);
    const std::uint64_t each = (from[axis] + parts - 1) / parts;
    for (std::uint64_t left = from[axis]; sizes.size() < parts; left -= sizes.back())
      sizes.push_back(std::min(each, left));
  }
  std::uint64_t left = from[axis];
  const bool fits = std::ranges::all_of(sizes, [&left](std::uint64_t size) {
    const bool is_there = size <= left;
    left -= is_there ? size : 0;
    return is_there;
  });
  if (!fits || left != 0) throw NotCounted("its parts are not its input");
  std::uint64_t start = 0;
  for (std::size_t i = 0; i < std::min(sizes.size(), node.output_count()); ++i) {
    Dims dims = from;
    dims[axis] = sizes[i];
    node.set(i, dims, node.type(0));
    if (node.in(0).content)
      fill(node, i, dims, [&](Place place) {
        place[axis] += start;
        return node.content(0)[position(from, place)];
      });
    start += sizes[i];
  }
  return {};
}

/// Of one axis: the first element and how far it is from one to the next.
struct Cut {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::uint64_t count = 0;
};

Cut cut_of(std::int64_t start, std::int64_t end, std::int64_t step, std::uint64_t size) {
  if (step == 0) throw NotCounted("its step is 0");
  if (!std::in_range<std::int64_t>(size)) throw NotCounted("its input is too large");
  const auto n = static_cast<std::int64_t>(size);
  const auto place = [n, step](std::int64_t value) {
    if (value < 0) value += n;
    return std::clamp<std::int64_t>(value, step < 0 ? -1 : 0, step < 0 ? n - 1 : n);
  };
  Cut cut{place(start), step, 0};
  const double length = static_cast<double>(place(end) - cut.start);
  cut.count =
      static_cast<std::uint64_t>(std::max(0.0, std::ceil(length / static_cast<double>(step))));
  return cut;
}

Arithmetic count_slice(Node& node) {
  const Dims& from = node.dims(0);
  const auto starts = node.integers(1, "starts");
  const auto ends = node.integers(2, "ends");
  if (!starts || !ends || starts->size() != ends->size())
    throw NotCounted("its starts and ends are not given");
  const auto axes = node.integers(3, "axes");
  const auto steps = node.integers(4, "steps");
  if ((axes && axes->size() != starts->size()) || (steps && steps->size() != starts->size()))
    throw NotCounted("its axes or steps are not as many as its starts");
  Dims dims = from;
  std::vector<Cut> cuts(from.size());
  for (std::size_t i = 0; i < starts->size(); ++i) {
    const auto axis = node.axis(axes ? (*axes)[i] : static_cast<std::int64_t>(i), from.size());
    cuts[axis] = cut_of((*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1, from[axis]);
    dims[axis] = cuts[axis].count;
  }
  node.set(0, dims, node.type(0));
  if (node.in(0).content)
    fill(node, 0, dims, [&](Place place) {
      for (std::size_t i = 0; i < place.size(); ++i)
        place[i] = static_cast<std::uint64_t>(cuts[i].start +
                                              cuts[i].step * static_cast<std::int64_t>(place[i]));
      return node.content(0)[position(from, place)];
    });
  return {};
}

Arithmetic count_gather(Node& node) {
  const Dims& from = node.dims(0);
  const Dims& indices = node.dims(1);
  const std::size_t axis = node.axis(node.integer("axis", 0), from.size());
  Dims dims(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(axis));
  dims.insert(dims.end(), indices.begin(), indices.end());
  dims.insert(dims.end(), from.begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.end());
  node.set(0, dims, node.type(0));
  if (node.in(0).content && node.in(1).content)
    fill(node, 0, dims, [&](const Place& place) {
      const std::span<const std::uint64_t> all(place);
      const double chosen = node.content(1)[position(indices, all.subspan(axis, indices.size()))];
      Place source(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(axis));
      source.push_back(node.axis(to_integer(chosen), from[axis]));
      const auto rest = all.subspan(axis + indices.size());
      source.insert(source.end(), rest.begin(), rest.end());
      return node.content(0)[position(from, source)];
    });
  return {};
}

Arithmetic count_gather_elements(Node& node) {
  node.set(0, node.dims(1), node.type(0));
  return {};
}

Arithmetic count_gather_nd(Node& node) {
  const Dims& from = node.dims(0);
  const Dims& indices = node.dims(1);
  const auto batch = to_size(node.integer("batch_dims", 0));
  if (indices.empty() || batch + indices.back() > from.size())
    throw NotCounted("its indices do not fit its input");
  Dims dims(indices.begin(), indices.end() - 1);
  dims.insert(dims.end(), from.begin() + static_cast<std::ptrdiff_t>(batch + indices.back()),
              from.end());
  node.set(0, dims, node.type(0));
  return {};
}

Arithmetic count_expand(Node& node) {
  const Dims dims = broadcast(node.dims(0), content_dims(node, 1));
  node.set(0, dims, node.type(0));
  if (node.in(0).content)
    fill(node, 0, dims,
         [&](const Place& place) { return node.content(0)[position(node.dims(0), place)]; });
  return {};
}

Arithmetic count_tile(Node& node) {
  Dims dims = node.dims(0);
  const Dims repeats = content_dims(node, 1);
  if (repeats.size() != dims.size()) throw NotCounted("its repeats do not fit its input");
  for (std::size_t i = 0; i < dims.size(); ++i) dims[i] = (Count(dims[i]) * repeats[i]).value();
  node.set(0, dims, node.type(0));
  return {};
}

Arithmetic count_pad(Node& node) {
  Dims dims = node.dims(0);
  auto pads = node.integers(1, node.opset() < 2 ? "paddings" : "pads");
  if (!pads) throw NotCounted("its pads are not given");
  std::vector<std::size_t> axes(dims.size());
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = i;
  if (const auto given = node.integers(3, "axes")) {
    axes.clear();
    for (const std::int64_t axis : *given) axes.push_back(node.axis(axis, dims.size()));
  }
  if (pads->size() != 2 * axes.size()) throw NotCounted("its pads do not fit its input");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const double padded = static_cast<double>(dims[axes[i]]) + static_cast<double>((*pads)[i]) +
                          static_cast<double>((*pads)[i + axes.size()]);
    dims[axes[i]] = to_size(to_integer(padded));
  }
  node.set(0, dims, node.type(0));
  return {};
}

Arithmetic count_where(Node& node) {
  const Dims dims = broadcast(broadcast(node.dims(0), node.dims(1)), node.dims(2));
  node.set(0, dims, node.type(1));
  if (node.in(0).content && node.in(1).content && node.in(2).content)
    fill(node, 0, dims, [&](const Place& place) {
      const std::size_t chosen = node.content(0)[position(node.dims(0), place)] != 0.0 ? 1 : 2;
      return node.content(chosen)[position(node.dims(chosen), place)];
    });
  return {};
}

Arithmetic count_cast(Node& node) {
  const int type =
      node.op() == "CastLike" ? node.type(1) : static_cast<int>(node.integer("to", kUnknownType));
  node.set(0, node.dims(0), type);
  if (node.in(0).content) {
    Content content = *node.in(0).content;
    for (double& value : content) {
      if (type == kBool)
        value = value != 0.0 ? 1.0 : 0.0;
      else if (!is_floating(type))
        value = std::trunc(value);
    }
    node.set_content(0, std::move(content));
  }
  return {};
}

Arithmetic count_range(Node& node) {
  const auto scalar = [&node](std::size_t i) {
    if (node.content(i).empty()) throw NotCounted("its bounds are empty");
    return node.content(i).front();
  };
  const double start = scalar(0);
  const double step = scalar(2);
  const double count = std::max(0.0, std::ceil((scalar(1) - start) / step));
  if (!(count < 0x1p53)) throw NotCounted("its range has no end");
  const Dims dims{static_cast<std::uint64_t>(count)};
  node.set(0, dims, node.type(0));
  fill(node, 0, dims,
       [=](const Place& place) { return start + step * static_cast<double>(place[0]); });
  return {};
}

Arithmetic count_one_hot(Node& node) {
  Dims dims = node.dims(0);
  if (node.content(1).empty()) throw NotCounted("its depth is empty");
  const std::size_t axis = node.axis(node.integer("axis", -1), dims.size() + 1);
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis),
              to_size(to_integer(node.content(1).front())));
  node.set(0, dims, node.type(2));
  return {};
}

Arithmetic count_eye(Node& node) {
  node.set(0, node.dims(0), static_cast<int>(node.integer("dtype", node.type(0))));
  return {};
}

/// How many are left depends on the values; that they move is known.
Arithmetic count_selection(Node&) { return {}; }

}  // namespace

void add_movement(Rules& rules) {
  rules["Constant"] = count_constant;
  rules["ConstantOfShape"] = count_constant_of_shape;
  rules["Shape"] = count_shape;
  rules["Size"] = count_size;
  rules["Concat"] = count_concat;
  rules["Split"] = count_split;
  rules["Slice"] = count_slice;
  rules["Gather"] = count_gather;
  rules["GatherElements"] = count_gather_elements;
  rules["GatherND"] = count_gather_nd;
  rules["Expand"] = count_expand;
  rules["Tile"] = count_tile;
  rules["Pad"] = count_pad;
  rules["Where"] = count_where;
  rules["Range"] = count_range;
  rules["OneHot"] = count_one_hot;
  rules["EyeLike"] = count_eye;
  for (const char* op : {"Cast", "CastLike"}) rules[op] = count_cast;
  for (const char* op : {"NonZero", "Compress"}) rules[op] = count_selection;
}

}  // namespace isojoule::detail
