#include "isojoule/evaluate/resampling.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

/// One split that tests workloads 0, 1, ... with these errors.
std::vector<TestError> split(const std::vector<double>& errors, bool held = true) {
  std::vector<TestError> tests;
  for (std::size_t w = 0; w < errors.size(); ++w) tests.push_back({w, errors[w], held});
  return tests;
}

NormalizerTests times(NormalizerTests normalizer, double factor) {
  for (auto& splits : normalizer) {
    for (auto& tests : splits) {
      for (TestError& test : tests) test.error *= factor;
    }
  }
  return normalizer;
}

TEST(ErrorRatio, OfProportionalErrorsIsExact) {
  const NormalizerTests other{{split({1, 2, 7}), split({3, 4, 5})}, {split({5, 1, 2})}};
  const auto ratio = error_ratio(times(other, 0.5), other, 1);
  ASSERT_TRUE(ratio);
  EXPECT_DOUBLE_EQ(ratio->point, 0.5);
  EXPECT_DOUBLE_EQ(ratio->interval.lower, 0.5);
  EXPECT_DOUBLE_EQ(ratio->interval.upper, 0.5);
}

TEST(ErrorRatio, IsOfMediansOfMedians) {
  // Medians of the splits: 2, 4 and (1 + 3) / 2 = 2, so 2; of the other 1.
  const NormalizerTests normalizer{{split({1, 2, 7}), split({4, 4, 9})}, {split({9, 3, 1, 0})}};
  const NormalizerTests other{{split({1, 1, 1}), split({1, 1, 1})}, {split({1, 1, 1, 1})}};
  EXPECT_DOUBLE_EQ(error_ratio(normalizer, other, 1)->point, 2.0);
}

TEST(ErrorRatio, PairsThatDisagreeMakeItWide) {
  const auto ratio =
      error_ratio({{split({1, 1})}, {split({2, 2})}}, {{split({4, 4})}, {split({1, 1})}}, 1);
  ASSERT_TRUE(ratio);
  EXPECT_LE(ratio->interval.lower, 0.25);
  EXPECT_GE(ratio->interval.upper, 2.0);
}

TEST(ErrorRatio, WorkloadsThatDisagreeMakeItWideHoweverManySplitsThereAre) {
  const NormalizerTests normalizer{std::vector(50, split({1, 10, 1, 10, 1}))};
  const NormalizerTests other{std::vector(50, split({2, 2, 2, 2, 2}))};
  const auto ratio = error_ratio(normalizer, other, 1);
  ASSERT_TRUE(ratio);
  EXPECT_LE(ratio->interval.lower, 0.5);
  EXPECT_GE(ratio->interval.upper, 5.0);
}

/// Errors of a normalizer: log-uniform about a median, each workload's own in each pair, in 12
/// pairs of 10 splits that test 8 of 40 workloads.
struct Made {
  explicit Made(std::uint64_t seed) {
    Random random(seed);
    const auto error = [&random] { return std::exp(2.0 * random.uniform() - 1.0); };
    for (int pair = 0; pair < 12; ++pair) {
      std::vector<TestError> mine;
      std::vector<TestError> theirs;
      for (std::size_t w = 0; w < 40; ++w) {
        mine.push_back({w, error(), random.uniform() < 0.8});
        theirs.push_back({w, 2.0 * error(), true});
      }
      normalizer.emplace_back();
      other.emplace_back();
      for (int i = 0; i < 10; ++i) {
        normalizer.back().emplace_back();
        other.back().emplace_back();
        for (int j = 0; j < 8; ++j) {
          const auto w = static_cast<std::size_t>(random.below(40));
          normalizer.back().back().push_back(mine[w]);
          other.back().back().push_back(theirs[w]);
        }
      }
    }
  }
  NormalizerTests normalizer;
  NormalizerTests other;
};

TEST(Resampling, CoversTheTruthAsOftenAsItSays) {
  int ratios = 0;
  int coverages = 0;
  constexpr int kTables = 100;
  for (std::uint64_t table = 0; table < kTables; ++table) {
    const Made made(table);
    const auto ratio = error_ratio(made.normalizer, made.other, table);
    ratios += ratio->interval.lower <= 0.5 && 0.5 <= ratio->interval.upper ? 1 : 0;
    const auto coverage = coverage_interval(made.normalizer, table);
    coverages += coverage->lower <= 0.8 && 0.8 <= coverage->upper ? 1 : 0;
  }
  // 90 of 100, less four standard errors of 3; a bootstrap of both levels is a little wide.
  EXPECT_GE(ratios, 78);
  EXPECT_GE(coverages, 78);
}

TEST(CoverageInterval, WhatIsLeftOutTogetherIsDrawnTogether) {
  // Ten workloads of one family that are held and ten of another that are not: there are two things
  // to draw, not twenty.
  std::vector<TestError> tests;
  for (std::size_t w = 0; w < 20; ++w) tests.push_back({w < 10 ? 0U : 10U, 0.1, w < 10});
  const auto interval = coverage_interval({{tests}}, 1);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->lower, 0.0);
  EXPECT_EQ(interval->upper, 1.0);
}

TEST(CoverageInterval, OfIntervalsThatAlwaysHoldIsOne) {
  const auto interval = coverage_interval({{split({1, 2, 3})}}, 1);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->lower, 1.0);
  EXPECT_EQ(interval->upper, 1.0);
}

TEST(CoverageInterval, WithoutIntervalsThereIsNone) {
  NormalizerTests normalizer{{split({1, 2, 3})}};
  normalizer[0][0][1].held.reset();
  EXPECT_FALSE(coverage_interval(normalizer, 1));
  EXPECT_FALSE(coverage_interval({}, 1));
}

TEST(ErrorRatio, WithoutErrorsThereIsNone) {
  EXPECT_FALSE(error_ratio({}, {}, 1));
  EXPECT_FALSE(error_ratio({{{}, {}}}, {{{}, {}}}, 1));
  EXPECT_FALSE(error_ratio({{split({1.0})}}, {{split({0.0})}}, 1));
  EXPECT_FALSE(error_ratio({{split({1.0})}}, {{split({1.0}), split({1.0})}}, 1));
  EXPECT_FALSE(error_ratio({{split({1.0})}}, {{split({1.0, 2.0})}}, 1));
}

}  // namespace
}  // namespace isojoule
