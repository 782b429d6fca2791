#include "isojoule/campaign/thermometer.hpp"

#include <stdlib.h>

#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

/// A board by the fake NVML, which is as warm as its script says.
class ThermometerTest : public ::testing::Test {
 public:
  ~ThermometerTest() override { unsetenv("FAKE_NVML_SCRIPT"); }

 protected:
  ThermometerTest() {
    fake_.set_library("libnvidia-ml.so.1", ISOJOULE_FAKE_NVML);
    setenv("FAKE_NVML_SCRIPT", (fake_.root() / "nvml.txt").c_str(), 1);
  }
  void set_celsius(int first, int second_board) {
    const auto board = [](const char* uuid, int celsius) {
      return std::string("board\nuuid ") + uuid + "\nname Fake\nenergy_mj 1\ntemperature_c " +
             std::to_string(celsius) + "\n";
    };
    fake_.write("/nvml.txt", board("GPU-a", first) + board("GPU-b", second_board));
  }
  /// Gauges are read once a second.
  void wait() { fake_.clock().advance(2.0 * second, 0); }

  FakeWorld fake_;
};

TEST_F(ThermometerTest, TellsTheRiseOfTheWarmestSinceTheFirstLook) {
  set_celsius(40, 30);
  Thermometer thermometer(fake_.world(), {"cuda"});
  EXPECT_EQ(thermometer.rise(), 0.0);
  set_celsius(42, 37);
  wait();
  EXPECT_EQ(thermometer.rise(), 7.0) << "the second board's, though the first is warmer";
  set_celsius(39, 31);
  wait();
  EXPECT_EQ(thermometer.rise(), 1.0);
}

TEST_F(ThermometerTest, TellsTheRiseSinceWhatIsKnownOfTheBegin) {
  set_celsius(60, 33);
  Thermometer thermometer(fake_.world(), {"cuda"}, {{"nvml:GPU-a:temperature", 40.0}});
  EXPECT_EQ(thermometer.rise(), 20.0) << "of the other board nothing is known";
  set_celsius(40, 34);
  wait();
  EXPECT_EQ(thermometer.rise(), 1.0);
}

TEST_F(ThermometerTest, LooksAtNoOtherBoards) {
  set_celsius(40, 30);
  Thermometer first(fake_.world(), {"cuda:0"});
  Thermometer both(fake_.world(), {"cuda:0", "cuda:1", "cpu"});
  Thermometer none(fake_.world(), {"cpu"});
  first.rise();
  both.rise();
  set_celsius(42, 90);
  wait();
  EXPECT_EQ(first.rise(), 2.0);
  EXPECT_EQ(both.rise(), 60.0);
  EXPECT_EQ(none.rise(), std::nullopt);
}

TEST_F(ThermometerTest, ADeviceThatIsNotHereIsNoneOfThem) {
  set_celsius(40, 30);
  fake_.set_environment("CUDA_VISIBLE_DEVICES", "0");
  EXPECT_EQ(Thermometer(fake_.world(), {"cuda:7"}).rise(), std::nullopt);
}

TEST_F(ThermometerTest, WithoutABoardThereIsNone) {
  fake_.write("/nvml.txt", "");
  EXPECT_EQ(Thermometer(fake_.world(), {"cuda"}).rise(), std::nullopt);
}

TEST(Coolest, IsTheLeastOfEachTemperature) {
  ChannelState warm;
  warm.channel.id = "nvml:GPU-a:temperature";
  warm.channel.unit = Gauge{"celsius", 1.0, {}};
  warm.least = 38.0;
  warm.most = 70.0;
  ChannelState clock = warm;
  clock.channel.id = "nvml:GPU-a:sm-clock";
  clock.channel.unit = Gauge{"hertz", 1e6, {}};
  ChannelState silent = warm;
  silent.channel.id = "nvml:GPU-b:temperature";
  silent.least.reset();
  Measurement whole;
  whole.states = {warm, clock, silent};
  EXPECT_EQ(coolest(whole), (Temperatures{{"nvml:GPU-a:temperature", 38.0}}));
}

}  // namespace
}  // namespace isojoule
