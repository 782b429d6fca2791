#include "isojoule/cost/exact.hpp"

#include "isojoule/core/error.hpp"
#include "isojoule/cost/count.hpp"
#include "isojoule/cost/detail/require_sizes.hpp"

namespace isojoule {
namespace {

constexpr std::uint64_t kAdamPerParameter = 13;
constexpr std::uint64_t kBytes = 4;

struct Flops {
  Count matmul = 0;
  Count elementwise = 0;

  Flops& operator+=(const Flops& other) {
    matmul += other.matmul;
    elementwise += other.elementwise;
    return *this;
  }
  friend Flops operator*(Count times, const Flops& each) {
    return {times * each.matmul, times * each.elementwise};
  }
};

/// Of one clip.
struct Counts {
  Flops forward;
  Flops backward;
  Count parameters = 0;
  Count activations = 0;

  Counts& operator+=(const Counts& other) {
    forward += other.forward;
    backward += other.backward;
    parameters += other.parameters;
    activations += other.activations;
    return *this;
  }
  friend Counts operator*(Count times, const Counts& each) {
    return {times * each.forward, times * each.backward, times * each.parameters,
            times * each.activations};
  }
};

/// Whether a layer's input needs a gradient: the clips do not.
enum class Input { clips, layer };

/// Weights in x out, each used at `positions` places; a bias for each output.
Counts weighted(Count in, Count out, Count positions, Input input) {
  const Count products = 2 * in * out * positions;
  const Count biases = out * positions;
  const Count gradients = input == Input::clips ? 1 : 2;
  return {{products, biases}, {gradients * products, biases}, in * out + out, biases};
}

Counts linear(Count in, Count out, Input input) { return weighted(in, out, 1, input); }

Counts relu(Count elements) { return {{0, elements}, {0, elements}, 0, elements}; }

Counts max_pool(Count outputs) { return {{0, 3 * outputs}, {0, outputs}, 0, outputs}; }

Counts linear_and_relu(Count in, Count out, Input input) {
  Counts counts = linear(in, out, input);
  counts += relu(out);
  return counts;
}

Counts conv_blocks(const Task& task, std::uint64_t layers, Count channels) {
  pooled(task, layers);  // refuses what leaves nothing, so that the loop is short
  Counts counts;
  for (std::uint64_t layer = 0; layer < layers; ++layer) {
    const Plane plane = pooled(task, layer);
    const Plane after = pooled(task, layer + 1);
    const Count positions = Count(plane.bands) * plane.frames;
    const Input input = layer == 0 ? Input::clips : Input::layer;
    Counts conv = weighted(9 * (layer == 0 ? Count(1) : channels), channels, positions, input);
    counts += conv;
    counts += relu(channels * positions);
    counts += max_pool(channels * after.bands * after.frames);
  }
  return counts;
}

/// One GRU layer over `steps` steps, without the gradients that come from a layer above.
Counts gru_layer(Count in, Count hidden, std::uint64_t steps, Input input) {
  const Count by_input = 6 * hidden * in;
  const Count by_state = 6 * hidden * hidden;
  const Count later = steps - 1;  // steps whose state before is not the initial one
  Counts counts;
  counts.forward = Count(steps) * Flops{by_input + by_state, 17 * hidden};
  counts.backward = Count(steps) * Flops{by_input + by_state, 21 * hidden};
  if (input == Input::layer) counts.backward += Count(steps) * Flops{by_input, 0};
  counts.backward += later * Flops{by_state, 2 * hidden};
  counts.parameters = 3 * hidden * in + 3 * hidden * hidden + 6 * hidden;
  counts.activations = Count(steps) * 5 * hidden;
  return counts;
}

Counts gru(Count in, Count hidden, std::uint64_t layers, std::uint64_t steps, Input input) {
  Counts counts = gru_layer(in, hidden, steps, input);
  counts += Count(layers - 1) * gru_layer(hidden, hidden, steps, Input::layer);
  // Where a layer has another above it, two gradients meet at each step but the last.
  counts.backward += Count(layers - 1) * Flops{0, Count(steps - 1) * hidden};
  return counts;
}

/// What comes before the output layer, and how many values it gives.
struct Body {
  Counts counts;
  Count outputs;
};

struct Counter {
  const Task& task;

  Body operator()(const Mlp& mlp) const {
    Counts counts = linear_and_relu(Count(task.bands) * task.frames, mlp.hidden, Input::clips);
    counts += Count(mlp.layers - 1) * linear_and_relu(mlp.hidden, mlp.hidden, Input::layer);
    return {counts, mlp.hidden};
  }

  Body operator()(const Cnn& cnn) const {
    const Plane plane = pooled(task, cnn.layers);
    return {conv_blocks(task, cnn.layers, cnn.channels),
            Count(cnn.channels) * plane.bands * plane.frames};
  }

  Body operator()(const Rnn& rnn) const {
    const Count inputs = Count(task.bands) * task.frames;
    return {gru(inputs, rnn.hidden, rnn.layers, 1, Input::clips), rnn.hidden};
  }

  Body operator()(const Crnn& crnn) const {
    const Plane plane = pooled(task, crnn.conv_layers);
    const std::uint64_t steps = (Count(plane.bands) * plane.frames).value();
    Counts counts = conv_blocks(task, crnn.conv_layers, crnn.channels);
    counts += gru(crnn.channels, crnn.hidden, crnn.recurrent_layers, steps, Input::layer);
    return {counts, crnn.hidden};
  }
};

/// Binary cross-entropy of the logits of one clip.
Counts loss(Count labels) { return {{0, 8 * labels}, {0, 3 * labels}, 0, 0}; }

FlopCount to_flop_count(const Flops& flops) {
  return {flops.matmul.value(), flops.elementwise.value()};
}

}  // namespace

CostBreakdown exact_cost(const Architecture& architecture, std::uint64_t batch, const Task& task) {
  detail::require_sizes(architecture, task);
  if (batch == 0) throw Error(ErrorCode::bad_input, "a batch needs at least 1 clip");
  auto [counts, outputs] = std::visit(Counter{task}, architecture);
  counts += linear(outputs, task.labels, Input::layer);
  counts += loss(task.labels);
  Flops forward = batch * counts.forward;
  Flops backward = batch * counts.backward;
  // The mean over all logits is one division there and one back.
  forward += Flops{0, 1};
  backward += Flops{0, 1};
  CostBreakdown cost;
  cost.rule = kExactRule;
  cost.batch = batch;
  cost.forward = to_flop_count(forward);
  cost.backward = to_flop_count(backward);
  cost.optimizer = {0, (kAdamPerParameter * counts.parameters).value()};
  cost.macs_forward = cost.forward.matmul / 2;
  cost.parameters = counts.parameters.value();
  cost.parameter_bytes = (kBytes * counts.parameters).value();
  cost.activation_bytes = (kBytes * batch * counts.activations).value();
  return cost;
}

}  // namespace isojoule
