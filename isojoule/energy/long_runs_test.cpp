// Counters and clocks over hours and days: what narrow integers and floats have spoiled elsewhere.
#include <cstdint>

#include <gtest/gtest.h>

#include "isojoule/energy/channel_integrator.hpp"

namespace isojoule {
namespace {

Instant at(double seconds) { return Instant{} + seconds * second; }

using Unit = decltype(Channel::unit);

// Not inlined: g++ 12 would then warn of a variant that it takes for uninitialized.
[[gnu::noinline]] Channel channel(const Unit& unit, std::optional<std::uint64_t> range) {
  Channel result;
  result.unit = unit;
  result.range = range;
  result.max_power = 500.0 * watt;
  return result;
}

ChannelEnergy whole(ChannelIntegrator& integrator) { return integrator.finish().at(0); }

TEST(LongRuns, AStepOfAJouleIsSeenBeyondAHundredMegajoules) {
  // A float holds 24 bits: beyond 100 MJ its steps are 8 J.
  ChannelIntegrator integrator(channel(millijoule, std::nullopt), {{at(10), at(20)}});
  const std::uint64_t big = 150'000'000'000;  // mJ
  for (int t = 0; t <= 30; ++t)
    integrator.add(at(t), big + static_cast<std::uint64_t>(t) * 100);  // 0.1 W
  ASSERT_TRUE(whole(integrator).energy);
  EXPECT_NEAR(whole(integrator).energy->in(joule), 1.0, 1e-9);
}

TEST(LongRuns, MillijoulesBeyond32BitsGoOn) {
  // 2^32 mJ are 4.29 MJ: 4 h of a board at 300 W.
  ChannelIntegrator integrator(channel(millijoule, std::nullopt), {{at(0), at(20'000)}});
  for (int t = 0; t <= 20'001; ++t) integrator.add(at(t), static_cast<std::uint64_t>(t) * 300'000);
  ASSERT_TRUE(whole(integrator).energy);
  EXPECT_NEAR(whole(integrator).energy->in(joule), 6e6, 1e-3);
  EXPECT_EQ(whole(integrator).resets, 0u);
}

TEST(LongRuns, MicrosecondsBeyond32BitsGoOn) {
  // 2^32 us are 71.6 min. Two hours of power, read every 10 s.
  ChannelIntegrator integrator(channel(watt, std::nullopt), {{at(0), at(7200)}});
  for (int t = 0; t <= 7200; ++t) integrator.add(at(t), 100);
  ASSERT_TRUE(whole(integrator).energy);
  EXPECT_NEAR(whole(integrator).energy->in(joule), 720'000.0, 1e-3);
}

TEST(LongRuns, EveryWrapOfAHalfHourIsCounted) {
  // 1795 s at 163.2 W with a range of 65.5 kJ: four wraps and more, 292,955 J in all, of which a
  // meter that missed wraps has shown 30,811 J.
  const std::uint64_t range = 65'532'610'987;  // uJ
  ChannelIntegrator integrator(channel(microjoule, range), {{at(0), at(1795)}});
  const double watts = 292'955.0 / 1795.0;
  for (int t = 0; t <= 1796; ++t) {
    const auto total = static_cast<std::uint64_t>(watts * t * 1e6);
    integrator.add(at(t), total % range);
  }
  const ChannelEnergy energy = whole(integrator);
  ASSERT_TRUE(energy.energy) << energy.reason;
  EXPECT_EQ(energy.wraps, 4u);
  // Each wrap is a count or so short: the range is the last count, not their number.
  EXPECT_NEAR(energy.energy->in(joule), 292'955.0, 1e-4);
}

TEST(LongRuns, PowerCountsForTheTimeThatPassedNotForANominalPeriod) {
  // Asked for each second, read each second and a half: the readings are 1.5 s apart.
  ChannelIntegrator integrator(channel(watt, std::nullopt), {{at(0), at(3000)}});
  for (int i = 0; i <= 2001; ++i) integrator.add(at(1.5 * i), 200);
  ASSERT_TRUE(whole(integrator).energy);
  EXPECT_NEAR(whole(integrator).energy->in(joule), 600'000.0, 1e-3);
}

}  // namespace
}  // namespace isojoule
