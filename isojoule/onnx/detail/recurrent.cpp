// RNN, GRU and LSTM.
#include <algorithm>

#include "isojoule/onnx/detail/operators.hpp"

namespace isojoule::detail {
namespace {

/// What a step takes for each hidden unit, apart from the products and biases.
struct Cell {
  const char* op;
  std::uint64_t gates;
  std::uint64_t flops;
};
constexpr Cell kCells[] = {
    // f(W x + R h): their sum, tanh.
    {"RNN", 1, 2},
    // z, r: a sum and the logistic function each. n: r by R h, a sum, tanh. (1 - z) n + z h.
    {"GRU", 3, 2 + 2 + 3 + 4},
    // i, o, f: a sum and the logistic function each. c: a sum, tanh. f C + i c. o tanh(C).
    {"LSTM", 4, 2 + 2 + 2 + 2 + 3 + 2},
};
constexpr std::uint64_t kPeepholes = 6;  // a product and a sum for i, o and f

/// Those that count one, whichever gate they are used at.
void require_known_activations(const Node& node) {
  constexpr std::string_view kOfOne[] = {"Sigmoid", "Tanh", "Relu"};
  if (node.has_attribute("clip")) throw NotCounted("it clips its gates");
  if (!node.has_attribute("activations")) return;
  for (const std::string& name : node.attribute("activations")->strings)
    if (std::ranges::find(kOfOne, name) == std::end(kOfOne))
      throw NotCounted("its activation " + name + " is not known");
}

/// X is steps x samples x inputs (or samples first), W directions x gates H x inputs.
Arithmetic count_recurrent(Node& node) {
  const auto* cell =
      std::ranges::find(kCells, node.op(), [](const Cell& c) { return std::string(c.op); });
  const Dims& x = node.dims(0);
  const Dims& weights = node.dims(1);
  const Dims& recurrence = node.dims(2);
  if (x.size() != 3 || weights.size() != 3 || recurrence.size() != 3)
    throw NotCounted("its input and weights need 3 dimensions");
  const std::uint64_t directions = weights[0];
  const std::uint64_t hidden = recurrence[2];
  const Count rows = Count(cell->gates) * hidden;
  if (weights[2] != x[2] || weights[1] != rows.value() || recurrence[1] != rows.value())
    throw NotCounted("its weights do not fit its input");
  const bool samples_first = node.integer("layout", 0) != 0;
  const std::uint64_t steps = x[samples_first ? 1 : 0];
  const std::uint64_t samples = x[samples_first ? 0 : 1];
  if (samples_first) {
    node.set(0, {samples, steps, directions, hidden}, node.type(0));
    for (const std::size_t i : {1U, 2U}) node.set(i, {samples, directions, hidden}, node.type(0));
  } else {
    node.set(0, {steps, directions, samples, hidden}, node.type(0));
    for (const std::size_t i : {1U, 2U}) node.set(i, {directions, samples, hidden}, node.type(0));
  }
  require_known_activations(node);
  const Count times = Count(directions) * steps * samples;
  Count elementwise = Count(cell->flops) * hidden;
  if (node.has(3)) elementwise += 2 * rows;
  if (node.op() == "LSTM" && node.has(7)) elementwise += Count(kPeepholes) * hidden;
  return {times * 2 * rows * (Count(x[2]) + hidden), times * elementwise};
}

}  // namespace

void add_recurrent(Rules& rules) {
  for (const Cell& cell : kCells) rules[cell.op] = count_recurrent;
}

}  // namespace isojoule::detail
