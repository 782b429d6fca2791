#include "isojoule/campaign/contention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A machine of two CPUs that is looked at over ten scripted seconds.
class ContentionTest : public ::testing::Test {
 protected:
  ContentionTest() { set_times(1000, 0); }

  /// Busy time and steal, in hundredths of a second, since the machine was started.
  void set_times(int busy, int steal) {
    // user nice system idle iowait irq softirq steal: half of the busy time is the system's.
    fake_.write("/proc/stat", "cpu " + std::to_string(busy / 2) + " 0 " +
                                  std::to_string(busy - busy / 2) + " 5000 77 0 0 " +
                                  std::to_string(steal) + " 0 0\ncpu0 1\ncpu1 1\nintr 5\n");
  }
  Disturbance after(Duration elapsed, const Measurement& whole = {}) {
    fake_.clock().advance(elapsed, 0);
    watch_.end();
    return watch_.seen(whole, limits_);
  }
  void begin() { watch_.begin(); }

  FakeWorld fake_;
  ContentionLimits limits_;
  ContentionWatch watch_{fake_.world()};
};

TEST_F(ContentionTest, AQuietMachineDisturbsNobody) {
  begin();
  EXPECT_THAT(after(10.0 * second).signs, IsEmpty());
}

TEST_F(ContentionTest, OurOwnTimeIsNobodyElses) {
  begin();
  set_times(3000, 0);  // 20 s of 2 x 10 s
  fake_.set_children_cpu_microseconds(20'000'000);
  EXPECT_THAT(after(10.0 * second).signs, IsEmpty());
}

TEST_F(ContentionTest, TheTimeOfWhoMetersIsNobodyElses) {
  fake_.write("/proc/self/stat", "7 (a) name) S 1 7 7 0 -1 4194304 1 2 3 4 100 50 9 9 20 0 3 0\n");
  begin();
  set_times(1300, 0);  // 3 s of 20 s, all of it ours: 2 s and 1 s
  fake_.write("/proc/self/stat", "7 (a) name) S 1 7 7 0 -1 4194304 1 2 3 4 300 150 9 9 20 0 3 0\n");
  EXPECT_THAT(after(10.0 * second).signs, IsEmpty());
}

TEST_F(ContentionTest, TheRestsAroundItDoNotCount) {
  set_times(5000, 900);
  begin();
  set_times(5300, 900);  // 3 s of 2 x 10 s
  fake_.clock().advance(10.0 * second, 0);
  watch_.end();
  set_times(9000, 2000);
  fake_.clock().advance(90.0 * second, 0);
  const Disturbance found = watch_.seen({}, limits_);
  EXPECT_THAT(found.signs, ElementsAre("other processes used 15 % of the CPUs' time"));
}

TEST_F(ContentionTest, OtherProcessesAreSeen) {
  begin();
  set_times(1500, 0);  // 5 s of 20 s
  fake_.set_children_cpu_microseconds(2'000'000);
  const Disturbance found = after(10.0 * second);
  EXPECT_THAT(found.signs, ElementsAre("other processes used 15 % of the CPUs' time"));
  EXPECT_NEAR(found.others, 0.15, 1e-12);
}

TEST_F(ContentionTest, StealIsSeen) {
  begin();
  set_times(1000, 100);  // 1 s of 20 s
  const Disturbance found = after(10.0 * second);
  EXPECT_THAT(found.signs, ElementsAre("the hypervisor gave 5 % of the CPUs' time to others"));
  EXPECT_NEAR(found.steal, 0.05, 1e-12);
}

TEST_F(ContentionTest, WhatIsTooShortIsNotJudged) {
  begin();
  set_times(1500, 300);
  EXPECT_THAT(after(0.9 * second).signs, IsEmpty());
}

TEST_F(ContentionTest, AMachineWithoutTheseFilesIsNotJudged) {
  fake_.write("/proc/stat", "");
  begin();
  EXPECT_THAT(after(10.0 * second).signs, IsEmpty());
}

TEST_F(ContentionTest, HeatIsSeen) {
  const std::string count = "/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count";
  fake_.write(count, "3\n");
  begin();
  fake_.write(count, "5\n");
  EXPECT_THAT(after(10.0 * second).signs, ElementsAre("the CPU was slowed down by heat 2 times"));
}

TEST_F(ContentionTest, OthersOnABoardAreSeen) {
  ChannelState others;
  others.channel.id = "nvml:GPU-a:other-processes";
  others.channel.label = "NVIDIA A100";
  others.channel.unit = Gauge{"processes", 1.0, {}};
  others.most = 2.0;
  ChannelState throttle;
  throttle.channel.id = "nvml:GPU-a:throttle";
  throttle.channel.label = "NVIDIA A100";
  throttle.channel.unit = Gauge{"", 1.0, {"software power cap", "hardware thermal slowdown"}};
  throttle.flag_shares = {0.9, 0.25};
  Measurement whole;
  whole.states = {others, throttle};
  begin();
  EXPECT_THAT(after(10.0 * second, whole).signs,
              ElementsAre("2 other processes on NVIDIA A100",
                          "NVIDIA A100: hardware thermal slowdown in 25 % of the readings"))
      << "a power cap is how a board works";
}

}  // namespace
}  // namespace isojoule
