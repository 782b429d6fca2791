#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "isojoule/stats/least_squares.hpp"
#include "isojoule/stats/random.hpp"

#include "oracle/oracle.hpp"

namespace isojoule {
namespace {

using Values = std::vector<double>;

Matrix one_column(const Values& x) { return oracle::from_columns(std::array{x}); }

Outcome<LeastSquares> general(const Values& x, const Values& y, const Values& weights = {}) {
  return fit_least_squares(one_column(x), y, {.weights = weights});
}

TEST(FitLine, IsTheGeneralFitWithOneRegressor) {
  Random random(4);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 3 + random.below(30);
    Values x, y, weights;
    for (std::size_t i = 0; i < n; ++i) {
      x.push_back(1e3 * random.uniform());
      y.push_back(x.back() * (1 + random.uniform()));
      weights.push_back(0.1 + random.uniform());
    }
    for (const Values& w : {Values{}, weights}) {
      const auto line = fit_line(x, y, w);
      const auto fit = general(x, y, w);
      ASSERT_TRUE(line && fit);
      EXPECT_NEAR(line->slope, fit->slopes[0], 1e-12 * std::abs(fit->slopes[0]) + 1e-12);
      EXPECT_NEAR(line->residual_sum_of_squares, fit->residual_sum_of_squares,
                  1e-12 * fit->residual_sum_of_squares);
      EXPECT_EQ(line->residual_degrees_of_freedom(), fit->residual_degrees_of_freedom);
      EXPECT_NEAR(line->predict(77), fit->predict(Values{77}), 1e-9);
      EXPECT_NEAR(line->leverage(77), fit->leverage(Values{77}), 1e-11 * line->leverage(77));
      const auto a = leave_one_out_residuals(*line, x, y, w);
      const auto b = leave_one_out_residuals(*fit, one_column(x), y, w);
      ASSERT_TRUE(a && b);
      for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR((*a)[i], (*b)[i], 1e-8);
    }
  }
}

TEST(FitLine, RefusesWhatTheGeneralFitRefusesWithTheSameWords) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Values three{1, 2, 3};
  const std::vector<std::array<Values, 3>> cases{
      {Values{}, Values{}, Values{}},        {Values{1}, Values{1}, Values{}},
      {Values{1, 2}, three, Values{}},       {Values{5, 5, 5}, three, Values{}},
      {Values{1, inf, 2}, three, Values{}},  {three, Values{1, nan, 2}, Values{}},
      {three, three, Values{1, 1}},          {three, three, Values{1, -1, 1}},
      {three, three, Values{1, 1, 0}},       {three, three, Values{1, nan, 1}},
      {Values{nan, 1, 2}, three, Values{}},  {three, three, Values{nan, 1, 1}},
      {Values{0, 0, 0}, three, Values{}},    {Values{1, 1 + 1e-10, 1}, three, Values{}},
      {Values{1, 2, -inf}, three, Values{}}, {three, three, Values{1, 1, inf}}};
  for (const auto& [x, y, weights] : cases) {
    const auto line = fit_line(x, y, weights);
    EXPECT_FALSE(line);
    EXPECT_EQ(line.refused, general(x, y, weights).refused);
    EXPECT_NE(line.refused, "");
  }
}

TEST(FitLine, RefusesSquaresBeyondTheRangeOfNumbers) {
  EXPECT_FALSE(fit_line(Values{1e200, 2e200, 4e200}, Values{1, 2, 3}));
  EXPECT_FALSE(fit_line(Values{1e-200, 2e-200, 4e-200}, Values{1, 2, 3}));
}

TEST(LeaveOneOut, IsTheResidualOfAFitWithoutTheRow) {
  const Values x{1, 2, 4, 7};
  const Values y{1, 3, 2, 5};
  const auto residuals = leave_one_out_residuals(*fit_line(x, y), x, y);
  ASSERT_TRUE(residuals);
  // Without (7, 5): x 1, 2, 4, y 1, 3, 2: slope 1/(14/3) = 3/14, at 7 it is 2 + 3/14 * 14/3 = 3.
  EXPECT_NEAR((*residuals)[3], 2.0, 1e-14);
}

TEST(LeaveOneOut, SurvivesARowFarAway) {
  // 1 - leverage of the last row is 1e-18, nothing in doubles, but the others have a line: y = x.
  const Values x{1, 1.001, 0.999, 1e6};
  const Values y{1, 1.001, 0.999, 5e5};
  const auto line = fit_line(x, y);
  ASSERT_TRUE(line);
  const auto residuals = leave_one_out_residuals(*line, x, y);
  ASSERT_TRUE(residuals) << residuals.refused;
  EXPECT_NEAR((*residuals)[3], -5e5, 1e-3);
  const Matrix design = one_column(x);
  const auto general_residuals = leave_one_out_residuals(*general(x, y), design, y);
  ASSERT_TRUE(general_residuals);
  EXPECT_NEAR((*general_residuals)[3], -5e5, 1e-3);
}

TEST(LeaveOneOut, IsRefusedWhereARowAloneCarriesTheFit) {
  const Values x{1, 1, 1, 5};
  const Values y{1, 2, 3, 4};
  EXPECT_EQ(leave_one_out_residuals(*fit_line(x, y), x, y).refused,
            "without one of the rows, regressor 1 is constant");
  const Values two{1, 2};
  EXPECT_FALSE(leave_one_out_residuals(*fit_line(two, two), two, two));
}

}  // namespace
}  // namespace isojoule
