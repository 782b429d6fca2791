#include "isojoule/campaign/campaign.hpp"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/campaign/calibration.hpp"
#include "isojoule/core/error.hpp"

#include "support/fake_world.hpp"
#include "support/memory_store.hpp"

namespace isojoule {
namespace {

using State = CampaignCell::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// Real commands on the real clock, over a made counter. Each run leaves its name in a file.
class CampaignTest : public ::testing::Test {
 protected:
  CampaignTest() {
    world_.root = fake_.root();
    fake_.write("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
    fake_.write("/sys/class/powercap/intel-rapl:0/energy_uj", "1000000\n");
    fake_.write("/sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
    options_.measure.trace_directory = fake_.root() / "traces";
    options_.measure.period = 10.0 * millisecond;
    options_.measure.output = ChildOutput::nowhere;
    plan_.name = "made";
    plan_.shuffled = false;
  }

  void add(const std::string& name, const std::string& script, int repeats = 1) {
    CampaignItem item;
    item.name = name;
    item.command = {"sh", "-c", "echo " + name + " >> " + runs_.string() + "; " + script};
    item.repeats = repeats;
    plan_.items.push_back(item);
  }
  void set_trainer(const std::string& script) {
    options_.trainer = fake_.root() / "trainer";
    fake_.write("/trainer", "#!/bin/sh\n" + script);
    std::filesystem::permissions(options_.trainer, std::filesystem::perms::owner_all);
  }
  CampaignEnd run(const std::string& id) {
    Forecast forecast(plan_, {});
    CampaignEvents events;
    events.disturbed = [this](const CampaignItem&, const Disturbance& disturbance) {
      disturbed_.push_back(disturbance.signs.front());
    };
    events.remark = [this](const std::string& text) { remarks_.push_back(text); };
    return run_campaign(world_, store_, store_.campaign(id), options_, forecast, events);
  }
  CampaignEnd begin_and_run() {
    id_ = begin_campaign(store_, *world_.clock, plan_).id;
    return run(id_);
  }
  std::string runs() { return read_text(runs_).value_or(""); }
  std::vector<std::string> cells() {
    std::vector<std::string> texts;
    for (const CampaignCell& cell : store_.campaign(id_).cells)
      texts.push_back(cell.workload + " " + std::to_string(cell.repeat) + " " +
                      std::string(to_string(cell.state)) +
                      (cell.reason.empty() ? "" : ": " + cell.reason));
    return texts;
  }
  std::size_t traces() {
    std::error_code ignored;
    const std::filesystem::directory_iterator entries(options_.measure.trace_directory, ignored);
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
  }

  FakeWorld fake_;
  World world_ = real_world();
  std::filesystem::path runs_ = fake_.root() / "runs";
  MemoryStore store_{fake_.root() / "data"};
  CampaignPlan plan_;
  CampaignOptions options_;
  std::string id_;
  std::vector<std::string> disturbed_;
  std::vector<std::string> remarks_;
};

TEST_F(CampaignTest, RunsEachCellOnceAndKeepsIt) {
  add("a", "true", 2);
  add("b", "true");
  const CampaignEnd end = begin_and_run();
  EXPECT_EQ(runs(), "a\nb\na\n");
  EXPECT_THAT(cells(), ElementsAre("a 1 done", "b 1 done", "a 2 done"));
  EXPECT_EQ(end.done, 3u);
  EXPECT_TRUE(end.complete());
  const auto records = store_.records();
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].context.at("campaign"), id_);
  EXPECT_EQ(records[0].id, store_.campaign(id_).cells[0].record);
  EXPECT_TRUE(run(id_).complete());
  EXPECT_EQ(runs(), "a\nb\na\n") << "what is done is not run again";
}

TEST_F(CampaignTest, GoesOnAfterAFailureAndTriesItAgainLater) {
  const std::string marker = (fake_.root() / "works").string();
  add("bad", "test -e " + marker + " || exit 7", 2);
  add("good", "true");
  const CampaignEnd end = begin_and_run();
  EXPECT_EQ(runs(), "bad\ngood\n") << "its other repeats are left";
  EXPECT_THAT(cells(), ElementsAre("bad 1 failed: it ended with exit code 7", "good 1 done"));
  EXPECT_EQ(end.failed, 1u);
  EXPECT_EQ(end.left, 1u);
  EXPECT_FALSE(end.complete());
  write_file(marker, "");
  EXPECT_TRUE(run(id_).complete());
  EXPECT_EQ(runs(), "bad\ngood\nbad\nbad\n");
  EXPECT_THAT(cells(), UnorderedElementsAre("bad 1 done", "bad 2 done", "good 1 done"));
}

TEST_F(CampaignTest, ACommandThatDoesNotExistFails) {
  CampaignItem item;
  item.name = "absent";
  item.command = {"isojoule-no-such-command"};
  plan_.items.push_back(item);
  add("good", "true");
  begin_and_run();
  EXPECT_THAT(cells(), ElementsAre("absent 1 failed: command 'isojoule-no-such-command' not found",
                                   "good 1 done"));
}

TEST_F(CampaignTest, AnExitCode3OfAnothersCommandIsAFailure) {
  add("three", "exit 3");
  begin_and_run();
  EXPECT_THAT(cells(), ElementsAre("three 1 failed: it ended with exit code 3"));
}

TEST_F(CampaignTest, ATrainingThatDoesNotFitIsSkippedWithItsRepeats) {
  set_trainer("echo trained >> " + runs_.string() + "\nexit 3\n");
  plan_.items.push_back(reference_item("mlp-32x4096", Training{}, 3));
  const CampaignEnd end = begin_and_run();
  EXPECT_EQ(runs(), "trained\n");
  EXPECT_EQ(end.skipped, 3u);
  EXPECT_TRUE(end.complete());
  EXPECT_THAT(cells()[2], "mlp-32x4096 3 skipped: it does not fit into memory");
}

TEST_F(CampaignTest, WhatTheSystemKilledForWantOfMemoryIsSkipped) {
  fake_.write("/proc/vmstat", "nr_free_pages 5\noom_kill 2\n");
  const std::string vmstat = (fake_.root() / "proc/vmstat").string();
  add("greedy", "echo oom_kill 3 > " + vmstat + "; kill -KILL $$");
  add("killed", "kill -KILL $$");
  begin_and_run();
  EXPECT_THAT(cells(), ElementsAre("greedy 1 skipped: the system killed it for want of memory",
                                   "killed 1 failed: it was killed by signal 9"));
}

TEST_F(CampaignTest, ADisturbedRunIsRepeatedAndTheBetterOneKept) {
  const std::string count = "/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count";
  fake_.write(count, "1\n");
  const std::string file = (fake_.root() / count.substr(1)).string();
  // The first run is slowed down by heat, the second is not.
  add("a", "test $(wc -l < " + runs_.string() + ") -gt 1 || echo 2 > " + file);
  begin_and_run();
  EXPECT_EQ(runs(), "a\na\n");
  EXPECT_THAT(disturbed_, ElementsAre("the CPU was slowed down by heat 1 times"));
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
  EXPECT_EQ(store_.campaign(id_).cells[0].attempts, 2);
  ASSERT_THAT(store_.records(), SizeIs(1));
  EXPECT_FALSE(store_.records()[0].context.contains("disturbed"));
  EXPECT_EQ(traces(), 1u) << "that of the run which is not kept is gone";
}

TEST_F(CampaignTest, OneThatStaysDisturbedIsFlagged) {
  const std::string count = "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count";
  fake_.write(count, "0\n");
  add("a", "wc -l < " + runs_.string() + " > " + (fake_.root() / count.substr(1)).string());
  plan_.contention.reruns = 2;
  begin_and_run();
  EXPECT_EQ(runs(), "a\na\na\n");
  EXPECT_THAT(cells(), ElementsAre("a 1 done: the CPU was slowed down by heat 1 times"));
  EXPECT_EQ(store_.records()[0].context.at("disturbed"), "the CPU was slowed down by heat 1 times");
}

TEST_F(CampaignTest, ARerunThatFailsSpoilsNothing) {
  const std::string count = "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count";
  fake_.write(count, "0\n");
  const std::string file = (fake_.root() / count.substr(1)).string();
  // The first run is disturbed, its rerun fails; what comes later is well.
  add("a", "case $(wc -l < " + runs_.string() + ") in 1) echo 1 > " + file + ";; 2) exit 7;; esac",
      2);
  const CampaignEnd end = begin_and_run();
  EXPECT_EQ(runs(), "a\na\na\n");
  EXPECT_THAT(cells(),
              ElementsAre("a 1 done: the CPU was slowed down by heat 1 times", "a 2 done"));
  EXPECT_TRUE(end.complete());
  EXPECT_EQ(traces(), 2u);
}

TEST_F(CampaignTest, ATrainingWithoutAnEnergyIsNotDone) {
  set_trainer("");
  plan_.items.push_back(reference_item("cnn-1x128", Training{}));
  EXPECT_EQ(begin_and_run().failed, 1u);
  ASSERT_THAT(cells(), SizeIs(1));
  EXPECT_THAT(cells()[0], HasSubstr("cnn-1x128 1 failed: no energy per step: it has no window"));
  EXPECT_EQ(store_.campaign(id_).cells[0].record, store_.records()[0].id);
}

TEST_F(CampaignTest, ACommandWithoutAnyEnergyIsNotDone) {
  options_.measure.sensors = {"rapl"};
  const std::string counter = (fake_.root() / "sys/class/powercap/intel-rapl:0/energy_uj").string();
  add("reset", "sleep 0.2; echo 5 > " + counter + "; sleep 0.2");
  add("good", "true");
  EXPECT_EQ(begin_and_run().failed, 1u);
  ASSERT_THAT(cells(), SizeIs(2));
  EXPECT_THAT(cells()[0], HasSubstr("reset 1 failed: no energy: package-0: the counter was reset"));
  EXPECT_EQ(cells()[1], "good 1 done");
}

TEST_F(CampaignTest, OneThatCannotBeMeasuredDoesNotStopTheOthers) {
  add("on a board", "true");
  plan_.items[0].device = "cuda";
  add("good", "true");
  begin_and_run();
  ASSERT_THAT(cells(), SizeIs(2));
  EXPECT_THAT(cells()[0], HasSubstr("on a board 1 failed: device cuda cannot be measured"));
  EXPECT_EQ(cells()[1], "good 1 done");
}

TEST_F(CampaignTest, WhatDidNotFitBeforeIsNotTriedAgain) {
  set_trainer("echo trained >> " + runs_.string() + "\nexit 3\n");
  plan_.items.push_back(reference_item("mlp-32x4096", Training{}, 2));
  id_ = begin_campaign(store_, *world_.clock, plan_).id;
  store_.end_cell(id_, {"mlp-32x4096", 1, State::skipped, "", "too large", 1, {}}, nullptr);
  EXPECT_TRUE(run(id_).complete());
  EXPECT_EQ(runs(), "");
  EXPECT_THAT(cells(),
              ElementsAre("mlp-32x4096 1 skipped: too large", "mlp-32x4096 2 skipped: too large"));
}

TEST_F(CampaignTest, WhatDidNotFitIsTriedAgainIfAskedFor) {
  set_trainer("echo trained >> " + runs_.string() + "\nexit 3\n");
  plan_.items.push_back(reference_item("mlp-32x4096", Training{}, 2));
  id_ = begin_campaign(store_, *world_.clock, plan_).id;
  store_.end_cell(id_, {"mlp-32x4096", 1, State::skipped, "", "too large", 1, {}}, nullptr);
  store_.end_cell(id_, {"mlp-32x4096", 2, State::skipped, "", "too large", 0, {}}, nullptr);
  options_.retry_skipped = true;
  const CampaignEnd end = run(id_);
  EXPECT_EQ(runs(), "trained\n") << "the first says it for its repeats";
  EXPECT_EQ(end.skipped, 2u);
  EXPECT_TRUE(end.complete());
  EXPECT_THAT(cells(), ElementsAre("mlp-32x4096 1 skipped: it does not fit into memory",
                                   "mlp-32x4096 2 skipped: it does not fit into memory"));
}

TEST_F(CampaignTest, WhatIsToBeTriedAgainIsLeftUntilItIs) {
  for (const char* name : {"a", "b"}) add(name, "true");
  id_ = begin_campaign(store_, *world_.clock, plan_).id;
  for (const char* name : {"a", "b"})
    store_.end_cell(id_, {name, 1, State::skipped, "", "too large", 1, {}}, nullptr);
  options_.retry_skipped = true;
  options_.measure.ended = [] { kill(getpid(), SIGINT); };
  const CampaignEnd end = run(id_);
  EXPECT_EQ(end.done, 1u);
  EXPECT_EQ(end.skipped, 0u);
  EXPECT_EQ(end.left, 1u);
  EXPECT_FALSE(end.complete());
}

TEST_F(CampaignTest, IsNotContinuedOnAnotherMachine) {
  add("a", "true", 2);
  fake_.write("/proc/cpuinfo", "processor : 0\nmodel name : First CPU\n");
  begin_and_run();
  fake_.write("/proc/cpuinfo", "processor : 0\nmodel name : Second CPU\n");
  try {
    run(id_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("was started on another machine (First CPU)"));
  }
}

TEST_F(CampaignTest, AnInterruptLeavesTheRestForLater) {
  const std::string marker = (fake_.root() / "go").string();
  add("a", "true");
  // A shell waits for what it runs before it heeds an interrupt.
  add("b", "test -e " + marker + " || { trap 'exit 1' INT; kill -INT " + std::to_string(getpid()) +
               "; while :; do sleep 0.01; done; }");
  add("c", "true");
  const CampaignEnd end = begin_and_run();
  EXPECT_TRUE(end.interrupted);
  EXPECT_EQ(end.left, 2u);
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
  EXPECT_EQ(traces(), 1u);
  write_file(marker, "");
  EXPECT_TRUE(run(id_).complete());
  EXPECT_THAT(cells(), ElementsAre("a 1 done", "b 1 done", "c 1 done"));
  EXPECT_THAT(store_.records(), SizeIs(3));
}

TEST_F(CampaignTest, AnInterruptInTheRestAfterARunKeepsTheRun) {
  add("a", "true");
  add("b", "true");
  plan_.idle = 50.0 * millisecond;
  options_.measure.ended = [] { kill(getpid(), SIGINT); };
  const CampaignEnd end = begin_and_run();
  EXPECT_TRUE(end.interrupted);
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
  EXPECT_EQ(end.left, 1u);
  EXPECT_EQ(runs(), "a\n");
}

TEST_F(CampaignTest, OthersInTheRestsDisturbNoRun) {
  // The others' minute of CPU time falls into the rest before the run.
  fake_.write("/proc/stat", "cpu 1000 0 0 0 0 0 0 0\ncpu0 1\n");
  plan_.idle = 600.0 * millisecond;
  options_.measure.live = [this](const auto&) {
    fake_.write("/proc/stat", "cpu 7000 0 0 0 0 0 0 0\ncpu0 1\n");
  };
  add("a", "sleep 1.1");
  begin_and_run();
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
  EXPECT_THAT(disturbed_, IsEmpty());
}

TEST_F(CampaignTest, OneProcessAtATimeRunsIt) {
  // The command runs while the lock is held; flock tells by its exit code.
  add("a", "! flock -n " + (fake_.root() / "data/campaigns").string() + "/*.lock true");
  begin_and_run();
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
}

TEST_F(CampaignTest, WithoutAThermometerItSaysSo) {
  add("a", "true");
  plan_.cooling.to_rest = true;
  begin_and_run();
  ASSERT_THAT(remarks_, SizeIs(1));
  EXPECT_THAT(remarks_[0], HasSubstr("no sensor here reports a temperature"));
}

/// A board beside it, by the fake NVML, which is as warm as its script says.
class CampaignOnABoardTest : public CampaignTest {
 public:
  ~CampaignOnABoardTest() override { unsetenv("FAKE_NVML_SCRIPT"); }

 protected:
  CampaignOnABoardTest() {
    fake_.set_library("libnvidia-ml.so.1", ISOJOULE_FAKE_NVML);
    world_.libraries = fake_.world().libraries;
    setenv("FAKE_NVML_SCRIPT", (fake_.root() / "nvml.txt").c_str(), 1);
    set_celsius(40);
    plan_.cooling = {Duration{}, true, 50.0 * millisecond};
  }
  void set_celsius(int celsius) {
    fake_.write("/nvml.txt", "board\nuuid GPU-a\nname Fake\nenergy_mj 1\ntemperature_c " +
                                 std::to_string(celsius) + "\n");
  }
};

TEST_F(CampaignOnABoardTest, GoesOnWhenItIsAsCoolAsAtTheBeginOfAll) {
  const std::string marker = (fake_.root() / "works").string();
  add("a", "sleep 1.2");  // boards are asked for their temperature once a second
  add("b", "test -e " + marker);
  begin_and_run();
  EXPECT_THAT(remarks_, IsEmpty());
  write_file(marker, "");
  set_celsius(70);
  EXPECT_TRUE(run(id_).complete());
  EXPECT_THAT(remarks_,
              ElementsAre(HasSubstr("still 30 °C warmer than when the campaign started")));
}

TEST_F(CampaignOnABoardTest, GoesByTheRestBeforeTheFirstRunWhereThereIsOne) {
  const std::string marker = (fake_.root() / "works").string();
  add("a", "true");
  add("b", "test -e " + marker);
  plan_.idle = 50.0 * millisecond;
  begin_and_run();
  write_file(marker, "");
  set_celsius(70);
  run(id_);
  EXPECT_THAT(remarks_,
              ElementsAre(HasSubstr("still 30 °C warmer than when the campaign started")));
}

TEST_F(CampaignTest, AProfileNeedsATraining) {
  add("a", "true");
  begin_and_run();
  EXPECT_THROW(campaign_profile(store_, store_.campaign(id_), "p"), Error);
}

TEST(CellsLeft, AreThoseThatAreNeitherDoneNorSkipped) {
  CampaignPlan plan;
  for (const char* name : {"a", "b", "c", "d"}) {
    CampaignItem item;
    item.name = name;
    item.command = {"true"};
    plan.items.push_back(item);
  }
  plan.shuffled = false;
  CampaignEntry entry;
  entry.cells = {{"a", 1, State::done, "R", "", 1, {}},
                 {"b", 1, State::failed, "", "", 1, {}},
                 {"c", 1, State::skipped, "", "", 1, {}}};
  EXPECT_THAT(cells_left(plan, entry), ElementsAre(PlannedCell{1, 1}, PlannedCell{3, 1}));
  EXPECT_THAT(cells_left(plan, entry, true),
              ElementsAre(PlannedCell{1, 1}, PlannedCell{2, 1}, PlannedCell{3, 1}));
}

}  // namespace
}  // namespace isojoule
