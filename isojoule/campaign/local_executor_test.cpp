#include <stdlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/campaign/executor.hpp"
#include "isojoule/core/error.hpp"

#include "support/campaign_fixture.hpp"

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

TEST_F(CampaignTest, ATrainingWithoutAnEnergyIsNotDone) {
  set_trainer("");
  plan_.items.push_back(reference_item("cnn-1x128", Training{}));
  EXPECT_EQ(begin_and_run().failed, 1u);
  ASSERT_THAT(cells(), SizeIs(1));
  EXPECT_THAT(cells()[0], HasSubstr("cnn-1x128 1 failed: no energy per step: it has no window"));
  EXPECT_EQ(store_.campaign(id_).cells[0].record, store_.records()[0].id);
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

TEST_F(CampaignTest, OthersInTheRestsDisturbNoRun) {
  // The others' minute of CPU time falls into the rest before the run.
  fake_.write("/proc/stat", "cpu 1000 0 0 0 0 0 0 0\ncpu0 1\n");
  plan_.idle = 600.0 * millisecond;
  options_.measure.live = [this](const auto&) {
    fake_.write("/proc/stat", "cpu 7000 0 0 0 0 0 0 0\ncpu0 1\n");
  };
  options_.measure.sensors = {"cpu-model"};  // a counter that stands still would be missing
  add("a", "sleep 1.1");
  begin_and_run();
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
  EXPECT_THAT(disturbed_, IsEmpty());
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
    fake_.write("/nvml.txt", "board\nuuid GPU-a\nname Fake\nenergy_rate_mw 90000\ntemperature_c " +
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

}  // namespace
}  // namespace isojoule
