#include "trainer/loss_scale.hpp"

namespace isojoule::trainer {

LossScale::LossScale(const torch::Device& device)
    : scale_(torch::full({1}, 65536.0, device)),
      good_steps_(torch::zeros({1}, torch::TensorOptions(device).dtype(torch::kInt32))) {}

bool LossScale::unscale(const std::vector<torch::Tensor>& parameters) {
  std::vector<torch::Tensor> gradients;
  for (const torch::Tensor& parameter : parameters)
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  torch::Tensor overflow = torch::zeros({1}, scale_.options());
  at::_amp_foreach_non_finite_check_and_unscale_(gradients, overflow, scale_.reciprocal());
  at::_amp_update_scale_(scale_, good_steps_, overflow, 2.0, 0.5, 2000);
  return overflow.item<float>() == 0.0F;
}

}  // namespace isojoule::trainer
