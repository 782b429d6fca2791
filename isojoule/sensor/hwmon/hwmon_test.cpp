#include "isojoule/sensor/hwmon/hwmon.hpp"

#include <gmock/gmock.h>

#include "isojoule/core/measurement.hpp"

#include "support/hwmon_fixture.hpp"
#include "support/without_privileges.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(HwmonTest, ReadsTheSocketsOfAmdAndNotTheCoresWithinThem) {
  add_amd_energy();
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("hwmon:amd_energy:package-0", "hwmon:amd_energy:package-1"));
  EXPECT_THAT(poll(*sensor), ElementsAre(1000u, 2000u));
  const Channel& socket = sensor->channels()[1];
  EXPECT_EQ(socket.component, "package-1");
  EXPECT_EQ(socket.label, "CPU package-1");
  EXPECT_EQ(socket.scope, Scope::package);
  EXPECT_EQ(socket.kind, Kind::measured);
  EXPECT_EQ(std::get<Energy>(socket.unit), microjoule);
  EXPECT_EQ(probe_.reason, "energy of amd_energy:package-0, energy of amd_energy:package-1");
}

TEST_F(HwmonTest, IsAnAlternativeOfRaplAndCountsNothingTwice) {
  add_amd_energy();
  const auto sensor = open();
  Measurement measurement;
  for (const Channel& channel : sensor->channels()) {
    measurement.channels.push_back({.channel = channel, .energy = 10.0 * joule, .reason = ""});
    Channel rapl = channel;
    rapl.id = "rapl:" + channel.component;
    measurement.channels.push_back({.channel = rapl, .energy = 10.0 * joule, .reason = ""});
  }
  EXPECT_EQ(measurement.total(Scope::package)->energy, 20.0 * joule);
}

TEST_F(HwmonTest, LeavesSocketsOfSeveralDiesToRapl) {
  add_amd_energy();
  const std::string topology = "/sys/devices/system/cpu/cpu0/topology/";
  fake_.write(topology + "package_cpus_list", "0-15\n");
  fake_.write(topology + "die_cpus_list", "0-7\n");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("amd_energy (its sockets have several dies"));
  fake_.write(topology + "die_cpus_list", "0-15\n");
  EXPECT_NE(open(), nullptr);
}

TEST_F(HwmonTest, ReadsAnAmdBoardByItsPciAddress) {
  add_amdgpu();
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("hwmon:amdgpu:gpu-0000:03:00.0"));
  const Channel& board = sensor->channels()[0];
  EXPECT_EQ(board.component, "gpu-0000:03:00.0");
  EXPECT_EQ(board.label, "amdgpu 0x1002:0x744c");
  EXPECT_EQ(board.scope, Scope::gpu);
  EXPECT_DOUBLE_EQ(std::get<Power>(board.unit).in(watt), 1e-6);
  EXPECT_DOUBLE_EQ(board.max_power.value().in(watt), 700.0);  // twice the highest limit
  EXPECT_THAT(poll(*sensor), ElementsAre(23'000'000u));
}

TEST_F(HwmonTest, CallsABoardByItsNameWhereItHasOne) {
  add_amdgpu();
  fake_.write("/sys/devices/0000:03:00.0/product_name", "AMD Instinct MI210\n");
  EXPECT_EQ(open()->channels()[0].label, "AMD Instinct MI210");
  for (const char* file : {"product_name", "device"})
    fake_.remove(std::string("/sys/devices/0000:03:00.0/") + file);
  EXPECT_EQ(open()->channels()[0].label, "amdgpu");
}

TEST_F(HwmonTest, PrefersTheAverageOfABoardAndTakesTheMomentElse) {
  add_amdgpu();
  write("hwmon3", "power1_input", "99000000");
  EXPECT_THAT(poll(*open()), ElementsAre(23'000'000u));
  fake_.remove("/sys/class/hwmon/hwmon3/power1_average");
  EXPECT_THAT(poll(*open()), ElementsAre(99'000'000u));
}

TEST_F(HwmonTest, LeavesOutTheGraphicsOfAProcessor) {
  add_amdgpu();
  fake_.remove("/sys/class/hwmon/hwmon3/power1_cap");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("amdgpu (it has no power1_cap"));
}

TEST_F(HwmonTest, TakesNoBoardWhereAVariableChoosesAmongThem) {
  add_amdgpu();
  fake_.set_environment("ROCR_VISIBLE_DEVICES", "1");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("amdgpu (ROCR_VISIBLE_DEVICES chooses among the boards)"));
}

TEST_F(HwmonTest, GivesNoIntervalToAPowerOfUnknownAveraging) {
  add_amdgpu();
  add("hwmon5", "corsairpsu", {{"power1_input", "190000000"}, {"power1_label", "power total"}});
  const auto sensor = open();
  ASSERT_EQ(sensor->channels().size(), 2u);
  EXPECT_EQ(sensor->channels()[0].caveat, "over how long amdgpu averages is not known");
  EXPECT_EQ(sensor->channels()[1].caveat, "over how long corsairpsu averages is not known");
}

TEST_F(HwmonTest, LeavesOutABoardWithoutAnAddress) {
  add_amdgpu();
  fake_.remove("/sys/class/hwmon/hwmon3/device");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("amdgpu (it has no PCI address)"));
}

TEST_F(HwmonTest, ReadsTheTotalOfAPowerSupplyAndNotItsRails) {
  add("hwmon0", "corsairpsu",
      {{"power1_input", "190000000"},
       {"power1_label", "power total"},
       {"power2_input", "150000000"},
       {"power2_label", "power +12v"}});
  const auto sensor = open();
  EXPECT_THAT(ids(sensor), ElementsAre("hwmon:corsairpsu:node"));
  EXPECT_THAT(poll(*sensor), ElementsAre(190'000'000u));
}

TEST_F(HwmonTest, TakesNeitherOfTwoPowerSupplies) {
  for (const char* device : {"hwmon0", "hwmon1"})
    add(device, "corsairpsu", {{"power1_input", "1"}, {"power1_label", "power total"}});
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("corsairpsu:node (there are 2, none is the whole)"));
}

TEST_F(HwmonTest, NamesWhatItDoesNotKnowAndReadsOn) {
  add("hwmon0", "fam15h_power", {{"power1_average", "1"}});
  add("hwmon1", "zenpower", {{"power1_input", "1"}});
  add("hwmon2", "k10temp", {{"temp1_input", "40000"}});
  add_amdgpu();
  EXPECT_THAT(ids(open()), ElementsAre("hwmon:amdgpu:gpu-0000:03:00.0"));
  EXPECT_EQ(probe_.reason,
            "power of amdgpu:gpu-0000:03:00.0; left out: fam15h_power (its meaning is not known), "
            "zenpower (its meaning is not known)");
  EXPECT_EQ(probe_.remedy, "");
}

TEST_F(HwmonTest, TakesNoDriverForASimilarOne) {
  add("hwmon0", "i915_gt0", {{"energy1_input", "1"}});
  add("hwmon1", "power_meter2", {{"power1_average", "1"}});
  EXPECT_THAT(ids(open()), IsEmpty());
}

TEST_F(HwmonTest, SaysThatItIsAbsent) {
  EXPECT_FALSE(probe().usable);
  EXPECT_EQ(probe().reason, "there are no devices under /sys/class/hwmon");
  add("hwmon0", "coretemp", {{"temp1_input", "40000"}});
  EXPECT_EQ(probe().reason, "no device under /sys/class/hwmon reports a known energy");
  EXPECT_EQ(open(), nullptr);
}

TEST_F(HwmonTest, LeavesOutADeviceOfWhichAPartCannotBeRead) {
  add_amd_energy();
  write("hwmon4", "energy4_input", "garbage");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("amd_energy (energy4_input: not a number)"));
}

TEST_F(HwmonTest, TellsDeniedFromAbsent) {
  namespace fs = std::filesystem;
  add_amd_energy();
  fs::permissions(fake_.root(), fs::perms{0755});
  for (const char* file : {"energy3_input", "energy4_input"})
    fs::permissions(fake_.root() / "sys/class/hwmon/hwmon4" / file, fs::perms{});
  const WithoutPrivileges guard;
  std::error_code closed;
  if (!fs::is_directory(fake_.root() / "sys", closed))
    GTEST_SKIP() << "the directory of temporary files is closed to unprivileged users";

  const Probe denied = probe();
  EXPECT_FALSE(denied.usable);
  EXPECT_THAT(denied.reason, AllOf(HasSubstr("permission denied"), HasSubstr("energy3_input"),
                                   Not(HasSubstr("no device"))));
  EXPECT_THAT(denied.remedy, HasSubstr("sudo chmod a+r /sys/class/hwmon/hwmon4/energy3_input"));
}

}  // namespace
}  // namespace isojoule
