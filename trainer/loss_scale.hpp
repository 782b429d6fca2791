// Loss scaling for gradients in half precision.
#pragma once

#include <vector>

#include <torch/types.h>

namespace isojoule::trainer {

/// Dynamic, as Python's GradScaler by default: the scale begins at 65536, is halved by a step whose
/// gradients overflow, which is then left out, and doubled after 2000 steps without one.
class LossScale {
 public:
  explicit LossScale(const torch::Device& device);

  torch::Tensor scaled(const torch::Tensor& loss) const { return loss * scale_; }

  /// Unscales the gradients of `parameters`, those that have one; whether all are finite, and the
  /// step can be done.
  bool unscale(const std::vector<torch::Tensor>& parameters);

 private:
  torch::Tensor scale_;
  torch::Tensor good_steps_;
};

}  // namespace isojoule::trainer
