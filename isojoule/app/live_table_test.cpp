#include "isojoule/app/live_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Powers = std::vector<std::optional<Power>>;

TEST(Sparkline, IsOfTheGreatestPower) {
  EXPECT_EQ(sparkline(Powers{0.0 * watt, 35.0 * watt, 70.0 * watt}), "▁▅█");
  EXPECT_EQ(sparkline(Powers{50.0 * watt, 50.0 * watt}), "██");
}

TEST(Sparkline, WhatIsNotKnownIsNotNothing) {
  EXPECT_EQ(sparkline(Powers{std::nullopt, 0.0 * watt, 7.0 * watt}), "·▁█");
  EXPECT_EQ(sparkline(Powers{0.0 * watt}), "▁");
  EXPECT_EQ(sparkline({}), "");
}

LiveChannel channel(const std::string& component, std::variant<Energy, Power, Gauge> unit) {
  LiveChannel live;
  live.channel.id = "fake:" + component;
  live.channel.component = component;
  live.channel.label = "Fake " + component;
  live.channel.unit = std::move(unit);
  live.readings = 2;
  return live;
}

TEST(LiveTable, HasARowForEachComponent) {
  LiveChannel package = channel("package-0", millijoule);
  package.power = 21.0 * watt;
  package.energy = 60.0 * joule;
  const std::vector channels{package, channel("package-1", millijoule)};
  const std::vector<LiveTrend> trends{
      {10.0 * watt, 20.0 * watt, 30.0 * watt, {10.0 * watt, 30.0 * watt}}, {}};
  const Table table = live_table(channels, trends, 3.0 * second);
  EXPECT_EQ(table.title, "isojoule watch, for 3.00 s");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_THAT(table.rows[0], ElementsAre("Fake package-0", "21.0 W", "10.0 W", "20.0 W", "30.0 W",
                                         "60.0 J", "measured", "▃█"));
  EXPECT_THAT(table.rows[1],
              ElementsAre("Fake package-1", "-", "-", "-", "-", "-", "measured", ""));
  EXPECT_THAT(table.notes, IsEmpty());
}

TEST(LiveTable, ShowsGaugesBelow) {
  LiveChannel temperature = channel("gpu-0", Gauge{"celsius", 1.0, {}});
  temperature.state = 61.0;
  LiveChannel throttled = channel("gpu-1", Gauge{"", 1.0, {"power", "", "heat"}});
  throttled.state = 5.0;
  LiveChannel none = channel("gpu-2", Gauge{"", 1.0, {"power"}});
  none.state = 0.0;
  const std::vector channels{temperature, throttled, none,
                             channel("gpu-3", Gauge{"celsius", 1.0, {}})};
  const Table table = live_table(channels, std::vector<LiveTrend>(4), second);
  EXPECT_THAT(table.rows, IsEmpty());
  EXPECT_THAT(table.notes, ElementsAre("fake:gpu-0: 61 celsius", "fake:gpu-1: power, heat",
                                       "fake:gpu-2: none", "fake:gpu-3: -"));
}

}  // namespace
}  // namespace isojoule
