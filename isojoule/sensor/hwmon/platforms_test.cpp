// Platforms whose meaning lies in labels: ACPI meters and Grace, Jetson, Intel's boards.
#include <gmock/gmock.h>

#include "support/hwmon_fixture.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AcpiMeterTest : public HwmonTest, public testing::WithParamInterface<const char*> {
 protected:
  /// A meter with its attributes where this kernel has them.
  void add_meter(const std::string& device, const std::string& info, const std::string& microwatts,
                 const std::string& interval) {
    add(device + GetParam(), "power_meter", {{"power1_average", microwatts}});
    if (!info.empty()) write(device + GetParam(), "power1_oem_info", info);
    if (!interval.empty()) write(device + GetParam(), "power1_average_interval", interval);
  }
};
// Since the driver's conversion the attributes are the hwmon device's own; before, the ACPI
// device's.
INSTANTIATE_TEST_SUITE_P(Layouts, AcpiMeterTest, testing::Values("", "/device"));

TEST_P(AcpiMeterTest, IsOfTheWholeMachine) {
  for (const char* info : {"", "whole", "Power Socket 0"}) {
    add_meter("hwmon0", info, "412000000", "1000");
    const auto sensor = open();
    ASSERT_THAT(ids(sensor), ElementsAre("hwmon:power_meter:node")) << info;
    const Channel& channel = sensor->channels()[0];
    EXPECT_EQ(channel.component, "node");
    EXPECT_EQ(channel.scope, Scope::node);
    EXPECT_EQ(channel.refresh, 1.0 * second);
    EXPECT_EQ(channel.averaging, 1.0 * second);
    EXPECT_EQ(channel.caveat, "");
    EXPECT_THAT(poll(*sensor), ElementsAre(412'000'000u));
  }
}

TEST_P(AcpiMeterTest, HasNoIntervalWhereItDoesNotStateItsAveraging) {
  for (const char* interval : {"", "0", "garbage"}) {
    add_meter("hwmon0", "", "412000000", interval);
    const auto sensor = open();
    EXPECT_EQ(sensor->channels()[0].averaging, std::nullopt) << interval;
    EXPECT_EQ(sensor->channels()[0].caveat, "over how long power_meter averages is not known");
  }
}

TEST_P(AcpiMeterTest, IsNotAskedWhileOpening) {
  add_meter("hwmon0", "Grace Power Socket 0", "garbage", "50");
  const auto sensor = open();
  ASSERT_NE(sensor, nullptr);
  std::optional<Fault> fault;
  EXPECT_THAT(poll(*sensor, &fault), ElementsAre(std::nullopt));
  EXPECT_EQ(fault->kind, FaultKind::retry);
}

TEST_P(AcpiMeterTest, IsOfTheModuleAndTheSocketOfAGraceHopper) {
  add_meter("hwmon1", "Module Power Socket 0", "420000000", "50");
  add_meter("hwmon2", "Grace Power Socket 0", "180000000", "50");
  add_meter("hwmon3", "CPU Power Socket 0", "120000000", "50");
  add_meter("hwmon4", "SysIO Power Socket 0", "40000000", "50");
  add_meter("hwmon5", "Module Power Socket 1", "430000000", "50");
  add_meter("hwmon6", "Grace Power Socket 1", "190000000", "50");
  const auto sensor = open();
  ASSERT_THAT(ids(sensor),
              ElementsAre("hwmon:power_meter:module-0", "hwmon:power_meter:package-0",
                          "hwmon:power_meter:module-1", "hwmon:power_meter:package-1"));
  EXPECT_THAT(poll(*sensor), ElementsAre(420'000'000u, 180'000'000u, 430'000'000u, 190'000'000u));
  EXPECT_EQ(sensor->channels()[0].scope, Scope::module);
  EXPECT_EQ(sensor->channels()[1].scope, Scope::package);
  EXPECT_EQ(sensor->channels()[1].component, "package-0");
  EXPECT_EQ(sensor->channels()[1].label, "Grace of socket 0 (CPU, SysIO and memory)");
  EXPECT_EQ(sensor->channels()[1].averaging, 50.0 * millisecond);
  EXPECT_THAT(probe_.reason, HasSubstr("CPU Power Socket 0: the rail of the cores, a part of the "
                                       "Grace socket"));
}

TEST_P(AcpiMeterTest, TakesNoUnknownPartForTheWhole) {
  add_meter("hwmon1", "DRAM Power Socket 0", "20000000", "50");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("DRAM Power Socket 0: its meaning is not known"));
}

TEST_P(AcpiMeterTest, IsNotTheWholeWhereThereAreTwo) {
  add_meter("hwmon1", "", "20000000", "50");
  add_meter("hwmon2", "", "20000000", "50");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("power_meter:node (there are 2, none is the whole)"));
}

class JetsonTest : public HwmonTest {
 protected:
  /// A rail of `millivolts` and `milliamperes`.
  void add_rail(const std::string& chip, int number, const std::string& label,
                const std::string& millivolts, const std::string& milliamperes) {
    const std::string n = std::to_string(number);
    add(chip, "ina3221",
        {{"in" + n + "_label", label},
         {"in" + n + "_input", millivolts},
         {"curr" + n + "_input", milliamperes}});
  }
  static const Channel* find(const std::unique_ptr<Sensor>& sensor, const std::string& component) {
    for (const Channel& channel : sensor->channels())
      if (channel.component == component) return &channel;
    return nullptr;
  }
};

TEST_F(JetsonTest, ReadsTheInputAndThePartsOfAnOrinNx) {
  add_rail("hwmon1", 1, "VDD_IN", "5000", "880");
  add_rail("hwmon1", 2, "VDD_CPU_GPU_CV", "5000", "240");
  add_rail("hwmon1", 3, "VDD_SOC", "5000", "100");
  add("hwmon1", "ina3221", {{"in7_label", "sum of shunt voltages"}, {"in7_input", "120"}});
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("hwmon:ina3221:node", "hwmon:ina3221:module-0"));
  EXPECT_EQ(sensor->channels()[0].label, "whole machine (ina3221, VDD_IN)");
  EXPECT_EQ(sensor->channels()[1].scope, Scope::module);
  EXPECT_THAT(poll(*sensor), ElementsAre(4'400'000u, 1'200'000u));  // 5 V x 0.88 A = 4.4 W
  EXPECT_THAT(probe_.reason, HasSubstr("VDD_SOC: parts of the module"));

  write("hwmon1", "curr1_input", "-3");
  std::optional<Fault> fault;
  EXPECT_THAT(poll(*sensor, &fault), ElementsAre(std::nullopt, 1'200'000u));
  EXPECT_EQ(fault->source, "hwmon:ina3221:node");
  write("hwmon1", "in1_input", "18446744073709551615");
  write("hwmon1", "curr1_input", "2");
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, 1'200'000u));
}

TEST_F(JetsonTest, AddsTheRailsThatFeedAnAgxOrin) {
  add_rail("hwmon3", 1, "VDD_GPU_SOC", "20000", "300");
  add_rail("hwmon3", 2, "VDD_CPU_CV", "20000", "200");
  add_rail("hwmon3", 3, "VIN_SYS_5V0", "5000", "900");
  add_rail("hwmon4", 2, "VDDQ_VDD2_1V8AO", "5000", "100");  // fed by VIN_SYS_5V0
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("hwmon:ina3221:node", "hwmon:ina3221:gpu-jetson",
                                       "hwmon:ina3221:package-0"));
  EXPECT_THAT(poll(*sensor), ElementsAre(14'500'000u, 6'000'000u, 4'000'000u));
  EXPECT_EQ(sensor->channels()[0].label,
            "whole machine (ina3221, VDD_GPU_SOC + VDD_CPU_CV + VIN_SYS_5V0)");
  EXPECT_EQ(sensor->channels()[1].scope, Scope::gpu);
  EXPECT_EQ(sensor->channels()[1].label, "GPU and SoC (VDD_GPU_SOC)");
  EXPECT_EQ(sensor->channels()[2].scope, Scope::package);
}

TEST_F(JetsonTest, AddsTheRailsOfBothChipsOfAnAgxXavier) {
  int number = 0;
  for (const char* rail : {"GPU", "CPU", "SOC"}) add_rail("hwmon3", ++number, rail, "1000", "1000");
  number = 0;
  for (const char* rail : {"CV", "VDDRQ", "SYS5V"})
    add_rail("hwmon4", ++number, rail, "1000", "1000");
  const auto sensor = open();
  ASSERT_NE(find(sensor, "node"), nullptr);
  EXPECT_EQ(poll(*sensor)[0], 6'000'000u);
  EXPECT_EQ(find(sensor, "dram")->label, "memory (VDDRQ)");
  EXPECT_THAT(probe_.reason, HasSubstr("CV, SOC, SYS5V: parts of the module"));
}

TEST_F(JetsonTest, HasNoWholeWhereARailOfItIsMissing) {
  add_rail("hwmon3", 1, "VDD_GPU_SOC", "20000", "300");
  add_rail("hwmon3", 2, "VDD_CPU_CV", "20000", "200");
  const auto sensor = open();
  EXPECT_THAT(ids(sensor), ElementsAre("hwmon:ina3221:gpu-jetson", "hwmon:ina3221:package-0"));
}

TEST_F(JetsonTest, LeavesOutRailsThatItDoesNotKnow) {
  add_rail("hwmon1", 1, "VDD_5V_FAN", "5000", "100");
  EXPECT_THAT(ids(open()), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("ina3221 (none of its channels is known to be a whole"));
}

TEST_F(JetsonTest, TakesTheAveragingThatTheChipStates) {
  add_rail("hwmon1", 1, "POM_5V_IN", "5000", "880");
  EXPECT_NE(open()->channels()[0].caveat, "");
  write("hwmon1", "update_interval", "100");
  const auto sensor = open();
  EXPECT_EQ(sensor->channels()[0].averaging, 100.0 * millisecond);
  EXPECT_EQ(sensor->channels()[0].caveat, "");
}

class IntelBoardTest : public HwmonTest {
 protected:
  void add_xe() {
    add("hwmon2", "xe",
        {{"energy1_input", "500"},
         {"energy1_label", "card"},
         {"energy2_input", "400"},
         {"energy2_label", "pkg"},
         {"power1_rated_max", "150000000"}});
    link_to_pci("hwmon2", "0000:0a:00.0");
  }
};

TEST_F(IntelBoardTest, ReadsTheCardAndNotItsPackage) {
  add_xe();
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("hwmon:xe:gpu-0000:0a:00.0"));
  EXPECT_THAT(poll(*sensor), ElementsAre(500u));
  const Channel& card = sensor->channels()[0];
  EXPECT_TRUE(card.is_counter());
  EXPECT_EQ(card.scope, Scope::gpu);
  EXPECT_EQ(card.caveat, "");
  EXPECT_DOUBLE_EQ(card.max_power.value().in(watt), 300.0);
  write("hwmon2", "energy1_label", "pkg");
  write("hwmon2", "energy2_label", "card");
  EXPECT_THAT(poll(*open()), ElementsAre(400u)) << "by its label";
}

TEST_F(IntelBoardTest, SaysThatAPackageIsNotTheBoard) {
  add("hwmon1", "i915", {{"energy1_input", "7"}});
  link_to_pci("hwmon1", "0000:0b:00.0");
  add("hwmon2", "xe", {{"energy2_input", "400"}, {"energy2_label", "pkg"}});
  link_to_pci("hwmon2", "0000:0a:00.0");
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("hwmon:i915:gpu-0000:0b:00.0", "hwmon:xe:gpu-0000:0a:00.0"));
  EXPECT_THAT(poll(*sensor), ElementsAre(7u, 400u));
  for (const Channel& channel : sensor->channels()) {
    EXPECT_THAT(channel.label, testing::EndsWith(", its GPU package"));
    EXPECT_THAT(channel.caveat, HasSubstr("the board's memory and losses are not in it"));
  }
}

TEST_F(IntelBoardTest, TellsCardAndPackageApartByNumberWithoutLabels) {
  add("hwmon2", "xe", {{"energy1_input", "500"}, {"energy2_input", "400"}});
  link_to_pci("hwmon2", "0000:0a:00.0");
  EXPECT_THAT(poll(*open()), ElementsAre(500u));
  EXPECT_EQ(open()->channels()[0].caveat, "");
  fake_.remove("/sys/class/hwmon/hwmon2/energy2_input");
  EXPECT_THAT(open()->channels()[0].caveat, HasSubstr("does not show whether"));
}

TEST_F(IntelBoardTest, IsTakenUnderAMaskOnlyWhereTheMaskLeavesItWhole) {
  add_xe();
  for (const char* mask : {"0", "0.0"}) {
    fake_.set_environment("ZE_AFFINITY_MASK", mask);
    EXPECT_NE(open(), nullptr) << mask;
  }
  for (const char* mask : {"1", "0.1", ""}) {
    fake_.set_environment("ZE_AFFINITY_MASK", mask);
    EXPECT_EQ(open(), nullptr) << mask;
    EXPECT_THAT(probe_.reason, HasSubstr("xe (ZE_AFFINITY_MASK chooses among boards and tiles"));
  }
  fake_.set_environment("ZE_AFFINITY_MASK", "0");
  fake_.write("/sys/devices/0000:0a:00.0/tile1/gt", "");
  EXPECT_EQ(open(), nullptr) << "a tile or the board, by the hierarchy";
  fake_.remove("/sys/devices/0000:0a:00.0/tile1");
  add("hwmon1", "i915", {{"energy1_input", "7"}});
  EXPECT_EQ(open(), nullptr) << "one of two boards, in an order that is not known";
}

}  // namespace
}  // namespace isojoule
