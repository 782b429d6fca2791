#include "isojoule/stats/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

using Words = std::vector<std::uint64_t>;
using Places = std::vector<std::size_t>;

Random counted() { return Random(std::array<std::uint64_t, 4>{1, 2, 3, 4}); }

TEST(SplitMix64, GivesThePublishedOutputs) {
  std::uint64_t state = 1234567;
  Words outputs;
  for (int i = 0; i < 5; ++i) outputs.push_back(splitmix64(state));
  EXPECT_EQ(outputs, (Words{6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                            4593380528125082431U, 16408922859458223821U}));
}

TEST(Random, GivesThePublishedOutputsOfXoshiro256StarStar) {
  Random random = counted();
  Words outputs;
  for (int i = 0; i < 10; ++i) outputs.push_back(random.next());
  EXPECT_EQ(outputs, (Words{11520U, 0U, 1509978240U, 1215971899390074240U, 1216172134540287360U,
                            607988272756665600U, 16172922978634559625U, 8476171486693032832U,
                            10595114339597558777U, 2904607092377533576U}));
}

TEST(Random, FillsItsStateBySplitMix64) {
  std::uint64_t state = 1234567;
  std::array<std::uint64_t, 4> words;
  for (auto& word : words) word = splitmix64(state);
  Random seeded(1234567);
  Random filled(words);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(seeded.next(), filled.next());
}

TEST(Random, PermutationIsThatWorkedByHand) {
  // The outputs 11520, 0, 1509978240 and 1.2e18 are all below 2^64 / 5, so that every exchange is
  // with place 0; 2^64 mod 4 is 0, so that the output 0 is taken for 4 places.
  // 01234 -> 41230 -> 31240 -> 21340 -> 12340
  EXPECT_EQ(counted().permutation(5), (Places{1, 2, 3, 4, 0}));
}

TEST(Random, BelowRejectsWhatWouldBeOneTooMany) {
  // 2^64 mod 3 is 1: the second output, 0, has a low half of 0, and the third is taken instead.
  Random random = counted();
  EXPECT_EQ(random.below(3), 0U);
  EXPECT_EQ(random.below(3), 0U);
  EXPECT_EQ(random.next(), 1215971899390074240U);
}

TEST(Random, BelowIsEvenAndInRange) {
  Random random(6);
  for (const std::uint64_t bound : {1U, 2U, 3U, 7U, 10U}) {
    std::map<std::uint64_t, int> counts;
    constexpr int kDraws = 20000;
    for (int i = 0; i < kDraws; ++i) ++counts[random.below(bound)];
    EXPECT_EQ(counts.size(), bound);
    EXPECT_LT(counts.rbegin()->first, bound);
    // Five standard deviations of a count.
    const double expected = kDraws / static_cast<double>(bound);
    for (const auto& [value, count] : counts)
      EXPECT_NEAR(count, expected, 5 * std::sqrt(expected)) << value << " of " << bound;
  }
}

TEST(Random, BelowReachesTheLargestBounds) {
  Random random(7);
  constexpr std::uint64_t kBound = (1ULL << 63) + 1;  // nearly half of all products are rejected
  for (int i = 0; i < 1000; ++i) EXPECT_LT(random.below(kBound), kBound);
}

TEST(Random, UniformIsBelowOneInSteps) {
  Random random = counted();
  EXPECT_EQ(random.uniform(), 5 * 0x1p-53);  // 11520 >> 11
  double sum = 0.0;
  Random other(8);
  for (int i = 0; i < 10000; ++i) {
    const double value = other.uniform();
    ASSERT_TRUE(value >= 0.0 && value < 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 5 * 0.0029);  // sqrt(1/12) / 100
}

TEST(Random, AllPermutationsOfFourAreAsLikely) {
  Random random(9);
  std::map<Places, int> counts;
  for (int i = 0; i < 24000; ++i) ++counts[random.permutation(4)];
  EXPECT_EQ(counts.size(), 24U);
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, 1000, 5 * 31.6);
}

TEST(Random, ChoosesTheTailOfAPermutation) {
  for (const std::size_t n : {1U, 5U, 40U}) {
    for (std::size_t k = 0; k <= n; ++k) {
      const Places all = Random(n).permutation(n);
      const Places tail(all.rbegin(), all.rbegin() + static_cast<std::ptrdiff_t>(k));
      EXPECT_EQ(Random(n).choose(n, k), tail) << k << " of " << n;
    }
  }
}

TEST(Random, PermutationHoldsEachPlaceOnce) {
  Random random(10);
  for (const std::size_t n : {0U, 1U, 2U, 17U, 1000U}) {
    Places places = random.permutation(n);
    std::ranges::sort(places);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(places[i], i);
    EXPECT_EQ(places.size(), n);
  }
}

TEST(DeriveSeed, IsSplitMix64Chained) {
  // The first output of splitmix64 from 0, as published.
  EXPECT_EQ(derive_seed({0}), 0xe220a8397b1dcdafU);
  EXPECT_EQ(derive_seed({}), 0U);
  std::uint64_t state = 0xe220a8397b1dcdafU ^ 5U;
  EXPECT_EQ(derive_seed({0, 5}), splitmix64(state));
}

TEST(DeriveSeed, TellsListsApart) {
  std::map<std::uint64_t, int> seeds;
  for (std::uint64_t a = 0; a < 20; ++a)
    for (std::uint64_t b = 0; b < 20; ++b)
      for (std::uint64_t c = 0; c < 20; ++c) ++seeds[derive_seed({a, b, c})];
  EXPECT_EQ(seeds.size(), 8000U);
}

}  // namespace
}  // namespace isojoule
