#include "isojoule/sensor/node_model/node_model.hpp"

#include <gmock/gmock.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class NodeModelTest : public testing::Test {
 protected:
  NodeModelTest() {
    set_cpu("Intel(R) Xeon(R) Platinum 8180 CPU @ 2.50GHz", "");
    set_busy_ticks(0);
    fake_.write("/proc/meminfo", "MemTotal: 201326592 kB\n");  // 192 GiB: 8 modules by the table
  }

  /// Two packages of two threads.
  void set_cpu(const std::string& model, const std::string& flags) {
    std::string text;
    for (int thread = 0; thread < 4; ++thread)
      text += "processor\t: " + std::to_string(thread) + "\nmodel name\t: " + model +
              "\nphysical id\t: " + std::to_string(thread % 2) + "\nflags\t\t: " + flags + "\n\n";
    fake_.write("/proc/cpuinfo", text);
  }
  void set_busy_ticks(int ticks) {
    fake_.write("/proc/stat", "cpu  " + std::to_string(ticks) + " 0 0 9 9 0 0 0 0 0\n");
  }
  Probe probe() { return probe_node_model(fake_.world()); }
  double joules(Sensor& sensor) {
    std::vector<Sample> samples(1);
    EXPECT_FALSE(sensor.poll(samples));
    return static_cast<double>(samples[0].value()) * 1e-6;
  }

  FakeWorld fake_;
  Probe probe_;
};

TEST_F(NodeModelTest, IsAModelledCounterOfTheWholeMachine) {
  const auto sensor = open_node_model(fake_.world(), Subject{}, probe_);
  ASSERT_TRUE(sensor);
  const Channel& channel = sensor->channels()[0];
  EXPECT_EQ(channel.id, "node-model:wall");
  EXPECT_EQ(channel.component, "node");
  EXPECT_EQ(channel.scope, Scope::node);
  EXPECT_EQ(channel.kind, Kind::modelled);
  EXPECT_TRUE(channel.is_counter());
  EXPECT_THAT(channel.model, AllOf(HasSubstr("at the wall, by 72 results of SPECpower_ssj2008 with "
                                             "Skylake-SP"),
                                   HasSubstr("TDP 205 W by name"), HasSubstr("8 memory modules")));
  EXPECT_EQ(probe().reason, "a model, not a measurement: " + channel.model);
}

TEST_F(NodeModelTest, AddsIdleTimeAndBusyThreads) {
  const auto sensor = open_node_model(fake_.world(), Subject{}, probe_);
  ASSERT_TRUE(sensor);
  EXPECT_EQ(joules(*sensor), 0.0);
  const double idle = (2 * 14.1 + 8 * 2.6) / 0.85;
  fake_.clock().advance(10.0 * second, 0);
  EXPECT_NEAR(joules(*sensor), 10 * idle, 1e-3);
  set_busy_ticks(400);  // 4 s at 100 ticks a second
  EXPECT_NEAR(joules(*sensor), 10 * idle + 4 * (0.97 * 205 / 2), 1e-3);
}

TEST_F(NodeModelTest, IsNearToWhatSuchServersShowed) {
  // Xeon Platinum 8180, two of them, 192 GB, 112 threads: 471 W full and 59.4 W idle (Sep 2018).
  std::string text;
  for (int thread = 0; thread < 112; ++thread)
    text += "processor\t: " + std::to_string(thread) +
            "\nmodel name\t: Intel(R) Xeon(R) Platinum 8180 CPU @ 2.50GHz\nphysical id\t: " +
            std::to_string(thread % 2) + "\n\n";
  fake_.write("/proc/cpuinfo", text);
  const auto sensor = open_node_model(fake_.world(), Subject{}, probe_);
  ASSERT_TRUE(sensor);
  joules(*sensor);
  fake_.clock().advance(1.0 * second, 0);
  const double idle = joules(*sensor);
  set_busy_ticks(112 * 100);
  const double full = joules(*sensor);
  EXPECT_NEAR(idle / 59.4, 1.0, 0.25);
  EXPECT_NEAR(full / 471, 1.0, 0.15);
}

TEST_F(NodeModelTest, IsNotUsableInAVirtualMachine) {
  set_cpu("Intel(R) Xeon(R) Platinum 8180 CPU @ 2.50GHz", "fpu hypervisor sse");
  EXPECT_FALSE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("virtual machine"));
}

TEST_F(NodeModelTest, IsNotUsableWithoutResultsOfItsGeneration) {
  for (const char* model :
       {"AMD EPYC 9654 96-Core Processor", "12th Gen Intel(R) Core(TM) i7-12700K", ""}) {
    set_cpu(model, "");
    EXPECT_FALSE(probe().usable) << model;
    EXPECT_THAT(probe().reason, HasSubstr("no published results")) << model;
  }
}

TEST_F(NodeModelTest, IsNotUsableBesideAnAccelerator) {
  fake_.write("/sys/bus/pci/devices/0000:00:02.0/class", "0x030000\n");  // graphics of the board
  EXPECT_TRUE(probe().usable);
  fake_.write("/sys/bus/pci/devices/0000:17:00.0/class", "0x030200\n");
  EXPECT_FALSE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("accelerator (0000:17:00.0)"));
}

TEST_F(NodeModelTest, LeavesAMalformedStatEmpty) {
  const auto sensor = open_node_model(fake_.world(), Subject{}, probe_);
  fake_.write("/proc/stat", "cpu  1 2\n");
  std::vector<Sample> samples(1);
  EXPECT_TRUE(sensor->poll(samples));
  EXPECT_FALSE(samples[0]);
}

TEST_F(NodeModelTest, IsNotUsableWithoutStat) {
  fake_.remove("/proc/stat");
  EXPECT_FALSE(probe().usable);
  EXPECT_EQ(open_node_model(fake_.world(), Subject{}, probe_), nullptr);
}

}  // namespace
}  // namespace isojoule
