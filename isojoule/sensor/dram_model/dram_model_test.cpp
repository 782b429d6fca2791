#include "isojoule/sensor/dram_model/dram_model.hpp"

#include <gmock/gmock.h>

#include "isojoule/sensor/detail/memory_modules.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DramModelTest : public testing::Test {
 protected:
  void set_memory(std::uint64_t gibibytes) {
    fake_.write("/proc/meminfo",
                "MemTotal:       " + std::to_string(gibibytes * 1024 * 1024) + " kB\n");
  }
  void add_module(const std::string& path, const std::string& megabytes) {
    fake_.write("/sys/devices/system/edac/mc/" + path + "/size", megabytes + "\n");
  }
  std::unique_ptr<Sensor> open() { return open_dram_model(fake_.world(), Subject{}, probe_); }
  double watts() {
    const auto sensor = open();
    std::vector<Sample> samples(1);
    EXPECT_FALSE(sensor->poll(samples));
    const Power unit = std::get<Power>(sensor->channels()[0].unit);
    return (static_cast<double>(samples[0].value()) * unit).in(watt);
  }

  FakeWorld fake_;
  Probe probe_;  ///< of the last opening
};

TEST_F(DramModelTest, IsAModelledPowerOfTheMemoryAndSaysSo) {
  set_memory(32);
  const auto sensor = open();
  ASSERT_EQ(sensor->channels().size(), 1u);
  const Channel& channel = sensor->channels()[0];
  EXPECT_EQ(channel.id, "dram-model:modules");
  EXPECT_EQ(channel.component, "dram");
  EXPECT_EQ(channel.scope, Scope::dram);
  EXPECT_EQ(channel.kind, Kind::modelled);
  EXPECT_TRUE(channel.is_power());
  EXPECT_EQ(channel.model, "2.6 W x 2 memory modules (a guess from 32.0 GiB)");
  EXPECT_EQ(probe_.reason, "a model, not a measurement: " + channel.model);
  EXPECT_TRUE(probe_dram_model(fake_.world()).usable);
}

TEST_F(DramModelTest, TakesLargerModulesForLargerMemories) {
  const std::vector<std::pair<std::uint64_t, double>> cases{
      {1, 2.6}, {16, 2.6}, {17, 5.2}, {64, 10.4}, {128, 20.8}, {129, 20.8}, {512, 41.6}};
  for (const auto& [gibibytes, expected] : cases) {
    set_memory(gibibytes);
    EXPECT_DOUBLE_EQ(watts(), expected) << gibibytes;
  }
}

TEST_F(DramModelTest, DoesNotGrowWithTheSizeOfAServersMemory) {
  // 3 W for each 8 GB made 378 W of a server's memory, more than its GPU.
  for (const std::uint64_t gibibytes : {1024u, 3072u, 65536u}) {
    set_memory(gibibytes);
    EXPECT_DOUBLE_EQ(watts(), 83.2) << gibibytes;
  }
  EXPECT_THAT(open()->channels()[0].model, HasSubstr("2.6 W x 32 memory modules"));
  EXPECT_LT(kPowerPerModule, 10.0 * watt);
}

TEST_F(DramModelTest, CountsTheModulesThatTheKernelLists) {
  set_memory(3072);
  add_module("mc0/dimm0", "131072");
  add_module("mc0/dimm3", "131072");
  add_module("mc1/dimm0", "131072");
  add_module("mc1/dimm1", "0");  // an empty slot
  add_module("mc1/dimm2", "garbage");
  add_module("mc1/rank4", "131072");    // a part of a module
  add_module("power/dimm0", "131072");  // no controller
  EXPECT_DOUBLE_EQ(watts(), 7.8);
  EXPECT_EQ(open()->channels()[0].model,
            "2.6 W x 3 memory modules (as the kernel's EDAC lists them)");
}

TEST_F(DramModelTest, GuessesWhereTheKernelListsControllersWithoutModules) {
  set_memory(8);
  add_module("mc0/rank0", "8192");
  EXPECT_DOUBLE_EQ(watts(), 2.6);
  EXPECT_THAT(open()->channels()[0].model, HasSubstr("2.6 W x 1 memory module (a guess"));
}

TEST_F(DramModelTest, IsNotUsableWhereNothingTellsOfMemory) {
  EXPECT_EQ(open(), nullptr);
  EXPECT_FALSE(probe_.usable);
  EXPECT_THAT(probe_.reason, HasSubstr("/proc/meminfo"));
  EXPECT_THAT(probe_.remedy, HasSubstr("mount"));
}

}  // namespace
}  // namespace isojoule
