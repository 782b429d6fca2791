#include "isojoule/cost/deepspeed.hpp"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/detail/impossible_architectures.hpp"

namespace isojoule {
namespace {

using test_cost::impossible_architectures;
using test_cost::kHuge;

struct Row {
  Architecture architecture;
  std::uint64_t flops;
  std::uint64_t macs;
  std::uint64_t parameters;
};

/// What the profiler itself reported for the 43 published configurations.
const std::array<Row, 43> kProfiled{{
    {Mlp{1, 512}, 8399370, 4199424, 4199946},
    {Mlp{1, 1024}, 16798730, 8398848, 8399882},
    {Mlp{4, 1024}, 23093258, 11544576, 11548682},
    {Mlp{1, 2048}, 33597450, 16797696, 16799754},
    {Mlp{4, 2048}, 58769418, 29380608, 29388810},
    {Mlp{4, 4096}, 167870474, 83927040, 83943434},
    {Mlp{6, 4096}, 234987530, 117481472, 117506058},
    {Mlp{10, 4096}, 369221642, 184590336, 184631306},
    {Mlp{16, 4096}, 570572810, 285253632, 285319178},
    {Mlp{32, 4096}, 1107509258, 553689088, 553820170},
    {Cnn{1, 128}, 27262986, 12058624, 2622730},
    {Cnn{1, 256}, 54525962, 24117248, 5245450},
    {Cnn{1, 512}, 109051914, 48234496, 10490890},
    {Cnn{1, 1024}, 218103818, 96468992, 20981770},
    {Cnn{2, 128}, 628097034, 312082432, 804234},
    {Cnn{2, 256}, 2464153610, 1228144640, 1903370},
    {Cnn{2, 384}, 5508169738, 2748186624, 3297418},
    {Cnn{6, 384}, 7309897738, 3648658944, 6648970},
    {Cnn{2, 512}, 9760145418, 4872208384, 4986378},
    {Cnn{2, 768}, 21887975434, 10932191232, 9249034},
    {Cnn{6, 768}, 29101154314, 14537997312, 26568970},
    {Cnn{2, 1024}, 38847643658, 19408093184, 14691338},
    {Rnn{1, 128}, 6393226, 1280, 3196938},
    {Rnn{1, 512}, 26752522, 5120, 13377546},
    {Rnn{1, 1024}, 56650762, 10240, 28327946},
    {Rnn{4, 1024}, 94421002, 10240, 47220746},
    {Rnn{6, 1024}, 119601162, 10240, 59815946},
    {Rnn{1, 2048}, 125884426, 20480, 62947338},
    {Rnn{2, 2048}, 176230410, 20480, 88125450},
    {Rnn{4, 2048}, 276922378, 20480, 138481674},
    {Rnn{6, 2048}, 377614346, 20480, 188837898},
    {Rnn{10, 2048}, 578998282, 20480, 289550346},
    {Rnn{14, 2048}, 780382218, 20480, 390262794},
    {Crnn{1, 1, 64, 64}, 112592138, 4719232, 26250},
    {Crnn{2, 1, 64, 64}, 187794698, 80216704, 63178},
    {Crnn{1, 2, 64, 64}, 214172938, 4719232, 51210},
    {Crnn{1, 1, 256, 64}, 296617226, 18875008, 65034},
    {Crnn{1, 1, 512, 256}, 2507674634, 37751296, 599050},
    {Crnn{1, 2, 512, 256}, 4121957386, 37751296, 993802},
    {Crnn{1, 2, 1024, 256}, 5820650506, 75500032, 1392138},
    {Crnn{2, 1, 512, 256}, 10359804938, 4869589504, 2958858},
    {Crnn{2, 2, 728, 256}, 20845384714, 9822341632, 5932434},
    {Crnn{2, 2, 1024, 256}, 40248284170, 19402852864, 10830346},
}};

TEST(DeepspeedCost, EqualsTheProfilerOnThePublishedConfigurations) {
  for (const Row& row : kProfiled) {
    const Cost cost = deepspeed_cost(row.architecture);
    EXPECT_EQ(cost.rule, "deepspeed");
    EXPECT_EQ(cost.flops_forward.in(flop), static_cast<double>(row.flops)) << row.flops;
    EXPECT_EQ(cost.macs, row.macs) << row.flops;
    EXPECT_EQ(cost.parameters, row.parameters) << row.flops;
  }
}

TEST(DeepspeedCost, MlpByHand) {
  // 6 inputs, 2 layers of 3, 2 labels.
  const Cost cost = deepspeed_cost(Mlp{2, 3}, Task{.bands = 3, .frames = 2, .labels = 2});
  // Linear 2*6*3 + ReLU 3, Linear 2*3*3 + ReLU 3, Linear 2*3*2, Softmax 2.
  EXPECT_EQ(cost.flops_forward, (36.0 + 3 + 18 + 3 + 12 + 2) * flop);
  EXPECT_EQ(cost.macs, 18U + 9 + 6);
  EXPECT_EQ(cost.parameters, (18U + 3) + (9 + 3) + (6 + 2));
}

TEST(DeepspeedCost, CnnRoundsPooledSidesDown) {
  // 5 x 7 is pooled to 2 x 3 and then to 1 x 1.
  const Cost cost = deepspeed_cost(Cnn{2, 4}, Task{.bands = 5, .frames = 7, .labels = 3});
  // Block 1 on 35 positions: MACs 9*1*4*35 = 1260, FLOPs 2*1260 + bias, ReLU, MaxPool 3*4*35 = 420.
  // Block 2 on 6 positions: MACs 9*4*4*6 = 864, FLOPs 2*864 + 3*4*6 = 72.
  // Linear from 4*1*1 to 3: 2*12, Softmax 3.
  EXPECT_EQ(cost.flops_forward, (2520.0 + 420 + 1728 + 72 + 24 + 3) * flop);
  EXPECT_EQ(cost.macs, 1260U + 864 + 12);
  EXPECT_EQ(cost.parameters, (36U + 4) + (144 + 4) + (12 + 3));
}

TEST(DeepspeedCost, RnnByHand) {
  // One step of 6 inputs, 2 layers of 5, 2 labels.
  const Cost cost = deepspeed_cost(Rnn{2, 5}, Task{.bands = 2, .frames = 3, .labels = 2});
  // Layer 1: 2*(15*6) - 15 + 2*(15*5) - 15 + 7*5 + 6*5 = 365; layer 2 with 5 inputs: 335.
  // Linear 2*5*2 = 20, Softmax 2. Only the Linear has MACs.
  EXPECT_EQ(cost.flops_forward, (365.0 + 335 + 20 + 2) * flop);
  EXPECT_EQ(cost.macs, 10U);
  EXPECT_EQ(cost.parameters, (90U + 75 + 30) + (75 + 75 + 30) + (10 + 2));
}

TEST(DeepspeedCost, CrnnCountsEachStepOfTheSequence) {
  // 5 x 4 is pooled to 2 x 2: a sequence of 4 steps of 3 values.
  const Cost cost = deepspeed_cost(Crnn{1, 1, 3, 2}, Task{.bands = 5, .frames = 4, .labels = 2});
  // Block on 20 positions: MACs 9*1*3*20 = 540, FLOPs 1080 + 3*3*20 = 180.
  // GRU: 4 * (6*2*3 + 6*2*2 + 7*2) = 4 * 74 = 296. Linear 2*2*2 = 8, Softmax 2.
  EXPECT_EQ(cost.flops_forward, (1080.0 + 180 + 296 + 8 + 2) * flop);
  EXPECT_EQ(cost.macs, 540U + 4);
  // The GRU's weights are there once: 3*2*3 + 3*2*2 + 6*2.
  EXPECT_EQ(cost.parameters, (27U + 3) + (18 + 12 + 12) + (4 + 2));
}

TEST(DeepspeedCost, ManyLayersCostNoTime) {
  constexpr std::uint64_t kLayers = 1'000'000'000'000;
  const Cost cost = deepspeed_cost(Mlp{kLayers, 1});
  EXPECT_EQ(cost.parameters, 8192 + 1 + (kLayers - 1) * 2 + 20);
}

ErrorCode code_of(const Architecture& architecture, const Task& task = {}) {
  try {
    deepspeed_cost(architecture, task);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::usage;
}

TEST(DeepspeedCost, RefusesWhatCannotBe) {
  for (const Architecture& architecture : impossible_architectures())
    EXPECT_EQ(code_of(architecture), ErrorCode::bad_input) << architecture.index();
  EXPECT_EQ(code_of(Mlp{1, 1}, Task{.bands = 0}), ErrorCode::bad_input);
  EXPECT_EQ(code_of(Mlp{1, 1}, Task{.labels = 0}), ErrorCode::bad_input);
  EXPECT_EQ(code_of(Mlp{1, 1}, Task{.bands = kHuge, .frames = 2}), ErrorCode::bad_input);
}

}  // namespace
}  // namespace isojoule
