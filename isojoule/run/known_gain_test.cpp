#include "isojoule/run/known_gain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Channel channel(const std::string& component, std::variant<Energy, Power, Gauge> unit,
                Kind kind = Kind::measured) {
  Channel channel;
  channel.component = component;
  channel.unit = std::move(unit);
  channel.kind = kind;
  return channel;
}

TraceHeader header() {
  TraceHeader header;
  header.sources = {{"rapl", {channel("package-0", microjoule), channel("package-1", microjoule)}},
                    {"nvml",
                     {channel("gpu-GPU-1", millijoule), channel("gpu-GPU-1", milliwatt),
                      channel("gpu-GPU-1", Gauge{"celsius", 1.0, {}})}},
                    {"cpu-model", {channel("package-0", microjoule, Kind::modelled)}}};
  return header;
}

const Gain kCalibrated{1.25, 0.01, "wattmeter"};
const Gain kAssumed;

TEST(SetGains, OfAComponentAndOfNoOther) {
  TraceHeader known = header();
  set_gains(known, {{"package-0", kCalibrated}}, ComponentsHere::all);
  EXPECT_EQ(known.sources[0].channels[0].gain, kCalibrated);
  EXPECT_EQ(known.sources[0].channels[1].gain, kAssumed);
  EXPECT_EQ(known.sources[1].channels[0].gain, kAssumed);
  EXPECT_EQ(known.sources[2].channels[0].gain, kAssumed) << "a model has no sensor to calibrate";
}

TEST(SetGains, OfABoardByItsUuidInEveryChannelButTheGauges) {
  TraceHeader known = header();
  set_gains(known, {{"GPU-1", kCalibrated}}, ComponentsHere::all);
  EXPECT_EQ(known.sources[1].channels[0].gain, kCalibrated);
  EXPECT_EQ(known.sources[1].channels[1].gain, kCalibrated);
  EXPECT_EQ(known.sources[1].channels[2].gain, kAssumed);
}

TEST(SetGains, OfNothingThatIsHereIsAMistakeUnlessOthersMayHaveIt) {
  TraceHeader known = header();
  const std::vector<KnownGain> gains{{"package-7", kCalibrated}};
  EXPECT_THAT([&] { set_gains(known, gains, ComponentsHere::all); },
              ThrowsMessage<Error>(HasSubstr("package-7")));
  EXPECT_NO_THROW(set_gains(known, gains, ComponentsHere::some));
}

}  // namespace
}  // namespace isojoule
