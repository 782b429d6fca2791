// AMD SMI and its versions. What both libraries share is tested with ROCm SMI (amd_test.cpp).
#include <stdlib.h>

#include <gmock/gmock.h>

#include "isojoule/sensor/amd/amd.hpp"
#include "isojoule/sensor/amd/guarded_buffer.hpp"

#include "support/fake_world.hpp"
#include "support/jumping_clock.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class AmdSmiTest : public testing::Test {
 public:
  ~AmdSmiTest() override {
    unsetenv("FAKE_AMD_SMI_SCRIPT");
    unsetenv("FAKE_ROCM_SCRIPT");
  }

 protected:
  AmdSmiTest() {
    setenv("FAKE_AMD_SMI_SCRIPT", (fake_.root() / "smi.txt").c_str(), 1);
    setenv("FAKE_ROCM_SCRIPT", (fake_.root() / "rocm.txt").c_str(), 1);
  }

  void install(const std::string& name) { fake_.set_library(name, ISOJOULE_FAKE_AMD_SMI); }
  void install_rocm(const std::string& text) {
    fake_.set_library("librocm_smi64.so.7", ISOJOULE_FAKE_ROCM);
    fake_.write("/rocm.txt", text);
  }
  void script(const std::string& text) { fake_.write("/smi.txt", text); }
  World world() {
    World world = fake_.world();
    world.clock = &clock_;
    return world;
  }
  std::unique_ptr<Sensor> open() { return open_amd(world(), Subject{}, probe_); }
  /// `board` with 50 J more on its counter after the self-test.
  std::unique_ptr<Sensor> open(const std::string& board) {
    script(board + "resolution_uj 10\nenergy_count 1000\n");
    clock_.meanwhile = [this, board] {
      script(board + "resolution_uj 10\nenergy_count 5001000\n");
    };
    return open();
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

  FakeWorld fake_;
  JumpingClock clock_;
  Probe probe_;
  std::optional<Fault> fault_;
};

struct Version {
  const char* library;
  const char* layout;
  const char* name;
};
constexpr Version kVersions[] = {{"libamd_smi.so.23", "6.0", "AMD SMI 23.4.2"},
                                 {"libamd_smi.so.25", "6.4", "AMD SMI 25.3.0"},
                                 {"libamd_smi.so.26", "7.1", "AMD SMI 26.1.0"}};

class AmdSmiVersionTest : public AmdSmiTest, public testing::WithParamInterface<Version> {};
INSTANTIATE_TEST_SUITE_P(All, AmdSmiVersionTest, testing::ValuesIn(kVersions));

TEST_P(AmdSmiVersionTest, ReadsEnergyAndPower) {
  install(GetParam().library);
  const auto sensor = open(std::string("layout ") + GetParam().layout +
                           "\nboard\nname AMD Instinct MI210\nbus 3\naverage_w 100\n");
  ASSERT_NE(sensor, nullptr) << probe_.reason;
  EXPECT_THAT(ids(*sensor),
              ElementsAre("amd:0000:03:00.0:energy", "amd:0000:03:00.0:power-average"));
  EXPECT_THAT(poll(*sensor), ElementsAre(5'001'000u, 100'000'000u));
  const Channel& energy = sensor->channels()[0];
  EXPECT_EQ(energy.component, "gpu-0000:03:00.0");
  EXPECT_EQ(energy.label, "AMD Instinct MI210");
  EXPECT_NEAR(std::get<Energy>(energy.unit).in(microjoule), 10.0, 1e-5);
  EXPECT_DOUBLE_EQ(energy.max_power.value().in(watt), 600.0);
  EXPECT_EQ(energy.caveat, "");
  EXPECT_THAT(sensor->channels()[1].caveat, HasSubstr("averaged"));
  EXPECT_EQ(probe_.reason, "AMD Instinct MI210 0000:03:00.0: energy counter, power; by " +
                               std::string(GetParam().name));
}

TEST_P(AmdSmiVersionTest, NamesAPowerByItsKind) {
  install(GetParam().library);
  const std::string layout = std::string("layout ") + GetParam().layout + "\nboard\nbus 3\n";
  EXPECT_THAT(ids(*open(layout + "current_w 100\n")),
              ElementsAre("amd:0000:03:00.0:energy", "amd:0000:03:00.0:power-instant"));
  EXPECT_THAT(ids(*open(layout + "current_w 0\naverage_w 100\n")),
              ElementsAre("amd:0000:03:00.0:energy", "amd:0000:03:00.0:power-average"));
}

TEST_F(AmdSmiTest, ReadsOnlyTheCounterWhereTheLayoutIsNotKnown) {
  install("libamd_smi.so");
  const std::string board = "board\nname MI500\nbus 3\naverage_w 100\n";
  for (const std::string& layout :
       {std::string("layout next\n"), std::string("layout 7.1\nversion 27 0 0\n"),
        std::string("layout 6.0\nversion 22 1 0\n"),
        std::string("layout 7.1\nreturn amdsmi_get_lib_version 2\n")}) {
    const auto sensor = open(layout + board);
    ASSERT_NE(sensor, nullptr) << layout << probe_.reason;
    EXPECT_THAT(ids(*sensor), ElementsAre("amd:0000:03:00.0:energy")) << layout;
    EXPECT_THAT(sensor->channels()[0].caveat, HasSubstr("compared with no power"));
    EXPECT_THAT(probe_.reason, HasSubstr("energy counter only; no power: the layout of AMD SMI"));
  }
}

TEST_F(AmdSmiTest, DoesNotBelieveAVersionThatIsNotTheLibrarysName) {
  install("libamd_smi.so.24");
  EXPECT_THAT(ids(*open("layout 7.1\nboard\nbus 3\naverage_w 100\n")),
              ElementsAre("amd:0000:03:00.0:energy"));
  EXPECT_THAT(probe_.reason, HasSubstr("AMD SMI 26.1.0's powers is not known (libamd_smi.so.24)"));
}

TEST_F(AmdSmiTest, DoesNotBelieveAPowerThatIsLargerThanItsStructure) {
  install("libamd_smi.so.25");
  EXPECT_THAT(ids(*open("layout 7.1\nversion 25 3 0\nboard\nbus 3\naverage_w 100\n")),
              ElementsAre("amd:0000:03:00.0:energy"));
}

TEST_F(AmdSmiTest, TestsACounterWithoutAPowerAgainstWhatABoardCanDraw) {
  install("libamd_smi.so.27");
  const std::string board = "layout 7.1\nversion 27 0 0\nboard\nbus 3\nresolution_uj 1000\n";
  struct Case {
    int after;
    bool trusted;
  };
  // In half a second 0.5 W are 250 counts of a millijoule and 3 kW are 1,500,000.
  for (const Case& expected : {Case{0, false}, Case{249, false}, Case{251, true},
                               Case{1'499'999, true}, Case{1'500'001, false}}) {
    script(board + "energy_count 0\n");
    clock_.meanwhile = [&] { script(board + "energy_count " + std::to_string(expected.after)); };
    EXPECT_EQ(open() != nullptr, expected.trusted) << expected.after;
  }
  EXPECT_THAT(probe_.reason, HasSubstr("1.5e+03 J in 0.50 s in a self-test, which no board draws"));
}

TEST_F(AmdSmiTest, TakesCapsInWattsAndInMicrowatts) {
  install("libamd_smi.so.26");
  const std::string board = "layout 7.1\nboard\nbus 3\naverage_w 100\n";
  EXPECT_DOUBLE_EQ(open(board + "max_cap 750\n")->channels()[0].max_power.value().in(watt), 1500);
  EXPECT_DOUBLE_EQ(open(board + "max_cap 750000000\n")->channels()[0].max_power.value().in(watt),
                   1500);
}

TEST_F(AmdSmiTest, TakesNoGraphicsInsideAProcessorAndNoProcessor) {
  install("libamd_smi.so.26");
  script("layout 7.1\nboard\nbus 3\naverage_w 20\nreturn amdsmi_get_power_cap_info 2\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, HasSubstr("no power cap"));
  script("layout 7.1\nboard\ncpu\nboard\nbus 4\naverage_w 20\n");
  EXPECT_THAT(ids(*open()), ElementsAre("amd:0000:04:00.0:power-average"));
}

TEST_F(AmdSmiTest, FindsTheBoardsOfAllSocketsAndThoseOfAJob) {
  install("libamd_smi.so.26");
  script(
      "layout 7.1\nboard\nbus 3\naverage_w 5\nboard\nbus 4\naverage_w 6\n"
      "board\nbus 5\naverage_w 7\n");
  EXPECT_THAT(poll(*open()), ElementsAre(5'000'000u, 6'000'000u, 7'000'000u));
  fake_.write("/sys/bus/pci/devices/0000:04:00.0/unique_id", "00000000000000ab\n");
  fake_.set_environment("ROCR_VISIBLE_DEVICES", "GPU-00000000000000ab,2");
  EXPECT_THAT(poll(*open()), ElementsAre(6'000'000u, 7'000'000u));
}

TEST_F(AmdSmiTest, TakesNoPartitions) {
  install("libamd_smi.so.26");
  script(
      "layout 7.1\nboard\nbus 3\naverage_w 5\nboard\nbus 3\npartition 1\naverage_w 5\n"
      "board\nbus 4\naverage_w 6\n");
  EXPECT_THAT(ids(*open()), ElementsAre("amd:0000:04:00.0:power-average"));
}

TEST_F(AmdSmiTest, LeavesAFailedReadingEmptyAndGoesOn) {
  install("libamd_smi.so.26");
  const std::string board = "layout 7.1\nboard\nname X\nbus 3\naverage_w 100\n";
  const auto sensor = open(board);
  script(board + "energy_count 7\nreturn amdsmi_get_power_info 2\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(7u, std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->source, "amd:0000:03:00.0:power-average");
  EXPECT_THAT(fault_->message, HasSubstr("(AMD SMI error 2)"));
  script(board + "energy_count 18446744073709551615\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, 100'000'000u)) << "all ones";
}

TEST_F(AmdSmiTest, ComesBeforeRocmSmi) {
  install("libamd_smi.so.26");
  install_rocm("board\nbus 9\npower_uw 5\n");
  script("layout 7.1\nboard\nbus 3\naverage_w 5\n");
  EXPECT_THAT(ids(*open()), ElementsAre("amd:0000:03:00.0:power-average"));
  EXPECT_THAT(probe_.reason, Not(HasSubstr("ROCm SMI")));
}

TEST_F(AmdSmiTest, LeavesToRocmSmiWhatItCannotDo) {
  install("libamd_smi.so.26");
  install_rocm("board\nname X\nbus 9\npower_uw 5\n");
  script("return amdsmi_init 34\n");
  EXPECT_THAT(ids(*open()), ElementsAre("amd:0000:09:00.0:power-average"));
  EXPECT_THAT(probe_.reason,
              HasSubstr("by ROCm SMI; AMD SMI does not start: AMDSMI_STATUS_DRIVER"));
  script("layout next\nboard\nbus 3\n");
  EXPECT_THAT(ids(*open()), ElementsAre("amd:0000:09:00.0:power-average"));
  EXPECT_THAT(probe_.reason, HasSubstr("neither energy"));
}

TEST_F(AmdSmiTest, SaysWhyItDoesNotStart) {
  install("libamd_smi.so.26");
  script("return amdsmi_init 34\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason,
            "AMD SMI does not start: AMDSMI_STATUS_DRIVER_NOT_LOADED - Processor driver not loaded "
            "(AMD SMI error 34)");
  EXPECT_EQ(probe_.remedy, "sudo modprobe amdgpu");
  script("return amdsmi_init 10\n");
  open();
  EXPECT_THAT(probe_.remedy, HasSubstr("usermod -aG video,render"));
  script("# an empty machine\n");
  open();
  EXPECT_EQ(probe_.reason, "AMD SMI 23.4.2 sees no boards");
}

TEST_F(AmdSmiTest, EndsWhatItStarted) {
  install("libamd_smi.so.26");
  std::string why_not;
  const auto library = fake_.world().libraries->open("libamd_smi.so.26", why_not);
  ASSERT_TRUE(library) << why_not;
  const auto references = reinterpret_cast<int (*)()>(library->symbol("fake_amd_smi_references"));
  script("layout 7.1\nboard\nbus 3\naverage_w 5\n");
  {
    const auto sensor = open();
    EXPECT_EQ(references(), 1);
  }
  EXPECT_EQ(references(), 0);
}

TEST(GuardedBuffer, ShowsHowFarSomebodyWrote) {
  amd::GuardedBuffer buffer;
  EXPECT_TRUE(buffer.is_untouched_from(0));
  std::memset(buffer.data(), 0, 24);
  EXPECT_TRUE(buffer.is_untouched_from(24));
  EXPECT_FALSE(buffer.is_untouched_from(23));
}

}  // namespace
}  // namespace isojoule
