#include "isojoule/run/calibrate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

/// A made trainer: a script that is told what to do by the workload's name, over a made counter.
class Calibrate : public testing::Test {
 protected:
  Calibrate() {
    world.root = fake.root();
    fake.write("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
    fake.write("/sys/class/powercap/intel-rapl:0/energy_uj", "1000000\n");
    fake.write("/sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
    options.training.trainer = fake.root() / "trainer";
    options.measure.trace_directory = fake.root() / "traces";
    options.measure.output = ChildOutput::nowhere;
    events.begin = [this](const std::string& workload, std::size_t, std::size_t) {
      log.push_back("begin " + workload);
    };
    events.measured = [this](const Record& record) {
      log.push_back("measured " + record.workload.name());
    };
    events.skipped = [this](const std::string& workload, const std::string& reason) {
      log.push_back("skipped " + workload + ": " + reason);
    };
  }

  void set_trainer(const std::string& script) {
    fake.write("/trainer", "#!/bin/sh\n" + script);
    std::filesystem::permissions(options.training.trainer, std::filesystem::perms::owner_all);
  }

  FakeWorld fake;
  World world = real_world();
  CalibrateOptions options;
  CalibrateEvents events;
  std::vector<std::string> log;
};

TEST_F(Calibrate, TrainsEachWorkloadInTurn) {
  set_trainer("echo \"$@\" >> " + (fake.root() / "calls").string() + "\n");
  options.workloads = {"mlp-1x512", "cnn-1x128"};
  options.training.steps = 3;
  options.training.threads = 2;
  const Calibration calibration = calibrate(world, options, events);
  EXPECT_FALSE(calibration.broken_off);
  ASSERT_THAT(calibration.records, SizeIs(2));
  EXPECT_EQ(calibration.records[1].workload.name(), "cnn-1x128");
  EXPECT_EQ(calibration.records[1].cost->parameters, 2'622'730u);
  EXPECT_THAT(log, ElementsAre("begin mlp-1x512", "measured mlp-1x512", "begin cnn-1x128",
                               "measured cnn-1x128"));
  const std::string calls = read_text(fake.root() / "calls").value_or("");
  EXPECT_THAT(calls, testing::HasSubstr("--workload mlp-1x512"));
  EXPECT_THAT(calls, testing::HasSubstr("--steps 3"));
  EXPECT_THAT(calls, testing::HasSubstr("--threads 2"));
}

TEST_F(Calibrate, WhatDoesNotFitIsSkipped) {
  set_trainer("case \"$*\" in *mlp-32x4096*) exit 3;; esac\n");
  options.workloads = {"mlp-32x4096", "cnn-1x128"};
  const Calibration calibration = calibrate(world, options, events);
  EXPECT_THAT(calibration.records, SizeIs(1));
  EXPECT_FALSE(calibration.broken_off);
  EXPECT_THAT(log, ElementsAre("begin mlp-32x4096", "measured mlp-32x4096",
                               "skipped mlp-32x4096: it does not fit into memory",
                               "begin cnn-1x128", "measured cnn-1x128"));
}

TEST_F(Calibrate, AFailureBreaksItOff) {
  set_trainer("kill -INT $$\n");
  options.workloads = {"mlp-1x512", "cnn-1x128"};
  const Calibration calibration = calibrate(world, options, events);
  ASSERT_TRUE(calibration.broken_off);
  EXPECT_EQ(calibration.broken_off->exit_code, 130);
  EXPECT_THAT(calibration.records, SizeIs(0));
  EXPECT_THAT(log, ElementsAre("begin mlp-1x512", "measured mlp-1x512"));
}

TEST_F(Calibrate, AnUnknownWorkloadIsNamed) {
  options.workloads = {"cnn-2x12"};
  EXPECT_THROW(calibrate(world, options, {}), Error);
}

HostInfo gold() {
  HostInfo host;
  host.cpu_model = "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz";
  host.hardware_threads = 40;
  return host;
}

TEST(ProfileName, IsMadeFromTheMachineAndTheCondition) {
  Training training;
  EXPECT_EQ(suggest_profile_name(gold(), training), "intel-xeon-gold-6248-cpu");
  training.threads = 1;
  EXPECT_EQ(suggest_profile_name(gold(), training), "intel-xeon-gold-6248-cpu-1thread");
  HostInfo virtual_machine = gold();
  virtual_machine.hypervisor = "KVM";
  EXPECT_EQ(suggest_profile_name(virtual_machine, training), "intel-xeon-gold-6248-cpu-vm-1thread");
  EXPECT_EQ(suggest_profile_name(HostInfo{}, training), "cpu-1thread");
  training.threads = 4;
  EXPECT_EQ(suggest_profile_name(gold(), training), "intel-xeon-gold-6248-cpu-4threads");
}

TEST(AsTrained, TheTrainingSaysWithHowManyThreads) {
  // Under taskset a training takes fewer threads than the machine has.
  Record record;
  record.windows = {{"steps", Duration{}, {}, {{"threads", "4"}}}};
  Training asked;
  EXPECT_EQ(as_trained(record, asked).threads, 4);
  for (const char* bad : {"", "0", "-1", "4x"}) {
    record.windows[0].attributes["threads"] = bad;
    EXPECT_EQ(as_trained(record, asked).threads, std::nullopt) << bad;
  }
  record.windows.clear();
  asked.threads = 2;
  EXPECT_EQ(as_trained(record, asked).threads, 2);
}

TEST(ProfileName, OnAGpuItIsTheGpu) {
  HostInfo host = gold();
  host.gpus = {"NVIDIA A100-SXM4-80GB"};
  Training training;
  training.device = "cuda";
  EXPECT_EQ(suggest_profile_name(host, training), "nvidia-a100-sxm4-80gb");
}

TEST(Condition, SaysDeviceAndThreads) {
  Training training;
  EXPECT_EQ(describe_condition(training), "cpu");
  training.threads = 40;
  EXPECT_EQ(describe_condition(training), "cpu, 40 threads");
  training.threads = 1;
  EXPECT_EQ(describe_condition(training), "cpu, 1 thread");
}

}  // namespace
}  // namespace isojoule
