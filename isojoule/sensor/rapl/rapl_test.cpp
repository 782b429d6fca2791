#include "isojoule/sensor/rapl/rapl.hpp"

#include <filesystem>
#include <limits>

#include <gmock/gmock.h>

#include "support/fake_world.hpp"
#include "support/jumping_clock.hpp"
#include "support/without_privileges.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPowercap = "/sys/class/powercap/";
constexpr const char* kRange = "262143328850";

class RaplTest : public testing::Test {
 protected:
  /// A zone as the kernel shows it: `path` is "intel-rapl:0" or "intel-rapl:0/intel-rapl:0:1".
  void add_zone(const std::string& path, const std::string& name, const std::string& energy,
                const std::string& range = kRange) {
    write(path + "/name", name + "\n");
    write(path + "/energy_uj", energy);
    write(path + "/max_energy_range_uj", range + "\n");
  }
  void write(const std::string& path, const std::string& text) {
    fake_.write(kPowercap + path, text);
  }
  World world() {
    World world = fake_.world();
    world.clock = &clock_;
    return world;
  }
  std::unique_ptr<Sensor> open() { return open_rapl(world(), Subject{}, probe_); }
  Probe probe() { return probe_rapl(world()); }

  static std::vector<std::string> ids(const Sensor& sensor) {
    std::vector<std::string> result;
    for (const Channel& channel : sensor.channels()) result.push_back(channel.id);
    return result;
  }
  static std::vector<Sample> poll(Sensor& sensor, std::optional<Fault>* fault = nullptr) {
    std::vector<Sample> samples(sensor.channels().size());
    const std::optional<Fault> seen = sensor.poll(samples);
    if (fault != nullptr) *fault = seen;
    return samples;
  }

  FakeWorld fake_;
  JumpingClock clock_;
  Probe probe_;  ///< of the last opening
};

TEST_F(RaplTest, ReadsPackageAndMemoryInMicrojoules) {
  add_zone("intel-rapl:0", "package-0", "1000\n");
  add_zone("intel-rapl:0/intel-rapl:0:0", "dram", "77\n", "65532610987");

  const auto sensor = open();

  ASSERT_THAT(ids(*sensor), ElementsAre("rapl:package-0", "rapl:dram-package-0"));
  const Channel& package = sensor->channels()[0];
  EXPECT_EQ(package.component, "package-0");
  EXPECT_EQ(package.scope, Scope::package);
  EXPECT_EQ(package.kind, Kind::measured);
  EXPECT_EQ(std::get<Energy>(package.unit), microjoule);
  EXPECT_EQ(package.range, 262143328850u);
  const Channel& memory = sensor->channels()[1];
  EXPECT_EQ(memory.component, "dram-package-0");
  EXPECT_EQ(memory.scope, Scope::dram);
  EXPECT_EQ(memory.range, 65532610987u);
  EXPECT_THAT(poll(*sensor), ElementsAre(1000u, 77u));
}

TEST_F(RaplTest, FindsZonesThatAreListedFlat) {
  add_zone("intel-rapl:0", "package-0", "1\n");
  add_zone("intel-rapl:0:0", "dram", "2\n");
  EXPECT_THAT(ids(*open()), ElementsAre("rapl:package-0", "rapl:dram-package-0"));
}

TEST_F(RaplTest, TakesEachZoneOnceWhereTheClassRepeatsIt) {
  add_zone("intel-rapl:0", "package-0", "1\n");
  add_zone("intel-rapl:0/intel-rapl:0:0", "dram", "2\n");
  std::filesystem::create_symlink("intel-rapl:0/intel-rapl:0:0",
                                  fake_.root() / "sys/class/powercap/intel-rapl:0:0");
  EXPECT_THAT(ids(*open()), ElementsAre("rapl:package-0", "rapl:dram-package-0"));
}

TEST_F(RaplTest, ShowsAWrapAsCountsBelowTheRange) {
  add_zone("intel-rapl:0", "package-0", "262143328000\n");
  const auto sensor = open();
  const std::vector<Sample> before = poll(*sensor);
  write("intel-rapl:0/energy_uj", "150\n");
  const std::vector<Sample> after = poll(*sensor);

  const std::uint64_t range = sensor->channels()[0].range.value();
  EXPECT_LT(after[0].value(), before[0].value());
  EXPECT_EQ(range - before[0].value() + after[0].value(), 1000u);
}

TEST_F(RaplTest, KnowsNoRangeWhereItCannotBeRead) {
  add_zone("intel-rapl:0", "package-0", "1\n", "");
  add_zone("intel-rapl:1", "package-1", "1\n");
  fake_.remove(std::string(kPowercap) + "intel-rapl:1/max_energy_range_uj");
  const auto sensor = open();
  EXPECT_EQ(sensor->channels()[0].range, std::nullopt);
  EXPECT_EQ(sensor->channels()[1].range, std::nullopt);
}

TEST_F(RaplTest, LeavesAFailedReadingEmptyAndGoesOn) {
  add_zone("intel-rapl:0", "package-0", "1000\n");
  add_zone("intel-rapl:1", "package-1", "2000\n");
  const auto sensor = open();

  for (const char* garbage :
       {"", "\n", "garbage\n", "-5\n", "12 34\n", "12.5\n", "99999999999999999999\n"}) {
    SCOPED_TRACE(garbage);
    write("intel-rapl:0/energy_uj", garbage);
    std::optional<Fault> fault;
    EXPECT_THAT(poll(*sensor, &fault), ElementsAre(std::nullopt, 2000u));
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, FaultKind::retry);
    EXPECT_EQ(fault->source, "rapl:package-0");
  }

  write("intel-rapl:0/energy_uj", "18446744073709551615");
  std::optional<Fault> fault;
  EXPECT_THAT(poll(*sensor, &fault), ElementsAre(std::numeric_limits<std::uint64_t>::max(), 2000u));
  EXPECT_FALSE(fault);
}

TEST_F(RaplTest, SeesBothSockets) {
  add_zone("intel-rapl:0", "package-0", "1\n");
  add_zone("intel-rapl:0/intel-rapl:0:0", "dram", "2\n");
  add_zone("intel-rapl:1", "package-1", "3\n");
  add_zone("intel-rapl:1/intel-rapl:1:0", "dram", "4\n");
  const auto sensor = open();
  EXPECT_THAT(ids(*sensor), ElementsAre("rapl:package-0", "rapl:dram-package-0", "rapl:package-1",
                                        "rapl:dram-package-1"));
  EXPECT_THAT(poll(*sensor), ElementsAre(1u, 2u, 3u, 4u));
}

TEST_F(RaplTest, SeesTheDiesOfAPackage) {
  add_zone("intel-rapl:0", "package-0-die-0", "1\n");
  add_zone("intel-rapl:1", "package-0-die-1", "2\n");
  EXPECT_THAT(ids(*open()), ElementsAre("rapl:package-0-die-0", "rapl:package-0-die-1"));
}

TEST_F(RaplTest, IgnoresPartsAndSupersetsOfAPackage) {
  add_zone("intel-rapl:0", "package-0", "1\n");
  add_zone("intel-rapl:0/intel-rapl:0:0", "core", "2\n");
  add_zone("intel-rapl:0/intel-rapl:0:1", "uncore", "3\n");
  add_zone("intel-rapl:1", "psys", "4\n");
  EXPECT_THAT(ids(*open()), ElementsAre("rapl:package-0"));
}

TEST_F(RaplTest, TakesOneOfTwoInterfaces) {
  add_zone("intel-rapl-mmio:0", "package-0", "9\n");
  EXPECT_THAT(poll(*open()), ElementsAre(9u));

  add_zone("intel-rapl:0", "package-0", "1\n");
  const auto sensor = open();
  EXPECT_THAT(ids(*sensor), ElementsAre("rapl:package-0"));
  EXPECT_THAT(poll(*sensor), ElementsAre(1u));
}

TEST_F(RaplTest, TakesTheOtherInterfaceIfTheUsualOneHasNoPackage) {
  add_zone("intel-rapl:0", "psys", "1\n");
  add_zone("intel-rapl-mmio:0", "package-0", "9\n");
  EXPECT_THAT(poll(*open()), ElementsAre(9u));
}

TEST_F(RaplTest, BoundsThePower) {
  add_zone("intel-rapl:0", "package-0", "1\n");
  add_zone("intel-rapl:1", "package-1", "1\n");
  add_zone("intel-rapl:2", "package-2", "1\n");
  write("intel-rapl:0/constraint_0_max_power_uw", "400000000\n");
  write("intel-rapl:0/constraint_1_max_power_uw", "garbage\n");
  write("intel-rapl:1/constraint_0_max_power_uw", "15000000\n");
  write("intel-rapl:2/constraint_0_max_power_uw", "0\n");
  const auto sensor = open();
  EXPECT_DOUBLE_EQ(sensor->channels()[0].max_power.value().in(watt), 1200.0);
  EXPECT_DOUBLE_EQ(sensor->channels()[1].max_power.value().in(watt), 500.0);
  EXPECT_DOUBLE_EQ(sensor->channels()[2].max_power.value().in(watt), 1500.0);
}

TEST_F(RaplTest, SaysThatItIsAbsent) {
  const Probe none = probe();
  EXPECT_FALSE(none.usable);
  EXPECT_THAT(none.reason, AllOf(HasSubstr("no RAPL zones under /sys/class/powercap"),
                                 HasSubstr("no energy events under /sys/bus/event_source")));
  EXPECT_THAT(none.remedy, HasSubstr("sudo modprobe intel_rapl_msr"));
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(probe_.reason, "");

  add_zone("intel-rapl:0", "psys", "1\n");
  EXPECT_FALSE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("is a CPU package"));
}

TEST_F(RaplTest, SaysThatAContainerHidesTheZones) {
  const auto directory = fake_.root() / "sys/class/powercap";
  std::filesystem::create_directories(directory);
  std::filesystem::create_symlink("../../devices/virtual/powercap/intel-rapl/intel-rapl:0",
                                  directory / "intel-rapl:0");
  EXPECT_FALSE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("hidden"));
  EXPECT_THAT(probe().remedy, HasSubstr("systempaths=unconfined"));
}

TEST_F(RaplTest, RefusesAPartThatWouldLookLikeATotal) {
  add_zone("intel-rapl:0", "package-0", "1\n");
  add_zone("intel-rapl:1", "package-1", "");
  EXPECT_FALSE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("package-1"));
  fake_.remove(std::string(kPowercap) + "intel-rapl:1/energy_uj");
  EXPECT_FALSE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("No such file"));
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(probe_.reason, "");
}

TEST_F(RaplTest, SaysWhatItFound) {
  add_zone("intel-rapl:0", "package-0", "1\n");
  add_zone("intel-rapl:0/intel-rapl:0:0", "dram", "2\n");
  EXPECT_TRUE(probe().usable);
  EXPECT_EQ(probe().reason, "energy counters of package-0, dram-package-0, by powercap files");
  EXPECT_EQ(probe().remedy, "");
  EXPECT_EQ(clock_.slept(), Duration{});
}

TEST_F(RaplTest, LeavesOutAPackageThatRepeatsAnother) {
  std::uint64_t counts = 1'000'000;
  const auto write_counts = [&] {
    counts += 777;
    for (const char* zone : {"intel-rapl:0/energy_uj", "intel-rapl:2/energy_uj"})
      write(zone, std::to_string(counts));
    write("intel-rapl:1/energy_uj", std::to_string(2 * counts));
  };
  add_zone("intel-rapl:0", "package-0", "");
  add_zone("intel-rapl:1", "package-1", "");
  add_zone("intel-rapl:2", "package-2", "");
  write_counts();
  clock_.meanwhile = write_counts;

  const auto sensor = open();

  EXPECT_THAT(ids(*sensor), ElementsAre("rapl:package-0", "rapl:package-1"));
  EXPECT_EQ(probe_.reason,
            "energy counters of package-0, package-1, by powercap files; 1 other repeats "
            "package-0, and is left out");
  EXPECT_THAT(poll(*sensor), ElementsAre(counts, 2 * counts));
}

TEST_F(RaplTest, KeepsPackagesThatAreNearOnlyByChance) {
  int readings = 0;
  const auto write_counts = [&] {
    ++readings;
    write("intel-rapl:0/energy_uj", std::to_string(500 + 100 * readings));
    write("intel-rapl:1/energy_uj", std::to_string(500 + 101 * readings));
  };
  add_zone("intel-rapl:0", "package-0", "500\n");
  add_zone("intel-rapl:1", "package-1", "500\n");
  clock_.meanwhile = write_counts;
  EXPECT_THAT(ids(*open()), ElementsAre("rapl:package-0", "rapl:package-1"));
}

TEST_F(RaplTest, NeverTakesMemoryForAPackage) {
  add_zone("intel-rapl:0", "package-0", "500\n");
  add_zone("intel-rapl:0/intel-rapl:0:0", "dram", "500\n");
  EXPECT_THAT(ids(*open()), ElementsAre("rapl:package-0", "rapl:dram-package-0"));
  EXPECT_EQ(clock_.slept(), Duration{});
}

TEST_F(RaplTest, TellsDeniedFromAbsent) {
  namespace fs = std::filesystem;
  add_zone("intel-rapl:0", "package-0", "1\n");
  fs::permissions(fake_.root(), fs::perms{0755});
  fs::permissions(fake_.world().path("/sys/class/powercap/intel-rapl:0/energy_uj"), fs::perms{});

  const WithoutPrivileges guard;
  std::error_code closed;
  if (!fs::is_directory(fake_.world().path(kPowercap), closed))
    GTEST_SKIP() << "the directory of temporary files is closed to unprivileged users";

  const Probe denied = probe();
  EXPECT_FALSE(denied.usable);
  EXPECT_THAT(denied.reason, HasSubstr("permission denied"));
  EXPECT_THAT(denied.reason, Not(HasSubstr("no RAPL zones")));
  EXPECT_THAT(denied.remedy,
              HasSubstr("sudo chmod a+r /sys/class/powercap/intel-rapl*:*/energy_uj"));
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(probe_.reason, "");
}

TEST_F(RaplTest, KeepsReadingWhatItOpenedWithMoreRights) {
  namespace fs = std::filesystem;
  add_zone("intel-rapl:0", "package-0", "1\n");
  const auto sensor = open();
  fs::permissions(fake_.world().path("/sys/class/powercap/intel-rapl:0/energy_uj"), fs::perms{});
  const WithoutPrivileges guard;
  EXPECT_THAT(poll(*sensor), ElementsAre(1u));
}

}  // namespace
}  // namespace isojoule
