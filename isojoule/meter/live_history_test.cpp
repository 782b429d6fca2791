#include "isojoule/meter/live_history.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

Instant at(double seconds) { return Instant{} + seconds * second; }

TracePoll poll(double seconds, std::vector<Sample> samples) {
  return {0, at(seconds), std::move(samples)};
}

Channel channel_of(const std::string& id, std::variant<Energy, Power, Gauge> unit) {
  Channel channel;
  channel.id = id;
  channel.unit = std::move(unit);
  return channel;
}

TraceHeader header() {
  TraceSource source{"made", {}};
  source.channels.push_back(channel_of("energy", joule));
  source.channels.push_back(channel_of("temperature", Gauge{"celsius", 1.0, {}}));
  return {"0", "", Instant{}, second, {source}};
}

TEST(LiveHistory, TellsLeastMeanAndMost) {
  LiveHistory history(header());
  history.append(poll(0, {0, 1}));
  EXPECT_FALSE(history.trends(at(0))[0].mean);  // one reading is no power
  history.append(poll(1, {10, 1}));
  history.append(poll(4, {100, 1}));
  const auto trends = history.trends(at(4));
  ASSERT_EQ(trends.size(), 2u);
  EXPECT_EQ(trends[0].least, 10.0 * watt);
  EXPECT_EQ(trends[0].mean, 25.0 * watt);  // over time, not over readings
  EXPECT_EQ(trends[0].most, 30.0 * watt);
  EXPECT_FALSE(trends[1].mean);
  EXPECT_TRUE(trends[1].last_minute.empty());
}

TEST(LiveHistory, BinsTheLastMinute) {
  LiveHistory history(header());
  std::uint64_t joules = 0;
  history.append(poll(0, {joules, 1}));
  for (int second = 1; second <= 300; ++second) {  // 300 W until 297 s, then 60 W
    joules += second <= 297 ? 300 : 60;
    history.append(poll(second, {joules, 1}));
  }
  const auto minute = history.trends(at(300))[0].last_minute;
  ASSERT_EQ(minute.size(), LiveHistory::kBins);
  EXPECT_EQ(minute.front(), 300.0 * watt);
  EXPECT_EQ(minute[LiveHistory::kBins - 2], 300.0 * watt);
  EXPECT_EQ(minute.back(), 60.0 * watt);
}

TEST(LiveHistory, WhatIsNotKnownIsEmpty) {
  LiveHistory history(header());
  history.append(poll(54, {0, 1}));
  history.append(poll(57, {300, 1}));
  const auto minute = history.trends(at(60))[0].last_minute;
  EXPECT_FALSE(minute.front());
  EXPECT_EQ(minute[LiveHistory::kBins - 2], 100.0 * watt);
  EXPECT_FALSE(minute.back());  // nothing was read since
}

}  // namespace
}  // namespace isojoule
