#include "isojoule/stats/metrics.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "isojoule/stats/quantile.hpp"

#include "oracle/oracle.hpp"

namespace isojoule {
namespace {

using Values = std::vector<double>;

TEST(Metrics, SmallCasesByHand) {
  const Values truth{1, 2, 4, 5};
  const Values prediction{2, 2, 2, 6};
  // Errors 1, 0, -2, 1: squares 6; the truth's squares around 3 are 10.
  EXPECT_NEAR(*r_squared(truth, prediction), 0.4, 1e-15);
  EXPECT_EQ(mean_squared_error(truth, prediction), 1.5);
  EXPECT_EQ(mean_absolute_error(truth, prediction), 1.0);
  EXPECT_EQ(relative_errors(truth, prediction), (Values{1, 0, 0.5, 0.2}));
  const auto summary = summarize_relative_errors(truth, prediction);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->median, 0.35);
  EXPECT_NEAR(summary->mean, 0.425, 1e-15);
  EXPECT_NEAR(summary->percentile_90, 0.85, 1e-15);  // position 2.7: 0.5 + 0.7 (1 - 0.5)
}

TEST(Metrics, ROfThePredictedMeanIsZeroAndWorseIsNegative) {
  const Values truth{1, 2, 3};
  EXPECT_EQ(r_squared(truth, Values{2, 2, 2}), 0.0);
  EXPECT_EQ(r_squared(truth, truth), 1.0);
  EXPECT_EQ(r_squared(truth, Values{3, 2, 1}), -3.0);
}

TEST(Metrics, AreEmptyWhereThereIsNothingToDivideBy) {
  EXPECT_FALSE(r_squared(Values{}, Values{}));
  EXPECT_FALSE(r_squared(Values{3}, Values{2}));
  EXPECT_FALSE(r_squared(Values{0.1, 0.1, 0.1}, Values{1, 2, 3}));
  EXPECT_FALSE(mean_squared_error(Values{}, Values{}));
  EXPECT_FALSE(mean_absolute_error(Values{}, Values{}));
  EXPECT_FALSE(relative_errors(Values{1, 0}, Values{1, 1}));
  EXPECT_FALSE(summarize_relative_errors(Values{}, Values{}));
  EXPECT_FALSE(coverage(Values{}, {}));
}

TEST(Metrics, ACommonOffsetCostsNoDigits) {
  // Whole numbers, so that the shifted data are the same data.
  const Values truth{1e9 + 1, 1e9 + 2, 1e9 + 4, 1e9 + 5};
  const Values prediction{1e9 + 2, 1e9 + 2, 1e9 + 2, 1e9 + 6};
  EXPECT_NEAR(*r_squared(truth, prediction), 0.4, 1e-15);
  EXPECT_EQ(mean_squared_error(truth, prediction), 1.5);
}

TEST(Metrics, CoverageCountsBounds) {
  const std::vector<Interval<double>> intervals(4, {1.0, 2.0, 0.9});
  EXPECT_EQ(coverage(Values{1, 2, 2.1, 0.9}, intervals), 0.5);
}

TEST(Metrics, AgreeWithScikitLearn) {
  const auto answers = oracle::answers("stats.json");
  const Values truth = oracle::numbers(answers.at("workloads").at("target"));
  Values prediction = oracle::numbers(answers.at("workloads").at("energy"));
  for (double& value : prediction) value *= 0.75;
  const auto& expected = answers.at("metrics");
  // Two dozen roundings.
  constexpr double kTolerance = 1e-14;
  EXPECT_NEAR(*r_squared(truth, prediction), expected.at("r2"), kTolerance);
  EXPECT_NEAR(*mean_squared_error(truth, prediction), expected.at("mse"), kTolerance);
  EXPECT_NEAR(*mean_absolute_error(truth, prediction), expected.at("mae"), kTolerance);
  const auto summary = summarize_relative_errors(truth, prediction);
  EXPECT_NEAR(summary->mean, expected.at("mape"), kTolerance);
  EXPECT_NEAR(summary->median, expected.at("mdape"), kTolerance);
  EXPECT_NEAR(summary->percentile_90, expected.at("p90"), kTolerance);
}

TEST(Quantile, AgreesWithNumpy) {
  for (const auto& sample : oracle::answers("stats.json", "quantiles")) {
    const Values values = oracle::numbers(sample.at("values"));
    for (std::size_t i = 0; i < sample.at("p").size(); ++i) {
      const double expected = sample.at("quantiles")[i];
      EXPECT_NEAR(*quantile(values, sample.at("p")[i]), expected, 1e-14 * expected);
    }
  }
}

TEST(Quantile, OfOneToFive) {
  const Values values{5, 3, 1, 4, 2};
  EXPECT_EQ(quantile(values, 0.0), 1.0);
  EXPECT_EQ(quantile(values, 0.25), 2.0);
  EXPECT_EQ(quantile(values, 0.625), 3.5);
  EXPECT_EQ(quantile(values, 1.0), 5.0);
  EXPECT_EQ(quantile(Values{7}, 0.9), 7.0);
  EXPECT_FALSE(quantile(Values{}, 0.5));
}

}  // namespace
}  // namespace isojoule
