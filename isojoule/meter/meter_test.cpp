#include "isojoule/meter/meter.hpp"

#include <atomic>
#include <cmath>
#include <functional>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/energy/measure_trace.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

using Poll = std::function<std::optional<Fault>(std::span<Sample>)>;

std::uint64_t thousandths(double value) {
  return static_cast<std::uint64_t>(std::llround(value * 1e3));
}

/// A sensor of one channel whose readings a test scripts.
class ScriptedSensor final : public Sensor {
 public:
  ScriptedSensor(const std::string& name, std::variant<Energy, Power, Gauge> unit, Poll poll)
      : Sensor(name), poll_(std::move(poll)) {
    Channel channel;
    channel.id = name + ":0";
    channel.component = name;
    channel.unit = std::move(unit);
    channels_ = {channel};
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override { return poll_(samples); }
  Poll poll_;
};

class MeterTest : public testing::Test {
 protected:
  double seconds() { return (fake.clock().now() - start).in(second); }

  std::unique_ptr<Sensor> counter(const std::string& name,
                                  const std::function<double(double)>& joules) {
    return std::make_unique<ScriptedSensor>(
        name, millijoule, [this, joules](std::span<Sample> samples) -> std::optional<Fault> {
          samples[0] = thousandths(joules(seconds()));
          return std::nullopt;
        });
  }

  std::unique_ptr<Sensor> power(const std::string& name,
                                const std::function<double(double)>& watts) {
    return std::make_unique<ScriptedSensor>(
        name, milliwatt, [this, watts](std::span<Sample> samples) -> std::optional<Fault> {
          samples[0] = thousandths(watts(seconds()));
          return std::nullopt;
        });
  }

  std::unique_ptr<Meter> make_meter(std::vector<std::unique_ptr<Sensor>> sensors) {
    const Duration period = 100.0 * millisecond;
    auto writer = std::make_shared<TraceWriter>(
        real_files(), file, trace_header(fake.clock(), sensors, period, "test"));
    return std::make_unique<Meter>(fake.world(), std::move(sensors), writer, period);
  }

  double energy_of(const Measurement& measurement, std::size_t channel) {
    const ChannelEnergy& result = measurement.channels.at(channel);
    EXPECT_TRUE(result.energy) << result.reason;
    return result.energy.value_or(-1.0 * joule).in(joule);
  }

  FakeWorld fake;
  Instant start = fake.clock().now();
  std::filesystem::path file = fake.root() / "run.trace";
};

template <class... Sensors>
std::vector<std::unique_ptr<Sensor>> list(Sensors... sensors) {
  std::vector<std::unique_ptr<Sensor>> result;
  (result.push_back(std::move(sensors)), ...);
  return result;
}

double step_energy(double t) { return t < 10.0 ? 300.0 * t : 3000.0 + 100.0 * (t - 10.0); }
double step_power(double t) { return t < 10.0 ? 300.0 : 100.0; }

TEST_F(MeterTest, ThreeHundredWattsThenOneHundred) {
  auto meter = make_meter(list(counter("energy", step_energy), power("power", step_power)));
  meter->start();
  meter->command_began(fake.clock().now());
  fake.clock().advance(20.0 * second, 2);
  meter->command_ended(fake.clock().now());
  meter->stop();

  const TraceMeasurement result = measure_trace(file);
  EXPECT_NEAR(energy_of(result.whole, 0), 4000.0, 4e-9);  // 200 steps, each rounded to a double
  EXPECT_NEAR(energy_of(result.whole, 1), 4000.0, 10.0 + 1e-6);  // 200 W x 0.1 s / 2
  EXPECT_THAT(result.faults, SizeIs(0));
}

TEST_F(MeterTest, AMarkIsReadAtOnce) {
  // 10 W until 0.95 s, 1000 W from there on. A window that begins at 0.95 s must not get a share of
  // the interval from 0.9 s to 1.0 s.
  const auto energy = [](double t) { return t < 0.95 ? 10.0 * t : 9.5 + 1000.0 * (t - 0.95); };
  auto meter = make_meter(list(counter("energy", energy)));
  meter->start();
  meter->command_began(fake.clock().now());
  fake.clock().advance(0.95 * second, 1);
  const std::size_t sleeps = fake.clock().sleeps();
  meter->mark({Mark::Edge::begin, "burst", fake.clock().now(), {}});
  fake.clock().wait_for_sleeps(sleeps + 1);
  fake.clock().advance(0.05 * second, 1);
  meter->mark({Mark::Edge::end, "burst", fake.clock().now(), {}});
  fake.clock().advance(1.0 * second, 1);
  meter->command_ended(fake.clock().now());
  meter->stop();

  const TraceMeasurement result = measure_trace(file);
  ASSERT_THAT(result.windows, SizeIs(1));
  EXPECT_NEAR(energy_of(result.windows[0].measurement, 0), 50.0, 1e-9);
}

TEST_F(MeterTest, AReadingUnderWayAtTheStopIsNotTheLast) {
  // The second reading looks at 0.1 s, when 1 J was used, and then hangs until the command has
  // ended and the stop was asked for.
  std::promise<void> looking;
  std::promise<void> stop_asked;
  int polls = 0;
  auto slow = std::make_unique<ScriptedSensor>(
      "slow", millijoule, [&](std::span<Sample> samples) -> std::optional<Fault> {
        samples[0] = thousandths(seconds() * 10.0);
        if (++polls == 2) {
          looking.set_value();
          stop_asked.get_future().wait();
        }
        return std::nullopt;
      });
  auto meter = make_meter(list(std::move(slow)));
  meter->start();
  meter->command_began(fake.clock().now());
  fake.clock().advance_until_gone(0.1 * second, 1, 0);
  looking.get_future().wait();
  fake.clock().advance(0.2 * second, 0);
  meter->command_ended(fake.clock().now());
  std::thread stopper([&meter] { meter->stop(); });
  // stop() says so to the sensors before it waits for them, which lasts far longer than this.
  std::this_thread::sleep_for(Meter::kPatience / 5);
  stop_asked.set_value();
  stopper.join();

  const TraceMeasurement result = measure_trace(file);
  EXPECT_EQ(polls, 3);
  EXPECT_NEAR(energy_of(result.whole, 0), 3.0, 1e-9);
}

TEST_F(MeterTest, AStepOfTheWallClockChangesNothing) {
  auto meter = make_meter(list(counter("energy", [](double t) { return 50.0 * t; })));
  meter->start();
  meter->command_began(fake.clock().now());
  fake.clock().advance(1.0 * second, 1);
  fake.clock().step_wall(3600.0 * second);
  fake.clock().advance(1.0 * second, 1);
  fake.clock().step_wall(-7200.0 * second);
  meter->command_ended(fake.clock().now());
  meter->stop();
  const TraceMeasurement result = measure_trace(file);
  EXPECT_NEAR(energy_of(result.whole, 0), 100.0, 1e-9);
  EXPECT_THAT(result.faults, SizeIs(0));
}

TEST_F(MeterTest, ASuspendIsNamed) {
  auto meter = make_meter(list(counter("energy", [](double t) { return 50.0 * t; })));
  meter->start();
  meter->command_began(fake.clock().now());
  fake.clock().advance(1.0 * second, 1);
  fake.clock().suspend(600.0 * second);
  meter->command_ended(fake.clock().now());
  meter->stop();
  const TraceMeasurement result = measure_trace(file);
  ASSERT_THAT(result.faults, SizeIs(1));
  EXPECT_EQ(result.faults[0].message, "the machine was suspended for 600.0 s");
}

TEST_F(MeterTest, AFatalFaultEndsOnlyItsSensor) {
  auto lost = std::make_unique<ScriptedSensor>(
      "lost", millijoule, [this](std::span<Sample> samples) -> std::optional<Fault> {
        if (seconds() > 0.45) return Fault{FaultKind::fatal, {}, "", "GPU is lost"};
        samples[0] = 1000;
        return std::nullopt;
      });
  auto meter = make_meter(list(std::move(lost), counter("good", [](double t) { return t; })));
  meter->start();
  meter->command_began(fake.clock().now());
  fake.clock().advance(0.4 * second, 2);
  fake.clock().advance_until_gone(0.1 * second, 2, 1);
  fake.clock().advance(1.5 * second, 1);
  meter->command_ended(fake.clock().now());
  meter->stop();
  const TraceMeasurement result = measure_trace(file);
  EXPECT_FALSE(result.whole.channels[0].energy);
  EXPECT_NEAR(energy_of(result.whole, 1), 2.0, 1e-9);
  ASSERT_THAT(result.faults, SizeIs(1));
  EXPECT_EQ(result.faults[0].source, "lost");
  EXPECT_EQ(result.faults[0].message, "GPU is lost");
}

TEST_F(MeterTest, ASensorThatThrowsIsAFaultNotACrash) {
  auto broken = std::make_unique<ScriptedSensor>(
      "broken", millijoule,
      [](std::span<Sample>) -> std::optional<Fault> { throw std::runtime_error("bus error"); });
  auto meter = make_meter(list(std::move(broken)));
  meter->start();
  meter->command_began(fake.clock().now());
  fake.clock().advance(1.0 * second, 1);
  meter->command_ended(fake.clock().now());
  meter->stop();
  const TraceMeasurement result = measure_trace(file);
  EXPECT_EQ(result.whole.channels[0].reason, "no reading succeeded");
  ASSERT_THAT(result.faults, SizeIs(1));
  EXPECT_THAT(result.faults[0].message, HasSubstr("bus error ("));
}

TEST_F(MeterTest, AHungSensorIsLeftBehind) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::promise<void> gone;
  auto hung = std::make_unique<ScriptedSensor>(
      "hung", millijoule, [released, &gone](std::span<Sample> samples) -> std::optional<Fault> {
        released.wait();
        samples[0] = 1;
        gone.set_value_at_thread_exit();
        return Fault{FaultKind::ended, {}, "", "awake again"};
      });
  auto meter = make_meter(list(std::move(hung), counter("good", [](double t) { return t; })));
  const auto before = std::chrono::steady_clock::now();
  meter->start();
  meter->command_began(fake.clock().now());
  fake.clock().advance(1.0 * second, 1);
  meter->command_ended(fake.clock().now());
  meter->stop();
  // Twice the patience, and as much again for a slow machine; it would be for ever.
  EXPECT_LT(std::chrono::steady_clock::now() - before, 4 * Meter::kPatience);
  meter.reset();
  const TraceMeasurement result = measure_trace(file);
  EXPECT_FALSE(result.whole.channels[0].energy);
  EXPECT_NEAR(energy_of(result.whole, 1), 1.0, 1e-9);
  EXPECT_THAT(result.faults.at(0).message, HasSubstr("left behind"));
  release.set_value();
  gone.get_future().wait();
}

}  // namespace
}  // namespace isojoule
