#include "isojoule/sensor/replay/replay.hpp"

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

TraceSource source(const std::string& name, std::size_t channels) {
  Channel channel;
  channel.id = name;
  channel.component = name;
  channel.unit = millijoule;
  return {name, std::vector<Channel>(channels, channel)};
}

class Replay : public testing::Test {
 protected:
  std::unique_ptr<Sensor> replay(const std::vector<TraceSource>& sources,
                                 const std::vector<TraceEvent>& events) {
    const auto file = fake.root() / "run.trace";
    TraceWriter writer(real_files(), file, TraceHeader{"0", "", Instant{}, second, sources});
    for (const TraceEvent& event : events) writer.append(event);
    return open_replay(fake.world(), file);
  }

  std::optional<Fault> poll(Sensor& sensor) {
    samples.resize(sensor.channels().size());
    return sensor.poll(samples);
  }

  FakeWorld fake;
  std::vector<Sample> samples;
};

Instant at(std::int64_t ms) { return Instant::from_microseconds(ms * 1000); }

TEST_F(Replay, GivesWhatHadBeenReadByThen) {
  const auto sensor = replay({source("a", 1), source("b", 2)},
                             {TracePoll{0, at(5000), {10u}}, TracePoll{1, at(5050), {20u, 21u}},
                              TracePoll{0, at(5100), {11u}}, TracePoll{0, at(5200), {12u}}});
  ASSERT_EQ(sensor->channels().size(), 3u);
  EXPECT_EQ(sensor->channels()[1].id, "b");

  EXPECT_FALSE(poll(*sensor));
  EXPECT_EQ(samples, (std::vector<Sample>{10u, std::nullopt, std::nullopt}));
  fake.clock().advance(0.1 * second, 0);
  EXPECT_FALSE(poll(*sensor));
  EXPECT_EQ(samples, (std::vector<Sample>{11u, 20u, 21u}));
}

TEST_F(Replay, EndsWithTheLastReading) {
  const auto sensor =
      replay({source("a", 1)}, {TracePoll{0, at(0), {10u}}, TracePoll{0, at(100), {11u}}});
  EXPECT_FALSE(poll(*sensor));
  fake.clock().advance(1.0 * second, 0);
  auto fault = poll(*sensor);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::ended);
  EXPECT_EQ(samples, (std::vector<Sample>{11u}));
  fault = poll(*sensor);
  ASSERT_TRUE(fault);
  EXPECT_EQ(samples, (std::vector<Sample>{std::nullopt})) << "the last reading is given once";
}

TEST_F(Replay, AFailedReadingIsReplayedAsFailed) {
  const auto sensor =
      replay({source("a", 1)}, {TracePoll{0, at(0), {10u}}, TracePoll{0, at(100), {std::nullopt}},
                                TracePoll{0, at(200), {12u}}});
  poll(*sensor);
  fake.clock().advance(0.1 * second, 0);
  poll(*sensor);
  EXPECT_EQ(samples, (std::vector<Sample>{std::nullopt}));
}

TEST_F(Replay, ATraceWithoutChannelsIsRefused) { EXPECT_THROW(replay({}, {}), Error); }

}  // namespace
}  // namespace isojoule
