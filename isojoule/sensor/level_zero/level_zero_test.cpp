#include "isojoule/sensor/level_zero/level_zero.hpp"

#include <stdlib.h>

#include <gmock/gmock.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LevelZeroTest : public testing::Test {
 public:
  ~LevelZeroTest() override { unsetenv("FAKE_LEVEL_ZERO_SCRIPT"); }

 protected:
  LevelZeroTest() {
    fake_.set_library("libze_loader.so.1", ISOJOULE_FAKE_LEVEL_ZERO);
    setenv("FAKE_LEVEL_ZERO_SCRIPT", (fake_.root() / "ze.txt").c_str(), 1);
  }
  void script(const std::string& text) { fake_.write("/ze.txt", text); }
  std::unique_ptr<Sensor> open() { return open_level_zero(fake_.world(), Subject{}, probe_); }
  std::vector<Sample> poll(Sensor& sensor) {
    std::vector<Sample> samples(sensor.channels().size());
    fault_ = sensor.poll(samples);
    return samples;
  }
  static std::vector<std::string> ids(const std::unique_ptr<Sensor>& sensor) {
    std::vector<std::string> result;
    if (sensor)
      for (const Channel& channel : sensor->channels()) result.push_back(channel.id);
    return result;
  }
  /// What is measured under a mask.
  std::vector<std::string> under(const std::string& hierarchy, const std::string& mask) {
    if (!hierarchy.empty()) fake_.set_environment("ZE_FLAT_DEVICE_HIERARCHY", hierarchy);
    fake_.set_environment("ZE_AFFINITY_MASK", mask);
    return ids(open());
  }

  FakeWorld fake_;
  Probe probe_;
  std::optional<Fault> fault_;
};

constexpr const char* kArc =
    "board\nname Arc\nbus 3\nlimit_mw 150000\ncard_uj 500\npackage_uj 400\n";
/// Two boards of two tiles each, counters for boards and tiles.
constexpr const char* kMax =
    "board\nname Max\nbus 10\ntiles 2\ncard_uj 100\ntile_uj 0 40\ntile_uj 1 41\n"
    "board\nname Max\nbus 11\ntiles 2\ncard_uj 200\ntile_uj 0 80\ntile_uj 1 81\n";

TEST_F(LevelZeroTest, ReadsTheEnergyOfACard) {
  script(kArc);
  const auto sensor = open();
  ASSERT_THAT(ids(sensor), ElementsAre("level-zero:0000:03:00.0:energy"));
  const Channel& card = sensor->channels()[0];
  EXPECT_EQ(card.component, "gpu-0000:03:00.0");
  EXPECT_EQ(card.label, "Arc");
  EXPECT_EQ(card.scope, Scope::gpu);
  EXPECT_EQ(std::get<Energy>(card.unit), microjoule);
  EXPECT_DOUBLE_EQ(card.max_power.value().in(watt), 300.0) << "spikes are told by it";
  EXPECT_EQ(card.caveat, "");
  EXPECT_THAT(poll(*sensor), ElementsAre(500u));
  EXPECT_EQ(probe_.reason, "Arc 0000:03:00.0: energy counter");
}

TEST_F(LevelZeroTest, SaysWhereItIsOfThePackageOrOfWhatIsNotKnown) {
  script("board\nbus 3\npackage_uj 400\n");
  const auto package = open();
  EXPECT_THAT(package->channels()[0].label, HasSubstr("its GPU package"));
  EXPECT_THAT(package->channels()[0].caveat, HasSubstr("memory and losses are not in it"));
  EXPECT_DOUBLE_EQ(package->channels()[0].max_power.value().in(watt), 3000.0);
  script("board\nbus 3\nunknown_uj 300\n");
  EXPECT_THAT(open()->channels()[0].caveat, HasSubstr("does not show whether"));
  script("board\nbus 3\ntiles 2\ntile_uj 0 4\n");
  EXPECT_EQ(open(), nullptr) << "a tile is not the board";
  EXPECT_THAT(probe_.reason, HasSubstr("no energy counter of its own"));
}

TEST_F(LevelZeroTest, TakesNoGraphicsInsideAProcessor) {
  script(std::string("board\nname UHD\nbus 0\nintegrated\npackage_uj 1\n") + kArc);
  EXPECT_THAT(ids(open()), ElementsAre("level-zero:0000:03:00.0:energy"));
  EXPECT_THAT(probe_.reason, HasSubstr("UHD 0000:00:00.0: a processor's own graphics"));
}

TEST_F(LevelZeroTest, TakesWholeBoardsWithoutAMask) {
  script(kMax);
  for (const char* hierarchy : {"FLAT", "COMPOSITE", "COMBINED"}) {
    fake_.set_environment("ZE_FLAT_DEVICE_HIERARCHY", hierarchy);
    EXPECT_THAT(poll(*open()), ElementsAre(100u, 200u)) << hierarchy;
  }
}

TEST_F(LevelZeroTest, CountsBoardsInComposite) {
  script(kMax);
  EXPECT_THAT(under("COMPOSITE", "1"), ElementsAre("level-zero:0000:0b:00.0:energy"));
  EXPECT_THAT(probe_.reason, HasSubstr("1 of 2 boards, by ZE_AFFINITY_MASK=1"));
  EXPECT_THAT(under("COMPOSITE", "0,1"),
              ElementsAre("level-zero:0000:0a:00.0:energy", "level-zero:0000:0b:00.0:energy"));
  EXPECT_THAT(under("COMPOSITE", "1.0,1.1"), ElementsAre("level-zero:0000:0b:00.0:energy"));
  EXPECT_THAT(under("COMPOSITE", "1.1"), ElementsAre("level-zero:0000:0b:00.0:tile-1-energy"));
  EXPECT_THAT(under("COMPOSITE", "0.0,1"), ElementsAre("level-zero:0000:0a:00.0:tile-0-energy",
                                                       "level-zero:0000:0b:00.0:energy"));
}

TEST_F(LevelZeroTest, CountsTilesInFlatAndCombined) {
  script(kMax);
  for (const char* hierarchy : {"", "FLAT", "COMBINED"}) {
    EXPECT_THAT(under(hierarchy, "1"), ElementsAre("level-zero:0000:0a:00.0:tile-1-energy"))
        << hierarchy;
    EXPECT_THAT(under(hierarchy, "2,3"), ElementsAre("level-zero:0000:0b:00.0:energy"));
    EXPECT_THAT(under(hierarchy, "0,3"), ElementsAre("level-zero:0000:0a:00.0:tile-0-energy",
                                                     "level-zero:0000:0b:00.0:tile-1-energy"));
  }
}

TEST_F(LevelZeroTest, SaysThatATileIsNotTheBoard) {
  script(kMax);
  under("FLAT", "3");
  const auto sensor = open();
  EXPECT_THAT(poll(*sensor), ElementsAre(81u));
  const Channel& tile = sensor->channels()[0];
  EXPECT_EQ(tile.component, "gpu-0000:0b:00.0-tile-1");
  EXPECT_EQ(tile.label, "Max, tile 1 of 2");
  EXPECT_THAT(tile.caveat, HasSubstr("outside of its tiles"));
  EXPECT_THAT(probe_.reason, HasSubstr("energy counter of tile 1 of 2"));
}

TEST_F(LevelZeroTest, DoesNotTakeTheBoardForATileWithoutACounter) {
  script("board\nname Max\nbus 10\ntiles 2\ncard_uj 100\n");
  EXPECT_THAT(under("FLAT", "1"), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("tile 1 of 2: it has no energy of its own, and the board's "
                                       "is not the job's"));
  ASSERT_EQ(probe_.unmeasured.size(), 1u);
  EXPECT_EQ(probe_.unmeasured[0].what, "Max 0000:0a:00.0");
}

TEST_F(LevelZeroTest, DoesNotTakeTheBoardForATileOfItsUuid) {
  script(std::string("lone_tile_is_board\n") + kMax);
  EXPECT_THAT(under("COMPOSITE", "1.0"), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("ZE_AFFINITY_MASK leaves a part of its 2 tiles"));
}

TEST_F(LevelZeroTest, MatchesBoardsByUuidWhateverTheirOrder) {
  script(std::string("order 1 0\n") + kMax);
  EXPECT_THAT(under("COMPOSITE", "0"), ElementsAre("level-zero:0000:0b:00.0:energy"));
  EXPECT_THAT(under("FLAT", "0"), ElementsAre("level-zero:0000:0b:00.0:tile-0-energy"));
  script(std::string("return zesDriverGetDeviceByUuidExp 2013265923\norder 1 0\n") + kArc +
         "board\nname Arc\nbus 4\ncard_uj 7\n");
  EXPECT_THAT(under("FLAT", "0"), ElementsAre("level-zero:0000:04:00.0:energy"))
      << "before version 1.9, by comparing";
}

TEST_F(LevelZeroTest, AMaskThatLeavesNothingLeavesNothing) {
  script(kArc);
  EXPECT_THAT(under("FLAT", "5"), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("0 of 1 boards, by ZE_AFFINITY_MASK=5"));
  script(std::string("return zeInit 1879048193\n") + kArc);
  EXPECT_THAT(under("FLAT", "0"), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("ZE_AFFINITY_MASK cannot be read: the device is lost"));
}

constexpr const char* kNoZesInit = "return zesInit 2013265923\n";  // not supported

TEST_F(LevelZeroTest, EntersByTheCoreWhereThereIsNoZesInit) {
  script(std::string(kNoZesInit) + kArc);
  fake_.set_environment("ZE_FLAT_DEVICE_HIERARCHY", "COMPOSITE");
  const auto sensor = open();
  ASSERT_NE(sensor, nullptr) << probe_.reason;
  EXPECT_THAT(poll(*sensor), ElementsAre(500u));
  EXPECT_EQ(getenv("ZES_ENABLE_SYSMAN"), nullptr) << "the environment is as it was";
  EXPECT_EQ(getenv("ZE_FLAT_DEVICE_HIERARCHY"), nullptr);
}

TEST_F(LevelZeroTest, EntersByTheCoreAndTakesNoMaskThatMayLeaveTiles) {
  script(std::string(kNoZesInit) + kMax);
  EXPECT_THAT(under("COMPOSITE", "1"), ElementsAre("level-zero:0000:0b:00.0:energy"));
  EXPECT_THAT(under("COMPOSITE", "1.0"), IsEmpty());
  EXPECT_THAT(probe_.reason, HasSubstr("ZE_AFFINITY_MASK=1.0 may leave tiles"));
  EXPECT_THAT(under("FLAT", "1"), IsEmpty());
}

TEST_F(LevelZeroTest, LeavesAFailedReadingEmpty) {
  script(kArc);
  const auto sensor = open();
  script(std::string("return zesPowerGetEnergyCounter 1879048193\n") + kArc);
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->message, "the device is lost");
  EXPECT_EQ(fault_->source, "level-zero:0000:03:00.0:energy");
}

TEST_F(LevelZeroTest, TellsDeniedAbsentAndNotInstalledApart) {
  script(std::string("return zesPowerGetEnergyCounter 1879113728\n") + kArc);
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "Arc 0000:03:00.0: energy counter: insufficient permissions");
  EXPECT_THAT(probe_.remedy, HasSubstr("chmod a+r /sys/class/hwmon"));
  script("return zesInit 2013265921\nreturn zeInit 2013265921\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "Level Zero does not start: no driver");
  EXPECT_THAT(probe_.remedy, HasSubstr("intel-level-zero-gpu"));
  script("# no board\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "Level Zero sees no boards");
  const FakeWorld without;
  EXPECT_THAT(probe_level_zero(without.world()).reason,
              HasSubstr("libze_loader.so.1: cannot open shared object file"));
}

}  // namespace
}  // namespace isojoule
