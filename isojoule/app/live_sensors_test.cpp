#include "isojoule/app/live_sensors.hpp"

#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/fake_world.hpp"
#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

/// A counter of millijoules that a test scripts.
class ScriptedCounter final : public Sensor {
 public:
  explicit ScriptedCounter(std::function<std::optional<double>()> joules)
      : Sensor("scripted"), joules_(std::move(joules)) {
    Channel channel;
    channel.id = "scripted:0";
    channel.component = "package-0";
    channel.unit = millijoule;
    channels_ = {channel};
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    if (const auto joules = joules_())
      samples[0] = static_cast<std::uint64_t>(std::llround(*joules * 1e3));
    return std::nullopt;
  }
  std::function<std::optional<double>()> joules_;
};

class LiveSensorsTest : public testing::Test {
 protected:
  double seconds() { return (fake.clock().now() - start).in(second); }

  /// 20 W, which cannot be read from `broken_from` on.
  std::vector<std::unique_ptr<Sensor>> counter(double broken_from = HUGE_VAL) {
    std::vector<std::unique_ptr<Sensor>> sensors;
    sensors.push_back(
        std::make_unique<ScriptedCounter>([this, broken_from]() -> std::optional<double> {
          if (seconds() >= broken_from) return std::nullopt;
          return 20.0 * seconds();
        }));
    return sensors;
  }

  FakeWorld fake;
  Instant start = fake.clock().now();
};

TEST_F(LiveSensorsTest, ShowEnergyAndPowerSinceTheyAreRead) {
  const LiveSensors sensors(fake.world(), counter(), second, "test");
  ASSERT_THAT(sensors.channels(), SizeIs(1));
  EXPECT_EQ(sensors.channels()[0].readings, 1U);
  EXPECT_FALSE(sensors.channels()[0].power) << "one reading is no power";
  fake.clock().advance(3.0 * second, 1);
  EXPECT_DOUBLE_EQ(sensors.channels()[0].energy.in(joule), 60.0);
  ASSERT_TRUE(sensors.channels()[0].power);
  EXPECT_DOUBLE_EQ(sensors.channels()[0].power->in(watt), 20.0);
}

TEST_F(LiveSensorsTest, AFailedReadingIsNoPower) {
  const LiveSensors sensors(fake.world(), counter(3.0), second, "test");
  fake.clock().advance(3.0 * second, 1);
  EXPECT_FALSE(sensors.channels()[0].power);
  EXPECT_DOUBLE_EQ(sensors.channels()[0].energy.in(joule), 40.0);
  EXPECT_EQ(sensors.channels()[0].failed, 1U);
}

TEST_F(LiveSensorsTest, AViewAddsTheTrendOfTheSameChannels) {
  const LiveView view(fake.world(), counter(), second, "test");
  fake.clock().advance(6.0 * second, 1);
  const LiveLook look = view.look();
  ASSERT_THAT(look.channels, SizeIs(1));
  ASSERT_THAT(look.trends, SizeIs(1));
  EXPECT_EQ(look.channels[0].energy, 120.0 * joule);
  EXPECT_EQ(look.trends[0].mean, 20.0 * watt);
  EXPECT_EQ(look.elapsed, 6.0 * second);
  EXPECT_EQ(view.elapsed(), 6.0 * second);
}

TEST_F(LiveSensorsTest, WhereNothingIsUsableEveryBackendSaysWhy) {
  const Error error = error_of([&] { sensors_to_view(fake.world(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("rapl: "), HasSubstr("nvml: "), HasSubstr("cpu-model"),
                                  HasSubstr("isojoule doctor")));
}

TEST_F(LiveSensorsTest, AnUnknownBackendIsNamed) {
  EXPECT_EQ(error_of([&] { sensors_to_view(fake.world(), {"rapk"}); }).code(),
            ErrorCode::unknown_name);
}

TEST(SamplingPeriod, IsFromAMillisecondToAMinute) {
  for (const Duration fits : {millisecond, 100.0 * millisecond, minute})
    EXPECT_NO_THROW(check_sampling_period("--period", fits));
  for (const Duration wrong :
       {0.999 * millisecond, 60.001 * second, Duration{}, -1.0 * second, std::nan("") * second}) {
    const Error error = error_of([&] { check_sampling_period("--period", wrong); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_STREQ(error.what(), "--period must be from 1ms to 60s");
  }
}

TEST(WatchPace, ReadsMoreOftenThanPeopleLook) {
  EXPECT_EQ((WatchPace{1.0 * second, {}}.sampling_period()), 100.0 * millisecond);
  EXPECT_EQ((WatchPace{50.0 * millisecond, {}}.sampling_period()), 50.0 * millisecond);
}

TEST(WatchPace, EndsWithItsLength) {
  const WatchPace pace{2.0 * second, 5.0 * second};
  EXPECT_FALSE(pace.is_over(4.999 * second));
  EXPECT_TRUE(pace.is_over(5.0 * second));
  EXPECT_EQ(pace.next_wait(1.0 * second), 2.0 * second);
  EXPECT_EQ(pace.next_wait(4.0 * second), 1.0 * second) << "the last look is at the end";
}

TEST(WatchPace, WithoutALengthNeverEnds) {
  const WatchPace pace{2.0 * second, {}};
  EXPECT_FALSE(pace.is_over(1e6 * hour));
  EXPECT_EQ(pace.next_wait(1e6 * hour), 2.0 * second);
}

TEST(WatchPace, RefusesWhatNobodyCanFollow) {
  EXPECT_NO_THROW(check_pace({100.0 * millisecond, {}}));
  EXPECT_NO_THROW(check_pace({hour, millisecond}));
  for (const WatchPace& wrong : {WatchPace{99.0 * millisecond, {}}, WatchPace{1.01 * hour, {}},
                                 WatchPace{-1.0 * second, {}}})
    EXPECT_THAT(error_of([&] { check_pace(wrong); }).what(), HasSubstr("from 100ms to 1h"));
  EXPECT_THAT(error_of([] { check_pace({second, Duration{}}); }).what(),
              HasSubstr("must be more than 0s"));
}

}  // namespace
}  // namespace isojoule
