#include "isojoule/meter/channel_look.hpp"

#include <algorithm>
#include <cstdint>
#include <future>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include "isojoule/meter/sensor_look.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

// Instants are whole microseconds and quantities are doubles: sums of some hundred of them agree to
// about this.
constexpr double kRounding = 1e-9;

Instant at_ms(std::int64_t milliseconds) { return Instant::from_microseconds(milliseconds * 1000); }

Channel channel_of(std::variant<Energy, Power, Gauge> unit) {
  Channel channel;
  channel.id = "made";
  channel.unit = std::move(unit);
  return channel;
}

TEST(ChannelLook, OfACounterFindsItsRefreshAndPower) {
  ChannelLook look(channel_of(millijoule));
  // 50 W: 1 J every 20 ms, read each millisecond, beginning in the middle of a refresh.
  for (int ms = 7; ms < 1007; ++ms) look.add(at_ms(ms), 1000u * static_cast<unsigned>(ms / 20));
  const LookedChannel looked = look.finish();
  EXPECT_EQ(looked.readings, 1000u);
  EXPECT_EQ(looked.failed, 0u);
  EXPECT_EQ(looked.new_values, 50u);  // at 20, 40, ... 1000 ms
  ASSERT_TRUE(looked.refresh && looked.power && looked.noise);
  EXPECT_NEAR(looked.refresh->in(millisecond), 20.0, kRounding);
  EXPECT_NEAR(looked.power->in(watt), 50.0, kRounding);
  EXPECT_NEAR(looked.noise->in(watt), 0.0, 1e-6);
  EXPECT_EQ(looked.noise_width, ChannelLook::kNoiseWidth);
}

TEST(ChannelLook, NoiseIsTheSpreadOfMeansOverATenthOfASecond) {
  ChannelLook look(channel_of(millijoule));
  // 10 W and 30 W, 100 ms each in turn: 20 means with a mean of 20 W, 10 W away from it each, so
  // that the deviation with divisor n - 1 is 10 sqrt(20 / 19).
  std::uint64_t millijoules = 0;
  look.add(at_ms(0), 0);
  for (int ms = 1; ms <= 2001; ++ms) {
    millijoules += ((ms - 2) / 100) % 2 == 0 ? 10 : 30;
    look.add(at_ms(ms), millijoules);
  }
  const LookedChannel looked = look.finish();
  ASSERT_TRUE(looked.power && looked.noise);
  EXPECT_NEAR(looked.power->in(watt), 20.0, kRounding);
  EXPECT_NEAR(looked.noise->in(watt), 10.259783520851541, 1e-6);
}

TEST(ChannelLook, NoiseOfASlowCounterIsOverItsRefresh) {
  ChannelLook look(channel_of(joule));
  // New values each second: 10, 20, 10, 20 J. Means over a tenth of a second would repeat
  // themselves.
  const std::uint64_t joules[] = {0, 1, 11, 31, 41, 61};
  for (int ms = 0; ms < 5500; ++ms) look.add(at_ms(ms), joules[ms / 1000]);
  const LookedChannel looked = look.finish();
  ASSERT_TRUE(looked.noise && looked.noise_width);
  EXPECT_NEAR(looked.noise_width->in(second), 1.0, kRounding);
  EXPECT_NEAR(looked.noise->in(watt), 5.773502691896258, 1e-4);  // 10, 20, 10, 20: sqrt(100 / 3)
}

TEST(ChannelLook, OfAMeterOfPowerCountsEveryReading) {
  ChannelLook look(channel_of(watt));
  for (int ms = 0; ms <= 1000; ++ms) look.add(at_ms(ms), 100);
  const LookedChannel looked = look.finish();
  EXPECT_FALSE(looked.refresh);  // it never changed
  ASSERT_TRUE(looked.power && looked.noise);
  EXPECT_NEAR(looked.power->in(watt), 100.0, kRounding);
  EXPECT_EQ(looked.noise, 0.0 * watt);
}

TEST(ChannelLook, OneRepeatedValueDoesNotMakeItSlower) {
  ChannelLook look(channel_of(watt));
  const std::uint64_t watts[] = {100, 101, 100, 100, 101, 100, 101, 100};  // each for 50 ms
  for (int ms = 0; ms < 400; ++ms) look.add(at_ms(ms), watts[ms / 50]);
  EXPECT_NEAR(look.finish().refresh->in(millisecond), 50.0, kRounding);
}

TEST(ChannelLook, ACounterThatStandsStillHasNoPower) {
  ChannelLook look(channel_of(millijoule));
  for (int ms = 0; ms < 100; ++ms) look.add(at_ms(ms), 12345);
  const LookedChannel looked = look.finish();
  EXPECT_EQ(looked.readings, 100u);
  EXPECT_EQ(looked.new_values, 0u);
  EXPECT_FALSE(looked.refresh || looked.power || looked.noise || looked.noise_width);
}

TEST(ChannelLook, OfAModelledCounterCountsTheTimeThatItStandsStill) {
  Channel modelled = channel_of(millijoule);
  modelled.kind = Kind::modelled;
  ChannelLook look(modelled);
  // Busy with 10 W for 100 ms of a second: 1 W in the mean.
  for (int ms = 0; ms <= 1000; ++ms)
    look.add(at_ms(ms), 10u * static_cast<unsigned>(std::clamp(ms - 400, 0, 100)));
  const LookedChannel looked = look.finish();
  EXPECT_NEAR(looked.power->in(watt), 1.0, kRounding);
  // Nine means of 0 W and one of 10 W: sqrt((9 * 1^2 + 9^2) / 9).
  EXPECT_NEAR(looked.noise->in(watt), 3.1622776601683795, 1e-6);
}

TEST(ChannelLook, FailedReadingsAreCountedAndAreNoValues) {
  ChannelLook look(channel_of(millijoule));
  for (int ms = 0; ms <= 100; ++ms) {
    if (ms % 10 == 5) {
      look.add(at_ms(ms), std::nullopt);
    } else {
      look.add(at_ms(ms), 2u * static_cast<unsigned>(ms));
    }
  }
  const LookedChannel looked = look.finish();
  EXPECT_EQ(looked.failed, 10u);
  EXPECT_EQ(looked.readings, 91u);
  EXPECT_NEAR(looked.power->in(watt), 2.0, kRounding);
}

TEST(ChannelLook, AResetIsLeftOutOfThePower) {
  ChannelLook look(channel_of(millijoule));
  for (int ms = 0; ms <= 100; ++ms)
    look.add(at_ms(ms), 5'000'000u + 3u * static_cast<unsigned>(ms));
  for (int ms = 101; ms <= 200; ++ms) look.add(at_ms(ms), 3u * static_cast<unsigned>(ms - 101));
  EXPECT_NEAR(look.finish().power->in(watt), 3.0, kRounding);
}

TEST(ChannelLook, OfAGaugeIsItsMeanState) {
  ChannelLook look(channel_of(Gauge{"celsius", 0.5, {}}));
  look.add(at_ms(0), 80);
  look.add(at_ms(100), 84);
  look.add(at_ms(200), 82);
  const LookedChannel looked = look.finish();
  EXPECT_EQ(looked.state, 41.0);
  EXPECT_FALSE(looked.power || looked.noise);
  EXPECT_NEAR(looked.refresh->in(millisecond), 100.0, kRounding);

  ChannelLook flags(channel_of(Gauge{"", 1.0, {"idle", "cap"}}));
  flags.add(at_ms(0), 3);
  EXPECT_FALSE(flags.finish().state);  // flags have no mean
  EXPECT_FALSE(ChannelLook(channel_of(Gauge{"celsius", 0.5, {}})).finish().state);
}

/// 2 W, a new value at each reading.
class EvenSensor final : public Sensor {
 public:
  explicit EvenSensor(ManualClock& clock) : Sensor("even"), clock_(clock) {
    channels_ = {channel_of(microjoule), channel_of(microjoule)};
    channels_[1].validity = Validity::whole_command;
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    samples[0] = static_cast<std::uint64_t>(2 * clock_.now().microseconds());
    samples[1] = 0;
    return std::nullopt;
  }
  ManualClock& clock_;
};

TEST(SensorLook, ReadsEachSensorFastAndTellsOfItsChannels) {
  FakeWorld fake;
  auto result = std::async(std::launch::async, [&fake] {
    std::vector<std::unique_ptr<Sensor>> sensors;
    sensors.push_back(std::make_unique<EvenSensor>(fake.clock()));
    return look_at_sensors(fake.world(), std::move(sensors), 200.0 * millisecond);
  });
  fake.clock().advance(199.5 * millisecond, 2);
  fake.clock().advance_until_gone(0.5 * millisecond, 2, 0);
  const std::vector<LookedChannel> looked = result.get();
  ASSERT_EQ(looked.size(), 1u);  // without that of the whole command
  EXPECT_GE(looked[0].readings, 200u);
  EXPECT_LE(looked[0].readings, 202u);  // and the first and the last one
  EXPECT_NEAR(looked[0].refresh->in(millisecond), 1.0, kRounding);
  EXPECT_NEAR(looked[0].power->in(watt), 2.0, kRounding);
  EXPECT_EQ(looked[0].poll, Duration{});  // the scripted clock stands still meanwhile
}

TEST(SensorLook, AtNothingEndsAtOnce) {
  FakeWorld fake;
  EXPECT_TRUE(look_at_sensors(fake.world(), {}, 1.0 * second).empty());
}

}  // namespace
}  // namespace isojoule
