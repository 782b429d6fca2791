#include "trainer/loss_scale.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <torch/library.h>
#include <torch/version.h>

#if TORCH_VERSION_MAJOR < 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 3)

namespace {

/// Before 2.3 only a CUDA device could do these two. Here they are for a CPU, as LibTorch describes
/// them.
void check_and_unscale(at::TensorList gradients, at::Tensor& overflow, const at::Tensor& factor) {
  for (const at::Tensor& gradient : gradients) {
    if (!gradient.isfinite().all().item<bool>()) overflow.fill_(1.0);
    at::Tensor values = gradient;
    values.mul_(factor);
  }
}

at::Tensor& update_scale(at::Tensor& scale, at::Tensor& good_steps, const at::Tensor& overflow,
                         double growth, double backoff, std::int64_t interval) {
  if (overflow.item<float>() != 0.0F) {
    scale.mul_(backoff);
    good_steps.zero_();
  } else if (good_steps.add_(1).item<int>() == interval) {
    scale.mul_(growth);
    good_steps.zero_();
  }
  return scale;
}

TORCH_LIBRARY_IMPL(aten, CPU, library) {
  library.impl("_amp_foreach_non_finite_check_and_unscale_", check_and_unscale);
  library.impl("_amp_update_scale_", update_scale);
}

}  // namespace

#endif

namespace isojoule::trainer {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// A parameter with such a gradient.
torch::Tensor parameter(float gradient) {
  torch::Tensor weights = torch::ones({2});
  weights.mutable_grad() = torch::full({2}, gradient);
  return weights;
}

float gradient_of(const torch::Tensor& weights) { return weights.grad()[0].item<float>(); }

float scale_of(const LossScale& scale) { return scale.scaled(torch::ones({1})).item<float>(); }

TEST(LossScale, BeginsWithThatOfPythonAndIsTakenOffTheGradients) {
  LossScale scale(torch::kCPU);
  EXPECT_EQ(scale_of(scale), 65536.0F);
  const torch::Tensor weights = parameter(3 * 65536.0F);
  EXPECT_TRUE(scale.unscale({weights}));
  EXPECT_EQ(gradient_of(weights), 3.0F);
  EXPECT_EQ(scale_of(scale), 65536.0F);
}

TEST(LossScale, IsHalvedWhereAnyGradientOverflows) {
  for (const float bad : {kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN()}) {
    LossScale scale(torch::kCPU);
    EXPECT_FALSE(scale.unscale({parameter(1.0F), parameter(bad)}));
    EXPECT_EQ(scale_of(scale), 32768.0F);
    EXPECT_FALSE(scale.unscale({parameter(bad)}));
    EXPECT_EQ(scale_of(scale), 16384.0F);
    EXPECT_TRUE(scale.unscale({parameter(1.0F)}));
    EXPECT_EQ(scale_of(scale), 16384.0F);
  }
}

TEST(LossScale, IsDoubledAfterTwoThousandGoodStepsInARow) {
  LossScale scale(torch::kCPU);
  for (int step = 0; step < 1999; ++step) scale.unscale({parameter(1.0F)});
  EXPECT_EQ(scale_of(scale), 65536.0F);
  scale.unscale({parameter(1.0F)});
  EXPECT_EQ(scale_of(scale), 131072.0F);
  for (int step = 0; step < 1999; ++step) scale.unscale({parameter(1.0F)});
  scale.unscale({parameter(kInfinity)});
  scale.unscale({parameter(1.0F)});
  EXPECT_EQ(scale_of(scale), 65536.0F);
}

TEST(LossScale, LeavesParametersWithoutGradientsAlone) {
  LossScale scale(torch::kCPU);
  EXPECT_TRUE(scale.unscale({torch::ones({2}), parameter(65536.0F)}));
}

}  // namespace
}  // namespace isojoule::trainer
