// Operators that do the same to each element.
#include <algorithm>
#include <cmath>

#include "isojoule/onnx/detail/content.hpp"
#include "isojoule/onnx/detail/operators.hpp"

namespace isojoule::detail {
namespace {

/// FLOPs of an element, by the operator's formula in ONNX; and the operator itself, where shapes
/// are computed with it.
struct Unary {
  const char* op;
  unsigned flops;
  double (*apply)(double) = nullptr;
};
constexpr Unary kUnary[] = {
    {"Abs", 1, [](double x) { return std::fabs(x); }},
    {"Neg", 1, [](double x) { return -x; }},
    {"Ceil", 1, [](double x) { return std::ceil(x); }},
    {"Floor", 1, [](double x) { return std::floor(x); }},
    {"Round", 1, [](double x) { return std::nearbyint(x); }},
    {"Sqrt", 1, [](double x) { return std::sqrt(x); }},
    {"Reciprocal", 1, [](double x) { return 1.0 / x; }},
    {"Sign", 1},
    {"Exp", 1},
    {"Log", 1},
    {"Erf", 1},
    {"Sin", 1},
    {"Cos", 1},
    {"Tan", 1},
    {"Asin", 1},
    {"Acos", 1},
    {"Atan", 1},
    {"Sinh", 1},
    {"Cosh", 1},
    {"Tanh", 1},
    {"Asinh", 1},
    {"Acosh", 1},
    {"Atanh", 1},
    {"Sigmoid", 1},
    {"Relu", 1, [](double x) { return std::max(x, 0.0); }},
    {"LeakyRelu", 2},        // a comparison, x a
    {"ThresholdedRelu", 1},  // a comparison
    {"Elu", 4},              // a comparison, a (exp x - 1)
    {"Celu", 7},             // max(0, x) + min(0, a (exp(x / a) - 1))
    {"Selu", 5},             // Elu, times gamma
    {"HardSigmoid", 4},      // max(0, min(1, a x + b))
    {"HardSwish", 5},        // x HardSigmoid(x)
    {"Softplus", 3},         // log(exp x + 1)
    {"Softsign", 3},         // x / (1 + |x|)
    {"Mish", 5},             // x tanh(Softplus x)
    {"Shrink", 2},           // a comparison, x - bias
};

Arithmetic count_unary(Node& node) {
  const auto* unary =
      std::ranges::find(kUnary, node.op(), [](const Unary& u) { return std::string(u.op); });
  node.set(0, node.dims(0), node.type(0));
  if (unary->apply != nullptr && node.in(0).content) {
    Content content = *node.in(0).content;
    std::ranges::transform(content, content.begin(), unary->apply);
    node.set_content(0, std::move(content));
  }
  return per_element(node.type(0), node.dims(0), unary->flops);
}

/// Gelu: x Phi(x) with an erf, 0.5 x (1 + erf(x / sqrt 2)); or with a tanh,
/// 0.5 x (1 + tanh(c (x + d x x x))).
Arithmetic count_gelu(Node& node) {
  node.set(0, node.dims(0), node.type(0));
  return per_element(node.type(0), node.dims(0),
                     node.text("approximate", "none") == "none" ? 5 : 9);
}

/// One comparison for each bound.
Arithmetic count_clip(Node& node) {
  node.set(0, node.dims(0), node.type(0));
  unsigned bounds = 0;
  for (const std::size_t i : {1U, 2U})
    if (node.has(i) || node.has_attribute(i == 1 ? "min" : "max")) ++bounds;
  if (node.in(0).content && bounds == 0) copy_content(node);
  return per_element(node.type(0), node.dims(0), bounds);
}

double divide(double a, double b) { return a / b; }
double divide_integers(double a, double b) { return b == 0.0 ? 0.0 : std::trunc(a / b); }
double modulo(double a, double b) { return b == 0.0 ? 0.0 : a - b * std::floor(a / b); }

struct Binary {
  const char* op;
  bool boolean;  ///< its result
  double (*apply)(double, double) = nullptr;
};
constexpr Binary kBinary[] = {
    {"Add", false, [](double a, double b) { return a + b; }},
    {"Sub", false, [](double a, double b) { return a - b; }},
    {"Mul", false, [](double a, double b) { return a * b; }},
    {"Div", false, divide},
    {"Pow", false, [](double a, double b) { return std::pow(a, b); }},
    {"Mod", false, modulo},
    {"Equal", true, [](double a, double b) { return a == b ? 1.0 : 0.0; }},
    {"Less", true, [](double a, double b) { return a < b ? 1.0 : 0.0; }},
    {"LessOrEqual", true, [](double a, double b) { return a <= b ? 1.0 : 0.0; }},
    {"Greater", true, [](double a, double b) { return a > b ? 1.0 : 0.0; }},
    {"GreaterOrEqual", true, [](double a, double b) { return a >= b ? 1.0 : 0.0; }},
};

/// Before version 7 the second input could be aligned at an axis.
Dims aligned(const Node& node, const Dims& a, const Dims& b) {
  if (node.opset() >= 7 || !node.has_attribute("axis")) return b;
  const std::size_t axis = node.axis(node.integer("axis", 0), a.size());
  Dims result(axis, 1);
  result.insert(result.end(), b.begin(), b.end());
  if (result.size() < a.size()) result.resize(a.size(), 1);
  return result;
}

Arithmetic count_binary(Node& node) {
  const auto* binary =
      std::ranges::find(kBinary, node.op(), [](const Binary& b) { return std::string(b.op); });
  const Dims& a = node.dims(0);
  const Dims b = aligned(node, a, node.dims(1));
  const Dims dims = broadcast(a, b);
  node.set(0, dims, binary->boolean ? static_cast<int>(kBool) : node.type(0));
  const auto& left = node.in(0).content;
  const auto& right = node.in(1).content;
  if (left && right) {
    const bool integers = node.op() == "Div" && !is_floating(node.type(0));
    const auto apply = integers ? divide_integers : binary->apply;
    fill(node, 0, dims, [&](const Place& place) {
      return apply((*left)[position(a, place)], (*right)[position(b, place)]);
    });
  }
  return per_element(node.type(0), dims, 1);
}

/// Of any number of inputs: one operation less than inputs for each element; Mean divides too.
Arithmetic count_variadic(Node& node) {
  Dims dims = node.dims(0);
  for (std::size_t i = 1; i < node.input_count(); ++i) dims = broadcast(dims, node.dims(i));
  node.set(0, dims, node.type(0));
  const bool least = node.op() == "Min";
  if ((least || node.op() == "Max") && node.input_count() == 2 && node.in(0).content &&
      node.in(1).content)
    fill(node, 0, dims, [&](const Place& place) {
      const double a = node.content(0)[position(node.dims(0), place)];
      const double b = node.content(1)[position(node.dims(1), place)];
      return least ? std::min(a, b) : std::max(a, b);
    });
  const std::size_t each = node.input_count() - 1 + (node.op() == "Mean" ? 1 : 0);
  return per_element(node.type(0), dims, each);
}

/// A comparison, and x slope.
Arithmetic count_prelu(Node& node) {
  node.set(0, node.dims(0), node.type(0));
  return per_element(node.type(0), node.dims(0), 2);
}

Arithmetic count_logic_of_two(Node& node) {
  const Dims dims = broadcast(node.dims(0), node.dims(1));
  node.set(0, dims, node.op().starts_with("Bit") ? node.type(0) : static_cast<int>(kBool));
  if (node.op() == "And" && node.in(0).content && node.in(1).content)
    fill(node, 0, dims, [&](const Place& place) {
      return node.content(0)[position(node.dims(0), place)] *
             node.content(1)[position(node.dims(1), place)];
    });
  return {};
}

Arithmetic count_logic_of_one(Node& node) {
  node.set(0, node.dims(0), node.op() == "BitwiseNot" ? node.type(0) : static_cast<int>(kBool));
  if (node.op() == "Not" && node.in(0).content)
    fill(node, 0, node.dims(0),
         [&](const Place& place) { return 1.0 - node.content(0)[position(node.dims(0), place)]; });
  return {};
}

/// x / scale, rounded, + zero point.
Arithmetic count_quantize(Node& node) {
  const int type = node.has(2) ? node.type(2) : static_cast<int>(kUint8);
  node.set(0, node.dims(0), type);
  return per_element(kFloat, node.dims(0), 3);
}

/// (x - zero point) scale.
Arithmetic count_dequantize(Node& node) {
  node.set(0, node.dims(0), node.type(1));
  return per_element(kFloat, node.dims(0), node.has(2) ? 2 : 1);
}

}  // namespace

bool is_floating(int type) {
  constexpr int kIntegers[] = {2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 21, 22};
  return std::ranges::find(kIntegers, type) == std::end(kIntegers);
}

Arithmetic per_element(int type, const Dims& dims, Count flops) {
  return is_floating(type) ? Arithmetic{0, flops * product(dims)} : Arithmetic{};
}

void add_elementwise(Rules& rules) {
  for (const Unary& unary : kUnary) rules[unary.op] = count_unary;
  for (const Binary& binary : kBinary) rules[binary.op] = count_binary;
  for (const char* op : {"Max", "Min", "Sum", "Mean"}) rules[op] = count_variadic;
  for (const char* op : {"And", "Or", "Xor", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor"})
    rules[op] = count_logic_of_two;
  for (const char* op : {"Not", "BitwiseNot", "IsNaN", "IsInf"}) rules[op] = count_logic_of_one;
  rules["Gelu"] = count_gelu;
  rules["Clip"] = count_clip;
  rules["PRelu"] = count_prelu;
  rules["QuantizeLinear"] = count_quantize;
  rules["DequantizeLinear"] = count_dequantize;
}

}  // namespace isojoule::detail
