#include "isojoule/run/measure_command.hpp"

#include <signal.h>
#include <unistd.h>

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/energy/measure_trace.hpp"
#include "isojoule/trace/trace_writer.hpp"

#include "support/fake_world.hpp"
#include "support/manual_clock.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Real commands on the real clock, over a made /sys and /proc.
class MeasureCommand : public testing::Test {
 protected:
  MeasureCommand() {
    world.root = fake.root();
    options.trace_directory = fake.root() / "traces";
    options.period = 10.0 * millisecond;
    options.version = "test";
    const std::string zone = "/sys/class/powercap/intel-rapl:0/";
    fake.write(zone + "name", "package-0\n");
    fake.write(zone + "energy_uj", "1000000\n");
    fake.write(zone + "max_energy_range_uj", "262143328850\n");
    energy_file = (fake.root() / (zone.substr(1) + "energy_uj")).string();
  }

  /// Between two readings a counter is taken to rise evenly: what is written must have readings
  /// before and after it.
  std::string count(const std::string& microjoules) {
    return "sleep 0.2; echo " + microjoules + " > " + energy_file + "; sleep 0.2; ";
  }

  Record measure(const std::string& script) {
    return measure_command(world, HeldSignals(), {"sh", "-c", script}, options);
  }

  std::size_t traces() {
    std::size_t count = 0;
    std::error_code ignored;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(options.trace_directory, ignored))
      ++count;
    return count;
  }

  FakeWorld fake;
  World world = real_world();
  MeasureOptions options;
  std::string energy_file;
};

double joules(const Measurement& measurement) {
  const auto total = measurement.total(Scope::package);
  return total ? total->energy.in(joule) : -1.0;
}

/// A datagram as the mark command sends it.
std::string send_mark(const std::string& text) {
  return "python3 -c \"import socket,os; "
         "socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)"
         ".sendto(b'" +
         text + "', os.environ['ISOJOULE_MARKS'])\"; ";
}

TEST_F(MeasureCommand, WithAClockBefore1970NothingIsRun) {
  ManualClock clock;
  clock.step_wall(-2e9 * second);
  world.clock = &clock;
  const std::filesystem::path proof = fake.root() / "proof";
  try {
    measure("touch " + proof.string());
    FAIL() << "it was measured";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_THAT(error.what(), HasSubstr("set the clock"));
  }
  EXPECT_FALSE(std::filesystem::exists(proof));
  EXPECT_EQ(traces(), 0u);
}

TEST_F(MeasureCommand, CountsWhatTheCounterCounted) {
  const Record record = measure(count("4500000"));
  EXPECT_DOUBLE_EQ(joules(record.whole), 3.5);
  EXPECT_EQ(record.outcome.state, CommandOutcome::State::complete);
  EXPECT_EQ(record.whole.total(Scope::package)->kind, Kind::measured);
  EXPECT_THAT(record.faults, IsEmpty());
  EXPECT_THAT(record.command, SizeIs(3));
  EXPECT_TRUE(std::filesystem::exists(record.trace));
}

TEST_F(MeasureCommand, TheRecordIsWhatTheTraceSays) {
  const Record record = measure(count("4500000"));
  EXPECT_DOUBLE_EQ(joules(measure_trace(record.trace).whole), joules(record.whole));
}

TEST_F(MeasureCommand, AFailedCommandLeavesAnIncompleteRecord) {
  const Record record = measure(count("2000000") + "exit 5");
  EXPECT_EQ(record.outcome.state, CommandOutcome::State::incomplete);
  EXPECT_EQ(record.outcome.exit_code, 5);
  EXPECT_DOUBLE_EQ(joules(record.whole), 1.0);
}

TEST_F(MeasureCommand, AKilledCommandLeavesAnIncompleteRecord) {
  const Record record = measure("kill -KILL $$");
  EXPECT_EQ(record.outcome.exit_code, 137);
  EXPECT_EQ(record.outcome.signal, 9);
  EXPECT_EQ(record.outcome.state, CommandOutcome::State::incomplete);
}

TEST_F(MeasureCommand, AnInterruptInTheRestAfterItIsNotTheCommandsOwn) {
  options.idle = 50.0 * millisecond;
  options.ended = [] { kill(getpid(), SIGINT); };
  const Record record = measure(count("2000000"));
  EXPECT_EQ(record.outcome.state, CommandOutcome::State::complete);
  EXPECT_FALSE(record.outcome.interrupted);
  EXPECT_DOUBLE_EQ(joules(record.whole), 1.0);
}

TEST_F(MeasureCommand, TellsOfTheCommandsBeginAndEndWithoutTheRests) {
  options.idle = 50.0 * millisecond;
  const std::string file = (fake.root() / "ran").string();
  std::string seen;
  options.begins = [&] { seen += std::filesystem::exists(file) ? "ran too early" : "before"; };
  options.ended = [&] { seen += std::filesystem::exists(file) ? ", after" : ", not run"; };
  const Record record = measure("touch " + file);
  EXPECT_EQ(seen, "before, after");
  ASSERT_TRUE(record.idle_after);
}

TEST_F(MeasureCommand, ATraceThatWasDeletedCostsTheEnergyAndNothingElse) {
  const Record record = measure("rm -rf " + options.trace_directory.string() + "; exit 7");
  EXPECT_EQ(record.outcome.exit_code, 7);
  EXPECT_FALSE(record.whole.total(Scope::package));
  EXPECT_GT(record.whole.elapsed, Duration{});
  EXPECT_EQ(record.trace, "");
  ASSERT_THAT(record.faults, SizeIs(1));
  EXPECT_EQ(record.faults[0].kind, FaultKind::fatal);
  EXPECT_THAT(record.faults[0].message, HasSubstr("cannot read the trace"));
}

TEST_F(MeasureCommand, ATraceWithoutItsBeginCostsTheEnergyAndNothingElse) {
  // What a disk that was full from the beginning leaves: a file that ends within its first event.
  const std::string trace = options.trace_directory.string() + "/*.trace";
  const Record record = measure("truncate -s 100 " + trace + "; exit 7");
  EXPECT_EQ(record.outcome.exit_code, 7);
  ASSERT_THAT(record.faults, SizeIs(1));
  EXPECT_THAT(record.faults[0].message, HasSubstr("nothing could be measured"));
}

TEST_F(MeasureCommand, ADiskThatFillsAmidTheRunNeverShortensIt) {
  const std::filesystem::path full = fake.root() / "full";
  FakeFiles& files = fake.files();
  files.fails = [&full](const FakeFiles::Call& call) {
    const bool fails =
        call.what == "write" && call.path.extension() == ".trace" && std::filesystem::exists(full);
    return fails ? std::make_error_code(std::errc::no_space_on_device) : std::error_code{};
  };
  world.files = &files;
  const Record record =
      measure(count("2000000") + "touch " + full.string() + "; " + count("9000000"));
  EXPECT_GE(record.whole.elapsed, 0.8 * second);  // what was slept
  EXPECT_FALSE(record.whole.total(Scope::package));
  EXPECT_EQ(record.outcome.state, CommandOutcome::State::complete);
  ASSERT_THAT(record.whole.channels, SizeIs(1));
  EXPECT_EQ(record.whole.channels[0].reason, "no reading after the window ended");
  EXPECT_THAT(record.faults, testing::Contains(testing::Field(&Fault::kind, FaultKind::fatal)));
}

/// Opening NVIDIA's library never returns, as where its driver hangs.
class HangingDriver final : public LibraryLoader {
 public:
  std::unique_ptr<Library> open(const std::string& name, std::string& why_not) override {
    if (name == "libnvidia-ml.so.1") std::promise<void>().get_future().wait();
    why_not = "not here";
    return nullptr;
  }
};

TEST_F(MeasureCommand, ADriverThatHangsKeepsNoCommandFromStarting) {
  const auto driver = std::make_shared<HangingDriver>();
  world.libraries = driver.get();
  world.keeps = driver;
  const std::string file = (fake.root() / "ran").string();
  const Record record = measure("touch " + file);
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_THAT(record.unmeasured, testing::Contains(testing::Field(&Unmeasured::what, "nvml")));
  EXPECT_TRUE(record.whole.total(Scope::package));
}

TEST_F(MeasureCommand, AnInterruptWhileSensorsAreOpenedEndsItAll) {
  const auto driver = std::make_shared<HangingDriver>();
  world.libraries = driver.get();
  world.keeps = driver;
  const std::string file = (fake.root() / "ran").string();
  const HeldSignals signals;
  kill(getpid(), SIGTERM);
  try {
    measure_command(world, signals, {"touch", file}, options);
    FAIL() << "nothing thrown";
  } catch (const StartError& error) {
    EXPECT_EQ(error.exit_code(), 128 + SIGTERM);
  }
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(traces(), 0u);
}

TEST_F(MeasureCommand, AnInterruptInTheRestBeforeItStartsNoCommand) {
  options.idle = hour;
  const std::string file = (fake.root() / "ran").string();
  const HeldSignals signals;
  kill(getpid(), SIGINT);
  EXPECT_THROW(measure_command(world, signals, {"touch", file}, options), StartError);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(traces(), 0u);
}

TEST_F(MeasureCommand, ACommandThatCannotStartLeavesNothing) {
  EXPECT_THROW(measure_command(world, HeldSignals(), {"isojoule-no-such-command"}, options),
               StartError);
  EXPECT_EQ(traces(), 0u);
}

TEST_F(MeasureCommand, MarksFromAGrandchildSetWindows) {
  const Record record =
      measure(send_mark("begin steps") + count("3000000") + send_mark("end steps steps=4 batch=8"));
  ASSERT_THAT(record.windows, SizeIs(1));
  const Window& window = record.windows[0];
  EXPECT_EQ(window.name, "steps");
  EXPECT_EQ(window.attributes.at("steps"), "4");
  EXPECT_DOUBLE_EQ(joules(window.measurement), 2.0);
  const auto energy = energy_per_step(record, std::nullopt);
  ASSERT_TRUE(energy) << energy.refused;
  EXPECT_DOUBLE_EQ(energy->per_step.in(joule), 0.5);
}

TEST_F(MeasureCommand, WithoutASensorTheCpuIsModelled) {
  fake.remove("/sys/class/powercap");
  fake.write("/proc/stat", "cpu  100 0 100 1000 0 0 0 0 0 0\n");
  fake.write("/proc/cpuinfo", "processor : 0\nmodel name : Unheard Of\n");
  const Record record = measure("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
  const auto total = record.whole.total(Scope::package);
  ASSERT_TRUE(total) << total.refused;
  EXPECT_EQ(total->kind, Kind::modelled);
  // 200,000 turns of a shell are more than 20 ms of CPU, at the stated 3.5 W.
  EXPECT_GT(total->energy.in(joule), 0.02 * 3.5);
}

TEST_F(MeasureCommand, AReplayIsMeasuredLikeTheOriginal) {
  // The recording: 0.1 J every millisecond for ten minutes, so that the replay cannot end too
  // early.
  const auto recording = fake.root() / "recording.trace";
  {
    TraceWriter writer(
        real_files(), recording,
        TraceHeader{
            "0", "", Instant{}, second, {{"rapl", {measure("true").whole.channels[0].channel}}}});
    for (std::int64_t ms = 0; ms <= 600'000; ++ms)
      writer.append(TracePoll{
          0, Instant::from_microseconds(ms * 1000), {static_cast<std::uint64_t>(ms) * 100'000u}});
  }
  options.replay = recording;
  const Record replayed = measure("sleep 0.3");
  const double expected = 0.1 * replayed.whole.elapsed.in(millisecond);
  // Each edge is known to one reading of the recording, 1 ms, and one of ours, 10 ms.
  EXPECT_NEAR(joules(replayed.whole), expected, 0.1 * 2 * 11.0);
  EXPECT_GT(expected, 29.9);
  EXPECT_EQ(replayed.context.at(kReplayContext), recording.string());
}

}  // namespace
}  // namespace isojoule
