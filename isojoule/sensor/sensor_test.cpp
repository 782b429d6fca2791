#include "isojoule/sensor/sensor.hpp"

#include <stdlib.h>

#include <future>
#include <stdexcept>

#include <gmock/gmock.h>

#include "isojoule/core/error.hpp"
#include "isojoule/sensor/sensor_types.hpp"

#include "support/fake_world.hpp"
#include "support/without_privileges.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ThrowingSensor final : public Sensor {
 public:
  ThrowingSensor() : Sensor("throwing") { channels_.resize(2); }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    samples[0] = 1;
    throw std::runtime_error("the backend broke");
  }
};

class SilentSensor final : public Sensor {
 public:
  SilentSensor() : Sensor("silent") { channels_.resize(1); }

 private:
  std::optional<Fault> do_poll(std::span<Sample>) override { return std::nullopt; }
};

TEST(SensorTest, TurnsAnExceptionIntoARetryFaultAndEmptySamples) {
  ThrowingSensor sensor;
  std::vector<Sample> samples(2, Sample{5});
  const std::optional<Fault> fault = sensor.poll(samples);
  EXPECT_THAT(samples, ElementsAre(std::nullopt, std::nullopt));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::retry);
  EXPECT_EQ(fault->source, "throwing");
  EXPECT_EQ(fault->message, "the backend broke");
}

TEST(SensorTest, ForgetsTheReadingBefore) {
  SilentSensor sensor;
  std::vector<Sample> samples(1, Sample{5});
  EXPECT_FALSE(sensor.poll(samples));
  EXPECT_THAT(samples, ElementsAre(std::nullopt));
}

class OpenSensorsTest : public testing::Test {
 public:
  ~OpenSensorsTest() override { unsetenv("FAKE_NVML_SCRIPT"); }

 protected:
  void add_stat() { fake_.write("/proc/stat", "cpu  1 2 3 4 5 6 7 8 9 10\n"); }
  void add_package() {
    fake_.write("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
    fake_.write("/sys/class/powercap/intel-rapl:0/energy_uj", "5\n");
  }
  void add_board() {
    fake_.set_library("libnvidia-ml.so.1", ISOJOULE_FAKE_NVML);
    fake_.write("/nvml.txt", "board\nuuid GPU-a\nenergy_mj 1\n");
    setenv("FAKE_NVML_SCRIPT", (fake_.root() / "nvml.txt").c_str(), 1);
  }
  std::vector<std::string> open(const std::vector<std::string>& wanted = {}) {
    std::vector<std::string> backends;
    for (const auto& sensor : open_sensors(fake_.world(), Subject{}, wanted).sensors)
      backends.push_back(sensor->backend());
    return backends;
  }
  std::optional<Error> error_of(const std::vector<std::string>& wanted) {
    try {
      open(wanted);
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  }

  FakeWorld fake_;
};

TEST_F(OpenSensorsTest, OpensNothingWhereThereIsNothing) { EXPECT_THAT(open(), IsEmpty()); }

TEST_F(OpenSensorsTest, NamesItsSensorsAsTheTableDoes) {
  add_stat();
  add_package();
  add_board();
  EXPECT_THAT(open({"cpu-model", "rapl", "nvml"}), ElementsAre("nvml", "rapl", "cpu-model"));
  std::vector<std::string_view> names;
  for (const SensorType& type : sensor_types()) names.push_back(type.name);
  EXPECT_THAT(names, ElementsAre("nvml", "amd", "level-zero", "rapl", "hwmon", "cray", "ipmi",
                                 "cpu-model", "dram-model", "node-model"));
}

TEST_F(OpenSensorsTest, LeavesOutPartsThatAnEarlierSensorMeasures) {
  for (const char* file : {"energy", "cpu_energy", "memory_energy", "accel0_energy"})
    fake_.write(std::string("/sys/cray/pm_counters/") + file, "5 J 1 us\n");
  const auto channels = [this] {
    std::vector<std::string> ids;
    const OpenedSensors opened = open_sensors(fake_.world(), Subject{});
    for (const auto& sensor : opened.sensors) {
      std::vector<Sample> samples(sensor->channels().size());
      sensor->poll(samples);
      EXPECT_THAT(samples, testing::Each(testing::Ne(std::nullopt)));
      for (const Channel& channel : sensor->channels()) ids.push_back(channel.id);
    }
    return ids;
  };
  EXPECT_THAT(channels(), ElementsAre("cray:accel0_energy", "cray:cpu_energy", "cray:energy",
                                      "cray:memory_energy"));
  add_package();
  EXPECT_THAT(channels(), ElementsAre("rapl:package-0", "cray:accel0_energy", "cray:energy",
                                      "cray:memory_energy"));
  add_board();
  EXPECT_THAT(channels(), ElementsAre("nvml:GPU-a:energy", "rapl:package-0", "cray:energy",
                                      "cray:memory_energy"));
}

/// Counts how often a library is opened that is there.
class CountingLoader final : public LibraryLoader {
 public:
  explicit CountingLoader(LibraryLoader& real) : real_(real) {}
  std::unique_ptr<Library> open(const std::string& name, std::string& why_not) override {
    auto library = real_.open(name, why_not);
    if (library) ++count;
    return library;
  }
  int count = 0;

 private:
  LibraryLoader& real_;
};

TEST_F(OpenSensorsTest, StartsAVendorsLibraryOnce) {
  add_board();
  World world = fake_.world();
  CountingLoader loader(*world.libraries);
  world.libraries = &loader;
  const auto sensors = open_sensors(world, Subject{}).sensors;
  EXPECT_EQ(sensors.size(), 1u);
  EXPECT_EQ(loader.count, 1);
}

/// Opening NVIDIA's library does not return before the gate is opened.
class HangingLoader final : public LibraryLoader {
 public:
  explicit HangingLoader(std::shared_future<void> gate) : gate_(std::move(gate)) {}
  std::unique_ptr<Library> open(const std::string& name, std::string& why_not) override {
    if (name == "libnvidia-ml.so.1") gate_.wait();
    why_not = "not here";
    return nullptr;
  }

 private:
  std::shared_future<void> gate_;
};

TEST_F(OpenSensorsTest, ADriverThatHangsIsLeftBehindAndTheOthersAreOpened) {
  add_package();
  auto gate = std::make_shared<std::promise<void>>();
  const auto loader = std::make_shared<HangingLoader>(gate->get_future().share());
  World world = fake_.world();
  world.libraries = loader.get();
  world.keeps = loader;
  const Patience patience{50.0 * millisecond};
  const OpenedSensors opened = open_sensors(world, Subject{}, {}, patience);
  ASSERT_EQ(opened.sensors.size(), 1u);
  EXPECT_EQ(opened.sensors.front()->backend(), "rapl");
  ASSERT_EQ(opened.unmeasured.size(), 1u);
  EXPECT_EQ(opened.unmeasured.front().what, "nvml");
  EXPECT_THAT(opened.unmeasured.front().reason, HasSubstr("did not answer within 0.05 s"));

  const std::vector<std::string> wanted{"nvml"};
  EXPECT_THROW(open_sensors(world, Subject{}, wanted, patience), Error);

  const std::vector<ProbedSensor> probed = probe_sensors(world, patience);
  EXPECT_FALSE(probed.front().probe.usable);
  EXPECT_THAT(probed.front().probe.reason, HasSubstr("did not answer"));
  gate->set_value();
}

TEST_F(OpenSensorsTest, WhatIsHereAndMayNotBeReadIsNamed) {
  add_package();
  std::filesystem::permissions(fake_.root() / "sys/class/powercap/intel-rapl:0/energy_uj",
                               std::filesystem::perms::none);
  std::filesystem::permissions(fake_.root(), std::filesystem::perms(0755));
  const WithoutPrivileges user;
  const OpenedSensors opened = open_sensors(fake_.world(), Subject{});
  EXPECT_THAT(opened.sensors, IsEmpty());
  ASSERT_EQ(opened.unmeasured.size(), 1u);
  EXPECT_EQ(opened.unmeasured.front().what, "CPU packages (rapl)");
  EXPECT_THAT(opened.unmeasured.front().reason, HasSubstr("ermission"));
  EXPECT_FALSE(opened.unmeasured.front().remedy.empty());
}

TEST_F(OpenSensorsTest, WhatIsNotHereIsNotNamed) {
  EXPECT_THAT(open_sensors(fake_.world(), Subject{}).unmeasured, IsEmpty());
}

TEST_F(OpenSensorsTest, AModelStandsInOnlyWhereNoPackageIsMeasured) {
  add_stat();
  EXPECT_THAT(open(), ElementsAre("cpu-model"));
  add_board();  // a GPU does not cover the CPU
  EXPECT_THAT(open(), ElementsAre("nvml", "cpu-model"));
  add_package();
  EXPECT_THAT(open(), ElementsAre("nvml", "rapl"));
}

TEST_F(OpenSensorsTest, AModelOfMemoryStandsInOnlyWhereNoMemoryIsMeasured) {
  fake_.write("/proc/meminfo", "MemTotal: 16777216 kB\n");
  add_package();  // a package does not cover its memory
  EXPECT_THAT(open(), ElementsAre("rapl", "dram-model"));
  fake_.write("/sys/class/powercap/intel-rapl:0:0/name", "dram\n");
  fake_.write("/sys/class/powercap/intel-rapl:0:0/energy_uj", "700000000\n");
  EXPECT_THAT(open(), ElementsAre("rapl"));
}

TEST_F(OpenSensorsTest, OpensAModelThatIsAskedForBesideAMeasurement) {
  add_stat();
  add_package();
  EXPECT_THAT(open({"rapl", "cpu-model"}), ElementsAre("rapl", "cpu-model"));
  EXPECT_THAT(open({"cpu-model"}), ElementsAre("cpu-model"));
}

TEST_F(OpenSensorsTest, ListsNearNamesForAnUnknownOne) {
  const std::optional<Error> error = error_of({"rappl"});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::unknown_name);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("unknown sensor 'rappl'"), HasSubstr("rapl?")));
}

TEST_F(OpenSensorsTest, GivesReasonAndRemedyForAWantedOneThatIsNotUsable) {
  const std::optional<Error> error = error_of({"rapl"});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::io);
  EXPECT_THAT(error->what(), AllOf(HasSubstr("sensor rapl cannot be used"),
                                   HasSubstr("no RAPL zones"), HasSubstr("modprobe")));
}

}  // namespace
}  // namespace isojoule
