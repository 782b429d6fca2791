#include "isojoule/sensor/nvml/gauges.hpp"

#include <gmock/gmock.h>

#include "support/nvml_fixture.hpp"

namespace isojoule {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

const std::string kEnergy = "board\nuuid GPU-s\nname Fake\nenergy_mj 1\n";

const std::string kAll = kEnergy +
                         "field 82 0 71\n"
                         "temperature_c 63\n"
                         "sm_clock_mhz 1410\n"
                         "memory_clock_mhz 1593\n"
                         "enforced_limit_mw 400000\n"
                         "reasons 36\n"
                         "utilisation 97 41\n"
                         "compute_processes 10 11\n";

class GaugesTest : public NvmlTest {
 protected:
  /// What a gauge shows in its unit.
  double shown(Sensor& sensor, const std::string& quantity) {
    const Channel& gauge = channel(sensor, "nvml:GPU-s:" + quantity);
    return static_cast<double>(poll(sensor, gauge.id).value()) *
           std::get<Gauge>(gauge.unit).per_count;
  }
  /// One second and a bit, so that each gauge is due once more.
  void wait() { fake_.clock().advance(1.01 * second, 0); }
};

TEST_F(GaugesTest, TellTheStateOfABoard) {
  script(kAll);
  const auto sensor = open();
  EXPECT_THAT(ids(*sensor), ElementsAre("nvml:GPU-s:energy", "nvml:GPU-s:temperature",
                                        "nvml:GPU-s:memory-temperature", "nvml:GPU-s:sm-clock",
                                        "nvml:GPU-s:memory-clock", "nvml:GPU-s:power-limit",
                                        "nvml:GPU-s:throttle", "nvml:GPU-s:utilisation",
                                        "nvml:GPU-s:memory-utilisation", "nvml:GPU-s:processes"));
  EXPECT_DOUBLE_EQ(shown(*sensor, "temperature"), 63.0);
  EXPECT_DOUBLE_EQ(shown(*sensor, "memory-temperature"), 71.0);
  EXPECT_DOUBLE_EQ(shown(*sensor, "sm-clock"), 1.41e9);
  EXPECT_DOUBLE_EQ(shown(*sensor, "memory-clock"), 1.593e9);
  EXPECT_DOUBLE_EQ(shown(*sensor, "power-limit"), 400.0);
  EXPECT_DOUBLE_EQ(shown(*sensor, "utilisation"), 0.97);
  EXPECT_DOUBLE_EQ(shown(*sensor, "memory-utilisation"), 0.41);
  EXPECT_DOUBLE_EQ(shown(*sensor, "processes"), 2.0);
}

TEST_F(GaugesTest, AreOfTheBoardAndInAUnit) {
  script(kAll);
  const auto sensor = open();
  const std::vector<std::string> units{"celsius", "celsius", "hertz", "hertz",    "watt",
                                       "",        "ratio",   "ratio", "processes"};
  for (std::size_t i = 0; i < units.size(); ++i) {
    const Channel& gauge = sensor->channels()[i + 1];
    EXPECT_EQ(std::get<Gauge>(gauge.unit).unit, units[i]) << gauge.id;
    EXPECT_EQ(gauge.component, "gpu-GPU-s");
    EXPECT_EQ(gauge.scope, Scope::gpu);
    EXPECT_EQ(gauge.max_power, std::nullopt);
    EXPECT_EQ(gauge.refresh, 1.0 * second);
  }
}

TEST_F(GaugesTest, NameWhatSlowsTheClocks) {
  script(kAll);
  const auto sensor = open();
  const Channel& throttle = channel(*sensor, "nvml:GPU-s:throttle");
  const std::uint64_t bits = poll(*sensor, throttle.id).value();
  std::vector<std::string> set;
  const std::vector<std::string>& flags = std::get<Gauge>(throttle.unit).flags;
  for (std::size_t bit = 0; bit < flags.size(); ++bit) {
    if ((bits >> bit & 1) != 0) set.push_back(flags[bit]);
  }
  EXPECT_THAT(set, ElementsAre("software power cap", "software thermal slowdown"));  // 4 + 32
  EXPECT_EQ(flags.at(0), "gpu idle");
  EXPECT_EQ(flags.at(8), "display clock setting");  // 0x100
}

TEST_F(GaugesTest, WithoutAnAnswerAreNotThere) {
  script(kEnergy + "field 82 0 0\n");
  EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-s:energy"));
  script(kEnergy + "utilisation 101 50\ntemperature_c 4294967295\n");
  EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-s:energy", "nvml:GPU-s:memory-utilisation"));
}

TEST_F(GaugesTest, DoNotMakeABoardUsable) {
  script("board\ntemperature_c 63\n");
  EXPECT_EQ(open(), nullptr);
}

TEST_F(GaugesTest, AreReadOnceASecond) {
  script(kAll);
  const auto sensor = open();
  script(kEnergy + "temperature_c 64\n");
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:temperature"), 63u) << "the last reading stands";
  wait();
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:temperature"), 64u);
}

TEST_F(GaugesTest, AreReadOneAfterTheOther) {
  script(kAll);
  const auto sensor = open();
  script("return nvmlDeviceGetTemperature 3\nreturn nvmlDeviceGetUtilizationRates 3\n" + kAll);
  fake_.clock().advance(0.5 * second, 0);  // the first of nine is due, the seventh is not
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:temperature"), std::nullopt);
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:utilisation"), 97u);
}

TEST_F(GaugesTest, ThatFailAreToldOfOnce) {
  script(kAll);
  const auto sensor = open();
  script("return nvmlDeviceGetTemperature 999\n" + kAll);
  wait();
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:temperature"), std::nullopt);
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  EXPECT_EQ(fault_->source, "nvml:GPU-s:temperature");
  for (int i = 0; i < 2; ++i) {
    wait();
    EXPECT_EQ(poll(*sensor, "nvml:GPU-s:temperature"), std::nullopt);
    EXPECT_FALSE(fault_);
  }
  script(kAll);
  wait();
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:temperature"), 63u);
}

TEST_F(GaugesTest, OfALostBoardAreEmpty) {
  script(kAll);
  const auto sensor = open();
  script("return nvmlDeviceGetTemperature 15\n" + kAll);
  wait();
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:temperature"), std::nullopt);
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::fatal);
  for (const Sample& sample : poll(*sensor)) EXPECT_EQ(sample, std::nullopt);
}

TEST_F(GaugesTest, CountEachProcessOnce) {
  script(kEnergy + "compute_processes 10 11\ngraphics_processes 11 12\n");
  EXPECT_EQ(poll(*open(), "nvml:GPU-s:processes"), 3u);
  script(kEnergy + "compute_processes\n");
  EXPECT_EQ(poll(*open(), "nvml:GPU-s:processes"), 0u);
}

TEST_F(GaugesTest, CountMoreProcessesThanWereExpected) {
  std::string many = kEnergy + "compute_processes";
  for (int pid = 1; pid <= 100; ++pid) many += " " + std::to_string(pid);
  script(many + "\n");
  EXPECT_EQ(poll(*open(), "nvml:GPU-s:processes"), 100u);
}

TEST_F(GaugesTest, CountTheProcessesThatAreNotMeasured) {
  script(kEnergy + "compute_processes 10 11 12 13\n");
  fake_.write("/sys/fs/cgroup/job/cgroup.procs", "10\n11\n");
  fake_.write("/sys/fs/cgroup/job/part/cgroup.procs", "12\n");
  const auto sensor = open(Subject{fake_.root() / "sys/fs/cgroup/job"});
  EXPECT_THAT(ids(*sensor), Not(Contains("nvml:GPU-s:processes")));
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:other-processes"), 1u);
  fake_.write("/sys/fs/cgroup/job/cgroup.procs", "10\n");
  wait();
  EXPECT_EQ(poll(*sensor, "nvml:GPU-s:other-processes"), 2u);
}

}  // namespace
}  // namespace isojoule
