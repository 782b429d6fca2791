#include "isojoule/energy/standstill.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

Instant at(double seconds) { return Instant{} + seconds * second; }

Channel counter(Energy unit = microjoule) {
  Channel channel;
  channel.unit = unit;
  channel.refresh = 100.0 * millisecond;
  return channel;
}

Channel meter() {
  Channel channel;
  channel.unit = milliwatt;
  channel.refresh = 100.0 * millisecond;
  return channel;
}

/// Reads `counts(t)` every 0.1 s up to `until`.
template <class Counts>
Standstill watched(const Channel& channel, double until, Counts counts) {
  Standstill standstill(channel);
  const auto reading = [&](int i) {
    const double t = 0.1 * i;
    return ReadingJudge::Reading{at(t), static_cast<std::uint64_t>(counts(t))};
  };
  for (int i = 1; 0.1 * i <= until + 1e-9; ++i) standstill.add(reading(i - 1), reading(i));
  return standstill;
}

constexpr double kRate = 5e6;  // 5 W in microjoules

TEST(Standstill, ACounterThatRisesIsWell) {
  const auto well = watched(counter(), 5.0, [](double t) { return kRate * t; });
  EXPECT_EQ(well.why_missing(at(0), at(5)), "");
}

TEST(Standstill, ACounterThatNeverMovesMeasuresNothing) {
  const auto stuck = watched(counter(), 3.0, [](double) { return 7; });
  EXPECT_EQ(stuck.why_missing(at(0), at(3)),
            "the counter did not change for 3 s of 3 s: the sensor does not work");
  EXPECT_NE(stuck.why_missing(at(1.2), at(1.4)), "") << "nor in a short window within";
}

TEST(Standstill, ACounterThatStopsIsMissingFromThenOn) {
  const auto stopped = watched(counter(), 10.0, [](double t) { return kRate * std::min(t, 4.0); });
  EXPECT_EQ(stopped.why_missing(at(0), at(4)), "");
  EXPECT_EQ(stopped.why_missing(at(2), at(10)),
            "the counter did not change for 6 s of 8 s: the sensor does not work");
}

TEST(Standstill, AStopThatEndsCountsWhereItWas) {
  const auto stopped = watched(counter(), 10.0, [](double t) {
    return t < 4.0 ? kRate * t : kRate * std::max(4.0, t - 2.0);
  });
  EXPECT_EQ(stopped.why_missing(at(6.1), at(10)), "");
  EXPECT_NE(stopped.why_missing(at(3), at(10)), "");
}

TEST(Standstill, BetweenTwoRefreshesEveryCounterStands) {
  Channel slow = counter();
  slow.refresh = 0.9 * second;
  const auto well = watched(slow, 9.0, [](double t) { return kRate * std::floor(t / 0.9); });
  EXPECT_EQ(well.why_missing(at(0), at(9)), "");
}

TEST(Standstill, ACounterOfWholeJoulesIsGivenTheTimeThatTheyTake) {
  // 0.2 W: a count each 5 s.
  const auto well = watched(counter(joule), 20.0, [](double t) { return std::floor(0.2 * t); });
  EXPECT_EQ(well.why_missing(at(0), at(20)), "");
  const auto stuck = watched(counter(joule), 20.0, [](double) { return 7; });
  EXPECT_NE(stuck.why_missing(at(0), at(20)), "");
}

TEST(Standstill, AMeterMayShowTheSameButNot0W) {
  const auto steady = watched(meter(), 3.0, [](double) { return 60'000; });
  EXPECT_EQ(steady.why_missing(at(0), at(3)), "");
  const auto dead = watched(meter(), 3.0, [](double) { return 0; });
  EXPECT_EQ(dead.why_missing(at(0), at(3)),
            "the meter showed 0 W for 3 s of 3 s: the sensor does not work");
}

TEST(Standstill, AModelMayStandStill) {
  Channel model = counter();
  model.kind = Kind::modelled;
  EXPECT_EQ(watched(model, 3.0, [](double) { return 7; }).why_missing(at(0), at(3)), "");
}

}  // namespace
}  // namespace isojoule
