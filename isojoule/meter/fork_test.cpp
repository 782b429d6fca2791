// What a forked child does with its copy of a meter never reaches the parent's trace.
#include <atomic>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/energy/measure_trace.hpp"
#include "isojoule/meter/live_readings.hpp"
#include "isojoule/meter/meter.hpp"
#include "isojoule/trace/trace_reader.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/forked.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;

/// Counts its own readings, so that those of another process would show.
class CountingSensor final : public Sensor {
 public:
  CountingSensor() : Sensor("counting") {
    Channel channel;
    channel.id = channel.component = "counting";
    channel.unit = millijoule;
    channels_ = {channel};
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    samples[0] = ++count_;
    return std::nullopt;
  }
  std::uint64_t count_ = 0;
};

/// A meter that runs on this machine's clock, with all that it passes its readings to.
struct Running {
  Running() {
    std::vector<std::unique_ptr<Sensor>> sensors;
    sensors.push_back(std::make_unique<CountingSensor>());
    const World world = real_world();
    const TraceHeader header = trace_header(*world.clock, sensors, millisecond, "test");
    writer = std::make_shared<TraceWriter>(*world.files, file, header);
    live = std::make_shared<LiveReadings>(header);
    const auto both =
        std::make_shared<TraceTee>(std::vector<std::shared_ptr<TraceSink>>{writer, live});
    meter = std::make_unique<Meter>(world, std::move(sensors), both, millisecond);
    meter->start();
    meter->command_began(world.clock->now());
  }

  TempDirectory directory;
  std::filesystem::path file = directory.path() / "run.trace";
  std::shared_ptr<TraceWriter> writer;
  std::shared_ptr<LiveReadings> live;
  std::unique_ptr<Meter> meter;
};

TEST(Fork, AChildThatUsesAndDestroysItsCopyWritesNothing) {
  Running running;
  // Often, so that some forks come while a thread holds a lock.
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(ends_well_in_a_fork([&running] {
      const Instant now = real_world().clock->now();
      running.meter->mark({Mark::Edge::begin, "child", now, {}});
      running.meter->rest_began(now);
      running.meter->command_ended(now, 99);
      running.writer->append(Fault{FaultKind::fatal, now, "child", "written by the child"});
      if (running.writer->failure().find("fork") == std::string::npos) _exit(2);
      running.meter->stop();
      running.meter.reset();
      running.writer.reset();
    })) << i;
  }
  running.meter->mark({Mark::Edge::begin, "parent", real_world().clock->now(), {}});
  running.meter->mark({Mark::Edge::end, "parent", real_world().clock->now(), {}});
  running.meter->command_ended(real_world().clock->now(), 0);
  running.meter->stop();
  EXPECT_EQ(running.writer->failure(), "");

  const TraceMeasurement measured = measure_trace(running.file);
  EXPECT_EQ(measured.exit_code, 0);
  ASSERT_EQ(measured.windows.size(), 1u);
  EXPECT_EQ(measured.windows[0].name, "parent");
  EXPECT_TRUE(measured.faults.empty()) << measured.faults.front().message;
  std::uint64_t last = 0;
  TraceReader reader(running.file);
  while (const auto event = reader.next()) {
    const auto* const poll = std::get_if<TracePoll>(&*event);
    if (poll == nullptr) continue;
    ASSERT_EQ(poll->samples.at(0), last + 1) << "each reading once, in order";
    last = *poll->samples[0];
  }
  EXPECT_GT(last, 5u) << "it was read meanwhile";
}

TEST(Fork, AMeterThatHasStoppedMayBeDestroyedInAChild) {
  Running running;
  running.meter->stop();
  EXPECT_TRUE(ends_well_in_a_fork([&running] { running.meter.reset(); }));
}

TEST(Fork, AChildMayHaveAMeterOfItsOwn) {
  const Running parent;
  EXPECT_TRUE(ends_well_in_a_fork([] {
    Running own;
    own.meter->command_ended(real_world().clock->now(), 7);
    own.meter->stop();
    if (measure_trace(own.file).exit_code != 7) _exit(2);
  }));
}

}  // namespace
}  // namespace isojoule
