#include "isojoule/sensor/amd/amd.hpp"

#include <stdlib.h>

#include <gmock/gmock.h>

#include "support/fake_world.hpp"
#include "support/jumping_clock.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kLibrary = "librocm_smi64.so.7";

class AmdTest : public testing::Test {
 public:
  ~AmdTest() override { unsetenv("FAKE_ROCM_SCRIPT"); }

 protected:
  AmdTest() {
    fake_.set_library(kLibrary, ISOJOULE_FAKE_ROCM);
    setenv("FAKE_ROCM_SCRIPT", (fake_.root() / "rocm.txt").c_str(), 1);
  }

  World world() {
    World world = fake_.world();
    world.clock = &clock_;
    return world;
  }
  void script(const std::string& text) { fake_.write("/rocm.txt", text); }
  std::unique_ptr<Sensor> open() { return open_amd(world(), Subject{}, probe_); }
  /// With `before` at the beginning of the self-test and `after` at its end and from then on.
  std::unique_ptr<Sensor> open(const std::string& before, const std::string& after) {
    script(before);
    clock_.meanwhile = [this, after] { script(after); };
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

/// A board at 100 W throughout, whose counter stands at `counts` of 10 uJ.
std::string board_at(std::uint64_t counts, const std::string& more = "") {
  return "board\nname AMD Instinct MI210\nbus 3\nresolution_uj 10\npower_uw 100000000\n"
         "energy_count " +
         std::to_string(counts) + "\n" + more;
}

// 100 W for half a second are 50 J, in counts of 10 uJ 5,000,000.
constexpr std::uint64_t kHalfASecond = 5'000'000;

TEST_F(AmdTest, ReadsEnergyAndPower) {
  const auto sensor = open(board_at(1000, "cap_uw 300000000\n"),
                           board_at(1000 + kHalfASecond, "cap_uw 300000000\n"));
  ASSERT_THAT(ids(*sensor),
              ElementsAre("amd:0000:03:00.0:energy", "amd:0000:03:00.0:power-average"));
  const Channel& energy = sensor->channels()[0];
  const Channel& power = sensor->channels()[1];
  EXPECT_EQ(energy.component, "gpu-0000:03:00.0");
  EXPECT_EQ(power.component, energy.component);
  EXPECT_EQ(energy.label, "AMD Instinct MI210");
  EXPECT_EQ(energy.scope, Scope::gpu);
  EXPECT_EQ(energy.kind, Kind::measured);
  EXPECT_DOUBLE_EQ(std::get<Energy>(energy.unit).in(microjoule), 10.0);
  EXPECT_EQ(energy.range, std::nullopt);
  EXPECT_DOUBLE_EQ(energy.max_power.value().in(watt), 600.0);
  EXPECT_DOUBLE_EQ(std::get<Power>(power.unit).in(watt), 1e-6);
  EXPECT_THAT(poll(*sensor), ElementsAre(1000 + kHalfASecond, 100'000'000u));
  EXPECT_FALSE(fault_);
  EXPECT_EQ(probe_.reason, "AMD Instinct MI210 0000:03:00.0: energy counter, power; by ROCm SMI");
}

TEST_F(AmdTest, TakesTheCountersResolutionFromTheLibrary) {
  const std::string rest = "power_uw 100000000\nresolution_uj 15.3\nenergy_count ";
  const auto sensor = open("board\n" + rest + "0\n", "board\n" + rest + "3267974\n");  // 50 J
  // The library tells it as a float.
  EXPECT_NEAR(std::get<Energy>(sensor->channels()[0].unit).in(microjoule), 15.3, 15.3 * 6e-8);
}

TEST_F(AmdTest, NamesAPowerByItsKind) {
  EXPECT_THAT(ids(*open(board_at(0, "power_type 1\n"), board_at(kHalfASecond, "power_type 1\n"))),
              ElementsAre("amd:0000:03:00.0:energy", "amd:0000:03:00.0:power-instant"));
}

TEST_F(AmdTest, WatchesACounterForHalfASecondAndOnlyWhereThereIsOne) {
  open(board_at(0) + board_at(0, "bus 4\n"),
       board_at(kHalfASecond) + board_at(kHalfASecond, "bus 4\n"));
  EXPECT_EQ(clock_.slept(), 0.5 * second) << "of all boards at once";
  script("board\npower_uw 5\n");
  open();
  script("# no board\n");
  open();
  EXPECT_EQ(clock_.slept(), 0.5 * second);
}

TEST_F(AmdTest, LeavesOutACounterThatDoesNotGoWithThePower) {
  struct Case {
    std::uint64_t after;
    bool trusted;
  };
  // The bounds are a tenth and ten times of 50 J.
  for (const Case& expected : {Case{0, false}, Case{499'999, false}, Case{500'001, true},
                               Case{49'999'999, true}, Case{50'000'001, false}}) {
    const auto sensor = open(board_at(0), board_at(expected.after));
    EXPECT_EQ(sensor->channels().size(), expected.trusted ? 2u : 1u) << expected.after;
    EXPECT_EQ(sensor->channels().back().id, "amd:0000:03:00.0:power-average");
  }
  EXPECT_EQ(probe_.reason,
            "AMD Instinct MI210 0000:03:00.0: power only; no energy counter: it showed 500 J in "
            "0.50 s at 100 W in a self-test; by ROCm SMI");
}

TEST_F(AmdTest, LeavesOutACounterThatRunsBackwards) {
  EXPECT_EQ(open(board_at(1000), board_at(999))->channels().size(), 1u);
  EXPECT_THAT(probe_.reason, HasSubstr("ran backwards"));
}

TEST_F(AmdTest, LeavesOutACounterWithoutAResolution) {
  for (const char* resolution : {"0", "-15.3", "nan", "inf"}) {
    const std::string line = std::string("resolution_uj ") + resolution + "\n";
    EXPECT_EQ(open(board_at(0, line), board_at(kHalfASecond, line))->channels().size(), 1u);
    EXPECT_THAT(probe_.reason, HasSubstr("its resolution is not known")) << resolution;
  }
}

TEST_F(AmdTest, LeavesOutACounterThatCannotBeCompared) {
  const std::string bare = "board\nenergy_count ";
  EXPECT_EQ(open(bare + "0\n", bare + "100\n"), nullptr);
  EXPECT_THAT(probe_.reason,
              HasSubstr("neither energy (it cannot be compared with a power) nor power (not "
                        "supported (ROCm SMI error 2))"));
}

TEST_F(AmdTest, ACounterOfAllOnesIsNone) {
  const std::string none = board_at(~std::uint64_t{0});
  EXPECT_THAT(ids(*open(none, none)), ElementsAre("amd:0000:03:00.0:power-average"));
  EXPECT_EQ(clock_.slept(), Duration{});
}

TEST_F(AmdTest, NamesASecondDie) {
  const std::string second = "board\nname MI250X\nbus 4\nenergy_count 7\npower_uw 0\n";
  const auto sensor = open(board_at(0) + second, board_at(kHalfASecond) + second);
  EXPECT_THAT(ids(*sensor),
              ElementsAre("amd:0000:03:00.0:energy", "amd:0000:03:00.0:power-average"));
  EXPECT_THAT(probe_.reason, HasSubstr("MI250X 0000:04:00.0: 0 W"));
  EXPECT_THAT(probe_.reason, HasSubstr("the second die"));
}

TEST_F(AmdTest, TakesNoGraphicsInsideAProcessor) {
  script("board\nbus 3\npower_uw 5\nreturn rsmi_dev_power_cap_range_get 2\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, HasSubstr("no power cap"));
  script("board\nbus 3\npower_uw 5\nreturn rsmi_dev_power_cap_range_get 4\n");
  EXPECT_EQ(open()->channels()[0].max_power, std::nullopt) << "a cap that may not be read";
}

TEST_F(AmdTest, TakesNoPartitions) {
  const std::string power = "power_uw 5\n";
  script("board\nbus 3\n" + power + "board\nbus 3\npartition 1\n" + power + "board\nbus 4\n" +
         power);
  EXPECT_THAT(ids(*open()), ElementsAre("amd:0000:04:00.0:power-average"));
  EXPECT_THAT(probe_.reason, HasSubstr("0000:03:00.0: a partition of a board"));
  ASSERT_EQ(probe_.unmeasured.size(), 2u);
  EXPECT_EQ(probe_.unmeasured[0].what, "AMD board 0000:03:00.0");
  fake_.set_environment("HIP_VISIBLE_DEVICES", "0");
  EXPECT_EQ(open(), nullptr) << "also where one is seen alone";
}

TEST_F(AmdTest, TakesOnlyTheBoardsThatAJobSees) {
  script(
      "board\nbus 3\nunique_id 1\npower_uw 5\n"
      "board\nbus 4\nunique_id 2\npower_uw 6\n"
      "board\nbus 5\nunique_id 171\npower_uw 7\n");
  fake_.set_environment("ROCR_VISIBLE_DEVICES", "GPU-00000000000000ab,0");
  EXPECT_THAT(poll(*open()), ElementsAre(7u, 5u));
  fake_.set_environment("HIP_VISIBLE_DEVICES", "1");
  EXPECT_THAT(poll(*open()), ElementsAre(5u)) << "counted among those that are left";
  EXPECT_THAT(probe_.reason,
              HasSubstr("2 of 3 boards, by ROCR_VISIBLE_DEVICES=GPU-00000000000000ab,0; 1 of 2 "
                        "boards, by HIP_VISIBLE_DEVICES=1"));
  fake_.set_environment("CUDA_VISIBLE_DEVICES", "0");
  EXPECT_THAT(poll(*open()), ElementsAre(5u)) << "HIP's own variable goes before";
}

TEST_F(AmdTest, LeavesAFailedReadingEmptyAndGoesOn) {
  const auto sensor = open(board_at(0), board_at(kHalfASecond));
  script(board_at(kHalfASecond, "return rsmi_dev_energy_count_get 4\n"));
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, 100'000'000u));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  EXPECT_EQ(fault_->source, "amd:0000:03:00.0:energy");
  EXPECT_EQ(fault_->message, "AMD Instinct MI210: permission denied (ROCm SMI error 4)");
  script(board_at(~std::uint64_t{0}));
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, 100'000'000u)) << "all ones";
  script(board_at(7));
  EXPECT_THAT(poll(*sensor), ElementsAre(7u, 100'000'000u)) << "a reset is for the meter to see";
  EXPECT_FALSE(fault_);
}

TEST_F(AmdTest, AnInvalidKindOfPowerIsNone) {
  script("board\nbus 3\nname X\npower_uw 5\npower_type 4294967295\n");
  EXPECT_EQ(open(), nullptr);
}

TEST_F(AmdTest, SaysWhyTheLibraryDoesNotStart) {
  script("return rsmi_init 8\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "ROCm SMI does not start: initialization error (ROCm SMI error 8)");
  EXPECT_EQ(probe_.remedy, "sudo modprobe amdgpu");
  EXPECT_THAT(probe_.unmeasured, testing::IsEmpty()) << "nothing shows that there is a board";
  fake_.write("/sys/bus/pci/devices/0000:03:00.0/class", "0x120000\n");
  fake_.write("/sys/bus/pci/devices/0000:03:00.0/vendor", "0x1002\n");
  open();
  ASSERT_EQ(probe_.unmeasured.size(), 1u);
  EXPECT_EQ(probe_.unmeasured[0], (Unmeasured{"AMD boards", probe_.reason, probe_.remedy}));
  script("return rsmi_init 4\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.remedy, HasSubstr("usermod -aG video,render"));
}

TEST_F(AmdTest, SaysThatTheLibraryOrTheBoardIsAbsent) {
  script("# an empty machine\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "ROCm SMI sees no boards");
  const FakeWorld without;
  const Probe absent = probe_amd(without.world());
  EXPECT_FALSE(absent.usable);
  EXPECT_THAT(absent.reason, HasSubstr("librocm_smi64.so: cannot open shared object file"));
}

TEST_F(AmdTest, FindsTheLibraryWhereAmdInstallsIt) {
  FakeWorld fake;
  fake.write("/opt/rocm/lib/librocm_smi64.so", "");
  const std::string installed = (fake.root() / "opt/rocm/lib/librocm_smi64.so").string();
  fake.set_library(installed, ISOJOULE_FAKE_ROCM);
  script("board\nbus 3\npower_uw 5\n");
  EXPECT_TRUE(probe_amd(fake.world()).usable);
}

TEST_F(AmdTest, EndsWhatItStarted) {
  std::string why_not;
  const auto library = fake_.world().libraries->open(kLibrary, why_not);
  ASSERT_TRUE(library) << why_not;
  const auto references = reinterpret_cast<int (*)()>(library->symbol("fake_rocm_references"));
  script("board\nbus 3\npower_uw 5\n");
  {
    const auto sensor = open();
    EXPECT_EQ(references(), 1);
  }
  EXPECT_EQ(references(), 0);
  probe_amd(world());
  EXPECT_EQ(references(), 0);
}

}  // namespace
}  // namespace isojoule
