#include "isojoule/run/repeat.hpp"

#include <signal.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

/// Real commands on the real clock, over a made /sys and /proc.
class MeasureRepeatedly : public testing::Test {
 protected:
  MeasureRepeatedly() {
    world.root = fake.root();
    options.trace_directory = fake.root() / "traces";
    options.period = 10.0 * millisecond;
    plan.longest_delay = 1.0 * millisecond;
    counter = (fake.root() / "runs").string();
  }

  /// Runs `script`; each run leaves a line in a file.
  std::vector<Record> repeat(const std::string& script) {
    RepeatEvents events;
    events.begin = [this](int index, int) { begun.push_back(index); };
    events.warmup = [this](int index, int) { warmed.push_back(index); };
    events.measured = [this](const Record&) { ++kept; };
    Repeats repeats = measure_repeatedly(world, {"sh", "-c", "echo >> " + counter + "; " + script},
                                         options, plan, events);
    interrupted = repeats.interrupted;
    return std::move(repeats.records);
  }
  std::size_t runs() { return read_text(counter).value_or("").size(); }
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
  RepeatPlan plan;
  std::string counter;
  std::vector<int> begun;
  std::vector<int> warmed;
  int kept = 0;
  bool interrupted = false;
};

TEST_F(MeasureRepeatedly, RunsAndKeepsThatMany) {
  plan.warmups = 2;
  plan.count = 3;
  const auto records = repeat("true");
  EXPECT_EQ(runs(), 5u);
  EXPECT_EQ(kept, 3);
  EXPECT_EQ(traces(), 3u);  // warming up leaves nothing
  EXPECT_THAT(begun, ElementsAre(1, 2, 3));
  EXPECT_THAT(warmed, ElementsAre(1, 2));
  ASSERT_THAT(records, SizeIs(3));
  for (const Record& record : records) EXPECT_EQ(record.repeat->group, records[0].id);
  EXPECT_EQ(records[2].repeat->index, 3);
  EXPECT_EQ(records[2].repeat->count, 3);
}

TEST_F(MeasureRepeatedly, OnceIsNoRepeat) {
  const auto records = repeat("true");
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_FALSE(records[0].repeat);
}

TEST_F(MeasureRepeatedly, EndsWithTheFirstThatFails) {
  plan.count = 5;
  const auto records = repeat("test $(wc -l < " + counter + ") -lt 2");
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[1].outcome.exit_code, 1);
  EXPECT_EQ(kept, 2);
}

TEST_F(MeasureRepeatedly, AnInterruptInAPauseEndsThem) {
  plan.count = 3;
  plan.longest_delay = 1e6 * second;
  // Sent when the first command has ended: by then it can only meet the pause.
  const auto records = repeat(
      "(trap '' INT; while kill -0 $$ 2>/dev/null; do sleep 0.01; done; sleep 0.2; kill -INT " +
      std::to_string(getpid()) + ") >/dev/null 2>&1 &");
  EXPECT_THAT(records, SizeIs(1));
  EXPECT_TRUE(interrupted);
}

TEST_F(MeasureRepeatedly, AnInterruptInTheRestOfOneRunEndsThem) {
  plan.count = 3;
  options.ended = [] { kill(getpid(), SIGINT); };
  const auto records = repeat("true");
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_FALSE(records[0].outcome.interrupted) << "it had ended by itself";
  EXPECT_TRUE(interrupted);
}

TEST_F(MeasureRepeatedly, AnInterruptInTheRestOfTheLastRunLeavesNothingUndone) {
  options.ended = [] { kill(getpid(), SIGINT); };
  EXPECT_THAT(repeat("true"), SizeIs(1));
  EXPECT_FALSE(interrupted);
}

TEST_F(MeasureRepeatedly, AnInterruptInTheRestOfAWarmUpEndsThem) {
  plan.warmups = 2;
  options.ended = [] { kill(getpid(), SIGINT); };
  EXPECT_THAT(repeat("true"), SizeIs(1));
  EXPECT_EQ(runs(), 1u);
  EXPECT_TRUE(interrupted);
}

TEST_F(MeasureRepeatedly, AFailureWhileWarmingUpIsKept) {
  plan.warmups = 3;
  const auto records = repeat("exit 7");
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].outcome.exit_code, 7);
  EXPECT_EQ(runs(), 1u);
  EXPECT_EQ(kept, 1);
}

}  // namespace
}  // namespace isojoule
