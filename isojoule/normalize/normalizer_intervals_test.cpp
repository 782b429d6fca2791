// Intervals of the normalizers, held against closed forms.
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/normalize/normalizer.hpp"

#include "support/fit_numbers.hpp"

namespace isojoule {
namespace {

using fit_numbers::Fitting;
using fit_numbers::Given;
using fit_numbers::given;
using fit_numbers::Numbers;
using ::testing::HasSubstr;
using IntervalOutcome = Outcome<Interval<double>>;

// Quantiles of Student's t at 0.95. For 1 degree of freedom tan(0.45 pi), for 2 the closed form
// 0.9 / sqrt(2 x 0.95 x 0.05), for 6 and 7 by
// bisection of the closed forms of the distribution.
constexpr double kT1 = 6.313751514675043;
const double kT2 = 0.9 / std::sqrt(2 * 0.95 * 0.05);
constexpr double kT6 = 1.9431802805153;
constexpr double kT7 = 1.894578605090006;

// The quantiles are good to 1e-12, and the fits of few rows lose less.
constexpr double kRelative = 1e-11;

Given references(const Numbers& source_j, const Numbers& target_j) {
  return given(source_j, target_j);
}

IntervalOutcome interval(const char* normalizer, const Given& known, double source_j,
                         double confidence = kConfidence) {
  const Outcome<Prediction> prediction = Fitting(normalizer, known, {source_j}).predict(confidence);
  EXPECT_EQ(prediction.refused, "") << normalizer;
  return prediction->interval;
}

void expect_bounds(const IntervalOutcome& interval, double lower, double upper) {
  ASSERT_EQ(interval.refused, "");
  EXPECT_NEAR(interval->lower, lower, kRelative * (std::abs(lower) + std::abs(upper)));
  EXPECT_NEAR(interval->upper, upper, kRelative * (std::abs(lower) + std::abs(upper)));
}

Numbers one_to(int n) {
  Numbers numbers(static_cast<std::size_t>(n));
  std::iota(numbers.begin(), numbers.end(), 1.0);
  return numbers;
}

TEST(Intervals, AreAbsentWithTheReasonWhereNoneIsHonest) {
  const Given many = references(one_to(12), one_to(12));
  EXPECT_THAT(interval("none", many, 2).refused, HasSubstr("nothing is known"));
  EXPECT_THAT(interval("single:lowest", many, 2).refused, HasSubstr("no residual"));
  EXPECT_THAT(interval("dual", many, 2).refused, HasSubstr("no residual"));
  EXPECT_THAT(interval("svr", many, 2).refused, HasSubstr("states no error"));
  EXPECT_THAT(interval("svr-tuned", many, 2).refused, HasSubstr("states no error"));
}

TEST(Intervals, AreAbsentWithoutAResidualDegreeOfFreedom) {
  EXPECT_THAT(interval("ratio", references({1.0}, {2.0}), 2).refused, HasSubstr("no residual"));
  EXPECT_THAT(interval("linear", references({1, 2}, {2, 3}), 2).refused, HasSubstr("no residual"));
  EXPECT_THAT(interval("log-linear", references({1, 2}, {2, 3}), 2).refused,
              HasSubstr("no residual"));
  EXPECT_THAT(interval("polynomial", references({1, 2, 3}, {2, 3, 5}), 2).refused,
              HasSubstr("no residual"));
}

TEST(StudentT, OfThreeReferencesAndALine) {
  // y = 7/3 + 3/2 (x - 2), residuals 1/6, -1/3, 1/6: s^2 = 1/6 with one degree of freedom. At 4 the
  // leverage is 1/3 + 4/2 = 7/3, so the variance is 1/6 (1 + 7/3) = 5/9.
  const double half = kT1 * std::sqrt(5.0 / 9.0);
  expect_bounds(interval("linear", references({1, 2, 3}, {1, 2, 4}), 4), 16.0 / 3.0 - half,
                16.0 / 3.0 + half);
}

TEST(StudentT, OfThreeReferencesAndAPowerLaw) {
  // The same numbers as logarithms.
  const double half = kT1 * std::sqrt(5.0 / 9.0);
  expect_bounds(interval("log-linear",
                         references({std::exp(1), std::exp(2), std::exp(3)},
                                    {std::exp(1), std::exp(2), std::exp(4)}),
                         std::exp(4)),
                std::exp(16.0 / 3.0 - half), std::exp(16.0 / 3.0 + half));
}

TEST(StudentT, OfThreeRatiosIsAFactor) {
  // Logarithms of the ratios -1, 0, 1: mean 0, s^2 = 1, variance of a new one 1 + 1/3.
  const double factor = std::exp(kT2 * std::sqrt(4.0 / 3.0));
  expect_bounds(
      interval("ratio", references({1, 10, 100}, {std::exp(-1), 10, 100 * std::exp(1)}), 7),
      7 / factor, 7 * factor);
}

TEST(StudentT, OfFourReferencesAndAParabola) {
  // At -3, -1, 1, 3 about 10 the residuals of a parabola are along (-1, 3, -3, 1), orthogonal to 1,
  // x and x^2: with 100 added that is y itself, s^2 = 20 with one degree of freedom. At 10 the
  // regressors are 1, 0 and, orthogonal to 1, 0 - 5: leverage 1/4 + 25/64.
  const double half = kT1 * std::sqrt(20.0 * (1.0 + 1.0 / 4.0 + 25.0 / 64.0));
  expect_bounds(interval("polynomial", references({7, 9, 11, 13}, {99, 103, 97, 101}), 10),
                100 - half, 100 + half);
}

/// y = x, but for `deviation` in the middle of nine: the slope stays, the level rises by a ninth of
/// it. Left out, the middle one is off by all of it, the others by less than a third.
Given nine_with_one_off(double deviation) {
  Numbers target = one_to(9);
  target[4] += deviation;
  return references(one_to(9), target);
}

TEST(Conformal, OfNineTakesTheLargestLeaveOneOutResidual) {
  for (const double source : {1.0, 5.0, 30.0}) {
    const double predicted = source + 1.0 / 9.0;
    expect_bounds(interval("linear", nine_with_one_off(1), source), predicted - 1, predicted + 1);
  }
}

TEST(Conformal, OfNineteenLeavesTheLargestResidualOut) {
  // Rank ceil(0.9 x 20) = 18. A ratio's level moves by 1/19 for one that is off by ln 2, and by as
  // much in the same direction for a second one of ln 1.5: left out, they are off by
  // ln 2 - ln 1.5/18 and ln 1.5 - ln 2/18; the second is the 18th.
  Numbers target = one_to(19);
  target[3] *= 2;
  target[11] *= 1.5;
  const double factor = std::exp(std::log(1.5) - std::log(2) / 18);
  const double predicted = 7 * std::exp(std::log(3) / 19);
  expect_bounds(interval("ratio", references(one_to(19), target), 7), predicted / factor,
                predicted * factor);
}

TEST(Conformal, OfAPlaneAndAPowerLawToo) {
  Given plane = nine_with_one_off(1);
  plane.set = {Feature::energy, Feature::flops};
  for (std::size_t r = 0; r < 9; ++r)
    plane.features[r].push_back(std::abs(static_cast<double>(r) - 4.0));  // 4, 3, 2, 1, 0, 1, ...
  // Without the middle one y = x exactly, so it is off by 1 again and the others by less.
  const auto around = Fitting("linear", plane, {3, 3}).predict()->interval;
  ASSERT_TRUE(around);
  EXPECT_NEAR(around->upper - around->lower, 2.0, 1e-12);
  // A power law is a line in logarithms: e^x and e^y of the nine.
  Given powers = nine_with_one_off(1);
  for (Numbers& x : powers.features) x[0] = std::exp(x[0]);
  for (double& y : powers.target_j) y = std::exp(y);
  expect_bounds(interval("log-linear", powers, std::exp(3)), std::exp(3 + 1.0 / 9.0 - 1),
                std::exp(3 + 1.0 / 9.0 + 1));
}

TEST(Conformal, BelowNineItIsStudentT) {
  // Deviations (1, -1, -1, 1, 1, -1, -1, 1) are orthogonal to 1 and x, so the line is y = 10 + x
  // and s^2 = 8/6. In the middle the leverage is 1/8: variance 8/6 x 9/8 = 3/2.
  const Numbers target{12, 11, 12, 15, 16, 15, 16, 19};
  const double half = kT6 * std::sqrt(1.5);
  expect_bounds(interval("linear", references(one_to(8), target), 4.5), 14.5 - half, 14.5 + half);
}

TEST(Conformal, WhereNineAreTooFewForTheConfidenceItIsStudentT) {
  // 0.95 x 10 is rank 10 of 9. s^2: residual 8/9 in the middle, -1/9 elsewhere: (64 + 8)/81 = 8/9,
  // over 7. The quantile of 0.975 is wider than that of 0.95, so this is a bound from below.
  const auto wider = interval("linear", nine_with_one_off(1), 5, 0.95);
  ASSERT_TRUE(wider);
  const double half_at_90 = kT7 * std::sqrt(8.0 / 63.0 * (1 + 1.0 / 9.0));
  EXPECT_GT((wider->upper - wider->lower) / 2, half_at_90);
  EXPECT_LT((wider->upper - wider->lower) / 2, 1.0);  // and is not the largest residual
  EXPECT_EQ(wider->confidence, 0.95);
}

TEST(Conformal, WhereOneReferenceAloneDeterminesASlopeItIsStudentT) {
  // Nine references, eight of them with equal energy: without the ninth there is no line, so its
  // leave-one-out residual does not exist.
  Numbers source(9, 1.0);
  source[8] = 2.0;
  const Numbers target{1, 1, 2, 2, 1, 1, 2, 2, 5};
  const auto around = interval("linear", references(source, target), 1);
  ASSERT_TRUE(around);
  // Level 3/2 there, s^2 = 8/4 / 7, leverage 1/8.
  const double half = kT7 * std::sqrt(2.0 / 7.0 * 9.0 / 8.0);
  expect_bounds(around, 1.5 - half, 1.5 + half);
}

}  // namespace
}  // namespace isojoule
