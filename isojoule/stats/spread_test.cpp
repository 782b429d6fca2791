#include "isojoule/stats/spread.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

using Values = std::vector<double>;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

Values one_to(int n) {
  Values values;
  for (int i = 1; i <= n; ++i) values.push_back(i);
  return values;
}

TEST(Spread, TooFewValuesHaveNone) {
  EXPECT_EQ(mean(Values{}), std::nullopt);
  EXPECT_EQ(median(Values{}), std::nullopt);
  EXPECT_EQ(standard_deviation(Values{}), std::nullopt);
  EXPECT_EQ(standard_deviation(Values{5}), std::nullopt);
}

TEST(Spread, SmallSamplesAreExact) {
  EXPECT_EQ(mean(Values{5}), 5.0);
  EXPECT_EQ(mean(Values{2, 4, 9}), 5.0);
  EXPECT_EQ(standard_deviation(Values{7, 7}), 0.0);
  EXPECT_EQ(standard_deviation(Values{1, 2, 3}), 1.0);
  // Mean 5, squares 9+1+1+1+0+0+4+16 = 32, over 7.
  EXPECT_EQ(standard_deviation(Values{2, 4, 4, 4, 5, 5, 7, 9}), std::sqrt(32.0 / 7.0));
}

TEST(Spread, OfOneToNHasAClosedForm) {
  // Mean (n + 1)/2; variance with divisor n - 1 is n (n + 1)/12. All sums stay whole numbers
  // or halves and quarters below 2^53, so that only the last division and root round.
  for (const int n : {2, 3, 10, 101, 1000}) {
    const Values values = one_to(n);
    EXPECT_EQ(mean(values), (n + 1) / 2.0);
    EXPECT_EQ(median(values), (n + 1) / 2.0);
    const double expected = std::sqrt(n * (n + 1.0) / 12.0);
    EXPECT_NEAR(*standard_deviation(values), expected, 2 * kEpsilon * expected) << n;
  }
}

TEST(Spread, AddingAConstantChangesNothing) {
  // Whole numbers below 2^53 are exact, so the shifted sample is the same sample. A one-pass
  // formula gives 0 here.
  for (const double offset : {1e8, 1e9, -1e9, 1e15}) {
    EXPECT_EQ(standard_deviation(Values{offset + 1, offset + 2, offset + 3}), 1.0) << offset;
    EXPECT_EQ(mean(Values{offset + 1, offset + 2, offset + 3}), offset + 2);
    EXPECT_EQ(standard_deviation(Values{offset + 1, offset + 2}), std::sqrt(0.5));
  }
}

TEST(Spread, OfEqualValuesIsZeroHoweverManyAndUneven) {
  EXPECT_EQ(standard_deviation(Values(1000, 0.1)), 0.0);
  EXPECT_EQ(mean(Values(1000, 0.1)), 0.1);
}

TEST(Spread, LargeValuesDoNotOverflowTheMean) {
  EXPECT_EQ(mean(Values(4, 1e308)), 1e308);
  EXPECT_EQ(median(Values{1e308, 1.5e308}), 1.25e308);
}

TEST(Median, IsTheMiddleOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(median(Values{3}), 3.0);
  EXPECT_EQ(median(Values{9, 1, 5}), 5.0);
  EXPECT_EQ(median(Values{4, 1, 9, 2}), 3.0);
  EXPECT_EQ(median(Values{-1, 1e300, 2, 2, 2}), 2.0);
}

TEST(Median, DoesNotDependOnOrder) {
  Values values{1, 2, 3, 10, 20, 30};
  do {
    ASSERT_EQ(median(values), 6.5);
  } while (std::ranges::next_permutation(values).found);
}

}  // namespace
}  // namespace isojoule
