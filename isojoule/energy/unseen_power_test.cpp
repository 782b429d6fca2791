#include "isojoule/energy/unseen_power.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

UnseenPower seen(const std::vector<double>& watts) {
  UnseenPower power;
  for (std::size_t i = 1; i < watts.size(); ++i)
    power.add(100.0 * millisecond, watts[i - 1] * watt, watts[i] * watt);
  return power;
}

TEST(UnseenPower, ASteadyPowerIsCertain) {
  const auto result = seen(std::vector<double>(50, 300.0)).result(25.0 * millisecond);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->standard, Power{});
}

TEST(UnseenPower, TooFewValuesTellNothing) {
  EXPECT_FALSE(seen({}).result(25.0 * millisecond));
  EXPECT_FALSE(seen({100.0, 200.0}).result(25.0 * millisecond));
  EXPECT_TRUE(seen({100.0, 200.0, 100.0}).result(25.0 * millisecond));
}

TEST(UnseenPower, WhatIsSeenAllTheTimeHasNone) {
  EXPECT_FALSE(seen({100.0, 200.0, 100.0, 300.0}).result(100.0 * millisecond));
}

TEST(UnseenPower, RareSwitchesAreEachSomewhereBetweenTwoValues) {
  std::vector<double> watts;
  for (int i = 0; i < 200; ++i) watts.push_back(i / 25 % 2 == 0 ? 100.0 : 300.0);
  const auto result = seen(watts).result(0.1 * millisecond);
  // Seven switches of 200 W, uniform within one of 199 steps; the chance that some were faster adds
  // a little.
  const double rectangular = 200.0 * std::sqrt(7.0 / 12.0) / 199.0;
  EXPECT_GT(result->standard.in(watt), 0.95 * rectangular);
  EXPECT_LT(result->standard.in(watt), 1.35 * rectangular);
  EXPECT_NEAR(result->degrees_of_freedom, 14.0, 1e-9);
}

TEST(UnseenPower, IndependentValuesVaryAsTheirMean) {
  Random random(7);
  std::vector<double> watts;
  for (int i = 0; i < 2000; ++i) watts.push_back(random.uniform() < 0.5 ? 100.0 : 300.0);
  const auto result = seen(watts).result(0.1 * millisecond);
  // 100 W over the root of 1999; less where switching at the pace of the readings explains them
  // too.
  const double independent = 100.0 / std::sqrt(1999.0);
  EXPECT_LT(result->standard.in(watt), 1.05 * independent);
  EXPECT_GT(result->standard.in(watt), 0.7 * independent);
}

// Random telegraph signals, whose error is known from Cochran's formula with averaging = 0.
TEST(UnseenPower, SwitchingAtThePaceOfTheReadingsLiesBetween) {
  for (const double theta : {0.2, 1.0, 3.0}) {
    Random random(11);
    std::vector<double> watts{100.0};
    for (int i = 0; i < 40'000; ++i) {
      // A telegraph signal is the other way round after a step with this chance.
      const bool other = random.uniform() < 0.5 * (1.0 - std::exp(-theta));
      watts.push_back(other ? 400.0 - watts.back() : watts.back());
    }
    const double expected =
        100.0 * std::sqrt((1.0 / std::tanh(theta / 2.0) - 2.0 / theta) / 40'000.0);
    // 40000 values tell theta to within a few percent.
    EXPECT_NEAR(seen(watts).result(0.1 * millisecond)->standard.in(watt) / expected, 1.0, 0.15)
        << theta;
  }
}

TEST(UnseenPower, AHoleSeparatesWhatIsCompared) {
  UnseenPower power;
  power.add(100.0 * millisecond, 100.0 * watt, 200.0 * watt);
  power.add(100.0 * millisecond, 300.0 * watt, 100.0 * watt);
  EXPECT_FALSE(power.result(25.0 * millisecond)) << "no difference over two steps";
}

}  // namespace
}  // namespace isojoule
