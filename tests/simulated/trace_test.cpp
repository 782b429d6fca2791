// One command on a simulated machine, from the sensors through the trace file to the joules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/energy/measure_trace.hpp"
#include "isojoule/sensor/nvml/nvml.hpp"
#include "isojoule/sensor/rapl/rapl.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "simulated/simulated_machine.hpp"
#include "support/temp_directory.hpp"

namespace isojoule::simulated {
namespace {

constexpr double kBegin = 2.03;
constexpr double kEnd = 9.21;
constexpr double kStep = 0.37;

/// Idle, then a training of 300 W steps with 100 W between them, then idle.
PowerScript training() {
  PowerScript script;
  script.hold(kBegin, 60.0);
  for (int step = 0; kBegin + (step + 1) * kStep <= kEnd; ++step) {
    script.hold(kBegin + step * kStep + 0.3, 300.0);
    script.hold(kBegin + (step + 1) * kStep, 100.0);
  }
  script.hold(kEnd, 100.0);
  script.hold(12.0, 60.0);
  return script;
}

/// The channels of a sensor as the facts of an A100 and of RAPL have them, with exact gains.
std::vector<Channel> channels_with_facts(const Sensor& sensor) {
  std::vector<Channel> channels(sensor.channels().begin(), sensor.channels().end());
  for (Channel& channel : channels) {
    channel.gain = Gain{1.0, 0.0, "exact"};
    const bool board = channel.scope == Scope::gpu;
    channel.refresh = (board ? 100.0 : 1.0) * millisecond;
    channel.averaging = channel.is_power() ? std::optional(25.0 * millisecond) : std::nullopt;
    channel.lag = board && channel.is_counter() ? 80.0 * millisecond : Duration{};
    channel.lag_half_width = Duration{};
    channel.caveat.clear();  // it comes of the architecture, which the fake driver does not tell
  }
  return channels;
}

class SimulatedTrace : public testing::Test {
 protected:
  void SetUp() override {
    Probe probe;
    sensors_.push_back(open_nvml(machine_.world(), Subject{}, probe));
    ASSERT_TRUE(sensors_.back()) << probe.reason;
    sensors_.push_back(open_rapl(machine_.world(), Subject{}, probe));
    ASSERT_TRUE(sensors_.back()) << probe.reason;
  }

  void poll(TraceWriter& trace) {
    machine_.show_package();
    for (std::size_t i = 0; i < sensors_.size(); ++i) {
      std::vector<Sample> samples(sensors_[i]->channels().size());
      sensors_[i]->poll(samples);
      trace.append(TracePoll{i, machine_.world().clock->now(), samples});
    }
  }

  /// Reads every 100 ms, and at the command's edges.
  TraceMeasurement measure(const PowerScript& script, const BoardSensors& board) {
    machine_.start(script, board);
    TraceHeader header;
    header.period = 100.0 * millisecond;
    header.epoch = machine_.at(0.0);
    for (const auto& sensor : sensors_)
      header.sources.push_back({sensor->backend(), channels_with_facts(*sensor)});
    const std::filesystem::path file = directory_.path() / "trace";
    {
      TraceWriter trace(real_files(), file, header);
      const auto read_until = [&](double end) {
        while (machine_.now() < end - 1e-9) {
          poll(trace);
          machine_.go_to(std::min(end, machine_.now() + 0.1));
        }
      };
      read_until(kBegin);
      trace.append(TraceCommand{TraceCommand::Edge::begin, machine_.at(kBegin)});
      read_until(kEnd);
      trace.append(TraceCommand{TraceCommand::Edge::end, machine_.at(kEnd)});
      read_until(kEnd + 1.0);
    }
    return measure_trace(file);
  }

  SimulatedMachine machine_;
  std::vector<std::unique_ptr<Sensor>> sensors_;
  TempDirectory directory_;
};

TEST_F(SimulatedTrace, EveryChannelIsWithinItsInterval) {
  BoardSensors board;
  board.averaging = 0.025;
  board.phase = 0.037;
  board.counter_phase = 0.011;
  board.counter_lag = 0.08;
  const PowerScript script = training();
  const double truth = script.energy(kEnd) - script.energy(kBegin);
  const TraceMeasurement measured = measure(script, board);
  ASSERT_EQ(measured.whole.channels.size(), 3u);
  for (const ChannelEnergy& channel : measured.whole.channels) {
    const std::string& id = channel.channel.id;
    ASSERT_TRUE(channel.energy) << id << ": " << channel.reason;
    ASSERT_TRUE(channel.uncertainty) << id;
    EXPECT_NEAR(channel.energy->in(joule), truth, channel.uncertainty->expanded().in(joule)) << id;
    EXPECT_EQ(channel.caution, "") << id;
  }
  EXPECT_EQ(measured.whole.channels[2].wraps, 1u) << "the package's counter went round";
  // Renewed every millisecond and read at both edges: 300 W x 1 ms at each.
  EXPECT_NEAR(measured.whole.channels[2].energy->in(joule), truth, 0.6);
}

}  // namespace
}  // namespace isojoule::simulated
