#include "isojoule/sensor/cray/cray.hpp"

#include <gmock/gmock.h>

#include "support/fake_world.hpp"
#include "support/without_privileges.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CrayTest : public testing::Test {
 protected:
  /// A node with one accelerator, as HPE's documentation describes the files.
  CrayTest() {
    write("energy", "26213648 J 1688636131868213 us");
    write("power", "235 W 1688636131868213 us");
    write("cpu_energy", "9000000 J 1688636131868213 us");
    write("cpu_power", "80 W 1688636131868213 us");
    write("memory_energy", "2000000 J 1688636131868213 us");
    write("accel0_energy", "7000000 J 1688636131868213 us");
    write("accel0_power", "90 W 1688636131868213 us");
    write("accel0_power_cap", "0 W 1688636131868213 us");
    write("freshness", "1000");
    write("generation", "1");
    write("raw_scan_hz", "10");
    write("startup", "15");
    write("version", "2");
  }
  void write(const std::string& file, const std::string& text) {
    fake_.write("/sys/cray/pm_counters/" + file, text + "\n");
  }
  std::unique_ptr<Sensor> open() { return open_cray(fake_.world(), Subject{}, probe_); }
  std::vector<Sample> poll(Sensor& sensor) {
    std::vector<Sample> samples(sensor.channels().size());
    fault_ = sensor.poll(samples);
    return samples;
  }
  static std::vector<std::string> ids(const std::unique_ptr<Sensor>& sensor) {
    std::vector<std::string> result;
    if (sensor)
      for (const Channel& channel : sensor->channels()) result.push_back(channel.id);
    return result;
  }

  FakeWorld fake_;
  Probe probe_;
  std::optional<Fault> fault_;
};

TEST_F(CrayTest, CountsTheMachineAndItsPartsInJoules) {
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("cray:accel0_energy", "cray:cpu_energy", "cray:energy",
                                       "cray:memory_energy"));
  EXPECT_THAT(poll(*sensor), ElementsAre(7'000'000u, 9'000'000u, 26'213'648u, 2'000'000u));
  EXPECT_FALSE(fault_);
  const auto scope = [&](std::size_t i) { return sensor->channels()[i].scope; };
  EXPECT_EQ(scope(0), Scope::gpu);
  EXPECT_EQ(scope(1), Scope::package);
  EXPECT_EQ(scope(2), Scope::node);
  EXPECT_EQ(scope(3), Scope::dram);
  const Channel& node = sensor->channels()[2];
  EXPECT_EQ(node.component, "node");
  EXPECT_EQ(std::get<Energy>(node.unit), joule);
  EXPECT_EQ(node.refresh, 100.0 * millisecond);
  EXPECT_EQ(node.range, std::nullopt) << "a decrease is a reset, no wrap";
  EXPECT_EQ(probe_.reason,
            "energy of gpu-accel0, energy of packages, energy of node, energy of dram");
}

TEST_F(CrayTest, LeavesOutAcceleratorsThatAreNotThere) {
  write("accel1_energy", "0 J 1688636131868213 us");
  EXPECT_EQ(open()->channels().size(), 4u);
  EXPECT_THAT(probe_.reason, HasSubstr("accel1_energy (it shows 0 J: there is no accelerator)"));
}

TEST_F(CrayTest, TakesNoAcceleratorWhereAVariableChoosesAmongThem) {
  fake_.set_environment("ROCR_VISIBLE_DEVICES", "0");
  EXPECT_THAT(ids(open()), ElementsAre("cray:cpu_energy", "cray:energy", "cray:memory_energy"));
  EXPECT_THAT(probe_.reason, HasSubstr("ROCR_VISIBLE_DEVICES chooses among the boards"));
}

TEST_F(CrayTest, EndsWhereTheCountersBeginAnew) {
  const auto sensor = open();
  write("startup", "16");
  write("energy", "99999999 J 1688636131868213 us");  // above what it was, so not to be seen in it
  EXPECT_THAT(poll(*sensor), testing::Each(std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::fatal);
  EXPECT_EQ(fault_->message, "the node's counters have restarted");
}

TEST_F(CrayTest, IsMissingWhileFreshnessStandsStill) {
  const auto sensor = open();
  fake_.clock().advance(900.0 * millisecond, 0);
  EXPECT_EQ(poll(*sensor)[2], 26'213'648u);
  fake_.clock().advance(200.0 * millisecond, 0);
  EXPECT_THAT(poll(*sensor), testing::Each(std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  EXPECT_THAT(fault_->message, HasSubstr("freshness stands still"));
  write("freshness", "1001");
  EXPECT_EQ(poll(*sensor)[2], 26'213'648u);
  EXPECT_FALSE(fault_);
}

TEST_F(CrayTest, WorksWithoutTheFilesThatTellOfRestarts) {
  for (const char* file : {"startup", "freshness", "raw_scan_hz"})
    fake_.remove(std::string("/sys/cray/pm_counters/") + file);
  const auto sensor = open();
  fake_.clock().advance(10.0 * second, 0);
  EXPECT_EQ(poll(*sensor)[2], 26'213'648u);
  EXPECT_EQ(sensor->channels()[2].refresh, std::nullopt);
}

TEST_F(CrayTest, DoesNotTakeOtherTextForJoules) {
  for (const char* bad : {"", "J", "-5 J 1 us", "5", "5 W 1 us", "5 kJ 1 us", "1.5 J 1 us",
                          "18446744073709551616 J 1 us"}) {
    write("energy", bad);
    EXPECT_THAT(ids(open()),
                ElementsAre("cray:accel0_energy", "cray:cpu_energy", "cray:memory_energy"))
        << bad;
    EXPECT_THAT(probe_.reason, HasSubstr("left out: energy (")) << bad;
  }
}

TEST_F(CrayTest, LeavesAGapForAReadingThatFails) {
  const auto sensor = open();
  write("cpu_energy", "n/a");
  EXPECT_THAT(poll(*sensor), ElementsAre(7'000'000u, std::nullopt, 26'213'648u, 2'000'000u));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->source, "cray:cpu_energy");
}

TEST_F(CrayTest, SaysThatItIsAbsent) {
  fake_.remove("/sys/cray");
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "there is no /sys/cray/pm_counters, which HPE Cray nodes have");
  fake_.write("/sys/cray/pm_counters/version", "2\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "no counter under /sys/cray/pm_counters can be used");
}

TEST_F(CrayTest, TellsDeniedFromAbsent) {
  namespace fs = std::filesystem;
  fs::permissions(fake_.root(), fs::perms{0755});
  fs::permissions(fake_.root() / "sys/cray/pm_counters/energy", fs::perms{});
  const WithoutPrivileges guard;
  std::error_code closed;
  if (!fs::is_directory(fake_.root() / "sys", closed))
    GTEST_SKIP() << "the directory of temporary files is closed to unprivileged users";
  EXPECT_EQ(ids(open()).size(), 3u);
  EXPECT_THAT(probe_.reason, HasSubstr("permission denied: /sys/cray/pm_counters/energy"));
  EXPECT_THAT(probe_.remedy, HasSubstr("chmod a+r /sys/cray/pm_counters/energy"));
  ASSERT_EQ(probe_.unmeasured.size(), 1u);
  EXPECT_EQ(probe_.unmeasured[0].what, "counters of the node (cray)");
}

}  // namespace
}  // namespace isojoule
