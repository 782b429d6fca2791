#include "isojoule/cost/memory.hpp"

#include <algorithm>

#include "isojoule/cost/count.hpp"
#include "isojoule/cost/deepspeed.hpp"

namespace isojoule {
namespace {

constexpr std::uint64_t kProcess = 200'000'000;
constexpr std::uint64_t kPerParameter = 16;
constexpr std::uint64_t kPerParameterOfLargestLayer = 8;
constexpr std::uint64_t kPerConvolutionOutput = 12;
constexpr std::uint64_t kPerGruValue = 64;
constexpr std::uint64_t kPerGruStep = 16'000;

/// Bytes for the values between the layers, of one convolution after another.
Count convolutions(const Task& task, std::uint64_t layers, Count channels, Count batch) {
  Count bytes = 0;
  for (std::uint64_t layer = 0; layer < layers; ++layer) {
    const Plane plane = pooled(task, layer);
    bytes += kPerConvolutionOutput * batch * channels * plane.bands * plane.frames;
  }
  return bytes;
}

/// Weights of the largest layer, and bytes for the values between the layers.
struct Parts {
  Count largest_layer = 0;
  Count activations = 0;
};

struct Splitter {
  const Task& task;
  Count batch;

  Parts operator()(const Mlp& mlp) const {
    const Count inputs = std::max(task.bands * task.frames, mlp.layers > 1 ? mlp.hidden : 0);
    return {inputs * mlp.hidden, 0};
  }
  Parts operator()(const Cnn& cnn) const {
    const Plane plane = pooled(task, cnn.layers);
    const Count output = Count(cnn.channels) * plane.bands * plane.frames * task.labels;
    return {output, convolutions(task, cnn.layers, cnn.channels, batch)};
  }
  Parts operator()(const Rnn& rnn) const {
    const Count inputs = std::max(task.bands * task.frames, rnn.hidden);
    return {3 * inputs * rnn.hidden, 0};
  }
  Parts operator()(const Crnn& crnn) const {
    const Plane plane = pooled(task, crnn.conv_layers);
    const Count steps = Count(plane.bands) * plane.frames * crnn.recurrent_layers;
    const Count gru = steps * (kPerGruStep + kPerGruValue * batch * crnn.hidden);
    return {3 * Count(std::max(crnn.channels, crnn.hidden)) * crnn.hidden,
            convolutions(task, crnn.conv_layers, crnn.channels, batch) + gru};
  }
};

}  // namespace

std::uint64_t weights_memory(const Cost& cost) { return (4 * Count(cost.parameters)).value(); }

std::uint64_t batch_memory(std::uint64_t batch, const Task& task) {
  return (4 * Count(batch) * (Count(task.bands) * task.frames + task.labels)).value();
}

std::uint64_t training_memory(const Architecture& architecture, std::uint64_t batch,
                              const Task& task) {
  const Count parameters = deepspeed_cost(architecture, task).parameters;
  const Parts parts = std::visit(Splitter{task, batch}, architecture);
  return (kProcess + batch_memory(batch, task) + kPerParameter * parameters +
          kPerParameterOfLargestLayer * parts.largest_layer + parts.activations)
      .value();
}

}  // namespace isojoule
