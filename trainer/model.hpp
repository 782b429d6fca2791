// The reference architectures as LibTorch modules.
#pragma once

#include <torch/nn.h>

#include "isojoule/cost/architecture.hpp"

namespace isojoule::trainer {

/// Any of the architectures of isojoule/cost/architecture.hpp: convolutions, then recurrent layers
/// or hidden layers, each of which may be absent, then the output layer.
class Model : public torch::nn::Module {
 public:
  Model(const Architecture& architecture, const Task& task);

  /// From clips [N][1][bands][frames] to logits [N][labels]; the sigmoid is part of the loss.
  torch::Tensor forward(torch::Tensor x);

  std::uint64_t parameter_count() const;

 private:
  void build(const Mlp& mlp, const Task& task);
  void build(const Cnn& cnn, const Task& task);
  void build(const Rnn& rnn, const Task& task);
  void build(const Crnn& crnn, const Task& task);
  void add_convolutions(std::uint64_t layers, std::uint64_t channels);
  void add_gru(std::uint64_t in, std::uint64_t hidden, std::uint64_t layers);
  void add_output(std::uint64_t in, const Task& task);

  torch::nn::Sequential convolutions_{nullptr};
  torch::nn::GRU gru_{nullptr};
  torch::nn::Sequential hidden_{nullptr};
  torch::nn::Linear output_{nullptr};
};

}  // namespace isojoule::trainer
