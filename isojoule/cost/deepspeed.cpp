#include "isojoule/cost/deepspeed.hpp"

#include "isojoule/cost/count.hpp"
#include "isojoule/cost/detail/require_sizes.hpp"

namespace isojoule {
namespace {

struct Counts {
  Count flops = 0;
  Count macs = 0;
  Count parameters = 0;

  Counts& operator+=(const Counts& other) {
    flops += other.flops;
    macs += other.macs;
    parameters += other.parameters;
    return *this;
  }
  friend Counts operator*(Count times, const Counts& each) {
    return {times * each.flops, times * each.macs, times * each.parameters};
  }
};

Counts linear(Count in, Count out) { return {2 * in * out, in * out, in * out + out}; }

/// ReLU, MaxPool and Softmax.
Counts elementwise(Count elements) { return {elements, 0, 0}; }

Counts linear_and_relu(Count in, Count out) {
  Counts counts = linear(in, out);
  counts += elementwise(out);
  return counts;
}

/// The output layer, with the Softmax that the rule counts.
Counts head(Count in, Count labels) {
  Counts counts = linear(in, labels);
  counts += elementwise(labels);
  return counts;
}

Counts conv_block(Count in, Count out, const Plane& plane) {
  const Count positions = Count(plane.bands) * plane.frames;
  const Count weights = 9 * in * out;
  Counts counts{2 * weights * positions + out * positions, weights * positions, weights + out};
  counts += 2 * elementwise(out * positions);  // ReLU, then MaxPool
  return counts;
}

Counts conv_blocks(const Task& task, std::uint64_t layers, std::uint64_t channels) {
  pooled(task, layers);  // refuses what leaves nothing, so that the loop is short
  Counts counts;
  for (std::uint64_t layer = 0; layer < layers; ++layer)
    counts += conv_block(layer == 0 ? 1 : channels, channels, pooled(task, layer));
  return counts;
}

/// A GRU over `steps` steps. Its weights are there once, whatever the number of steps.
Counts gru(Count in, Count hidden, std::uint64_t layers, Count steps) {
  const auto layer = [&](Count inputs) {
    return Counts{steps * (6 * hidden * inputs + 6 * hidden * hidden + 7 * hidden), 0,
                  3 * hidden * inputs + 3 * hidden * hidden + 6 * hidden};
  };
  Counts counts = layer(in);
  counts += Count(layers - 1) * layer(hidden);
  return counts;
}

struct Counter {
  const Task& task;

  Counts operator()(const Mlp& mlp) const {
    Counts counts = linear_and_relu(Count(task.bands) * task.frames, mlp.hidden);
    counts += Count(mlp.layers - 1) * linear_and_relu(mlp.hidden, mlp.hidden);
    counts += head(mlp.hidden, task.labels);
    return counts;
  }

  Counts operator()(const Cnn& cnn) const {
    const Plane plane = pooled(task, cnn.layers);
    Counts counts = conv_blocks(task, cnn.layers, cnn.channels);
    counts += head(Count(cnn.channels) * plane.bands * plane.frames, task.labels);
    return counts;
  }

  Counts operator()(const Rnn& rnn) const {
    Counts counts = gru(Count(task.bands) * task.frames, rnn.hidden, rnn.layers, 1);
    counts += head(rnn.hidden, task.labels);
    return counts;
  }

  Counts operator()(const Crnn& crnn) const {
    const Plane plane = pooled(task, crnn.conv_layers);
    Counts counts = conv_blocks(task, crnn.conv_layers, crnn.channels);
    counts +=
        gru(crnn.channels, crnn.hidden, crnn.recurrent_layers, Count(plane.bands) * plane.frames);
    counts += head(crnn.hidden, task.labels);
    return counts;
  }
};

}  // namespace

Cost deepspeed_cost(const Architecture& architecture, const Task& task) {
  detail::require_sizes(architecture, task);
  const Counts counts = std::visit(Counter{task}, architecture);
  return Cost{kDeepspeedRule, static_cast<double>(counts.flops.value()) * flop, counts.macs.value(),
              counts.parameters.value()};
}

}  // namespace isojoule
