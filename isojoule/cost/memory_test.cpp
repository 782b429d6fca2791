#include "isojoule/cost/memory.hpp"

#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/cost/deepspeed.hpp"

namespace isojoule {
namespace {

struct Peak {
  Architecture architecture;
  double kibibytes;  ///< greatest resident size of isojoule-train, batch 8 on a CPU
};

/// Seen with Debian's LibTorch 1.13.1.
const std::array<Peak, 21> kSeen{{
    {Mlp{1, 512}, 274676},          {Mlp{4, 4096}, 1753668},
    {Mlp{10, 4096}, 3327472},       {Rnn{1, 128}, 252132},
    {Rnn{1, 2048}, 1557148},        {Rnn{6, 2048}, 3528300},
    {Cnn{1, 128}, 361260},          {Cnn{1, 512}, 736860},
    {Cnn{1, 1024}, 1294232},        {Cnn{2, 128}, 335872},
    {Cnn{2, 256}, 519616},          {Cnn{2, 512}, 697196},
    {Cnn{6, 384}, 842596},          {Cnn{2, 1024}, 1249480},
    {Crnn{1, 1, 64, 64}, 382208},   {Crnn{2, 1, 64, 64}, 334772},
    {Crnn{1, 2, 64, 64}, 418600},   {Crnn{1, 1, 256, 64}, 535428},
    {Crnn{1, 1, 512, 256}, 891912}, {Crnn{1, 2, 1024, 256}, 1475908},
    {Crnn{2, 1, 512, 256}, 730664},
}};

TEST(TrainingMemory, IsWithinAThirdOfWhatWasSeen) {
  for (const Peak& peak : kSeen) {
    const double estimate = static_cast<double>(training_memory(peak.architecture, 8));
    const double ratio = estimate / (peak.kibibytes * 1024.0);
    EXPECT_GT(ratio, 0.75) << peak.kibibytes;
    EXPECT_LT(ratio, 1.33) << peak.kibibytes;
  }
}

TEST(TrainingMemory, GrowsWithTheBatchWhereValuesBetweenLayersAreKept) {
  EXPECT_GT(training_memory(Cnn{2, 128}, 64), 3 * training_memory(Cnn{2, 128}, 8));
}

TEST(TrainingMemory, HoldsTheBatchItself) {
  constexpr std::uint64_t kClip = 32'808;  // 4 x (128 x 64 + 10)
  EXPECT_EQ(batch_memory(1'000'000), 1'000'000 * kClip);
  EXPECT_EQ(batch_memory(2, {3, 5, 7}), 2U * 4 * (3 * 5 + 7));
  EXPECT_EQ(training_memory(Mlp{1, 8}, 64), training_memory(Mlp{1, 8}, 8) + 56 * kClip);
  EXPECT_THROW(batch_memory(std::numeric_limits<std::uint64_t>::max()), Error);
}

TEST(TrainingMemory, RefusesWhatCannotBe) {
  constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();
  EXPECT_THROW(training_memory(Cnn{7, 4}, 8), Error);
  EXPECT_THROW(training_memory(Cnn{1, 4}, kHuge), Error);
  EXPECT_THROW(training_memory(Mlp{1, kHuge / 100'000}, 8), Error);
}

TEST(WeightsMemory, IsFourBytesAParameter) {
  EXPECT_EQ(weights_memory(deepspeed_cost(Cnn{2, 128})), 4U * 804234);
  EXPECT_THROW(weights_memory(Cost{"user", {}, {}, std::numeric_limits<std::uint64_t>::max()}),
               Error);
}

}  // namespace
}  // namespace isojoule
