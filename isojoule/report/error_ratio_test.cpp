#include "isojoule/report/error_ratio.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

TEST(ErrorRatio, OfProportionalErrorsIsExact) {
  const auto ratio = error_ratio({{{1, 2, 3}, {2, 4, 6}}, {{5, 1}, {10, 2}}}, 1);
  ASSERT_TRUE(ratio);
  EXPECT_DOUBLE_EQ(ratio->point, 0.5);
  EXPECT_DOUBLE_EQ(ratio->interval.lower, 0.5);
  EXPECT_DOUBLE_EQ(ratio->interval.upper, 0.5);
}

TEST(ErrorRatio, PairsThatDisagreeMakeItWide) {
  const auto ratio = error_ratio({{{1, 1, 1}, {2, 2, 2}}, {{4, 4, 4}, {2, 2, 2}}}, 1);
  ASSERT_TRUE(ratio);
  EXPECT_LE(ratio->interval.lower, 0.5);
  EXPECT_GE(ratio->interval.upper, 2.0);
}

TEST(ErrorRatio, CoversTheTruthAsOftenAsItSays) {
  // Log-uniform errors of both rules, medians 1 and 2, in 12 pairs of 10 splits.
  Random random(5);
  const auto error = [&random](double median) {
    return median * std::exp(2.0 * random.uniform() - 1.0);
  };
  int covered = 0;
  constexpr int kTables = 200;
  for (int table = 0; table < kTables; ++table) {
    std::vector<PairedErrors> pairs(12);
    for (PairedErrors& pair : pairs) {
      for (int split = 0; split < 10; ++split) {
        pair.rule.push_back(error(1.0));
        pair.other.push_back(error(2.0));
      }
    }
    const auto ratio = error_ratio(pairs, static_cast<std::uint64_t>(table));
    covered += ratio->interval.lower <= 0.5 && 0.5 <= ratio->interval.upper ? 1 : 0;
  }
  // 90 % of 200, less four standard errors of 2.1 %; a bootstrap of both levels is a little wide.
  EXPECT_GE(covered, 163);
}

TEST(ErrorRatio, WithoutErrorsThereIsNone) {
  EXPECT_FALSE(error_ratio({}, 1));
  EXPECT_FALSE(error_ratio({{{}, {}}}, 1));
  EXPECT_FALSE(error_ratio({{{1.0}, {0.0}}}, 1));
}

}  // namespace
}  // namespace isojoule
