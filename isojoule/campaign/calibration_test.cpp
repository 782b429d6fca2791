#include "isojoule/campaign/calibration.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

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

TEST(ProfileName, SaysWhatDiffersFromTheUsualTraining) {
  Training training;
  training.device = "cuda";
  training.protocol = "paper";
  training.precision = "tf32";
  HostInfo host = gold();
  host.gpus = {"NVIDIA A100-SXM4-80GB"};
  EXPECT_EQ(suggest_profile_name(host, training), "nvidia-a100-sxm4-80gb-paper-tf32");
  training.mode = "test";
  EXPECT_EQ(describe_condition(training), "cuda, paper, test, tf32");
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
