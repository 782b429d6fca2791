#include "isojoule/sensor/hwmon/hwmon.hpp"

#include <gmock/gmock.h>

#include "isojoule/core/measurement.hpp"

#include "support/fake_world.hpp"
#include "support/without_privileges.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class HwmonTest : public testing::Test {
 protected:
  /// A device with its files; each text gets its newline.
  void add(const std::string& device, const std::string& driver,
           const std::vector<std::pair<std::string, std::string>>& files) {
    write(device, "name", driver);
    for (const auto& [file, text] : files) write(device, file, text);
  }
  void write(const std::string& device, const std::string& file, const std::string& text) {
    fake_.write("/sys/class/hwmon/" + device + "/" + file, text + "\n");
  }
  void link_to_pci(const std::string& device, const std::string& address) {
    fake_.write("/sys/devices/" + address + "/vendor", "0x1002\n");
    fake_.write("/sys/devices/" + address + "/device", "0x744c\n");
    std::filesystem::create_symlink("../../../devices/" + address,
                                    fake_.root() / "sys/class/hwmon" / device / "device");
  }
  void add_amdgpu() {
    add("hwmon3", "amdgpu",
        {{"power1_average", "23000000"},
         {"power1_cap", "300000000"},
         {"power1_cap_max", "350000000"},
         {"power1_label", "PPT"},
         {"temp1_input", "40000"}});
    link_to_pci("hwmon3", "0000:03:00.0");
  }
  void add_amd_energy() {
    add("hwmon4", "amd_energy",
        {{"energy1_input", "11"},
         {"energy1_label", "Ecore000"},
         {"energy2_input", "12"},
         {"energy2_label", "Ecore001"},
         {"energy3_input", "1000"},
         {"energy3_label", "Esocket0"},
         {"energy4_input", "2000"},
         {"energy4_label", "Esocket1"}});
  }

  std::unique_ptr<Sensor> open() { return open_hwmon(fake_.world(), Subject{}, probe_); }
  Probe probe() { return probe_hwmon(fake_.world()); }
  static std::vector<std::string> ids(const std::unique_ptr<Sensor>& sensor) {
    std::vector<std::string> result;
    if (sensor)
      for (const Channel& channel : sensor->channels()) result.push_back(channel.id);
    return result;
  }
  static std::vector<Sample> poll(Sensor& sensor, std::optional<Fault>* fault = nullptr) {
    std::vector<Sample> samples(sensor.channels().size());
    const std::optional<Fault> seen = sensor.poll(samples);
    if (fault != nullptr) *fault = seen;
    return samples;
  }

  FakeWorld fake_;
  Probe probe_;  ///< of the last opening
};

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

TEST_F(HwmonTest, LeavesOutABoardWithoutAnAddress) {
  add_amdgpu();
  fake_.remove("/sys/class/hwmon/hwmon3/device");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("amdgpu (it has no PCI address)"));
}

TEST_F(HwmonTest, TakesNoBoardWhereAVariableChoosesAmongThem) {
  add_amdgpu();
  add("hwmon2", "xe", {{"energy1_input", "500"}});
  link_to_pci("hwmon2", "0000:0a:00.0");
  fake_.set_environment("ROCR_VISIBLE_DEVICES", "1");
  EXPECT_THAT(ids(open()), ElementsAre("hwmon:xe:gpu-0000:0a:00.0"));
  EXPECT_THAT(probe_.reason, HasSubstr("amdgpu (ROCR_VISIBLE_DEVICES chooses among the boards)"));
  fake_.set_environment("ZE_AFFINITY_MASK", "0");
  EXPECT_THAT(ids(open()), IsEmpty());
}

TEST_F(HwmonTest, ReadsTheCardOfAnIntelBoardAndNotItsPackage) {
  add("hwmon2", "xe",
      {{"energy1_input", "500"},
       {"energy1_label", "card"},
       {"energy2_input", "400"},
       {"energy2_label", "pkg"},
       {"power1_rated_max", "150000000"}});
  link_to_pci("hwmon2", "0000:0a:00.0");
  add("hwmon1", "i915", {{"energy1_input", "7"}});
  link_to_pci("hwmon1", "0000:0b:00.0");
  const auto sensor = open();
  EXPECT_THAT(ids(sensor), ElementsAre("hwmon:i915:gpu-0000:0b:00.0", "hwmon:xe:gpu-0000:0a:00.0"));
  EXPECT_THAT(poll(*sensor), ElementsAre(7u, 500u));
  EXPECT_TRUE(sensor->channels()[1].is_counter());
  EXPECT_DOUBLE_EQ(sensor->channels()[1].max_power.value().in(watt), 300.0);
}

TEST_F(HwmonTest, ReadsTheWholeMachineByAcpi) {
  add("hwmon0", "power_meter",
      {{"power1_average", "412000000"}, {"power1_average_interval", "1000"}});
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("hwmon:power_meter:node"));
  EXPECT_EQ(sensor->channels()[0].component, "node");
  EXPECT_EQ(sensor->channels()[0].scope, Scope::node);
  EXPECT_EQ(sensor->channels()[0].refresh, 1.0 * second);
  EXPECT_EQ(sensor->channels()[0].averaging, 1.0 * second);
  EXPECT_THAT(poll(*sensor), ElementsAre(412'000'000u));
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

TEST_F(HwmonTest, MultipliesVoltageAndCurrentOfAJetsonsInput) {
  add("hwmon1", "ina3221",
      {{"in1_label", "VDD_IN"},
       {"in1_input", "5000"},
       {"curr1_input", "880"},
       {"in2_label", "VDD_CPU_GPU_CV"},
       {"in2_input", "5000"},
       {"curr2_input", "240"},
       {"in7_label", "sum of shunt voltages"},
       {"in7_input", "120"}});
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("hwmon:ina3221:node"));
  EXPECT_EQ(sensor->channels()[0].label, "whole machine (ina3221, VDD_IN)");
  EXPECT_THAT(poll(*sensor), ElementsAre(4'400'000u));  // 5 V x 0.88 A = 4.4 W

  write("hwmon1", "curr1_input", "-3");
  std::optional<Fault> fault;
  EXPECT_THAT(poll(*sensor, &fault), ElementsAre(std::nullopt));
  EXPECT_EQ(fault->source, "hwmon:ina3221:node");
  write("hwmon1", "in1_input", "18446744073709551615");
  write("hwmon1", "curr1_input", "2");
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt));
}

TEST_F(HwmonTest, TakesNoRailThatIsAPartForTheWhole) {
  add("hwmon1", "ina3221",
      {{"in1_label", "VDD_GPU_SOC"},
       {"in1_input", "5000"},
       {"curr1_input", "880"},
       {"in3_label", "VIN_SYS_5V0"},
       {"in3_input", "5000"},
       {"curr3_input", "240"}});
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("ina3221 (none of its channels is known to be a whole"));
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

TEST_F(HwmonTest, DoesNotAskSlowMetersWhileItOpens) {
  add("hwmon0", "power_meter", {{"power1_average", "garbage"}});
  const auto sensor = open();
  ASSERT_NE(sensor, nullptr);
  std::optional<Fault> fault;
  EXPECT_THAT(poll(*sensor, &fault), ElementsAre(std::nullopt));
  EXPECT_EQ(fault->kind, FaultKind::retry);
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
