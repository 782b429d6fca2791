// Sums, means and extremes along axes.
#include <algorithm>

#include "isojoule/onnx/detail/content.hpp"
#include "isojoule/onnx/detail/operators.hpp"

namespace isojoule::detail {
namespace {

/// Which axes are reduced; all if none are named.
std::vector<bool> reduced_axes(const Node& node, const Dims& from) {
  const auto axes = node.integers(1, "axes");
  const bool none = !axes || axes->empty();
  std::vector<bool> reduced(from.size(), none && node.integer("noop_with_empty_axes", 0) == 0);
  if (!none)
    for (const std::int64_t axis : *axes) reduced[node.axis(axis, from.size())] = true;
  return reduced;
}

/// FLOPs of n values becoming one.
Count reduction_flops(std::string_view op, Count n) {
  if (op == "ReduceMean") return n + 1;                              // a division
  if (op == "ReduceMax" || op == "ReduceMin") return n.value() - 1;  // comparisons
  if (op == "ReduceL1" || op == "ReduceSumSquare") return 2 * n;     // |x| or x x, sum
  if (op == "ReduceL2") return 2 * n + 1;                            // the root
  if (op == "ReduceLogSum") return n + 1;                            // the log
  if (op == "ReduceLogSumExp") return 2 * n + 1;                     // exp, sum, the log
  return n;                                                          // ReduceSum, ReduceProd
}

/// Of small constants with one dimension, as shapes are.
void reduce_content(Node& node) {
  if (!node.in(0).content || node.dims(0).size() != 1 || node.content(0).empty()) return;
  const Content& values = node.content(0);
  double result = values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (node.op() == "ReduceProd")
      result *= values[i];
    else if (node.op() == "ReduceSum")
      result += values[i];
    else if (node.op() == "ReduceMax")
      result = std::max(result, values[i]);
    else if (node.op() == "ReduceMin")
      result = std::min(result, values[i]);
    else
      return;
  }
  node.set_content(0, {result});
}

Arithmetic count_reduction(Node& node) {
  const Dims& from = node.dims(0);
  const std::vector<bool> reduced = reduced_axes(node, from);
  const bool keep = node.integer("keepdims", 1) != 0;
  Dims dims;
  Count each = 1;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (reduced[i]) each = each * from[i];
    if (!reduced[i] || keep) dims.push_back(reduced[i] ? 1 : from[i]);
  }
  node.set(0, dims, node.type(0));
  if (!from.empty() && reduced[0]) reduce_content(node);
  if (each.value() == 0) return {};
  return per_element(node.type(0), dims, reduction_flops(node.op(), each));
}

Arithmetic count_arg(Node& node) {
  const Dims& from = node.dims(0);
  const std::size_t axis = node.axis(node.integer("axis", 0), from.size());
  Dims dims = from;
  dims[axis] = 1;
  const Count comparisons = from[axis] == 0 ? 0 : from[axis] - 1;
  const Arithmetic flops = per_element(node.type(0), dims, comparisons);
  if (node.integer("keepdims", 1) == 0)
    dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  node.set(0, dims, kInt64);
  return flops;
}

Arithmetic count_cumulative(Node& node) {
  node.set(0, node.dims(0), node.type(0));
  return per_element(node.type(0), node.dims(0), 1);
}

Arithmetic count_top_k(Node& node) {
  Dims dims = node.dims(0);
  const std::size_t axis = node.axis(node.integer("axis", -1), dims.size());
  const auto k = node.integers(1, "k");
  if (!k || k->empty() || k->front() < 0) throw NotCounted("how many it picks is not known");
  dims[axis] = static_cast<std::uint64_t>(k->front());
  node.set(0, dims, node.type(0));
  node.set(1, dims, kInt64);
  throw NotCounted("how often it compares depends on how it is made");
}

}  // namespace

void add_reductions(Rules& rules) {
  for (const char* op :
       {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
        "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"})
    rules[op] = count_reduction;
  for (const char* op : {"ArgMax", "ArgMin"}) rules[op] = count_arg;
  rules["CumSum"] = count_cumulative;
  rules["TopK"] = count_top_k;
}

}  // namespace isojoule::detail
