// Products of matrices, convolutions, and sums of products.
#include <algorithm>
#include <map>

#include "isojoule/onnx/detail/operators.hpp"
#include "isojoule/onnx/detail/window.hpp"

namespace isojoule::detail {
namespace {

/// As numpy's matmul: vectors become matrices for a while, the rest is broadcast.
Arithmetic multiply(Node& node, std::size_t left, std::size_t right, int type) {
  Dims a = node.dims(left);
  Dims b = node.dims(right);
  if (a.empty() || b.empty()) throw NotCounted("its inputs must not be scalars");
  const bool row = a.size() == 1;
  const bool column = b.size() == 1;
  if (row) a.insert(a.begin(), 1);
  if (column) b.push_back(1);
  const std::uint64_t rows = a[a.size() - 2];
  const std::uint64_t inner = a.back();
  const std::uint64_t columns = b.back();
  if (inner != b[b.size() - 2])
    throw NotCounted("its inputs do not fit each other: " + std::to_string(inner) +
                     " columns and " + std::to_string(b[b.size() - 2]) + " rows");
  Dims dims = broadcast({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2});
  const Count matrices = product(dims);
  if (!row) dims.push_back(rows);
  if (!column) dims.push_back(columns);
  node.set(0, dims, type);
  return {2 * matrices * rows * inner * columns, 0};
}

Arithmetic count_matmul(Node& node) { return multiply(node, 0, 1, node.type(0)); }
Arithmetic count_matmul_integer(Node& node) { return multiply(node, 0, 1, kInt32); }
Arithmetic count_qlinear_matmul(Node& node) { return multiply(node, 0, 3, node.type(7)); }

/// alpha A B + beta C; a factor of 1 is not multiplied by.
Arithmetic count_gemm(Node& node) {
  const Dims& a = node.dims(0);
  const Dims& b = node.dims(1);
  if (a.size() != 2 || b.size() != 2) throw NotCounted("its inputs must be matrices");
  const bool a_turned = node.integer("transA", 0) != 0;
  const bool b_turned = node.integer("transB", 0) != 0;
  const std::uint64_t rows = a[a_turned ? 1 : 0];
  const std::uint64_t inner = a[a_turned ? 0 : 1];
  const std::uint64_t columns = b[b_turned ? 0 : 1];
  if (inner != b[b_turned ? 1 : 0]) throw NotCounted("its inputs do not fit each other");
  node.set(0, {rows, columns}, node.type(0));
  const Count outputs = Count(rows) * columns;
  Arithmetic flops{2 * outputs * inner, 0};
  if (node.real("alpha", 1.0) != 1.0) flops.elementwise += outputs;
  if (node.has(2)) {
    flops.elementwise += outputs;
    if (node.real("beta", 1.0) != 1.0) flops.elementwise += product(node.dims(2));
  }
  return flops;
}

/// Weights are outputs x inputs / group x kernel.
Arithmetic convolve(Node& node, std::size_t weight_input, std::size_t bias_input, int type) {
  const Dims& from = node.dims(0);
  const Dims& weights = node.dims(weight_input);
  const Windows windows = windows_of(node, space_of(weights));
  const auto groups =
      static_cast<std::uint64_t>(std::max<std::int64_t>(node.integer("group", 1), 1));
  if ((Count(weights[1]) * groups).value() != from[1])
    throw NotCounted("its weights are for " + std::to_string(weights[1]) + " x " +
                     std::to_string(groups) + " channels and its input has " +
                     std::to_string(from[1]));
  const Dims dims = with_space(from[0], weights[0], windows.outputs);
  node.set(0, dims, type);
  const Count outputs = product(dims);
  return {2 * outputs * weights[1] * product(windows.kernel),
          node.has(bias_input) ? outputs : Count(0)};
}

Arithmetic count_conv(Node& node) { return convolve(node, 1, 2, node.type(0)); }

Arithmetic count_conv_integer(Node& node) {
  constexpr std::size_t kNoBias = 99;
  return convolve(node, 1, kNoBias, kInt32);
}

Arithmetic count_qlinear_conv(Node& node) { return convolve(node, 3, 8, node.type(7)); }

/// Weights are inputs x outputs / group x kernel: each input value meets all of them.
Arithmetic count_conv_transpose(Node& node) {
  const Dims& from = node.dims(0);
  const Dims& weights = node.dims(1);
  const Dims kernel = space_of(weights);
  const auto groups =
      static_cast<std::uint64_t>(std::max<std::int64_t>(node.integer("group", 1), 1));
  if (from.size() != weights.size() || weights[0] != from[1])
    throw NotCounted("its weights do not fit its input");
  const Dims dims =
      with_space(from[0], (Count(weights[1]) * groups).value(), transposed_outputs(node, kernel));
  node.set(0, dims, node.type(0));
  return {2 * product(from) * weights[1] * product(kernel), node.has(2) ? product(dims) : Count(0)};
}

/// The letters of an einsum with their sizes.
class Letters {
 public:
  void read(std::string_view term, const Dims& dims) {
    if (term.size() != dims.size()) throw NotCounted("its equation does not fit its inputs");
    for (std::size_t i = 0; i < term.size(); ++i) {
      std::uint64_t& size = sizes_.try_emplace(term[i], dims[i]).first->second;
      if (size == 1) size = dims[i];
      if (dims[i] != 1 && dims[i] != size) throw NotCounted("its inputs do not fit each other");
    }
  }
  std::uint64_t size(char letter) const {
    const auto found = sizes_.find(letter);
    if (found == sizes_.end()) throw NotCounted("its equation makes a letter from nothing");
    return found->second;
  }
  Count all() const {
    Count count = 1;
    for (const auto& [letter, size] : sizes_) count = count * size;
    return count;
  }
  /// Those that are in one term only, in alphabetical order: the output where none is written.
  static std::string single(std::string_view terms) {
    std::string letters;
    for (char letter = 'A'; letter <= 'z'; ++letter)
      if (std::ranges::count(terms, letter) == 1) letters += letter;
    return letters;
  }

 private:
  std::map<char, std::uint64_t> sizes_;
};

/// Of two: a multiply-add for each combination of letters. Of one that sums: an addition for each.
Arithmetic count_einsum(Node& node) {
  std::string equation = node.text("equation", "");
  std::erase(equation, ' ');
  if (equation.find('.') != std::string::npos) throw NotCounted("its equation has an ellipsis");
  const std::size_t arrow = equation.find("->");
  const std::string terms = equation.substr(0, arrow);
  const std::string result =
      arrow == std::string::npos ? Letters::single(terms) : equation.substr(arrow + 2);
  Letters letters;
  std::size_t start = 0;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    const std::size_t end = std::min(terms.find(',', start), terms.size());
    if (start > terms.size()) throw NotCounted("its equation has too few terms");
    letters.read(std::string_view(terms).substr(start, end - start), node.dims(i));
    start = end + 1;
  }
  Dims dims;
  for (const char letter : result) dims.push_back(letters.size(letter));
  node.set(0, dims, node.type(0));
  if (node.input_count() == 2) return {2 * letters.all(), 0};
  if (node.input_count() > 2) throw NotCounted("the order of its products is not given");
  const bool sums = letters.all().value() != product(dims).value();
  return sums ? per_element(node.type(0), node.dims(0), 1) : Arithmetic{};
}

}  // namespace

void add_products(Rules& rules) {
  rules["MatMul"] = count_matmul;
  rules["MatMulInteger"] = count_matmul_integer;
  rules["QLinearMatMul"] = count_qlinear_matmul;
  rules["Gemm"] = count_gemm;
  rules["Conv"] = count_conv;
  rules["ConvInteger"] = count_conv_integer;
  rules["QLinearConv"] = count_qlinear_conv;
  rules["ConvTranspose"] = count_conv_transpose;
  rules["Einsum"] = count_einsum;
}

}  // namespace isojoule::detail
