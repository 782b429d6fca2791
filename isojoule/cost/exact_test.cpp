#include "isojoule/cost/exact.hpp"

#include <array>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/deepspeed.hpp"
#include "isojoule/cost/detail/impossible_architectures.hpp"

namespace isojoule {
namespace {

using test_cost::impossible_architectures;
using test_cost::kHuge;

TEST(ExactCost, MlpByHand) {
  // 6 inputs, 2 layers of 3, 2 labels: Linear 6 to 3, ReLU, Linear 3 to 3, ReLU, Linear 3 to 2.
  const Task task{.bands = 3, .frames = 2, .labels = 2};
  const CostBreakdown cost = exact_cost(Mlp{2, 3}, 1, task);
  EXPECT_EQ(cost.rule, "exact");
  EXPECT_EQ(cost.forward.matmul, 36U + 18 + 12);
  EXPECT_EQ(cost.forward.elementwise, (3U + 3) + (3 + 3) + 2 + (8UL * 2 + 1));
  // The clips need no gradient: the first layer's only product is that of its weights.
  EXPECT_EQ(cost.backward.matmul, 36U + 2UL * 18 + 2UL * 12);
  EXPECT_EQ(cost.backward.elementwise, (3U + 3) + (3 + 3) + 2 + (3UL * 2 + 1));
  EXPECT_EQ(cost.parameters, (18U + 3) + (9 + 3) + (6 + 2));
  EXPECT_EQ(cost.optimizer, (FlopCount{0, 13UL * 41}));
  EXPECT_EQ(cost.macs_forward, 18U + 9 + 6);
  EXPECT_EQ(cost.parameter_bytes, 4UL * 41);
  EXPECT_EQ(cost.activation_bytes, 4UL * (3 + 3 + 3 + 3 + 2));
  EXPECT_EQ(cost.step(), (FlopCount{66 + 96, 31 + 21 + 533}));
}

TEST(ExactCost, ABatchRepeatsThePassesButNeitherTheMeanNorTheOptimizer) {
  const Task task{.bands = 3, .frames = 2, .labels = 2};
  const CostBreakdown cost = exact_cost(Mlp{2, 3}, 4, task);
  EXPECT_EQ(cost.batch, 4U);
  EXPECT_EQ(cost.forward, (FlopCount{4UL * 66, 4UL * 30 + 1}));
  EXPECT_EQ(cost.backward, (FlopCount{4UL * 96, 4UL * 20 + 1}));
  EXPECT_EQ(cost.optimizer, (FlopCount{0, 13UL * 41}));
  EXPECT_EQ(cost.macs_forward, 4UL * 33);
  EXPECT_EQ(cost.parameters, 41U);
  EXPECT_EQ(cost.activation_bytes, 4UL * 4 * 14);
}

TEST(ExactCost, CnnByHand) {
  // 5 x 7 is pooled to 2 x 3 and then to 1 x 1, of 4 channels each.
  const CostBreakdown cost = exact_cost(Cnn{2, 4}, 1, Task{.bands = 5, .frames = 7, .labels = 3});
  EXPECT_EQ(cost.forward.matmul, 2UL * 9 * 4UL * 35 + 2UL * 9 * 4UL * 4 * 6 + 2UL * 4 * 3);
  // Bias, ReLU and three comparisons for each value that a pooling leaves.
  EXPECT_EQ(cost.forward.elementwise,
            (140U + 140 + 3UL * 24) + (24 + 24 + 3UL * 4) + 3 + (8UL * 3 + 1));
  EXPECT_EQ(cost.backward.matmul, 2520U + 2UL * 1728 + 2UL * 24);
  EXPECT_EQ(cost.backward.elementwise, (140U + 140 + 24) + (24 + 24 + 4) + 3 + (3UL * 3 + 1));
  EXPECT_EQ(cost.parameters, (36U + 4) + (144 + 4) + (12 + 3));
  EXPECT_EQ(cost.activation_bytes, 4UL * (140 + 140 + 24 + 24 + 24 + 4 + 3));
}

TEST(ExactCost, RnnByHand) {
  // One step of 6 inputs, 2 layers of 5, 2 labels. The initial state needs no gradient.
  const CostBreakdown cost = exact_cost(Rnn{2, 5}, 1, Task{.bands = 2, .frames = 3, .labels = 2});
  EXPECT_EQ(cost.forward.matmul, 2UL * 15 * (6 + 5) + 2UL * 15 * (5 + 5) + 2UL * 5 * 2);
  EXPECT_EQ(cost.forward.elementwise, 2UL * 17 * 5 + 2 + (8UL * 2 + 1));
  EXPECT_EQ(cost.backward.matmul, 330U + (300 + 2UL * 15 * 5) + 2UL * 20);
  EXPECT_EQ(cost.backward.elementwise, 2UL * 21 * 5 + 2 + (3UL * 2 + 1));
  EXPECT_EQ(cost.parameters, (90U + 75 + 30) + (75 + 75 + 30) + (10 + 2));
  EXPECT_EQ(cost.activation_bytes, 4UL * (5UL * 5 + 5UL * 5 + 2));
}

TEST(ExactCost, CrnnByHand) {
  // 5 x 4 is pooled to 2 x 2: 4 steps of 3 values, through 2 layers of 2.
  const CostBreakdown cost =
      exact_cost(Crnn{1, 2, 3, 2}, 1, Task{.bands = 5, .frames = 4, .labels = 2});
  const std::uint64_t conv = 2UL * 9 * 3UL * 20;
  EXPECT_EQ(cost.forward.matmul,
            conv + 4UL * 2 * 6UL * (3 + 2) + 4UL * 2 * 6UL * (2 + 2) + 2UL * 2 * 2);
  EXPECT_EQ(cost.forward.elementwise,
            (60U + 60 + 3UL * 12) + 2UL * 4 * 17UL * 2 + 2 + (8UL * 2 + 1));
  // Of each layer: weights at 4 steps, the input at 4, the state before at 3.
  const std::uint64_t lower = 4UL * 60 + 4UL * 2 * 6UL * 3 + 3UL * 2 * 6UL * 2;
  const std::uint64_t upper = 4UL * 48 + 4UL * 2 * 6UL * 2 + 3UL * 2 * 6UL * 2;
  EXPECT_EQ(cost.backward.matmul, conv + lower + upper + 2UL * 8);
  // Each layer 21 H a step and 2 H at 3; at 3 steps of the lower two gradients meet.
  EXPECT_EQ(cost.backward.elementwise,
            (60U + 60 + 12) + 2UL * (4UL * 42 + 3UL * 4) + 3UL * 2 + 2 + (3UL * 2 + 1));
  EXPECT_EQ(cost.parameters, 30U + (18 + 12 + 12) + (12 + 12 + 12) + 6);
  EXPECT_EQ(cost.activation_bytes, 4UL * (60 + 60 + 12 + 2UL * 4 * 5UL * 2 + 2));
}

TEST(ExactCost, HasTheParametersOfTheOtherRule) {
  const std::array<Architecture, 4> some{
      {Mlp{4, 1024}, Cnn{6, 384}, Rnn{14, 2048}, Crnn{2, 2, 728, 256}}};
  for (const Architecture& architecture : some)
    EXPECT_EQ(exact_cost(architecture).parameters, deepspeed_cost(architecture).parameters);
}

TEST(ExactCost, ManyLayersCostNoTime) {
  constexpr std::uint64_t kLayers = 1'000'000'000'000;
  EXPECT_EQ(exact_cost(Rnn{kLayers, 1}).parameters, 3UL * 8192 + 3 + 6 + (kLayers - 1) * 12 + 20);
}

ErrorCode code_of(const Architecture& architecture, std::uint64_t batch = 1,
                  const Task& task = {}) {
  try {
    exact_cost(architecture, batch, task);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::usage;
}

TEST(ExactCost, RefusesWhatCannotBe) {
  for (const Architecture& architecture : impossible_architectures())
    EXPECT_EQ(code_of(architecture), ErrorCode::bad_input) << architecture.index();
  EXPECT_EQ(code_of(Mlp{1, 1}, 0), ErrorCode::bad_input);
  EXPECT_EQ(code_of(Mlp{1, 1}, kHuge), ErrorCode::bad_input);
  EXPECT_EQ(code_of(Mlp{1, 1}, 1, Task{.frames = 0}), ErrorCode::bad_input);
  EXPECT_EQ(code_of(Mlp{1, 1}, 1, Task{.labels = 0}), ErrorCode::bad_input);
}

TEST(ExactCost, TotalsRefuseToOverflow) {
  EXPECT_THROW((FlopCount{kHuge, 1}).total(), Error);
  CostBreakdown cost;
  cost.forward.matmul = kHuge;
  cost.backward.matmul = 1;
  EXPECT_THROW(cost.step(), Error);
}

}  // namespace
}  // namespace isojoule
