#include "isojoule/core/uncertainty.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

UncertaintyComponent part(const char* source, double joules, const char* shared = "",
                          bool proportional = false) {
  return {source, Evaluation::type_b, joules * joule, std::nullopt, "", shared, proportional};
}

/// With a coverage factor of 1, so that standard uncertainties are half-widths.
UncertaintyBudget budget(std::vector<UncertaintyComponent> parts, double correction = 0.0) {
  return {std::move(parts), 1.0, 0.9, correction * joule, ""};
}

TEST(UncertaintyInterval, OfWhatDoesNotGrowIsSymmetric) {
  const auto interval = budget({part("edges", 3.0), part("gaps", 4.0)}).interval(100.0 * joule);
  EXPECT_NEAR(interval.lower.in(joule), 95.0, 1e-9);
  EXPECT_NEAR(interval.upper.in(joule), 105.0, 1e-9);
  EXPECT_EQ(interval.confidence, 0.9);
}

TEST(UncertaintyInterval, OfAGainReachesFurtherUp) {
  // |110 - E| <= 0.1 E: from 110 / 1.1 to 110 / 0.9. 3-4-5: 6.6 and 8.8 of 110.
  const auto gain = budget({part("gain", 6.6, "family", true), part("gain", 8.8, "board", true)});
  EXPECT_NEAR(gain.interval(110.0 * joule).lower.in(joule), 100.0, 1e-9);
  EXPECT_NEAR(gain.interval(110.0 * joule).upper.in(joule), 110.0 / 0.9, 1e-9);
}

TEST(UncertaintyInterval, SolvesTheEquationOfBothKinds) {
  const auto both = budget({part("gain", 20.0, "board", true), part("edges", 15.0)}, 2.0);
  const auto interval = both.interval(98.0 * joule);
  for (const Energy end : {interval.lower, interval.upper}) {
    const double e = end.in(joule);  // p = 20 / 100
    EXPECT_NEAR(std::abs(e - 100.0), std::hypot(0.2 * e, 15.0), 1e-9);
  }
}

TEST(UncertaintyInterval, IsAboutTheCorrectedEnergy) {
  const auto interval = budget({part("edges", 1.0)}, 5.0).interval(95.0 * joule);
  EXPECT_NEAR(interval.lower.in(joule), 99.0, 1e-9);
  EXPECT_NEAR(interval.upper.in(joule), 101.0, 1e-9);
}

TEST(UncertaintyInterval, OfAnEnergyIsNeverBelowNothing) {
  EXPECT_EQ(budget({part("edges", 30.0)}).interval(20.0 * joule).lower, Energy{});
  EXPECT_EQ(budget({}).interval(Energy{}).upper, Energy{});
  // A net energy may be.
  EXPECT_NEAR(budget({part("edges", 1.0)}).interval(-5.0 * joule).lower.in(joule), -6.0, 1e-9);
}

TEST(UncertaintyInterval, HasNoUpperEndWhereTheGainMayBeZero) {
  const auto interval = budget({part("gain", 100.0, "board", true)}).interval(100.0 * joule);
  EXPECT_TRUE(std::isinf(interval.upper.in(joule)));
}

TEST(Combined, BoardsOfATypeShareTheFamilysPart) {
  std::vector<UncertaintyBudget> boards;
  for (const char* name : {"gpu-0", "gpu-1", "gpu-2", "gpu-3"})
    boards.push_back(budget({part("gain", 3.0, "nvml/turing-on", true),
                             part("gain", 4.0, name, true), part("edges", 1.0)},
                            0.5));
  std::vector<WeightedBudget> terms;
  for (const UncertaintyBudget& board : boards) terms.push_back({&board, 1.0});
  const UncertaintyBudget sum = combined(terms);
  // 4 x 3 in a line; 4 x sqrt(4) in quadrature; 1 x sqrt(4).
  EXPECT_NEAR(sum.standard().in(joule), std::sqrt(144.0 + 64.0 + 4.0), 1e-9);
  EXPECT_NEAR(sum.correction.in(joule), 2.0, 1e-9);
}

TEST(Combined, TheMeterIsNeverAveragedAway) {
  std::vector<UncertaintyBudget> boards(100, budget({part("meter", 1.0, "SC24's meter", true)}));
  std::vector<WeightedBudget> terms;
  for (const UncertaintyBudget& board : boards) terms.push_back({&board, 0.01});  // their mean
  EXPECT_NEAR(combined(terms).standard().in(joule), 1.0, 1e-9);
}

TEST(Combined, NetEnergyHasTheGainOfTheDifferenceAlone) {
  // 300 J less 100 J with a gain known within 5 %: 10 J, not hypot(15, 5).
  const auto gross = budget({part("gain", 15.0, "gpu-0", true), part("edges", 3.0)});
  const auto idle = budget({part("gain", 5.0, "gpu-0", true), part("edges", 4.0)});
  const auto net = combined(std::vector<WeightedBudget>{{&gross, 1.0}, {&idle, -1.0}});
  EXPECT_NEAR(net.standard().in(joule), std::hypot(10.0, 5.0), 1e-9);
  for (const UncertaintyComponent& component : net.components)
    EXPECT_GE(component.standard, Energy{}) << component.source;
}

TEST(Combined, TheLargestCoverageFactorCounts) {
  UncertaintyBudget heavy = budget({part("gain", 1.0)});
  heavy.coverage_factor = 2.35;
  const UncertaintyBudget light = budget({part("edges", 1.0)});
  EXPECT_EQ(combined(std::vector<WeightedBudget>{{&light, 1.0}, {&heavy, 1.0}}).coverage_factor,
            2.35);
}

}  // namespace
}  // namespace isojoule
