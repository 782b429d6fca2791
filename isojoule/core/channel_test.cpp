#include "isojoule/core/channel.hpp"

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

TEST(ReadingValue, OfACounterAMeterAndAGauge) {
  Channel channel;
  channel.gain.value = 1.25;
  channel.unit = millijoule;
  EXPECT_DOUBLE_EQ(reading_value(channel, 2500).value, 2.0);
  EXPECT_EQ(reading_value(channel, 2500).unit, "J");
  channel.unit = milliwatt;
  EXPECT_DOUBLE_EQ(reading_value(channel, 100'000).value, 80.0);
  EXPECT_EQ(reading_value(channel, 100'000).unit, "W");
  channel.unit = Gauge{"celsius", 0.5, {}};
  EXPECT_DOUBLE_EQ(reading_value(channel, 81).value, 40.5) << "a gauge has no gain";
  EXPECT_EQ(reading_value(channel, 81).unit, "celsius");
}

TEST(ChannelWords, AreReadAsTheyAreWritten) {
  for (const Scope scope :
       {Scope::gpu, Scope::gpu_memory, Scope::module, Scope::package, Scope::dram, Scope::node})
    EXPECT_EQ(scope_from_string(to_string(scope)), scope);
  for (const Kind kind : {Kind::measured, Kind::modelled})
    EXPECT_EQ(kind_from_string(to_string(kind)), kind);
  EXPECT_THROW(scope_from_string("socket"), Error);
  EXPECT_THROW(kind_from_string("guessed"), Error);
}

}  // namespace
}  // namespace isojoule
