#include "isojoule/stats/least_squares.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/stats/random.hpp"

#include "oracle/oracle.hpp"

namespace isojoule {
namespace {

using oracle::from_columns;
using testing::HasSubstr;
using Values = std::vector<double>;
using Columns = std::vector<Values>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Values made(Random& random, std::size_t n, double scale = 1.0) {
  Values values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(scale * random.uniform());
  return values;
}

std::string why_not(const Columns& x, const Values& y, const LeastSquaresOptions& options = {}) {
  const auto fit = fit_least_squares(from_columns(x), y, options);
  EXPECT_FALSE(fit);
  return fit.refused;
}

TEST(LeastSquares, SolvesASmallProblemByHand) {
  // x 0..3, y 1, 3, 5, 9: means 1.5 and 4.5, products 13, squares 5: slope 2.6, intercept 0.6,
  // residuals 0.4, -0.2, -0.8, 0.6, squares 1.2, over 2.
  const auto fit = fit_least_squares(from_columns(Columns{{0, 1, 2, 3}}), Values{1, 3, 5, 9});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->slopes[0], 2.6, 1e-14);
  EXPECT_NEAR(fit->intercept, 0.6, 1e-14);
  EXPECT_NEAR(fit->residual_sum_of_squares, 1.2, 1e-14);
  EXPECT_EQ(fit->rank, 2U);
  EXPECT_EQ(fit->rows, 4U);
  EXPECT_EQ(fit->residual_degrees_of_freedom, 2U);
  EXPECT_NEAR(fit->predict(Values{10}), 26.6, 1e-13);
  EXPECT_NEAR(fit->leverage(Values{10}), 0.25 + 8.5 * 8.5 / 5, 1e-13);
}

TEST(LeastSquares, WithoutRegressorsIsTheMean) {
  const auto fit = fit_least_squares(Matrix(), Values{1, 2, 6});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->intercept, 3.0);
  EXPECT_EQ(fit->residual_sum_of_squares, 14.0);
  EXPECT_EQ(fit->residual_degrees_of_freedom, 2U);
  EXPECT_EQ(fit->predict({}), 3.0);
  EXPECT_NEAR(fit->leverage({}), 1.0 / 3.0, 1e-16);
}

TEST(LeastSquares, AsManyRowsAsCoefficientsIsAFitWithoutFreedom) {
  const auto fit = fit_least_squares(from_columns(Columns{{1, 4}}), Values{3, 9});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->residual_degrees_of_freedom, 0U);
  EXPECT_NEAR(fit->predict(Values{2}), 5.0, 1e-14);
}

TEST(LeastSquares, RefusesWhatTheDataDoNotDetermine) {
  EXPECT_THAT(why_not({{1, 2}, {3, 5}}, {1, 2}), HasSubstr("3 coefficients need as many rows"));
  EXPECT_THAT(why_not({{}}, {}), HasSubstr("there are 0"));
  EXPECT_THAT(why_not({{5, 5, 5}}, {1, 2, 3}), HasSubstr("regressor 1 is constant"));
  EXPECT_THAT(why_not({{1, 1 + 0.9e-9, 1}}, {1, 2, 3}), HasSubstr("constant"));
  EXPECT_THAT(why_not({{1, 2, 3, 5}, {10, 20, 30, 50}}, {1, 2, 3, 4}),
              HasSubstr("depends on the others"));
  // FLOPs in proportion to parameters, but for the last digit.
  EXPECT_THAT(
      why_not({{1e12 / 3, 2e12 / 3, 5e12 / 3, 7e12 / 3}, {0.1, 0.2, 0.5, 0.7}}, {1, 2, 3, 4}),
      HasSubstr("depends on the others"));
  EXPECT_THAT(why_not({{0, 0}}, {1, 2}, {.intercept = false}), HasSubstr("regressor 1 is zero"));
  EXPECT_THAT(why_not({}, {1, 2}, {.intercept = false}), HasSubstr("nothing to fit"));
}

TEST(LeastSquares, RefusesNumbersThatAreNone) {
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    EXPECT_THAT(why_not({{1, 2, bad}}, {1, 2, 3}), HasSubstr("not finite"));
    EXPECT_THAT(why_not({{1, 2, 3}}, {1, bad, 3}), HasSubstr("not finite"));
    EXPECT_THAT(why_not({{1, 2, 3}}, {1, 2, 3}, {.weights = Values{1, bad, 1}}),
                HasSubstr("weight"));
  }
  EXPECT_THAT(why_not({{1, 2, 3}}, {1, 2, 3}, {.weights = Values{1, 0, 1}}), HasSubstr("weight"));
  EXPECT_THAT(why_not({{1, 2, 3}}, {1, 2, 3}, {.weights = Values{1, 1}}), HasSubstr("2 weights"));
  EXPECT_THAT(why_not({{1, 2, 3}}, {1, 2}), HasSubstr("3 rows of regressors for 2 values"));
  EXPECT_THAT(why_not({{-1.7e308, 1, 1.7e308}}, {1, 2, 3}), HasSubstr("too large"));
  EXPECT_THAT(why_not({{1, 2, 3}}, {-1.7e308, 1, 1.7e308}), HasSubstr("too large"));
}

TEST(LeastSquares, FlopsBesideEnergiesAreNotDeficient) {
  const auto fit =
      fit_least_squares(from_columns(Columns{{1e-3, 2e-3, 4e-3, 3e-3}, {1e12, 5e12, 2e12, 9e12}}),
                        Values{1e-3 + 1, 2e-3 + 5, 4e-3 + 2, 3e-3 + 9});
  ASSERT_TRUE(fit) << fit.refused;
  EXPECT_NEAR(fit->slopes[0], 1.0, 1e-11);
  EXPECT_NEAR(fit->slopes[1], 1e-12, 1e-25);
}

TEST(LeastSquares, UnitsOfAColumnScaleItsSlopeAndNothingElse) {
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    const Columns x{made(random, 9), made(random, 9)};
    const Values y = made(random, 9);
    Columns scaled = x;
    // A power of two, so that no digit of the data changes.
    for (double& value : scaled[1]) value *= 0x1p40;
    const auto a = fit_least_squares(from_columns(x), y);
    const auto b = fit_least_squares(from_columns(scaled), y);
    ASSERT_TRUE(a && b);
    EXPECT_NEAR(b->slopes[1] * 0x1p40, a->slopes[1], 1e-12 * std::abs(a->slopes[1]));
    EXPECT_NEAR(b->residual_sum_of_squares, a->residual_sum_of_squares, 1e-13);
  }
}

TEST(LeastSquares, OffsetsCostNoDigits) {
  // Whole numbers, so that the shifted data are the same data.
  const Values x{1, 2, 4, 7, 11};
  const Values y{2, 1, 5, 6, 13};
  const auto plain = fit_line(x, y);
  for (const double offset : {1e6, -1e9}) {
    Values far_x = x;
    Values far_y = y;
    for (double& value : far_x) value += offset;
    for (double& value : far_y) value -= 3 * offset;
    const auto line = fit_line(far_x, far_y);
    const auto fit = fit_least_squares(from_columns(Columns{far_x}), far_y);
    ASSERT_TRUE(line && fit);
    // Centres are rounded to the last digit of the offset, 1e-7 at 1e9, of deviations of about 5.
    EXPECT_NEAR(line->slope, plain->slope, 1e-12);
    EXPECT_NEAR(fit->slopes[0], plain->slope, 1e-12);
    EXPECT_NEAR(line->residual_sum_of_squares, plain->residual_sum_of_squares, 1e-11);
    EXPECT_NEAR(fit->residual_sum_of_squares, plain->residual_sum_of_squares, 1e-11);
    EXPECT_NEAR(fit->leverage(Values{offset + 3}), plain->leverage(3), 1e-6);
    EXPECT_NEAR(line->predict(offset + 3) + 3 * offset, plain->predict(3), 2e-6);
  }
}

TEST(LeastSquares, AWholeWeightIsThatManyRows) {
  Random random(2);
  const Columns x{made(random, 6), made(random, 6)};
  const Values y = made(random, 6);
  const Values weights{1, 3, 1, 2, 1, 1};
  Columns repeated(2);
  Values repeated_y;
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (int copy = 0; copy < static_cast<int>(weights[i]); ++copy) {
      repeated[0].push_back(x[0][i]);
      repeated[1].push_back(x[1][i]);
      repeated_y.push_back(y[i]);
    }
  }
  const auto weighted = fit_least_squares(from_columns(x), y, {.weights = weights});
  const auto plain = fit_least_squares(from_columns(repeated), repeated_y);
  ASSERT_TRUE(weighted && plain);
  EXPECT_NEAR(weighted->intercept, plain->intercept, 1e-13);
  EXPECT_NEAR(weighted->slopes[0], plain->slopes[0], 1e-13);
  EXPECT_NEAR(weighted->residual_sum_of_squares, plain->residual_sum_of_squares, 1e-13);
  EXPECT_NEAR(weighted->leverage(Values{2, 3}), plain->leverage(Values{2, 3}), 1e-11);
}

TEST(LeastSquares, ResidualsAreAtRightAnglesToTheRegressors) {
  Random random(3);
  for (int round = 0; round < 100; ++round) {
    const std::size_t n = 4 + random.below(40);
    const Columns x{made(random, n), made(random, n, 1e12)};
    const Values y = made(random, n, 1e-3);
    const auto fit = fit_least_squares(from_columns(x), y);
    ASSERT_TRUE(fit);
    double with_one = 0.0, with_first = 0.0, with_second = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double residual = y[i] - fit->predict(Values{x[0][i], x[1][i]});
      with_one += residual;
      with_first += residual * x[0][i];
      with_second += residual * x[1][i] / 1e12;
    }
    // Sums of up to 43 products of about 1e-3.
    EXPECT_NEAR(with_one, 0.0, 1e-15);
    EXPECT_NEAR(with_first, 0.0, 1e-15);
    EXPECT_NEAR(with_second, 0.0, 1e-15);
  }
}

TEST(LeastSquares, AgreesWithScikitLearn) {
  const auto answers = oracle::answers("stats.json");
  const auto& table = answers.at("workloads");
  const Values y = oracle::numbers(table.at("target"));
  for (const auto& expected : answers.at("linear")) {
    SCOPED_TRACE(expected.at("features").dump() + expected.at("weights").dump());
    const Matrix x = oracle::features(table, expected.at("features"));
    const auto weights = expected.at("weights") == "relative" ? *relative_weights(y) : Values{};
    const auto fit = fit_least_squares(
        x, y, {.intercept = expected.at("intercept").get<bool>(), .weights = weights});
    ASSERT_TRUE(fit) << fit.refused;
    const double rss = expected.at("rss");
    EXPECT_NEAR(fit->residual_sum_of_squares, rss, 1e-9 * rss);
    const auto left_out = leave_one_out_residuals(*fit, x, y, weights);
    ASSERT_TRUE(left_out);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double prediction = expected.at("predictions")[i];
      const double leverage = expected.at("leverage")[i];
      EXPECT_NEAR(fit->predict(x.row(i)), prediction, 1e-9 * std::abs(prediction));
      EXPECT_NEAR(fit->leverage(x.row(i)), leverage, 1e-9 * leverage);
      EXPECT_NEAR((*left_out)[i], expected.at("left_out")[i].get<double>(), 1e-9 * y[i]);
    }
  }
}

TEST(RelativeWeights, AreOneOverTheSquare) {
  EXPECT_EQ(*relative_weights(Values{1, 2, 0.5}), (Values{1, 0.25, 4}));
  for (const double bad : {0.0, -1.0, 1e-170, 1e170, kInfinity, kNan})
    EXPECT_FALSE(relative_weights(Values{1, bad})) << bad;
}

}  // namespace
}  // namespace isojoule
