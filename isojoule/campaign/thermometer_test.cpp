#include "isojoule/campaign/thermometer.hpp"

#include <stdlib.h>

#include <gtest/gtest.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

/// A board by the fake NVML, which is as warm as its script says.
class ThermometerTest : public ::testing::Test {
 protected:
  ThermometerTest() {
    fake_.set_library("libnvidia-ml.so.1", ISOJOULE_FAKE_NVML);
    setenv("FAKE_NVML_SCRIPT", (fake_.root() / "nvml.txt").c_str(), 1);
  }
  ~ThermometerTest() override { unsetenv("FAKE_NVML_SCRIPT"); }
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
  Thermometer thermometer(fake_.world());
  ASSERT_TRUE(thermometer.usable());
  EXPECT_EQ(thermometer.rise(), 0.0);
  set_celsius(42, 37);
  wait();
  EXPECT_EQ(thermometer.rise(), 7.0) << "the second board's, though the first is warmer";
  set_celsius(39, 31);
  wait();
  EXPECT_EQ(thermometer.rise(), 1.0);
}

TEST_F(ThermometerTest, WithoutABoardThereIsNone) {
  fake_.write("/nvml.txt", "");
  Thermometer thermometer(fake_.world());
  EXPECT_FALSE(thermometer.usable());
  EXPECT_EQ(thermometer.rise(), std::nullopt);
}

}  // namespace
}  // namespace isojoule
