#include "isojoule/energy/power_over_time.hpp"

#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/energy/measure_trace.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;
using Cause = PowerBreakCause;
using Counts = std::function<std::optional<std::uint64_t>(double)>;

constexpr double kWatts = 50.0;
constexpr std::uint64_t kRange = 262'143'328'850;  // of a RAPL package, in microjoules

Instant at(double seconds) { return Instant{} + (1000.0 + seconds) * second; }

Channel package() {
  Channel channel;
  channel.id = "rapl:package-0";
  channel.component = "package-0";
  channel.label = "Intel package 0";
  channel.unit = microjoule;
  channel.range = kRange;
  channel.max_power = 500.0 * watt;
  return channel;
}

Channel board_meter() {
  Channel channel;
  channel.id = "nvml:GPU-1:power";
  channel.component = "gpu-GPU-1";
  channel.scope = Scope::gpu;
  channel.unit = milliwatt;
  channel.max_power = 700.0 * watt;
  return channel;
}

/// Counts of a counter in microjoules that stood at `start` at 0 s.
Counts steady(std::uint64_t start = 1'000'000) {
  return [start](double t) { return start + static_cast<std::uint64_t>(kWatts * 1e6 * t + 0.5); };
}

/// The same, with something else in [from, to).
Counts but(const Counts& counts, double from, double to, const Counts& there) {
  return [=](double t) { return t >= from - 1e-9 && t < to - 1e-9 ? there(t) : counts(t); };
}

const Counts kFailed = [](double) { return std::nullopt; };

std::vector<double> watts(const PowerCurve& curve) {
  std::vector<double> watts;
  for (const PowerSegment& segment : curve.segments)
    for (const PowerPoint& point : segment.points) watts.push_back(point.power.in(watt));
  return watts;
}

std::vector<Cause> causes(const PowerCurve& curve) {
  std::vector<Cause> causes;
  for (const PowerSegment& segment : curve.segments)
    for (const PowerBreak& broken : segment.breaks) causes.push_back(broken.cause);
  return causes;
}

class TestPowerOverTime : public testing::Test {
 protected:
  void SetUp() override { command(0.0, 10.0); }

  /// Readings of all channels of one backend every period from 0 to `end`, and a command.
  void read(const std::string& backend, const std::vector<Channel>& channels,
            const std::vector<Counts>& counts, double end = 10.0) {
    const std::size_t source = header.sources.size();
    header.sources.push_back({backend, channels});
    const double period = header.period.in(second);
    for (int i = 0; i * period <= end + 1e-9; ++i) {
      TracePoll poll{source, at(i * period), {}};
      for (const Counts& count : counts) poll.samples.push_back(count(i * period));
      events.emplace_back(poll);
    }
  }
  void command(double begin, double end) {
    events = {TraceCommand{TraceCommand::Edge::begin, at(begin)},
              TraceCommand{TraceCommand::Edge::end, at(end)}};
  }

  PowerOverTime power() {
    std::filesystem::remove(file);
    TraceWriter writer(real_files(), file, header);
    for (const TraceEvent& event : events) writer.append(event);
    return power_over_time(file);
  }
  PowerCurve curve() { return power().curves.at(0); }
  ChannelEnergy energy() { return measure_trace(file).whole.channels.at(0); }

  TempDirectory directory;
  std::filesystem::path file = directory.path() / "run.trace";
  TraceHeader header{"0.1.0", "2026-01-31T12:34:56Z", at(-1), 100.0 * millisecond, {}};
  std::vector<TraceEvent> events;
};

TEST_F(TestPowerOverTime, ACounterOfConstantPower) {
  command(1.0, 10.0);
  read("rapl", {package()}, {steady()});
  const PowerCurve one = curve();
  EXPECT_EQ(one.component, "package-0");
  EXPECT_EQ(one.label, "Intel package 0");
  EXPECT_EQ(one.scope, Scope::package);
  EXPECT_EQ(one.kind, Kind::measured);
  ASSERT_THAT(one.segments, SizeIs(1));
  EXPECT_THAT(one.segments[0].breaks, IsEmpty());
  ASSERT_THAT(one.segments[0].points, SizeIs(100));
  EXPECT_THAT(watts(one), Each(DoubleNear(kWatts, 1e-4)));  // counts are whole microjoules
  EXPECT_NEAR(one.segments[0].points.front().time.in(second), -0.95, 1e-9);
  EXPECT_NEAR(one.segments[0].points.back().time.in(second), 8.95, 1e-9);
}

TEST_F(TestPowerOverTime, WithoutACommandTimesCountFromTheRecordingsBegin) {
  events.clear();
  read("rapl", {package()}, {steady()});
  EXPECT_NEAR(curve().segments.at(0).points.at(0).time.in(second), 1.05, 1e-9);
}

TEST_F(TestPowerOverTime, TheGainIsTakenOut) {
  Channel counter = package();
  Channel meter = board_meter();
  counter.gain.value = meter.gain.value = 1.25;
  read("both", {counter, meter}, {steady(), [](double) { return 100'000u; }});
  const PowerOverTime both = power();
  EXPECT_THAT(watts(both.curves.at(0)), Each(DoubleNear(kWatts / 1.25, 1e-4)));
  EXPECT_THAT(watts(both.curves.at(1)), Each(DoubleNear(80.0, 1e-9)));
}

TEST_F(TestPowerOverTime, ACounterThatGoesRoundIsCountedOn) {
  const Counts before = steady(kRange - 200'000'000);
  read("rapl", {package()}, {[&](double t) {
         const std::uint64_t counts = *before(t);
         return counts < kRange ? counts : counts - kRange;
       }});
  const PowerCurve one = curve();
  EXPECT_THAT(causes(one), IsEmpty());
  EXPECT_THAT(watts(one), SizeIs(100));
  EXPECT_THAT(watts(one), Each(DoubleNear(kWatts, 1e-4)));
  EXPECT_EQ(energy().wraps, 1u);
}

TEST_F(TestPowerOverTime, AResetBreaksTheLine) {
  read("rapl", {package()}, {but(steady(150'000'000'000), 5.0, 11.0, [](double t) {
         return static_cast<std::uint64_t>(kWatts * 1e6 * (t - 5.0));
       })});
  const PowerCurve one = curve();
  EXPECT_THAT(causes(one), ElementsAre(Cause::reset));
  ASSERT_THAT(one.segments, SizeIs(2));
  EXPECT_NEAR(one.segments[1].breaks[0].begin.in(second), 4.9, 1e-9);
  EXPECT_NEAR(one.segments[1].breaks[0].end.in(second), 5.0, 1e-9);
  EXPECT_THAT(watts(one), SizeIs(99));
  EXPECT_THAT(watts(one), Each(DoubleNear(kWatts, 1e-4))) << "it was once drawn as 1.5 MW";
  EXPECT_FALSE(energy().energy);
  EXPECT_EQ(energy().resets, 1u);
}

TEST_F(TestPowerOverTime, ACounterOfUnknownRangeIsResetByAnyDecrease) {
  Channel counter = package();
  counter.range.reset();
  counter.max_power.reset();
  read("nvml", {counter}, {but(steady(150'000'000'000), 5.0, 11.0, steady(0))});
  const PowerCurve one = curve();
  EXPECT_THAT(causes(one), ElementsAre(Cause::reset));
  EXPECT_THAT(watts(one), Each(DoubleNear(kWatts, 1e-4)));
}

TEST_F(TestPowerOverTime, AWildReadingOfACounterIsLeftOutOfTheLineAsOfTheEnergy) {
  read("rapl", {package()}, {but(steady(), 5.0, 5.1, steady(9'000'000'000))});
  const PowerCurve one = curve();
  EXPECT_THAT(causes(one), ElementsAre(Cause::implausible));
  EXPECT_NEAR(one.segments[1].breaks[0].end.in(second), 5.0, 1e-9);
  EXPECT_THAT(watts(one), SizeIs(98));
  EXPECT_THAT(watts(one), Each(DoubleNear(kWatts, 1e-4)));
  ASSERT_TRUE(energy().energy);
  EXPECT_EQ(energy().impossible, 1u);
}

TEST_F(TestPowerOverTime, AJumpOfACounterIsNoPower) {
  read("rapl", {package()}, {but(steady(), 5.0, 11.0, steady(9'000'000'000))});
  const PowerCurve one = curve();
  EXPECT_THAT(causes(one), ElementsAre(Cause::jump));
  EXPECT_THAT(watts(one), Each(DoubleNear(kWatts, 1e-4)));
  EXPECT_FALSE(energy().energy);
}

TEST_F(TestPowerOverTime, WhereACounterMayHaveGoneRoundTwiceNothingIsKnown) {
  Channel counter = package();
  counter.range = 1'000'000'000;  // 1000 J: 2 s at the most it can draw
  read("rapl", {counter}, {but(steady(), 3.0, 6.0, kFailed)});
  const PowerCurve one = curve();
  EXPECT_THAT(causes(one), ElementsAre(Cause::wraps));
  EXPECT_THAT(watts(one), Each(DoubleNear(kWatts, 1e-4)));
  EXPECT_FALSE(energy().energy);
}

TEST_F(TestPowerOverTime, AFailedReadingOfACounterBreaksNothing) {
  read("rapl", {package()}, {but(steady(), 5.0, 5.1, kFailed)});
  EXPECT_THAT(causes(curve()), IsEmpty());
  EXPECT_THAT(watts(curve()), SizeIs(99));
}

TEST_F(TestPowerOverTime, ALongGapBreaksTheLineAndIsASpan) {
  read("rapl", {package()}, {but(steady(), 3.0, 7.0, kFailed)});
  const PowerOverTime gap = power();
  EXPECT_THAT(causes(gap.curves.at(0)), ElementsAre(Cause::gap));
  EXPECT_THAT(watts(gap.curves.at(0)), Each(DoubleNear(kWatts, 1e-4)));
  ASSERT_THAT(gap.spans, SizeIs(1));
  EXPECT_EQ(gap.spans[0].what, RunSpan::What::gap);
  EXPECT_EQ(gap.spans[0].name, "rapl");
  EXPECT_NEAR(gap.spans[0].begin.in(second), 2.9, 1e-9);
  EXPECT_NEAR(gap.spans[0].end.in(second), 7.0, 1e-9);
}

TEST_F(TestPowerOverTime, PowerThatWasNotSeenIsNotDrawnWhateverThePeriod) {
  header.period = 1.0 * second;  // 20 periods are 20 s
  const Counts power_counts = [](double) { return 100'000u; };
  read("both", {board_meter(), package()},
       {but(power_counts, 3.0, 6.0, kFailed), but(steady(), 3.0, 6.0, kFailed)});
  const PowerOverTime both = power();
  EXPECT_THAT(causes(both.curves.at(0)), ElementsAre(Cause::gap));
  EXPECT_FALSE(energy().energy);
  EXPECT_THAT(causes(both.curves.at(1)), IsEmpty()) << "a counter loses nothing by it";
}

TEST_F(TestPowerOverTime, AMeterOfPower) {
  read("nvml", {board_meter()}, {[](double t) { return t < 4.95 ? 100'000u : 300'000u; }});
  const PowerCurve one = curve();
  ASSERT_THAT(one.segments, SizeIs(1));
  ASSERT_THAT(one.segments[0].points, SizeIs(101));
  EXPECT_EQ(one.scope, Scope::gpu);
  EXPECT_NEAR(one.segments[0].points[0].time.in(second), 0.0, 1e-9);
  EXPECT_EQ(watts(one)[49], 100.0);
  EXPECT_EQ(watts(one)[50], 300.0);
}

TEST_F(TestPowerOverTime, APowerThatTheDeviceCannotDrawIsLeftOut) {
  read("nvml", {board_meter()},
       {but([](double) { return 100'000u; }, 5.0, 5.2, [](double) { return 4'000'000'000u; })});
  const PowerCurve one = curve();
  EXPECT_THAT(causes(one), ElementsAre(Cause::implausible, Cause::implausible));
  EXPECT_THAT(watts(one), SizeIs(99));
  EXPECT_THAT(watts(one), Each(100.0));
  EXPECT_EQ(energy().impossible, 2u);
}

TEST_F(TestPowerOverTime, ASuspendBreaksEveryLine) {
  events.emplace_back(TraceClocks{at(0), at(0)});
  events.emplace_back(TraceClocks{at(5.05), at(3605.05)});
  events.emplace_back(TraceClocks{at(10), at(3610)});
  const Counts counted_on = [](double t) { return *steady()(t) + (t > 5.0 ? 40'000'000u : 0u); };
  read("rapl", {package()}, {counted_on});  // 400 W for 100 ms of this clock
  read("nvml", {board_meter()}, {[](double) { return 100'000u; }});
  const PowerOverTime both = power();
  for (const PowerCurve& one : both.curves) {
    EXPECT_THAT(causes(one), ElementsAre(Cause::suspend)) << one.channel;
    ASSERT_THAT(one.segments, SizeIs(2));
    EXPECT_NEAR(one.segments[1].breaks[0].end.in(second), 5.1, 1e-9);
  }
  EXPECT_THAT(watts(both.curves[0]), Each(DoubleNear(kWatts, 1e-4)));
}

TEST_F(TestPowerOverTime, RestsAreSpansAndBreakTheLine) {
  command(3.0, 7.0);
  for (const auto& [begin, end] : {std::pair(0.5, 2.95), std::pair(7.05, 9.5)}) {
    events.emplace_back(TraceRest{TraceRest::Edge::begin, at(begin)});
    events.emplace_back(TraceRest{TraceRest::Edge::end, at(end)});
  }
  read("rapl", {package()}, {steady()});
  const PowerOverTime rested = power();
  EXPECT_THAT(causes(rested.curves.at(0)),
              ElementsAre(Cause::rest, Cause::rest, Cause::rest, Cause::rest));
  EXPECT_THAT(rested.curves[0].segments, SizeIs(5));
  EXPECT_THAT(watts(rested.curves[0]), SizeIs(100));
  ASSERT_THAT(rested.spans, SizeIs(2));
  EXPECT_EQ(rested.spans[0].what, RunSpan::What::rest);
  EXPECT_NEAR(rested.spans[0].begin.in(second), -2.5, 1e-9);
  EXPECT_NEAR(rested.spans[1].end.in(second), 6.5, 1e-9);
}

TEST_F(TestPowerOverTime, WindowsAreSpansButForThoseWithinAnother) {
  for (const auto& [edge, name, time] :
       {std::tuple(Mark::Edge::begin, "steps", 1.0), std::tuple(Mark::Edge::begin, "block", 2.0),
        std::tuple(Mark::Edge::end, "block", 3.0), std::tuple(Mark::Edge::end, "steps", 4.0),
        std::tuple(Mark::Edge::end, "never-begun", 5.0)})
    events.emplace_back(Mark{edge, name, at(time), {}});
  read("rapl", {package()}, {steady()});
  const std::vector<RunSpan> spans = power().spans;
  ASSERT_THAT(spans, SizeIs(1));
  EXPECT_EQ(spans[0].what, RunSpan::What::window);
  EXPECT_EQ(spans[0].name, "steps");
  EXPECT_NEAR(spans[0].end.in(second), 4.0, 1e-9);
}

TEST_F(TestPowerOverTime, EachChannelButTheGaugesInTheOrderOfTheTrace) {
  Channel temperature;
  temperature.id = "nvml:GPU-1:temperature";
  temperature.unit = Gauge{"celsius", 1.0, {}};
  Channel modelled = board_meter();
  modelled.id = "dram-model:modules";
  modelled.kind = Kind::modelled;
  const Counts constant = [](double) { return 6000u; };
  read("nvml", {temperature, board_meter()}, {constant, constant});
  read("rapl", {package()}, {steady()});
  read("dram-model", {modelled}, {constant});
  std::vector<std::string> names;
  for (const PowerCurve& one : power().curves) names.push_back(one.channel);
  EXPECT_THAT(names, ElementsAre("nvml:GPU-1:power", "rapl:package-0", "dram-model:modules"));
  EXPECT_EQ(power().curves[2].kind, Kind::modelled);
}

// The time of a child arrives as one step when it is waited for: kilowatts, if it were drawn.
TEST_F(TestPowerOverTime, WhatIsKnownForTheWholeCommandOnlyHasNoLine) {
  Channel children = package();
  children.validity = Validity::whole_command;
  children.max_power.reset();
  read("cpu-model", {children}, {[](double t) { return t < 9.95 ? 0u : 600'000'000u; }});
  const PowerCurve one = curve();
  EXPECT_THAT(one.segments, IsEmpty());
  EXPECT_EQ(one.validity, Validity::whole_command);
}

TEST_F(TestPowerOverTime, ATraceWithoutReadings) {
  header.sources = {{"rapl", {package()}}};
  EXPECT_THAT(curve().segments, IsEmpty());
  events.clear();
  EXPECT_THAT(curve().segments, IsEmpty());
  header.sources.clear();
  EXPECT_THAT(power().curves, IsEmpty());
}

TEST_F(TestPowerOverTime, ASingleReadingIsAPowerButNoCountersPower) {
  const Counts constant = [](double) { return 100'000u; };
  read("both", {board_meter(), package()}, {constant, constant}, 0.0);
  const PowerOverTime both = power();
  EXPECT_THAT(watts(both.curves.at(0)), ElementsAre(100.0));
  EXPECT_THAT(both.curves.at(1).segments, IsEmpty());
}

TEST_F(TestPowerOverTime, WhatIsNoTraceIsRefused) {
  std::ofstream(file) << "time,power\n";
  EXPECT_THROW(power_over_time(file), Error);
  EXPECT_THROW(power_over_time(directory.path() / "nowhere"), Error);
}

TEST_F(TestPowerOverTime, ALongRunHasAPointForEachPartAndTheMeanOfIt) {
  command(0.0, 4000.0);
  const Counts alternating = [](double t) {
    return static_cast<int>(t * 10 + 0.5) % 2 == 0 ? 100'000u : 300'000u;
  };
  read("both", {board_meter(), package()}, {alternating, steady()}, 4000.0);
  const PowerOverTime both = power();
  EXPECT_THAT(watts(both.curves.at(0)), SizeIs(kPowerParts + 1));  // the last reading is a part
  EXPECT_EQ(watts(both.curves[0])[7], 200.0);
  EXPECT_THAT(watts(both.curves.at(1)), SizeIs(kPowerParts));
  Energy sum{};
  for (const double power : watts(both.curves[1])) sum += power * watt * (10.0 * second);
  EXPECT_NEAR(sum / *measure_trace(file).whole.channels.at(1).energy, 1.0, 1e-6);
}

TEST_F(TestPowerOverTime, HoweverOftenItIsResetTheCurveStaysSmall) {
  command(0.0, 1000.0);
  Channel counter = package();
  counter.range.reset();
  const Counts sawtooth = [](double t) {
    return static_cast<int>(t * 10 + 0.5) % 2 == 0 ? 5'000'000u : 0u;
  };
  const Counts flickering = [](double t) {
    return static_cast<int>(t * 10 + 0.5) % 3 == 0 ? 4'000'000'000u : 100'000u;
  };
  read("both", {counter, board_meter()}, {sawtooth, flickering}, 1000.0);
  for (const PowerCurve& one : power().curves) {
    EXPECT_THAT(causes(one).size(), Le(kPowerParts + 1)) << one.channel;
    EXPECT_THAT(watts(one).size(), Le(2 * kPowerParts)) << one.channel;
    std::size_t times = 0;
    for (const PowerSegment& segment : one.segments)
      for (const PowerBreak& broken : segment.breaks) times += broken.times;
    EXPECT_GT(times, 3000u) << one.channel;
  }
}

TEST_F(TestPowerOverTime, AWindowIsNotDrawnWhereItIsPaused) {
  for (const auto& [edge, name, time] :
       {std::tuple(Mark::Edge::begin, "steps", 1.0), std::tuple(Mark::Edge::begin, "block", 1.0),
        std::tuple(Mark::Edge::pause, "steps", 2.0), std::tuple(Mark::Edge::pause, "block", 2.0),
        std::tuple(Mark::Edge::begin, "validation", 2.0),
        std::tuple(Mark::Edge::end, "validation", 2.5),
        std::tuple(Mark::Edge::resume, "steps", 3.0), std::tuple(Mark::Edge::end, "block", 3.5),
        std::tuple(Mark::Edge::end, "steps", 4.0)})
    events.emplace_back(Mark{edge, name, at(time), {}});
  read("rapl", {package()}, {steady()});
  const std::vector<RunSpan> spans = power().spans;
  ASSERT_THAT(spans, SizeIs(3));
  EXPECT_EQ(spans[0].name, "steps");
  EXPECT_NEAR(spans[0].end.in(second), 2.0, 1e-9);
  EXPECT_EQ(spans[1].name, "validation");
  EXPECT_EQ(spans[2].name, "steps");
  EXPECT_NEAR(spans[2].begin.in(second), 3.0, 1e-9);
}

}  // namespace
}  // namespace isojoule
