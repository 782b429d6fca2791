// Student's t, the classical interval, the distribution-free one, and the test over splits.
#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "isojoule/stats/conformal.hpp"
#include "isojoule/stats/paired_test.hpp"
#include "isojoule/stats/prediction_interval.hpp"
#include "isojoule/stats/random.hpp"
#include "isojoule/stats/student_t.hpp"

#include "oracle/oracle.hpp"

namespace isojoule {
namespace {

using Values = std::vector<double>;

TEST(StudentT, AgreesWithScipy) {
  for (const auto& row : oracle::answers("stats.json", "student_t")) {
    const double t = row.at("t");
    const double two_sided = row.at("two_sided");
    EXPECT_NEAR(student_t_quantile(row.at("p"), row.at("df")), t, 1e-11 * std::abs(t)) << row;
    EXPECT_NEAR(student_t_two_sided(row.at("of"), row.at("df")), two_sided, 1e-11 * two_sided)
        << row;
  }
}

TEST(StudentT, HasClosedFormsForOneAndTwoDegrees) {
  // One degree: tan(pi (p - 1/2)). Two: (2p - 1) / sqrt(2 p (1 - p)).
  EXPECT_NEAR(student_t_quantile(0.75, 1), 1.0, 1e-14);
  EXPECT_NEAR(student_t_quantile(0.95, 2), 0.9 / std::sqrt(0.095), 1e-13);
  EXPECT_EQ(student_t_quantile(0.5, 3), 0.0);
}

TEST(PredictionInterval, AgreesWithScipy) {
  const auto answers = oracle::answers("stats.json");
  const auto& table = answers.at("workloads");
  const Values y = oracle::numbers(table.at("target"));
  for (const auto& expected : answers.at("linear")) {
    const Matrix x = oracle::features(table, expected.at("features"));
    const bool weighted = expected.at("weights") == "relative";
    const auto weights = weighted ? *relative_weights(y) : Values{};
    const auto fit = fit_least_squares(
        x, y, {.intercept = expected.at("intercept").get<bool>(), .weights = weights});
    ASSERT_TRUE(fit);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const auto interval = prediction_interval(*fit, x.row(i), 0.9, weighted ? weights[i] : 1.0);
      ASSERT_TRUE(interval);
      const double half = expected.at("half_widths_90")[i];
      EXPECT_NEAR((interval->upper - interval->lower) / 2, half, 1e-9 * half);
      EXPECT_NEAR((interval->upper + interval->lower) / 2, fit->predict(x.row(i)), 1e-12);
      EXPECT_EQ(interval->confidence, 0.9);
    }
  }
}

TEST(PredictionInterval, OfALineIsThatOfTheGeneralFit) {
  const Values x{1, 2, 4, 8};
  const Values y{2, 3, 9, 15};
  const auto line = prediction_interval(*fit_line(x, y), 5.0, 0.9);
  const auto fit = fit_least_squares(oracle::from_columns(std::array{x}), y);
  const auto general = prediction_interval(*fit, Values{5}, 0.9);
  ASSERT_TRUE(line && general);
  EXPECT_NEAR(line->lower, general->lower, 1e-12);
  EXPECT_NEAR(line->upper, general->upper, 1e-12);
}

TEST(PredictionInterval, NeedsADegreeOfFreedom) {
  const Values two{1, 2};
  EXPECT_EQ(prediction_interval(*fit_line(two, two), 3.0, 0.9).refused,
            "no residual degree of freedom");
}

TEST(Conformal, RankIsTheCeilingOfAnExactProduct) {
  EXPECT_EQ(conformal_rank(9, 0.9), 9U);
  EXPECT_EQ(conformal_rank(8, 0.9), 9U);
  EXPECT_EQ(conformal_rank(10, 0.9), 10U);
  EXPECT_EQ(conformal_rank(19, 0.9), 18U);
  for (std::size_t tens = 1; tens < 2000; ++tens) {
    // Every product here is a whole number, some of them not in doubles.
    EXPECT_EQ(conformal_rank(10 * tens - 1, 0.9), 9 * tens);
    EXPECT_EQ(conformal_rank(10 * tens - 1, 0.7), 7 * tens);
    EXPECT_EQ(conformal_rank(20 * tens - 1, 0.95), 19 * tens);
  }
}

TEST(Conformal, TakesTheAbsoluteResidualOfThatRank) {
  Values residuals;
  for (int i = 1; i <= 19; ++i) residuals.push_back(i % 2 == 0 ? i : -i);
  EXPECT_EQ(*conformal_half_width(residuals, 0.9), 18.0);
  EXPECT_EQ(*conformal_half_width(residuals, 0.5), 10.0);
}

TEST(Conformal, ForNinetyPercentBeginsAtNine) {
  EXPECT_EQ(*conformal_half_width(Values{1, 2, 3, 4, 5, 6, 7, 8, -9}, 0.9), 9.0);
  const auto eight = conformal_half_width(Values(8, 1.0), 0.9);
  EXPECT_FALSE(eight);
  EXPECT_EQ(eight.refused, "8 residuals are too few for 90 % without a distribution");
  EXPECT_FALSE(conformal_half_width(Values{}, 0.5));
}

TEST(Intervals, CoverWhatTheyPromise) {
  // 4000 lines through 12 points with errors uniform in [-1, 1], and one new point each. The share
  // covered has a standard deviation of 0.005; the classical interval is a little too wide, since
  // these errors have no tails, the other has at least its level.
  Random random(5);
  const auto error = [&] { return 2.0 * random.uniform() - 1.0; };
  int classical = 0;
  int conformal = 0;
  constexpr int kRounds = 4000;
  for (int round = 0; round < kRounds; ++round) {
    Values x, y;
    for (int i = 0; i < 12; ++i) {
      x.push_back(10 * random.uniform());
      y.push_back(3 + 2 * x.back() + error());
    }
    const double new_x = 10 * random.uniform();
    const double new_y = 3 + 2 * new_x + error();
    const auto line = fit_line(x, y);
    const auto interval = prediction_interval(*line, new_x, 0.9);
    const auto half = conformal_half_width(*leave_one_out_residuals(*line, x, y), 0.9);
    classical += interval->lower <= new_y && new_y <= interval->upper ? 1 : 0;
    conformal += std::abs(line->predict(new_x) - new_y) <= *half ? 1 : 0;
  }
  EXPECT_NEAR(classical / double{kRounds}, 0.92, 0.03);
  EXPECT_NEAR(conformal / double{kRounds}, 0.92, 0.03);
}

TEST(PairedTest, AgreesWithScipy) {
  for (const auto& row : oracle::answers("stats.json", "paired")) {
    const auto test =
        corrected_resampled_t_test(oracle::numbers(row.at("a")), oracle::numbers(row.at("b")),
                                   row.at("test"), row.at("train"));
    ASSERT_TRUE(test);
    const double statistic = row.at("statistic");
    const double p = row.at("p");
    EXPECT_NEAR(test->statistic, statistic, 1e-11 * std::abs(statistic));
    EXPECT_NEAR(test->p_value, p, 1e-11 * p);
  }
}

TEST(PairedTest, ByHand) {
  // Differences 1, 2, 3: mean 2, variance 1; test/train 1/3, so t = 2 / sqrt(2/3) = sqrt 6; with
  // two degrees of freedom P(|T| >= t) = 1 - t / sqrt(2 + t^2).
  const auto test = corrected_resampled_t_test(Values{1, 2, 3}, Values{0, 0, 0}, 1, 3);
  ASSERT_TRUE(test);
  EXPECT_EQ(test->mean_difference, 2.0);
  EXPECT_NEAR(test->statistic, std::sqrt(6.0), 1e-14);
  EXPECT_NEAR(test->p_value, 1 - std::sqrt(6.0 / 8.0), 1e-14);
}

TEST(PairedTest, OfEqualDifferencesIsCertainEitherWay) {
  const auto same = corrected_resampled_t_test(Values{1, 2, 3}, Values{1, 2, 3}, 9, 34);
  EXPECT_EQ(same->p_value, 1.0);
  EXPECT_EQ(same->statistic, 0.0);
  const auto shifted = corrected_resampled_t_test(Values{1, 2, 3}, Values{2, 3, 4}, 9, 34);
  EXPECT_EQ(shifted->p_value, 0.0);
  EXPECT_EQ(shifted->statistic, -std::numeric_limits<double>::infinity());
}

TEST(PairedTest, RefusesWhatCannotBeTested) {
  EXPECT_FALSE(corrected_resampled_t_test(Values{1}, Values{2}, 9, 34));
  EXPECT_FALSE(corrected_resampled_t_test(Values{}, Values{}, 9, 34));
  EXPECT_FALSE(corrected_resampled_t_test(Values{1, 2}, Values{1}, 9, 34));
  EXPECT_FALSE(corrected_resampled_t_test(Values{1, 2}, Values{1, 3}, 0, 34));
  EXPECT_FALSE(corrected_resampled_t_test(Values{1, 2}, Values{1, 3}, 9, 0));
}

}  // namespace
}  // namespace isojoule
