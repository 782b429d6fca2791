#include "isojoule/meter/live_readings.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

TracePoll poll(double seconds, std::vector<Sample> samples) {
  return {0, Instant{} + seconds * second, std::move(samples)};
}

TraceHeader header() {
  Channel counter;
  counter.id = "energy";
  counter.unit = joule;
  Channel gauge;
  gauge.id = "temperature";
  gauge.unit = Gauge{"celsius", 0.5, {}};
  return {"0", "", Instant{}, second, {{"made", {counter, gauge}}}};
}

TEST(LiveReadings, KeepTheLastOfEachChannel) {
  LiveReadings live(header());
  live.append(poll(1, {100, 80}));
  EXPECT_FALSE(live.channels()[0].power);  // one reading is no power
  live.append(poll(3, {400, 90}));
  live.append(poll(4, {500, 100}));
  const auto channels = live.channels();
  ASSERT_EQ(channels.size(), 2u);
  EXPECT_EQ(channels[0].channel.id, "energy");
  EXPECT_EQ(channels[0].power, 100.0 * watt);
  EXPECT_EQ(channels[0].energy, 400.0 * joule);
  EXPECT_EQ(channels[0].readings, 3u);
  EXPECT_FALSE(channels[1].power);
  EXPECT_EQ(channels[1].state, 50.0);
}

TEST(LiveReadings, AFailedReadingIsNoPowerAndNoState) {
  LiveReadings live(header());
  live.append(poll(1, {100, 80}));
  live.append(poll(2, {200, 80}));
  live.append(poll(3, {std::nullopt, std::nullopt}));
  auto channels = live.channels();
  EXPECT_FALSE(channels[0].power);
  EXPECT_FALSE(channels[1].state);
  EXPECT_EQ(channels[0].failed, 1u);
  EXPECT_EQ(channels[0].energy, 100.0 * joule);
  live.append(poll(5, {500, 80}));
  EXPECT_EQ(live.channels()[0].energy, 400.0 * joule);  // a counter loses nothing
}

TEST(LiveReadings, OtherEventsAreNotTheirs) {
  LiveReadings live(header());
  live.append(Fault{FaultKind::retry, Instant{}, "x", "y"});
  live.append(TraceCommand{});
  EXPECT_EQ(live.channels()[0].readings, 0u);
}

}  // namespace
}  // namespace isojoule
