#include "isojoule/energy/counter.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

/// A package that can use at most 500 W, in microjoules, 262 kJ long.
Channel package() {
  Channel channel;
  channel.unit = microjoule;
  channel.range = 262'143'328'850u;
  channel.max_power = 500.0 * watt;
  return channel;
}

Channel board() {
  Channel channel;
  channel.unit = millijoule;
  channel.max_power = 1000.0 * watt;
  return channel;
}

TEST(CounterStep, GoesOn) {
  const CounterDelta delta = classify_step(package(), 1'000'000, 21'000'000, 0.1 * second);
  EXPECT_EQ(delta.step, CounterStep::plausible);
  EXPECT_EQ(delta.energy, 20.0 * joule);
}

TEST(CounterStep, StandsStill) {
  const CounterDelta delta = classify_step(package(), 7, 7, 0.1 * second);
  EXPECT_EQ(delta.step, CounterStep::plausible);
  EXPECT_EQ(delta.energy, Energy{});
}

TEST(CounterStep, WrapsOnce) {
  const CounterDelta delta =
      classify_step(package(), 262'143'328'850u - 1'500'000, 500'000, 0.1 * second);
  EXPECT_EQ(delta.step, CounterStep::wrap);
  EXPECT_DOUBLE_EQ(delta.energy->in(joule), 2.0);
}

// A failed read returned as 0 was once taken for a wrap: 2 J became 262,145.5 J.
TEST(CounterStep, ZeroAfterALowReadingIsNoWrap) {
  const CounterDelta delta = classify_step(package(), 2'000'000, 0, 0.1 * second);
  EXPECT_EQ(delta.step, CounterStep::reset);
  EXPECT_FALSE(delta.energy);
}

// An unreadable range once made energy negative.
TEST(CounterStep, ADecreaseWithoutAKnownRangeIsAReset) {
  Channel channel = package();
  channel.range.reset();
  EXPECT_EQ(classify_step(channel, 262'143'000'000u, 500'000, 0.1 * second).step,
            CounterStep::reset);
}

// A driver reload read as a 64-bit wrap: 1.8e19 mJ.
TEST(CounterStep, ADriverReloadIsAReset) {
  const CounterDelta delta = classify_step(board(), 5'000'000'000u, 12, 0.1 * second);
  EXPECT_EQ(delta.step, CounterStep::reset);
  EXPECT_FALSE(delta.energy);
}

// One missed wrap: 30,811 J instead of 292,955 J after 1795 s. At 500 W the range lasts 524 s.
TEST(CounterStep, LongerThanTheRangeLastsIsAmbiguous) {
  EXPECT_EQ(classify_step(package(), 100, 30'811'000'000u, 1795.0 * second).step,
            CounterStep::ambiguous);
  EXPECT_EQ(classify_step(package(), 100, 200, 520.0 * second).step, CounterStep::plausible);
}

TEST(CounterStep, MoreThanTheDeviceCanUseIsImpossible) {
  // 1000 W for 0.1 s and the second that a refresh may be late: 1100 J.
  EXPECT_EQ(classify_step(board(), 0, 1'100'000, 0.1 * second).step, CounterStep::plausible);
  EXPECT_EQ(classify_step(board(), 0, 1'100'001, 0.1 * second).step, CounterStep::impossible);
}

TEST(CounterStep, AReadingBeyondTheRangeDoesNotUnderflow) {
  Channel channel = package();
  channel.range = 1'000u;
  channel.max_power.reset();
  EXPECT_EQ(classify_step(channel, 5'000, 10, 0.1 * second).step, CounterStep::reset);
}

// 32-bit millijoules overflow at 4.29 MJ; joules in a float lose steps of 8 J at 100 MJ.
TEST(CounterStep, LargeCountsLoseNothing) {
  const std::uint64_t hundred_megajoule = 100'000'000'000u;
  const CounterDelta delta =
      classify_step(board(), hundred_megajoule, hundred_megajoule + 1, 0.1 * second);
  EXPECT_EQ(delta.energy, 1.0 * millijoule);
}

}  // namespace
}  // namespace isojoule
