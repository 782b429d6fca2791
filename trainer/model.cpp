#include "trainer/model.hpp"

#include <tuple>

namespace isojoule::trainer {
namespace {

namespace nn = torch::nn;

std::int64_t size(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

Model::Model(const Architecture& architecture, const Task& task) {
  std::visit([&](const auto& shape) { build(shape, task); }, architecture);
}

torch::Tensor Model::forward(torch::Tensor x) {
  if (convolutions_) x = convolutions_->forward(x);
  if (gru_) {
    // A view, not a permute: what has one channel for each value of the GRU's input becomes a
    // sequence in the order in which it lies in memory, as the architecture is defined.
    x = x.reshape({x.size(0), -1, gru_->options.input_size()});
    x = std::get<0>(gru_->forward(x)).select(1, -1);
  } else {
    x = x.flatten(1);
  }
  if (hidden_) x = hidden_->forward(x);
  return output_->forward(x);
}

std::uint64_t Model::parameter_count() const {
  std::uint64_t count = 0;
  for (const torch::Tensor& parameter : parameters())
    count += static_cast<std::uint64_t>(parameter.numel());
  return count;
}

void Model::build(const Mlp& mlp, const Task& task) {
  hidden_ = nn::Sequential();
  std::uint64_t in = task.bands * task.frames;
  for (std::uint64_t layer = 0; layer < mlp.layers; ++layer) {
    hidden_->push_back(nn::Linear(size(in), size(mlp.hidden)));
    hidden_->push_back(nn::ReLU());
    in = mlp.hidden;
  }
  register_module("hidden", hidden_);
  add_output(mlp.hidden, task);
}

void Model::build(const Cnn& cnn, const Task& task) {
  add_convolutions(cnn.layers, cnn.channels);
  const Plane plane = pooled(task, cnn.layers);
  add_output(cnn.channels * plane.bands * plane.frames, task);
}

void Model::build(const Rnn& rnn, const Task& task) {
  add_gru(task.bands * task.frames, rnn.hidden, rnn.layers);
  add_output(rnn.hidden, task);
}

void Model::build(const Crnn& crnn, const Task& task) {
  add_convolutions(crnn.conv_layers, crnn.channels);
  add_gru(crnn.channels, crnn.hidden, crnn.recurrent_layers);
  add_output(crnn.hidden, task);
}

void Model::add_convolutions(std::uint64_t layers, std::uint64_t channels) {
  convolutions_ = nn::Sequential();
  std::uint64_t in = 1;
  for (std::uint64_t layer = 0; layer < layers; ++layer) {
    convolutions_->push_back(
        nn::Conv2d(nn::Conv2dOptions(size(in), size(channels), 3).stride(1).padding(1)));
    convolutions_->push_back(nn::ReLU());
    convolutions_->push_back(nn::MaxPool2d(2));
    in = channels;
  }
  register_module("convolutions", convolutions_);
}

void Model::add_gru(std::uint64_t in, std::uint64_t hidden, std::uint64_t layers) {
  gru_ = register_module(
      "gru",
      nn::GRU(nn::GRUOptions(size(in), size(hidden)).num_layers(size(layers)).batch_first(true)));
}

void Model::add_output(std::uint64_t in, const Task& task) {
  output_ = register_module("output", nn::Linear(size(in), size(task.labels)));
}

}  // namespace isojoule::trainer
