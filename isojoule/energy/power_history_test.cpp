#include "isojoule/energy/power_history.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

Instant at(double seconds) { return Instant{} + seconds * second; }

EnergyStep step(double from, double to, double watts) {
  return {at(from), at(to), watts * (to - from) * joule};
}

TEST(PowerHistory, DividesAStepAmongItsBins) {
  PowerHistory history(at(10), second);
  history.add(step(9.5, 11.5, 100.0));
  history.add(step(11.5, 13.0, 200.0));
  const auto powers = history.powers();
  ASSERT_EQ(powers.size(), 3u);
  EXPECT_NEAR(powers[0].in(watt), 100.0, 1e-9);
  EXPECT_NEAR(powers[1].in(watt), 150.0, 1e-9);  // half and half
  EXPECT_NEAR(powers[2].in(watt), 200.0, 1e-9);
}

TEST(PowerHistory, EndsWithTheFirstBinThatIsNotSeenWhole) {
  PowerHistory history(at(0), second);
  history.add(step(0, 2.5, 100.0));
  EXPECT_EQ(history.powers().size(), 2u);
  history.add(step(3.5, 5, 100.0));  // a second is missing
  EXPECT_EQ(history.powers().size(), 2u);
}

TEST(PowerHistory, AWeekStaysWithinItsBins) {
  PowerHistory history(at(0), 0.1 * second);
  const int week = 7 * 24 * 3600;
  double joules = 0.0;
  for (int t = 0; t < week; t += 60) {
    const double watts = t < week / 2 ? 100.0 : 300.0;
    history.add(step(t, t + 60, watts));
    joules += watts * 60.0;
  }
  const auto powers = history.powers();
  EXPECT_LE(powers.size(), PowerHistory::kMaxBins);
  EXPECT_GE(powers.size(), PowerHistory::kMaxBins / 2 - 1);
  EXPECT_NEAR(powers.front().in(watt), 100.0, 1e-9);
  EXPECT_NEAR(powers.back().in(watt), 300.0, 1e-9);
  Energy sum{};
  for (const Power power : powers) sum += power * history.width();
  // The last bin is not seen whole and left out.
  EXPECT_NEAR(sum.in(joule), joules, 300.0 * history.width().in(second));
}

TEST(PowerHistory, OneLongStepMayMakeTheBinsWider) {
  PowerHistory history(at(0), 0.1 * second);
  history.add(step(0, 1000, 50.0));
  EXPECT_LE(history.powers().size(), PowerHistory::kMaxBins);
  for (const Power power : history.powers()) EXPECT_NEAR(power.in(watt), 50.0, 1e-6);
}

}  // namespace
}  // namespace isojoule
