#include "isojoule/sensor/rapl/perf.hpp"

#include <cerrno>

#include <gmock/gmock.h>

#include "isojoule/sensor/rapl/rapl.hpp"

#include "support/fake_world.hpp"
#include "support/jumping_clock.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint32_t kType = 9;
constexpr std::uint64_t kPackage = 2;
constexpr std::uint64_t kMemory = 3;
constexpr const char* kSource = "/sys/bus/event_source/devices/power/";

class RaplPerfTest : public testing::Test {
 protected:
  RaplPerfTest() {
    write("type", std::to_string(kType) + "\n");
    write_event("energy-cores", "event=0x01");
    write_event("energy-pkg", "event=0x02");
    write_event("energy-gpu", "event=0x04");
    write_event("energy-psys", "event=0x05");
    for (const std::uint64_t other : {1u, 4u, 5u}) fake_.perf_events().at(kType, other, 0);
    set_cpus("0", {{0, 0, 0}});
  }
  void write(const std::string& file, const std::string& text) {
    fake_.write(kSource + file, text);
  }
  void write_event(const std::string& name, const std::string& text) {
    write("events/" + name, text + "\n");
    write("events/" + name + ".scale", "2.3283064365386962890625e-10\n");
    write("events/" + name + ".unit", "Joules\n");
  }
  struct Cpu {
    int number, package, die;
  };
  /// The source's mask, and where its CPUs are; each has a package's counter that shows its number.
  void set_cpus(const std::string& mask, std::initializer_list<Cpu> cpus) {
    write("cpumask", mask + "\n");
    for (const Cpu& cpu : cpus) {
      const std::string topology =
          "/sys/devices/system/cpu/cpu" + std::to_string(cpu.number) + "/topology/";
      fake_.write(topology + "physical_package_id", std::to_string(cpu.package) + "\n");
      fake_.write(topology + "die_id", std::to_string(cpu.die) + "\n");
      event(kPackage, cpu.number).counts = static_cast<std::uint64_t>(cpu.number);
    }
  }
  FakePerfEvents::Event& event(std::uint64_t config, int cpu) {
    return fake_.perf_events().at(kType, config, cpu);
  }
  void add_zone(const std::string& package, const std::string& energy) {
    fake_.write("/sys/class/powercap/intel-rapl:0/name", package + "\n");
    fake_.write("/sys/class/powercap/intel-rapl:0/energy_uj", energy);
  }

  std::unique_ptr<Sensor> open() {
    World world = fake_.world();
    world.clock = &clock_;
    return open_rapl(world, Subject{}, probe_);
  }
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

TEST_F(RaplPerfTest, ReadsThePackageAndItsMemoryAndNothingThatLiesInsideOrAround) {
  write_event("energy-ram", "event=0x03");
  event(kMemory, 0).counts = 77;

  const auto sensor = open();

  ASSERT_THAT(ids(*sensor), ElementsAre("rapl:package-0", "rapl:dram-package-0"));
  const Channel& package = sensor->channels()[0];
  EXPECT_EQ(package.component, "package-0");
  EXPECT_EQ(package.scope, Scope::package);
  EXPECT_EQ(package.kind, Kind::measured);
  EXPECT_DOUBLE_EQ(std::get<Energy>(package.unit).in(joule), 1.0 / 4294967296.0);  // 2^-32
  EXPECT_EQ(package.range, std::nullopt);
  EXPECT_TRUE(package.max_power);
  EXPECT_EQ(sensor->channels()[1].scope, Scope::dram);
  EXPECT_EQ(sensor->channels()[1].component, "dram-package-0");
  event(kPackage, 0).counts = (std::uint64_t{1} << 40) + 5;
  EXPECT_THAT(poll(*sensor), ElementsAre((std::uint64_t{1} << 40) + 5, 77u));
  EXPECT_EQ(probe_.reason, "energy counters of package-0, dram-package-0, by perf events");
}

TEST_F(RaplPerfTest, OpensOneCounterForEachPackageOfTheMask) {
  set_cpus("0,18", {{0, 0, 0}, {18, 1, 0}});
  const auto sensor = open();
  EXPECT_THAT(ids(*sensor), ElementsAre("rapl:package-0", "rapl:package-1"));
  EXPECT_THAT(poll(*sensor), ElementsAre(0u, 18u));
  EXPECT_EQ(clock_.slept(), Duration{});  // both begin at 0, but packages are no suspects
}

TEST_F(RaplPerfTest, UnderstandsRangesOfCpus) {
  set_cpus("0,2-3", {{0, 0, 0}, {2, 1, 0}, {3, 2, 0}});
  EXPECT_THAT(poll(*open()), ElementsAre(0u, 2u, 3u));
}

TEST_F(RaplPerfTest, NamesDiesWhereAPackageHasSeveral) {
  set_cpus("0,24,48,72", {{0, 0, 0}, {24, 0, 1}, {48, 1, 0}, {72, 1, 1}});
  EXPECT_THAT(ids(*open()), ElementsAre("rapl:package-0-die-0", "rapl:package-0-die-1",
                                        "rapl:package-1-die-0", "rapl:package-1-die-1"));
}

TEST_F(RaplPerfTest, CountsAPackageOnceWhoseDiesRepeatIt) {
  // As Linux 6.9 shows AMD's: a CPU for each core complex, all with the counter of the package.
  set_cpus("0,8,16,24", {{0, 0, 0}, {8, 0, 1}, {16, 0, 2}, {24, 1, 0}});
  clock_.meanwhile = [this] {
    for (const int cpu : {0, 8, 16}) event(kPackage, cpu).counts += 1000;
    event(kPackage, 24).counts += 1001;
  };

  const auto sensor = open();

  EXPECT_THAT(ids(*sensor), ElementsAre("rapl:package-0", "rapl:package-1-die-0"));
  EXPECT_EQ(sensor->channels()[0].component, "package-0");
  EXPECT_EQ(sensor->channels()[0].label, "CPU package-0");
  EXPECT_THAT(probe_.reason, HasSubstr("2 others repeat package-0, and are left out"));
}

TEST_F(RaplPerfTest, ComesBeforePowercapAndNeverBesideIt) {
  add_zone("package-0", "123\n");
  EXPECT_THAT(poll(*open()), ElementsAre(0u));
  EXPECT_THAT(probe_.reason, HasSubstr("by perf events"));
}

TEST_F(RaplPerfTest, LeavesItToPowercapWhereAnyEventIsDenied) {
  add_zone("package-0", "123\n");
  write_event("energy-ram", "event=0x03");
  event(kMemory, 0).open_error = EACCES;
  const auto sensor = open();
  EXPECT_THAT(ids(*sensor), ElementsAre("rapl:package-0"));
  EXPECT_THAT(poll(*sensor), ElementsAre(123u));
  EXPECT_THAT(probe_.reason, HasSubstr("by powercap files"));
}

TEST_F(RaplPerfTest, SaysWhatOpensTheEvents) {
  fake_.write("/proc/sys/kernel/perf_event_paranoid", "2\n");
  for (const int error : {EACCES, EPERM}) {
    event(kPackage, 0).open_error = error;
    EXPECT_EQ(open(), nullptr);
    EXPECT_FALSE(probe_.usable);
    EXPECT_THAT(probe_.reason, AllOf(HasSubstr("no RAPL zones under /sys/class/powercap"),
                                     HasSubstr("permission denied"),
                                     HasSubstr("kernel.perf_event_paranoid <= 0 (it is 2)")));
    EXPECT_THAT(probe_.remedy, AllOf(HasSubstr("sudo sysctl kernel.perf_event_paranoid=0"),
                                     HasSubstr("sudo setcap cap_perfmon=ep")));
  }
}

TEST_F(RaplPerfTest, SaysThatAContainerKeepsTheEvents) {
  fake_.write("/proc/sys/kernel/perf_event_paranoid", "-1\n");
  event(kPackage, 0).open_error = EPERM;
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, HasSubstr("as in containers"));
  EXPECT_THAT(probe_.remedy, AllOf(HasSubstr("--cap-add PERFMON"), Not(HasSubstr("sysctl"))));
}

TEST_F(RaplPerfTest, NamesBothWaysAndTheEasierRemedyWhereBothAreDenied) {
  fake_.write("/proc/sys/kernel/perf_event_paranoid", "4\n");
  event(kPackage, 0).open_error = EACCES;
  const auto directory = fake_.root() / "sys/class/powercap";
  std::filesystem::create_directories(directory);
  std::filesystem::create_symlink("nowhere", directory / "intel-rapl:0");
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, AllOf(HasSubstr("hidden"), HasSubstr("(it is 4)")));
  EXPECT_THAT(probe_.remedy, HasSubstr("sysctl"));
}

TEST_F(RaplPerfTest, TakesAnEventThatTheKernelDoesNotKnowForAbsent) {
  for (const int error : {ENOENT, ENODEV, EINVAL}) {
    event(kPackage, 0).open_error = error;
    EXPECT_EQ(open(), nullptr);
    EXPECT_THAT(probe_.reason, AllOf(HasSubstr("the energy event of package-0 cannot be opened"),
                                     Not(HasSubstr("permission"))));
    EXPECT_THAT(probe_.remedy, HasSubstr("modprobe"));
  }
}

TEST_F(RaplPerfTest, IsOfNoUseWithWhatItCannotUnderstand) {
  struct Case {
    const char *file, *text, *reason;
  };
  for (const Case& bad : {
           Case{"type", "", "no energy events"},
           Case{"type", "x\n", "no energy events"},
           Case{"events/energy-pkg", "", "none of the events"},
           Case{"events/energy-pkg", "event=2\n", "cannot be understood: 'event=2'"},
           Case{"events/energy-pkg", "event=0x02,umask=0x1\n", "cannot be understood"},
           Case{"events/energy-pkg.scale", "", "no number above 0"},
           Case{"events/energy-pkg.scale", "0\n", "no number above 0"},
           Case{"events/energy-pkg.scale", "nan\n", "no number above 0"},
           Case{"events/energy-pkg.scale", "1e-10x\n", "no number above 0"},
           Case{"events/energy-pkg.unit", "Watts\n", "is 'Watts', not Joules"},
           Case{"cpumask", "\n", "no list of CPUs"},
           Case{"cpumask", "0,\x2d\n", "no list of CPUs"},
           Case{"cpumask", "3-0\n", "no list of CPUs"},
           Case{"cpumask", "0-99999999\n", "no list of CPUs"},
           Case{"cpumask", "1\n", "the package of CPU 1 is not known"},
       }) {
    SCOPED_TRACE(std::string(bad.file) + ": " + bad.text);
    const std::string before = read_text(fake_.root() / (kSource + 1) / bad.file).value();
    write(bad.file, bad.text);
    EXPECT_EQ(open(), nullptr);
    EXPECT_THAT(probe_.reason, HasSubstr(bad.reason));
    write(bad.file, before);
  }
  EXPECT_NE(open(), nullptr);
}

TEST_F(RaplPerfTest, LeavesAFailedReadingEmptyAndGoesOn) {
  set_cpus("0,18", {{0, 0, 0}, {18, 1, 0}});
  const auto sensor = open();
  event(kPackage, 0).read_error = EIO;
  std::optional<Fault> fault;
  EXPECT_THAT(poll(*sensor, &fault), ElementsAre(std::nullopt, 18u));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::retry);
  EXPECT_EQ(fault->source, "rapl:package-0");
  EXPECT_NE(fault->message, "");
}

TEST_F(RaplPerfTest, RefusesAPartThatWouldLookLikeATotal) {
  set_cpus("0,18", {{0, 0, 0}, {18, 1, 0}});
  event(kPackage, 18).read_error = EIO;
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, HasSubstr("the energy event of package-1 cannot be read"));
}

}  // namespace
}  // namespace isojoule
