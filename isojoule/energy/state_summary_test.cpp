#include "isojoule/energy/state_summary.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

Instant at(double seconds) { return Instant{} + seconds * second; }

Channel temperature() {
  Channel channel;
  channel.unit = Gauge{"celsius", 0.5, {}};
  return channel;
}

TEST(StateSummary, TellsLeastMeanAndMostOfEachWindow) {
  StateSummary summary(temperature(), {{at(0), at(10)}, {at(2), at(3)}, {at(20), at(30)}});
  summary.add(at(1), 100);
  summary.add(at(2), 80);
  summary.add(at(3), std::nullopt);
  summary.add(at(3), 60);
  summary.add(at(11), 2);
  const auto states = summary.finish({{0}, {1}, {2}});
  ASSERT_EQ(states.size(), 3u);
  EXPECT_EQ(states[0].samples, 3u);
  EXPECT_EQ(states[0].least, 30.0);
  EXPECT_EQ(states[0].mean, 40.0);
  EXPECT_EQ(states[0].most, 50.0);
  EXPECT_EQ(states[1].samples, 2u);  // edges included
  EXPECT_EQ(states[1].mean, 35.0);
  EXPECT_EQ(states[2].samples, 0u);
  EXPECT_EQ(states[2].mean, std::nullopt);
}

TEST(StateSummary, OfFlagsIsTheShareOfReadingsThatHadThem) {
  Channel channel;
  channel.unit = Gauge{"", 1.0, {"idle", "power cap", "heat"}};
  StateSummary summary(channel, {{at(0), at(10)}});
  for (const auto counts : {0b01u, 0b11u, 0b11u, 0b1000u}) summary.add(at(1), counts);
  const ChannelState state = summary.finish({{0}}).front();
  EXPECT_EQ(state.flag_shares, (std::vector{0.75, 0.5, 0.0}));
  EXPECT_EQ(state.mean, std::nullopt);  // the mean of flags is nothing
}

TEST(StateSummary, OfSeveralPiecesIsOfTheReadingsInAnyOfThem) {
  StateSummary summary(temperature(), {{at(0), at(2)}, {at(5), at(7)}, {at(8), at(9)}});
  for (const auto& [time, counts] : {std::pair(1, 100u), {4, 2u}, {6, 80u}, {7, 60u}})
    summary.add(at(time), counts);
  const ChannelState state = summary.finish({{2, 0, 1}}).front();
  EXPECT_EQ(state.samples, 3u);
  EXPECT_EQ(state.least, 30.0);
  EXPECT_EQ(state.mean, 40.0);
  EXPECT_EQ(state.most, 50.0);
}

}  // namespace
}  // namespace isojoule
