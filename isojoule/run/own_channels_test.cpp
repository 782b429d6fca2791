#include "isojoule/run/detail/own_channels.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

/// Its samples are 0, 1, 2, ... in the order of its channels.
class Counting final : public Sensor {
 public:
  explicit Counting(const std::vector<std::pair<Scope, Kind>>& channels) : Sensor("counting") {
    for (const auto& [scope, kind] : channels) {
      Channel channel;
      channel.scope = scope;
      channel.kind = kind;
      channels_.push_back(channel);
    }
    settings_ = {{"board", "limit", "300 W"}};
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = i;
    return Fault{FaultKind::retry, Instant{}, "counting", "late"};
  }
};

using Sensors = std::vector<std::unique_ptr<Sensor>>;

TEST(OwnChannels, OfAMixedSensorOnlyTheNodesPartsAreLeftOut) {
  Sensors sensors;
  sensors.push_back(std::make_unique<Counting>(
      std::vector<std::pair<Scope, Kind>>{{Scope::node, Kind::measured},
                                          {Scope::gpu, Kind::measured},
                                          {Scope::package, Kind::measured},
                                          {Scope::module, Kind::measured},
                                          {Scope::dram, Kind::modelled},
                                          {Scope::package, Kind::modelled},
                                          {Scope::gpu_memory, Kind::measured}}));
  detail::leave_out_node(sensors);
  ASSERT_EQ(sensors.size(), 1u);
  Sensor& own = *sensors[0];
  EXPECT_EQ(own.backend(), "counting");
  EXPECT_EQ(own.settings().size(), 1u);
  ASSERT_EQ(own.channels().size(), 4u);
  EXPECT_EQ(own.channels()[0].scope, Scope::gpu);
  EXPECT_EQ(own.channels()[3].scope, Scope::gpu_memory);
  std::vector<Sample> samples(4);
  EXPECT_EQ(own.poll(samples)->message, "late");
  EXPECT_EQ(samples, (std::vector<Sample>{1, 3, 5, 6}));
}

TEST(OwnChannels, ASensorOfTheNodeAloneIsLeftOut) {
  Sensors sensors;
  sensors.push_back(std::make_unique<Counting>(std::vector<std::pair<Scope, Kind>>{
      {Scope::package, Kind::measured}, {Scope::dram, Kind::measured}}));
  sensors.push_back(std::make_unique<Counting>(
      std::vector<std::pair<Scope, Kind>>{{Scope::gpu, Kind::measured}}));
  const Sensor* board = sensors[1].get();
  detail::leave_out_node(sensors);
  ASSERT_EQ(sensors.size(), 1u);
  EXPECT_EQ(sensors[0].get(), board);
}

}  // namespace
}  // namespace isojoule
