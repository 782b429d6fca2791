#include "isojoule/stats/steady_state.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

std::vector<double> constant(std::size_t n, double value) { return std::vector<double>(n, value); }

TEST(WarmUpLength, IsZeroForASteadySeries) { EXPECT_EQ(warm_up_length(constant(100, 300.0)), 0u); }

TEST(WarmUpLength, EndsWhereAStepEnds) {
  std::vector<double> series = constant(200, 300.0);
  for (std::size_t i = 0; i < 40; ++i) series[i] = 60.0;
  EXPECT_EQ(warm_up_length(series), 40u);
}

TEST(WarmUpLength, LooksAtWholeBatches) {
  std::vector<double> series = constant(200, 300.0);
  for (std::size_t i = 0; i < 42; ++i) series[i] = 60.0;
  EXPECT_EQ(warm_up_length(series), 45u);
}

TEST(WarmUpLength, DoesNotDependOnShiftOrScale) {
  std::vector<double> series;
  for (std::size_t i = 0; i < 300; ++i)
    series.push_back(1.0 - std::exp(-static_cast<double>(i) / 20.0) +
                     0.01 * std::sin(static_cast<double>(i)));
  const auto plain = warm_up_length(series);
  ASSERT_TRUE(plain);
  EXPECT_GE(*plain, 40u);   // two time constants
  EXPECT_LE(*plain, 150u);  // half of the series
  for (double& value : series) value = 1e8 + 1000.0 * value;
  EXPECT_EQ(warm_up_length(series), plain);
}

TEST(WarmUpLength, IsUnknownForASeriesThatNeverSettles) {
  std::vector<double> rising;
  for (std::size_t i = 0; i < 200; ++i) rising.push_back(static_cast<double>(i));
  EXPECT_EQ(warm_up_length(rising), std::nullopt);
}

TEST(WarmUpLength, IsUnknownForTooFewValues) {
  EXPECT_EQ(warm_up_length(constant(kLeastForSteady - 1, 1.0)), std::nullopt);
  EXPECT_EQ(warm_up_length(constant(kLeastForSteady, 1.0)), 0u);
  EXPECT_EQ(warm_up_length({}), std::nullopt);
}

}  // namespace
}  // namespace isojoule
