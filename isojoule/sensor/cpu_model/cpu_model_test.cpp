#include "isojoule/sensor/cpu_model/cpu_model.hpp"

#include <unistd.h>

#include <gmock/gmock.h>

#include "isojoule/core/measurement.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CpuModelTest : public testing::Test {
 protected:
  CpuModelTest() {
    set_cpu("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz");
    fake_.write("/proc/stat", "cpu  100 20 30 999 888 4 5 777 50 6\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
    fake_.write("/cgroup/cpu.stat", "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n");
  }

  void set_cpu(const std::string& model) {
    std::string text;
    for (int thread = 0; thread < 4; ++thread)
      text += "processor\t: " + std::to_string(thread) + "\nmodel name\t: " + model + "\n\n";
    fake_.write("/proc/cpuinfo", text);
  }
  std::unique_ptr<Sensor> open() { return open_cpu_model(fake_.world(), Subject{}, probe_); }
  std::unique_ptr<Sensor> open_cgroup() {
    return open_cpu_model(fake_.world(), Subject{fake_.root() / "cgroup"}, probe_);
  }
  std::vector<Sample> poll(Sensor& sensor) {
    std::vector<Sample> samples(sensor.channels().size());
    fault_ = sensor.poll(samples);
    return samples;
  }
  static std::vector<std::string> ids(const Sensor& sensor) {
    std::vector<std::string> result;
    for (const Channel& channel : sensor.channels()) result.push_back(channel.id);
    return result;
  }
  static std::uint64_t ticks(std::uint64_t count) {
    return count * 1'000'000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  }

  FakeWorld fake_;
  Probe probe_;  ///< of the last opening
  std::optional<Fault> fault_;
};

TEST_F(CpuModelTest, ModelsAKnownCpu) {
  const auto sensor = open();
  for (const Channel& channel : sensor->channels()) {
    EXPECT_EQ(channel.component, "cpu");
    EXPECT_EQ(channel.scope, Scope::package);
    EXPECT_EQ(channel.kind, Kind::modelled);
    EXPECT_EQ(channel.model,
              "CPU time x 29.33 W per busy hardware thread (TDP 150 W by name, Cascade Lake, 4 "
              "threads a package; 90 % within 19.65 to 41.05 W); idle power, about 18 W a package, "
              "is not in it");
    const Energy of_one_second = 1e6 * std::get<Energy>(channel.unit);
    EXPECT_NEAR(of_one_second.in(joule), 0.85 * 0.92 * 150 / 4, 1e-9);
  }
  EXPECT_EQ(probe_cpu_model(fake_.world()).reason,
            "a model, not a measurement: " + sensor->channels()[0].model);
}

TEST_F(CpuModelTest, ModelsAnUnknownCpuAndSaysSo) {
  set_cpu("Intel(R) Xeon(R) Processor");
  const auto sensor = open();
  EXPECT_THAT(sensor->channels()[0].model,
              HasSubstr("(no TDP is known; threads of a package are not known, so as a CPU of "
                        "unknown generation; 90 % within 0.44 to 6.63 W); idle power"));
  EXPECT_TRUE(probe_cpu_model(fake_.world()).usable);
}

TEST_F(CpuModelTest, WorksWithoutCpuinfo) {
  fake_.remove("/proc/cpuinfo");
  const auto sensor = open();
  EXPECT_THAT(sensor->channels()[1].model, HasSubstr("no TDP is known"));
  EXPECT_FALSE(sensor->channels()[1].max_power);
}

TEST_F(CpuModelTest, ReadsTheCgroupWhereThereIsOne) {
  const auto sensor = open_cgroup();
  EXPECT_THAT(ids(*sensor), ElementsAre("cpu-model:cgroup"));
  EXPECT_EQ(sensor->channels()[0].validity, Validity::any_window);
  EXPECT_THAT(poll(*sensor), ElementsAre(1234567u));
  fake_.write("/cgroup/cpu.stat", "user_usec 9\nusage_usec 2000000\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(2000000u));
}

TEST_F(CpuModelTest, FallsBackToChildrenAndMachine) {
  fake_.set_children_cpu_microseconds(42);
  for (const auto& cgroup : {std::filesystem::path(), fake_.root() / "no-such-cgroup"}) {
    const auto sensor = open_cpu_model(fake_.world(), Subject{cgroup}, probe_);
    ASSERT_THAT(ids(*sensor), ElementsAre("cpu-model:children", "cpu-model:machine"));
    EXPECT_EQ(sensor->channels()[0].validity, Validity::whole_command);
    EXPECT_EQ(sensor->channels()[1].validity, Validity::any_window);
    // user + nice + system + irq + softirq
    EXPECT_THAT(poll(*sensor), ElementsAre(42u, ticks(100 + 20 + 30 + 4 + 5)));
  }
}

TEST_F(CpuModelTest, FollowsTheProcessesWhereThereIsNoCgroup) {
  fake_.write("/proc/71/stat", "71 (x) S 1 0 0 0 0 0 0 0 0 0 300 0 0 0 0 0 1 0 5 0 0\n");
  const auto sensor =
      open_cpu_model(fake_.world(), Subject{fake_.root() / "no-such-cgroup", 71}, probe_);
  ASSERT_THAT(ids(*sensor), ElementsAre("cpu-model:tree"));
  EXPECT_EQ(sensor->channels()[0].validity, Validity::any_window);
  EXPECT_FALSE(sensor->channels()[0].max_power) << "a child's time may arrive in one step";
  EXPECT_THAT(poll(*sensor), ElementsAre(0u));
  fake_.write("/proc/71/stat", "71 (x) S 1 0 0 0 0 0 0 0 0 0 340 2 0 0 0 0 1 0 5 0 0\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(ticks(42)));
  const Subject gone{{}, 72};
  EXPECT_THAT(ids(*open_cpu_model(fake_.world(), gone, probe_)),
              ElementsAre("cpu-model:children", "cpu-model:machine"));
}

TEST_F(CpuModelTest, BoundsTheMachineByItsThreadsButNotTheChildren) {
  const auto sensor = open();
  EXPECT_FALSE(sensor->channels()[0].max_power);
  EXPECT_DOUBLE_EQ(sensor->channels()[1].max_power.value().in(watt), 1.2 * 0.85 * 0.92 * 150);
}

TEST_F(CpuModelTest, ChildrenSpeakForTheWholeCommandAndTheMachineForOtherWindows) {
  const auto sensor = open();
  std::vector<ChannelEnergy> energies(2);
  for (std::size_t i = 0; i < 2; ++i) {
    energies[i].channel = sensor->channels()[i];
    energies[i].energy = 1.0 * joule;
  }
  EXPECT_EQ(best_channel(energies, "cpu")->channel.id, "cpu-model:children");
  energies[0].energy.reset();
  EXPECT_EQ(best_channel(energies, "cpu")->channel.id, "cpu-model:machine");
}

TEST_F(CpuModelTest, LeavesAMalformedCgroupEmpty) {
  const auto sensor = open_cgroup();
  for (const char* text : {"", "usage_usec\n", "usage_usec \n", "usage_usec -3\n",
                           "usage_usec 12x\n", "usage_usec 123456", "user_usec 5\n",
                           "usage_usec_total 5\n", "usage_usec 99999999999999999999\n"}) {
    SCOPED_TRACE(text);
    fake_.write("/cgroup/cpu.stat", text);
    EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt));
    ASSERT_TRUE(fault_);
    EXPECT_EQ(fault_->kind, FaultKind::retry);
    EXPECT_EQ(fault_->source, "cpu-model:cgroup");
  }
}

TEST_F(CpuModelTest, LeavesAMalformedStatEmptyAndKeepsTheChildren) {
  fake_.set_children_cpu_microseconds(7);
  const auto sensor = open();
  for (const char* text : {"", "cpu  1 2 3\n", "cpu  1 2 3 4 5 6 7", "cpu0 1 2 3 4 5 6 7\n",
                           "cpu  1 2 x 4 5 6 7\n", "cpu  1 2 -3 4 5 6 7\n"}) {
    SCOPED_TRACE(text);
    fake_.write("/proc/stat", text);
    EXPECT_THAT(poll(*sensor), ElementsAre(7u, std::nullopt));
    ASSERT_TRUE(fault_);
    EXPECT_EQ(fault_->source, "cpu-model:machine");
  }
}

TEST_F(CpuModelTest, ReadsOnlyTheBeginningOfALongStat) {
  std::string text = "cpu  5 0 0 0 0 0 0 0 0 0\n";
  for (int thread = 0; thread < 256; ++thread)
    text += "cpu" + std::to_string(thread) + " 1 1 1 1 1 1 1 1 1 1\n";
  fake_.write("/proc/stat", text);
  EXPECT_THAT(poll(*open()), ElementsAre(0u, ticks(5)));
}

TEST_F(CpuModelTest, IsNotUsableWithoutStat) {
  fake_.remove("/proc/stat");
  const Probe probe = probe_cpu_model(fake_.world());
  EXPECT_FALSE(probe.usable);
  EXPECT_THAT(probe.reason, HasSubstr("/proc/stat cannot be opened: No such file"));
  EXPECT_THAT(probe.remedy, HasSubstr("mount"));
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(probe_.reason, "");
}

}  // namespace
}  // namespace isojoule
