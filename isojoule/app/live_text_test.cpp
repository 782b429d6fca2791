#include "isojoule/app/live_text.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

LiveChannel device(const std::string& component, const std::string& label, double watts,
                   double joules) {
  LiveChannel live;
  live.channel.component = component;
  live.channel.label = label;
  live.channel.scope = Scope::gpu;
  live.channel.unit = millijoule;
  live.power = watts * watt;
  live.energy = joules * joule;
  live.readings = 1;
  return live;
}

TEST(LiveText, AddsUpLikeDevices) {
  const std::vector channels{device("gpu-0", "A100", 250.0, 1000.0),
                             device("cpu", "CPU", 7.0, 28.0),
                             device("gpu-1", "A100", 253.0, 1012.0)};
  EXPECT_EQ(live_text(channels, 65.0 * second),
            "1 min 05 s | 2 x A100: 503 W, 2.01 kJ | CPU: 7.00 W, 28.0 J");
}

TEST(LiveText, ASumWithoutOneOfItsPowersIsNotKnown) {
  std::vector channels{device("gpu-0", "A100", 250.0, 1000.0),
                       device("gpu-1", "A100", 253.0, 1000.0)};
  channels[1].power.reset();
  EXPECT_EQ(live_text(channels, 4.0 * second), "4.00 s | 2 x A100: - W, 2.00 kJ");
}

TEST(LiveText, NeverAddsModelledToMeasured) {
  std::vector channels{device("gpu-0", "A100", 250.0, 1000.0),
                       device("gpu-1", "A100", 100.0, 400.0)};
  channels[1].channel.kind = Kind::modelled;
  EXPECT_EQ(live_text(channels, 4.0 * second),
            "4.00 s | A100: 250 W, 1.00 kJ | A100: 100 W, 400 J modelled");
}

TEST(LiveText, WithoutAChannelIsTheTimeAlone) { EXPECT_EQ(live_text({}, 2.0 * second), "2.00 s"); }

}  // namespace
}  // namespace isojoule
