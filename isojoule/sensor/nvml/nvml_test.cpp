#include "isojoule/sensor/nvml/nvml.hpp"

#include <set>

#include <gmock/gmock.h>

#include "isojoule/core/error.hpp"

#include "support/nvml_fixture.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kTwoBoards = R"(
board
uuid GPU-aaaa
name NVIDIA A100-SXM4-80GB
energy_mj 5000
power_mw 61000
limit_mw 400000
board
uuid GPU-bbbb
name NVIDIA A100-SXM4-80GB
energy_mj 7000
power_mw 62000
limit_mw 400000
)";

/// A loader whose libraries lack some functions, as older drivers' do.
class LackingLoader final : public LibraryLoader {
 public:
  LackingLoader(LibraryLoader& real, std::set<std::string> lacking)
      : real_(real), lacking_(std::move(lacking)) {}

  std::unique_ptr<Library> open(const std::string& name, std::string& why_not) override {
    return std::make_unique<LackingLibrary>(real_.open(name, why_not), lacking_);
  }

 private:
  class LackingLibrary final : public Library {
   public:
    LackingLibrary(std::unique_ptr<Library> real, std::set<std::string> lacking)
        : real_(std::move(real)), lacking_(std::move(lacking)) {}
    void* symbol(const char* name) const noexcept override {
      return lacking_.contains(name) ? nullptr : real_->symbol(name);
    }

   private:
    std::unique_ptr<Library> real_;
    std::set<std::string> lacking_;
  };

  LibraryLoader& real_;
  std::set<std::string> lacking_;
};

TEST_F(NvmlTest, ReadsEnergyAndPowerOfEachBoard) {
  script(kTwoBoards);
  const auto sensor = open();

  ASSERT_THAT(ids(*sensor), ElementsAre("nvml:GPU-aaaa:energy", "nvml:GPU-aaaa:power",
                                        "nvml:GPU-bbbb:energy", "nvml:GPU-bbbb:power"));
  const Channel& energy = sensor->channels()[0];
  const Channel& power = sensor->channels()[1];
  EXPECT_EQ(energy.component, "gpu-GPU-aaaa");
  EXPECT_EQ(power.component, energy.component);
  EXPECT_EQ(energy.label, "NVIDIA A100-SXM4-80GB");
  EXPECT_EQ(energy.scope, Scope::gpu);
  EXPECT_EQ(energy.kind, Kind::measured);
  EXPECT_EQ(std::get<Energy>(energy.unit), millijoule);
  EXPECT_EQ(std::get<Power>(power.unit), milliwatt);
  EXPECT_EQ(energy.range, std::nullopt);
  EXPECT_EQ(energy.refresh, 100.0 * millisecond);
  EXPECT_EQ(energy.lag, 80.0 * millisecond);
  EXPECT_EQ(energy.lag_half_width, 50.0 * millisecond);
  EXPECT_EQ(energy.averaging, std::nullopt);
  EXPECT_EQ(power.refresh, std::nullopt) << "of an architecture that is not told";
  EXPECT_DOUBLE_EQ(energy.max_power.value().in(watt), 800.0);

  EXPECT_THAT(poll(*sensor), ElementsAre(5000u, 61000u, 7000u, 62000u));
  EXPECT_FALSE(fault_);
}

TEST_F(NvmlTest, BoundsPowerByTheEnforcedLimitWhereThereIsNoOther) {
  script("board\nenergy_mj 1\nenforced_limit_mw 70000\nboard\nenergy_mj 1\n");
  const auto sensor = open();
  EXPECT_DOUBLE_EQ(sensor->channels()[0].max_power.value().in(watt), 140.0);
  EXPECT_FALSE(sensor->channels().back().max_power);
}

TEST_F(NvmlTest, NoLimitIsNoBound) {
  script("board\nenergy_mj 1\nlimit_mw 0\n");
  EXPECT_FALSE(open()->channels()[0].max_power);
}

TEST_F(NvmlTest, TakesOnlyTheBoardsThatAJobSees) {
  script(kTwoBoards);
  fake_.set_environment("CUDA_VISIBLE_DEVICES", "1");
  EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-bbbb:energy", "nvml:GPU-bbbb:power"));
  EXPECT_THAT(probe().reason, HasSubstr("1 of 2 boards, by CUDA_VISIBLE_DEVICES=1; NVIDIA A100"));
  fake_.set_environment("CUDA_VISIBLE_DEVICES", "MIG-1");
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, HasSubstr("no energy of its own"));
  EXPECT_THAT(probe_.remedy, HasSubstr("CUDA_VISIBLE_DEVICES"));
}

TEST_F(NvmlTest, PassesOnACounterThatADriverReloadRestarted) {
  script("board\nenergy_mj 5000000000000\n");
  const auto sensor = open();
  EXPECT_THAT(poll(*sensor), ElementsAre(5000000000000u));
  script("board\nenergy_mj 12\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(12u));
  EXPECT_FALSE(fault_);
  EXPECT_FALSE(sensor->channels()[0].range);  // so that a decrease can only be a reset
}

TEST_F(NvmlTest, TakesPowerAloneWhereEnergyIsNotSupported) {
  script("board\nuuid GPU-old\nname Tesla M60\npower_mw 43000\n");
  EXPECT_EQ(probe().reason, "Tesla M60 GPU-old: power only");
  const auto sensor = open();
  EXPECT_THAT(ids(*sensor), ElementsAre("nvml:GPU-old:power"));
  EXPECT_THAT(poll(*sensor), ElementsAre(43000u));
}

TEST_F(NvmlTest, NamesABoardThatTellsNothing) {
  script("board\nuuid GPU-v\nname GRID V100-4Q\nboard\nuuid GPU-e\nname NVIDIA T4\nenergy_mj 9\n");
  EXPECT_TRUE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("GRID V100-4Q GPU-v: neither energy (Not Supported"));
  EXPECT_THAT(probe().reason, HasSubstr("NVIDIA T4 GPU-e: energy counter only"));
  EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-e:energy"));

  script("board\nuuid GPU-v\nname GRID V100-4Q\n");
  EXPECT_FALSE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("GRID V100-4Q"));
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(probe_.reason, "");
}

TEST_F(NvmlTest, NamesABoardThatCannotBeReached) {
  script("board\nenergy_mj 1\nreturn nvmlDeviceGetHandleByIndex_v2 4\nboard\nenergy_mj 2\n");
  EXPECT_TRUE(probe().usable);
  EXPECT_THAT(probe().reason, HasSubstr("board 0: Insufficient Permissions (NVML error 4)"));
  EXPECT_THAT(poll(*open()), ElementsAre(2u));
}

TEST_F(NvmlTest, LeavesAFailedReadingEmptyAndGoesOn) {
  script(kTwoBoards);
  const auto sensor = open();
  script(std::string(kTwoBoards) + "return nvmlDeviceGetTotalEnergyConsumption 999\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(5000u, 61000u, std::nullopt, 62000u));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  EXPECT_EQ(fault_->source, "nvml:GPU-bbbb:energy");

  script(kTwoBoards);
  EXPECT_THAT(poll(*sensor), ElementsAre(5000u, 61000u, 7000u, 62000u));
  EXPECT_FALSE(fault_);
}

TEST_F(NvmlTest, GoesOnWithTheOthersWhenABoardIsLost) {
  const std::string first = "board\nuuid GPU-a\nenergy_mj 1\npower_mw 10\n";
  const std::string second = "board\nuuid GPU-b\nenergy_mj 2\npower_mw 20\n";
  const std::string lost = "return nvmlDeviceGetTotalEnergyConsumption 15\n";
  script(first + second);
  const auto sensor = open();

  script(first + lost + second);
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, std::nullopt, 2u, 20u));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::fatal);
  EXPECT_EQ(fault_->source, "nvml:GPU-a:energy");
  EXPECT_THAT(fault_->message, HasSubstr("GPU is lost"));

  script(first + second);  // it is said once, and a lost board is not asked again
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, std::nullopt, 2u, 20u));
  EXPECT_FALSE(fault_);

  script(first + second + lost);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, std::nullopt, std::nullopt, std::nullopt));
    ASSERT_TRUE(fault_);
    EXPECT_EQ(fault_->kind, FaultKind::fatal);
  }
}

TEST_F(NvmlTest, TellsALossRatherThanAFailedReadingOfAnotherBoard) {
  const std::string first = "board\nuuid GPU-a\nenergy_mj 1\npower_mw 10\n";
  const std::string second = "board\nuuid GPU-b\nenergy_mj 2\n";
  script(first + second);
  const auto sensor = open();
  script(first + "return nvmlDeviceGetTotalEnergyConsumption 999\n" + second +
         "return nvmlDeviceGetTotalEnergyConsumption 15\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, 10u, std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::fatal);
  EXPECT_EQ(fault_->source, "nvml:GPU-b:energy");
}

TEST_F(NvmlTest, DoesNotEndWhileABoardThatFailedMayAnswerAgain) {
  const std::string two = "board\nuuid GPU-a\nenergy_mj 1\nboard\nuuid GPU-b\nenergy_mj 2\n";
  script(two);
  const auto sensor = open();
  script(
      "board\nuuid GPU-a\nenergy_mj 1\nreturn nvmlDeviceGetTotalEnergyConsumption 999\n"
      "board\nuuid GPU-b\nenergy_mj 2\nreturn nvmlDeviceGetTotalEnergyConsumption 15\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  script(two);
  EXPECT_THAT(poll(*sensor), ElementsAre(1u, std::nullopt));
}

TEST_F(NvmlTest, AllOnesAreAFailedReading) {
  script("board\nenergy_mj 1\npower_mw 10\n");
  const auto sensor = open();
  script("board\nenergy_mj 18446744073709551615\npower_mw 4294967295\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  EXPECT_THAT(fault_->message, HasSubstr("No data"));
}

TEST_F(NvmlTest, PermissionThatEndsHalfWayLeavesAGap) {
  script(kTwoBoards);
  const auto sensor = open();
  script("return nvmlDeviceGetTotalEnergyConsumption 4\n" + std::string(kTwoBoards));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, 61000u, std::nullopt, 62000u));
    ASSERT_TRUE(fault_);
    EXPECT_EQ(fault_->kind, FaultKind::retry);
    EXPECT_THAT(fault_->message, HasSubstr("Insufficient Permissions"));
  }
  script(kTwoBoards);
  EXPECT_THAT(poll(*sensor), ElementsAre(5000u, 61000u, 7000u, 62000u));
}

TEST_F(NvmlTest, TellsTheDriverAndTheSettingsThatAProfileDependsOn) {
  script("driver 550.54.14\n" + std::string(kTwoBoards) + "ecc 1\npersistence 0\n");
  EXPECT_EQ(probe().reason,
            "NVIDIA A100-SXM4-80GB GPU-aaaa: energy counter, power; NVIDIA A100-SXM4-80GB "
            "GPU-bbbb: energy counter, power (ECC on, persistence mode off); driver 550.54.14");
}

TEST_F(NvmlTest, TellsTheSettingsOfEachBoard) {
  script("driver 550.54.14\n" + std::string(kTwoBoards) +
         "ecc 1\nmig 0\nenforced_limit_mw 250000\nsm_clock_setting_mhz 1410\n");
  const std::unique_ptr<Sensor> sensor = open();
  ASSERT_TRUE(sensor);
  const std::vector<MachineSetting> expected{{"gpu-GPU-bbbb", "power limit", "250 W"},
                                             {"gpu-GPU-bbbb", "SM clock", "1410 MHz"},
                                             {"gpu-GPU-bbbb", "ECC", "on"},
                                             {"gpu-GPU-bbbb", "MIG", "off"},
                                             {"nvidia", "driver", "550.54.14"}};
  EXPECT_THAT(sensor->settings(), testing::ElementsAreArray(expected));
}

TEST_F(NvmlTest, TellsOfABoardThatIsDividedThatItIs) {
  script("board\nuuid GPU-m\nname Fake\nenergy_mj 1\nmig 1\n");
  EXPECT_EQ(open(), nullptr);
  const std::vector<MachineSetting> expected{{"gpu-GPU-m", "MIG", "on"}};
  EXPECT_EQ(probe_.settings, expected);
}

TEST_F(NvmlTest, SaysThatThereIsNoBoard) {
  script("# an empty machine\n");
  EXPECT_FALSE(probe().usable);
  EXPECT_EQ(probe().reason, "NVML sees no boards");
  EXPECT_THAT(probe().remedy, HasSubstr("docker run --gpus all"));
}

TEST_F(NvmlTest, SaysWhyTheLibraryDoesNotStart) {
  struct Case {
    int code;
    const char* reason;
    const char* remedy;
  };
  for (const Case& expected :
       {Case{9, "Driver Not Loaded", "sudo modprobe nvidia"},
        Case{4, "Insufficient Permissions", "sudo chmod a+rw /dev/nvidiactl"},
        Case{18, "NVML error 18", "reboot"}, Case{999, "Unknown Error", ""}}) {
    script("return nvmlInit_v2 " + std::to_string(expected.code) + "\n" + kTwoBoards);
    const Probe seen = probe();
    EXPECT_FALSE(seen.usable);
    EXPECT_THAT(seen.reason, HasSubstr(expected.reason));
    EXPECT_THAT(seen.remedy, HasSubstr(expected.remedy));
  }
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(probe_.reason, "");
}

TEST_F(NvmlTest, SaysThatTheLibraryIsAbsent) {
  const FakeWorld without;
  const Probe seen = probe_nvml(without.world());
  EXPECT_FALSE(seen.usable);
  EXPECT_THAT(seen.reason, HasSubstr("cannot open shared object file"));
  EXPECT_THAT(seen.remedy, HasSubstr("install the NVIDIA driver"));
}

TEST_F(NvmlTest, ABoardWithoutADriverIsNamedAsUnmeasured) {
  FakeWorld without;
  EXPECT_THAT(probe_nvml(without.world()).unmeasured, testing::IsEmpty());
  without.write("/sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
  without.write("/sys/bus/pci/devices/0000:01:00.0/class", "0x030200\n");
  const Probe probe = probe_nvml(without.world());
  ASSERT_EQ(probe.unmeasured.size(), 1u);
  EXPECT_EQ(probe.unmeasured.front(), (Unmeasured{"NVIDIA boards", probe.reason, probe.remedy}));
}

TEST_F(NvmlTest, InWslTheDriverIsThatOfWindows) {
  FakeWorld wsl;
  wsl.write("/proc/sys/kernel/osrelease", "5.15.146.1-microsoft-standard-WSL2\n");
  const Probe without = probe_nvml(wsl.world());
  EXPECT_THAT(without.remedy, HasSubstr("install no NVIDIA driver in Linux"));
  EXPECT_THAT(without.remedy, testing::Not(HasSubstr("apt-get")));

  // Its library need not be on the path.
  wsl.set_library("/usr/lib/wsl/lib/libnvidia-ml.so.1", ISOJOULE_FAKE_NVML);
  wsl.write("/nvml.txt", "board\nuuid GPU-a\nname RTX 4070\nenergy_mj 1\n");
  setenv("FAKE_NVML_SCRIPT", (wsl.root() / "nvml.txt").c_str(), 1);
  EXPECT_TRUE(probe_nvml(wsl.world()).usable);
}

TEST_F(NvmlTest, DoesWithoutFunctionsThatAnOldLibraryLacks) {
  script(kTwoBoards);
  World world = fake_.world();
  LackingLoader lacking(*world.libraries,
                        {"nvmlDeviceGetTotalEnergyConsumption", "nvmlDeviceGetUUID",
                         "nvmlDeviceGetPowerManagementLimitConstraints", "nvmlErrorString"});
  world.libraries = &lacking;
  const auto sensor = open_nvml(world, Subject{}, probe_);
  EXPECT_THAT(ids(*sensor), ElementsAre("nvml:index-0:power", "nvml:index-1:power"));
  EXPECT_THAT(poll(*sensor), ElementsAre(61000u, 62000u));
}

TEST_F(NvmlTest, IsNotUsableWithoutTheFunctionsThatItNeeds) {
  script(kTwoBoards);
  for (const char* needed : {"nvmlInit_v2", "nvmlDeviceGetCount_v2"}) {
    World world = fake_.world();
    LackingLoader lacking(*world.libraries, {needed});
    world.libraries = &lacking;
    EXPECT_FALSE(probe_nvml(world).usable);
    EXPECT_THAT(probe_nvml(world).reason, HasSubstr("lacks the function"));
  }
}

TEST_F(NvmlTest, EndsWhatItStarted) {
  std::string why_not;
  const auto library = fake_.world().libraries->open(kLibrary, why_not);
  ASSERT_TRUE(library) << why_not;
  const auto references = reinterpret_cast<int (*)()>(library->symbol("fake_nvml_references"));
  ASSERT_TRUE(references);

  script(kTwoBoards);
  probe();
  EXPECT_EQ(references(), 0);
  {
    const auto sensor = open();
    EXPECT_EQ(references(), 1);
  }
  EXPECT_EQ(references(), 0);
  script("return nvmlInit_v2 9\n");
  probe();
  EXPECT_EQ(references(), 0);
}

TEST_F(NvmlTest, SeesACounterThatAdvancesByItself) {
  script("board\nenergy_rate_mw 4000000000\n");  // so fast that two polls differ by some hundreds
  const auto sensor = open();
  const std::uint64_t before = poll(*sensor)[0].value();
  std::uint64_t after = before;
  while (after == before) after = poll(*sensor)[0].value();
  EXPECT_GT(after, before);
}

}  // namespace
}  // namespace isojoule
