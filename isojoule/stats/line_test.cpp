#include "isojoule/stats/line.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kMax = std::numeric_limits<double>::max();

TEST(LineThrough, GivesSmallWholeNumbersExactly) {
  // Through (1, 5) and (3, 9): slope (9 - 5) / (3 - 1) = 2, intercept 5 - 2 = 3.
  const auto line = line_through(1, 5, 3, 9);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->slope, 2.0);
  EXPECT_EQ(line->intercept, 3.0);
  EXPECT_EQ((*line)(10), 23.0);
}

TEST(LineThrough, GoesThroughZeroAndDownhill) {
  const auto line = line_through(0, 4, 2, -6);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->slope, -5.0);
  EXPECT_EQ(line->intercept, 4.0);
  EXPECT_EQ(line_through(1, 7, 2, 7)->slope, 0.0);
}

TEST(LineThrough, OrderOfThePointsDoesNotChangeADigit) {
  const double points[][4] = {{0.1, 0.7, 0.3, 1.1}, {-1, 0.1, 1, 0.7}, {1e-9, 3, 7e8, 1.0 / 3}};
  for (const auto& [x1, y1, x2, y2] : points) {
    const auto one = line_through(x1, y1, x2, y2);
    const auto other = line_through(x2, y2, x1, y1);
    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->slope, other->slope);
    EXPECT_EQ(one->intercept, other->intercept);
  }
}

TEST(LineThrough, KeepsItsSlopeUnderLargeOffsets) {
  // Offsets and points are whole numbers, so that nothing but the formula can lose a digit.
  for (const double offset : {1e8, 1e9, -1e9}) {
    const auto line = line_through(offset + 1, offset + 5, offset + 3, offset + 9);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->slope, 2.0);
    EXPECT_EQ((*line)(offset + 2), offset + 7);
  }
}

TEST(LineThrough, PassesThroughBothPointsToRounding) {
  // intercept + slope x is two roundings of numbers no larger than |slope x|.
  const double x1 = 0.137, y1 = 41.3, x2 = 812.77, y2 = 5233.1;
  const auto line = line_through(x1, y1, x2, y2);
  ASSERT_TRUE(line);
  EXPECT_NEAR((*line)(x1), y1, 4 * kEpsilon * y1);
  EXPECT_NEAR((*line)(x2), y2, 4 * kEpsilon * y2);
}

TEST(LineThrough, IsEmptyWhereTheAbscissasAreEqual) {
  EXPECT_FALSE(line_through(2, 1, 2, 5));
  EXPECT_FALSE(line_through(0, 1, 0, 5));
  EXPECT_FALSE(line_through(0.0, 1, -0.0, 5));
  EXPECT_FALSE(line_through(1, 1, 1 + 0.9e-9, 5));
  EXPECT_FALSE(line_through(-1e12, 1, -1e12 - 900, 5));
  EXPECT_TRUE(line_through(1, 1, 1 + 1.1e-9, 5));
  EXPECT_TRUE(line_through(-1e12, 1, -1e12 - 1100, 5));
  EXPECT_TRUE(line_through(0, 1, 1e-300, 1));
}

TEST(LineThrough, IsEmptyWhereANumberIsNotFinite) {
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    EXPECT_FALSE(line_through(bad, 1, 2, 3));
    EXPECT_FALSE(line_through(1, bad, 2, 3));
    EXPECT_FALSE(line_through(1, 1, bad, 3));
    EXPECT_FALSE(line_through(1, 1, 2, bad));
  }
  EXPECT_FALSE(line_through(-kMax, 1, kMax, 3));   // x2 - x1 overflows
  EXPECT_FALSE(line_through(1, -kMax, 2, kMax));   // y2 - y1 overflows
  EXPECT_FALSE(line_through(0, 0, 1e-10, 1e300));  // the slope overflows
}

}  // namespace
}  // namespace isojoule
