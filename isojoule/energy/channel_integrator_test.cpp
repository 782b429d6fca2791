#include "isojoule/energy/channel_integrator.hpp"

#include <chrono>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::HasSubstr;

Instant at(double seconds) { return Instant::from_microseconds(std::llround(1e9 + seconds * 1e6)); }

Channel energy_counter() {
  Channel channel;
  channel.id = "fake:energy";
  channel.unit = millijoule;
  channel.max_power = 1000.0 * watt;
  return channel;
}

Channel power_meter() {
  Channel channel;
  channel.id = "fake:power";
  channel.unit = milliwatt;
  return channel;
}

/// 300 W for 10 s, then 100 W.
double step_power(double t) { return t < 10.0 ? 300.0 : 100.0; }
double step_energy(double t) { return t < 10.0 ? 300.0 * t : 3000.0 + 100.0 * (t - 10.0); }

std::uint64_t counts(double value) { return static_cast<std::uint64_t>(std::llround(value * 1e3)); }

ChannelEnergy measure(const Channel& channel, Span span,
                      const std::vector<std::pair<double, Sample>>& readings) {
  ChannelIntegrator integrator(channel, {span});
  for (const auto& [time, sample] : readings) integrator.add(at(time), sample);
  return integrator.finish().front();
}

std::vector<std::pair<double, Sample>> sampled(double (*truth)(double), double period, double end) {
  std::vector<std::pair<double, Sample>> readings;
  for (int i = 0; i * period <= end + 1e-9; ++i)
    readings.emplace_back(i * period, counts(truth(i * period)));
  return readings;
}

TEST(ChannelIntegrator, CounterOfAStepIsExact) {
  const auto result = measure(energy_counter(), {at(0), at(20)}, sampled(step_energy, 0.1, 20));
  ASSERT_TRUE(result.energy) << result.reason;
  // 200 interpolated steps, each rounded to a double: 4000 J to within 1e-12 relative.
  EXPECT_NEAR(result.energy->in(joule), 4000.0, 4e-9);
  EXPECT_EQ(result.samples, 201u);
}

// Dropping equal samples before the trapezoid once gave 2000 J.
TEST(ChannelIntegrator, PowerOfAStepKeepsEqualReadings) {
  const auto result = measure(power_meter(), {at(0), at(20)}, sampled(step_power, 0.1, 20));
  ASSERT_TRUE(result.energy) << result.reason;
  // The one interval across the step is a ramp instead of a jump: at most 200 W x 0.1 s / 2 off.
  EXPECT_NEAR(result.energy->in(joule), 4000.0, 10.0 + 1e-6);
  EXPECT_GT(std::abs(result.energy->in(joule)-4000.0), 1.0) << "the bound is no idle one";
}

TEST(ChannelIntegrator, EdgesAreInterpolatedBetweenReadings) {
  // 0 J at 0 s, 100 J at 1 s, 400 J at 2 s; from 0.5 s to 1.5 s: half of each.
  const std::vector<std::pair<double, Sample>> readings{
      {0.0, 0u}, {1.0, 100'000u}, {2.0, 400'000u}};
  const auto result = measure(energy_counter(), {at(0.5), at(1.5)}, readings);
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 50.0 + 150.0);
}

TEST(ChannelIntegrator, PowerEdgesFollowTheStraightLine) {
  // A ramp of 100 W/s from 0 W: the integral from 0.5 s to 1.5 s is 50 (1.5^2 - 0.5^2) = 100 J.
  const auto result =
      measure(power_meter(), {at(0.5), at(1.5)}, {{0.0, 0u}, {1.0, 100'000u}, {2.0, 200'000u}});
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 100.0);
}

TEST(ChannelIntegrator, SpansWithinOneIntervalAddUp) {
  ChannelIntegrator integrator(energy_counter(),
                               {{at(0.1), at(0.3)}, {at(0.3), at(0.9)}, {at(0.1), at(0.9)}});
  integrator.add(at(0), 0u);
  integrator.add(at(1), 10'000u);
  const auto results = integrator.finish();
  EXPECT_DOUBLE_EQ(results[0].energy->in(joule), 2.0);
  EXPECT_DOUBLE_EQ(results[1].energy->in(joule), 6.0);
  EXPECT_DOUBLE_EQ(results[2].energy->in(joule), 8.0);
}

TEST(ChannelIntegrator, AFailedReadingIsAGapNotANumber) {
  const auto result = measure(energy_counter(), {at(0), at(3)},
                              {{0, 0u}, {1, 100'000u}, {2, std::nullopt}, {3, 300'000u}});
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 300.0);
  EXPECT_EQ(result.failed, 1u);
  EXPECT_DOUBLE_EQ(result.longest_gap.in(second), 2.0);
}

TEST(ChannelIntegrator, NoReadingAtAllIsMissing) {
  const auto result =
      measure(energy_counter(), {at(0), at(1)}, {{0, std::nullopt}, {1, std::nullopt}});
  EXPECT_FALSE(result.energy);
  EXPECT_EQ(result.reason, "no reading succeeded");
}

TEST(ChannelIntegrator, ASpanThatStartsBeforeTheFirstReadingIsMissing) {
  const auto result = measure(energy_counter(), {at(0), at(2)}, {{1, 0u}, {2, 5'000u}});
  EXPECT_FALSE(result.energy);
  EXPECT_EQ(result.reason, "no reading before the window started");
}

TEST(ChannelIntegrator, ASensorThatDisappearsLeavesItsSpanMissing) {
  const auto result =
      measure(energy_counter(), {at(0), at(2)}, {{0, 0u}, {1, 5'000u}, {1.5, std::nullopt}});
  EXPECT_FALSE(result.energy);
  EXPECT_EQ(result.reason, "no reading after the window ended");
}

TEST(ChannelIntegrator, AWrapIsCounted) {
  Channel channel = energy_counter();
  channel.range = 65'532'610u;
  const auto result =
      measure(channel, {at(0), at(2)}, {{0, 65'432'610u}, {1, 65'522'610u}, {2, 40'000u}});
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 90.0 + 50.0);
  EXPECT_EQ(result.wraps, 1u);
}

TEST(ChannelIntegrator, AResetSpoilsOnlyTheSpansItFallsIn) {
  ChannelIntegrator integrator(energy_counter(), {{at(0), at(4)}, {at(0), at(1)}, {at(2), at(4)}});
  const std::vector<std::pair<double, Sample>> readings{
      {0, 500'000u}, {1, 600'000u}, {2, 1'000u}, {3, 101'000u}, {4, 201'000u}};
  for (const auto& [time, sample] : readings) integrator.add(at(time), sample);
  const auto results = integrator.finish();
  EXPECT_FALSE(results[0].energy);
  EXPECT_EQ(results[0].resets, 1u);
  EXPECT_THAT(results[0].reason, HasSubstr("reset"));
  EXPECT_DOUBLE_EQ(results[1].energy->in(joule), 100.0);
  EXPECT_DOUBLE_EQ(results[2].energy->in(joule), 200.0);
}

TEST(ChannelIntegrator, OneWildReadingIsLeftOut) {
  const auto result = measure(energy_counter(), {at(0), at(3)},
                              {{0, 0u}, {1, 100'000u}, {2, 9'000'000'000u}, {3, 300'000u}});
  ASSERT_TRUE(result.energy) << result.reason;
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 300.0);
  EXPECT_EQ(result.impossible, 1u);
}

TEST(ChannelIntegrator, AJumpThatStaysIsMissing) {
  const auto result = measure(
      energy_counter(), {at(0), at(4)},
      {{0, 0u}, {1, 100'000u}, {2, 9'000'000'000u}, {3, 9'000'100'000u}, {4, 9'000'200'000u}});
  EXPECT_FALSE(result.energy);
  EXPECT_THAT(result.reason, HasSubstr("jumped"));
}

TEST(ChannelIntegrator, PowerThatWasNotSeenIsNotMadeUp) {
  const std::vector<std::pair<double, Sample>> readings{
      {0, 100'000u}, {1, 100'000u}, {4, 100'000u}, {5, 100'000u}};
  const auto whole = measure(power_meter(), {at(0), at(5)}, readings);
  EXPECT_FALSE(whole.energy);
  EXPECT_EQ(whole.reason, "no reading of power for 3.0 s of 5.0 s");
  EXPECT_DOUBLE_EQ(measure(power_meter(), {at(0), at(1)}, readings).energy->in(joule), 100.0);
}

TEST(ChannelIntegrator, AChannelForTheWholeCommandIsSilentElsewhere) {
  Channel channel = energy_counter();
  channel.validity = Validity::whole_command;
  ChannelIntegrator integrator(channel, {{at(0), at(1), true}, {at(0), at(1), false}});
  integrator.add(at(0), 0u);
  integrator.add(at(1), 1'000u);
  const auto results = integrator.finish();
  EXPECT_DOUBLE_EQ(results[0].energy->in(joule), 1.0);
  EXPECT_FALSE(results[1].energy);
  EXPECT_EQ(results[1].reason, "speaks only for the whole command");
}

Channel children_counter() {
  Channel channel = energy_counter();
  channel.validity = Validity::whole_command;
  channel.max_power.reset();
  return channel;
}

// All that a process used arrives in one step when it is waited for. Dividing that step at the
// command's end lost most of a run that ended just after a reading.
TEST(ChannelIntegrator, TheStepAtTheCommandsEndIsNotDivided) {
  const std::vector<std::pair<double, Sample>> readings{
      {0.0, 7'000u}, {0.1, 7'000u}, {1.0, 7'000u}, {1.02, 199'000u}};
  const auto result = measure(children_counter(), {at(0.05), at(1.001), true}, readings);
  ASSERT_TRUE(result.energy) << result.reason;
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 192.0);
}

TEST(ChannelIntegrator, WhatWasUsedBeforeTheCommandIsNotItsOwn) {
  const auto result = measure(children_counter(), {at(1), at(2), true},
                              {{0, 0u}, {0.5, 5'000u}, {1.5, 6'000u}, {2.5, 9'000u}});
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 4.0);
}

// The reading under way when the command ends is dated to its middle, and may have looked before.
TEST(ChannelIntegrator, AReadingThatMissedTheEndIsMadeUpForByTheNext) {
  const auto result =
      measure(children_counter(), {at(0), at(1), true}, {{0, 0u}, {1.001, 0u}, {1.1, 50'000u}});
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 50.0);
}

TEST(ChannelIntegrator, AWholeCommandWithoutAReadingAfterItIsMissing) {
  const auto result = measure(children_counter(), {at(0), at(1), true}, {{0, 0u}, {0.9, 50'000u}});
  EXPECT_FALSE(result.energy);
  EXPECT_EQ(result.reason, "no reading after the window ended");
}

TEST(ChannelIntegrator, PowerThatCannotBeIsPassedOver) {
  // An unsigned -1 in milliwatts is 4.3 MW.
  Channel channel = power_meter();
  channel.max_power = 1400.0 * watt;
  const std::vector<std::pair<double, Sample>> readings{{0.0, 0xFFFF'FFFFu}, {0.0, 100'000u},
                                                        {1.0, 100'000u},     {1.1, 0xFFFF'FFFFu},
                                                        {1.2, 100'000u},     {2.0, 100'000u}};
  const auto result = measure(channel, {at(0), at(2)}, readings);
  ASSERT_TRUE(result.energy) << result.reason;
  EXPECT_DOUBLE_EQ(result.energy->in(joule), 200.0);
  EXPECT_EQ(result.impossible, 2u);
  EXPECT_EQ(result.samples, 4u);
}

TEST(ChannelIntegrator, FailuresAndReadingsAreThoseOfTheSpan) {
  ChannelIntegrator integrator(energy_counter(), {{at(4), at(6)}, {at(0), at(2)}, {at(1), at(5)}});
  const std::vector<std::pair<double, Sample>> readings{
      {0, 0u},       {1, 1'000u},         {1.5, std::nullopt}, {3, std::nullopt},
      {3.5, 3'500u}, {4.5, std::nullopt}, {6, 6'000u}};
  for (const auto& [time, sample] : readings) integrator.add(at(time), sample);
  const auto results = integrator.finish();
  EXPECT_EQ(results[0].failed, 1u);
  EXPECT_EQ(results[1].failed, 1u);
  EXPECT_EQ(results[2].failed, 3u);
  EXPECT_EQ(results[0].samples, 2u);
  EXPECT_EQ(results[1].samples, 3u);
  EXPECT_EQ(results[2].samples, 3u);
  EXPECT_DOUBLE_EQ(results[0].energy->in(joule), 2.0);
  EXPECT_DOUBLE_EQ(results[1].energy->in(joule), 2.0);
  EXPECT_DOUBLE_EQ(results[2].energy->in(joule), 4.0);
}

TEST(ChannelIntegrator, ManyWindowsCostNoMoreThanOneEach) {
  constexpr int kWindows = 100'000;
  std::vector<Span> spans;
  for (int i = 0; i < kWindows; ++i) spans.push_back({at(i + 0.5), at(i + 1.5)});
  ChannelIntegrator integrator(energy_counter(), spans);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i <= kWindows + 1; ++i)
    integrator.add(at(i), static_cast<std::uint64_t>(i) * 1'000u);
  const auto results = integrator.finish();
  // Looking at every window for every reading is 10^10 looks, which takes minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  for (const ChannelEnergy& result : {results.front(), results[kWindows / 2], results.back()})
    EXPECT_DOUBLE_EQ(result.energy.value().in(joule), 1.0);
}

TEST(ChannelIntegrator, AnEmptySpanUsedNothing) {
  const auto result = measure(energy_counter(), {at(0.5), at(0.5)}, {{0, 0u}, {1, 1'000u}});
  ASSERT_TRUE(result.energy) << result.reason;
  EXPECT_EQ(*result.energy, Energy{});
}

TEST(ChannelIntegrator, AReadingOutOfOrderIsPassedOver) {
  const auto result = measure(energy_counter(), {at(0), at(2)},
                              {{0, 0u}, {1, 100u}, {0.5, 70u}, {1, 100u}, {2, 200u}});
  EXPECT_DOUBLE_EQ(result.energy->in(millijoule), 200.0);
}

TEST(ChannelIntegrator, PiecesAddUp) {
  for (const auto& [channel, truth] :
       {std::pair(energy_counter(), &step_energy), std::pair(power_meter(), &step_power)}) {
    ChannelIntegrator integrator(channel, {{at(1), at(4)}, {at(12), at(14)}, {at(16), at(16)}});
    for (const auto& [time, sample] : sampled(truth, 0.1, 20)) integrator.add(at(time), sample);
    const auto results = integrator.finish({{0, 1, 2}, {1}});
    ASSERT_TRUE(results[0].energy) << results[0].reason;
    EXPECT_NEAR(results[0].energy->in(joule), 900.0 + 200.0, 1e-6);
    EXPECT_NEAR(results[1].energy->in(joule), 200.0, 1e-6);
    EXPECT_EQ(results[1].samples, 21u);
    EXPECT_EQ(results[0].channel.id, channel.id);
  }
}

TEST(ChannelIntegrator, APieceWithoutAnEnergyIsNotPassedOver) {
  ChannelIntegrator integrator(energy_counter(), {{at(1), at(4)}, {at(19), at(21)}});
  for (const auto& [time, sample] : sampled(step_energy, 0.1, 20)) integrator.add(at(time), sample);
  const auto results = integrator.finish({{0}, {0, 1}});
  EXPECT_TRUE(results[0].energy);
  EXPECT_FALSE(results[1].energy);
  EXPECT_EQ(results[1].reason, "no reading after the window ended");
}

TEST(ChannelIntegrator, WhatIsUnseenIsAShareOfAllPieces) {
  // 3 s of 602 s are unseen: too much of the 2 s, not of all.
  ChannelIntegrator integrator(power_meter(), {{at(0), at(600)}, {at(600.5), at(602.5)}});
  for (int i = 0; i <= 6000; ++i) integrator.add(at(i * 0.1), 100'000u);
  integrator.add(at(603), 100'000u);
  const auto results = integrator.finish({{0}, {1}, {0, 1}});
  EXPECT_TRUE(results[0].energy);
  EXPECT_FALSE(results[1].energy);
  ASSERT_TRUE(results[2].energy) << results[2].reason;
  EXPECT_NEAR(results[2].energy->in(joule), 60'200.0, 1e-6);
}

TEST(ChannelIntegrator, TheGainIsCommonToAllPieces) {
  Channel calibrated = energy_counter();
  calibrated.gain = {1.0, 0.05, "wattmeter"};
  ChannelIntegrator integrator(calibrated, {{at(1), at(3)}, {at(4), at(6)}});
  for (const auto& [time, sample] : sampled(step_energy, 0.1, 20)) integrator.add(at(time), sample);
  const auto result = integrator.finish({{0, 1}}).front();
  const UncertaintyComponent& gain = result.uncertainty->components.front();
  EXPECT_EQ(gain.source, "gain");
  EXPECT_NEAR(gain.standard.in(joule), 1200.0 * 0.05 / std::sqrt(3.0), 1e-6);
}

}  // namespace
}  // namespace isojoule
