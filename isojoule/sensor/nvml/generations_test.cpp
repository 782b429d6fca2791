#include "isojoule/sensor/nvml/generations.hpp"

#include <gtest/gtest.h>

namespace isojoule::nvml {
namespace {

struct Timing {
  std::optional<double> refresh_ms, averaging_ms;
  double lag_ms;

  friend bool operator==(const Timing&, const Timing&) = default;
};

Timing timing(std::optional<unsigned int> architecture, std::string_view name, PowerReading reading,
              std::optional<unsigned int> driver = 525) {
  Channel channel;
  describe_power(channel, {architecture, name, driver}, reading);
  const auto milliseconds = [](Duration time) { return time.in(millisecond); };
  EXPECT_EQ(channel.lag_half_width, Duration{});
  std::optional<double> refresh, averaging;
  if (channel.refresh) refresh = milliseconds(*channel.refresh);
  if (channel.averaging) averaging = milliseconds(*channel.averaging);
  return {refresh, averaging, milliseconds(channel.lag)};
}

constexpr std::nullopt_t kUnknown = std::nullopt;

// Expected: the figures of arXiv 2312.02741 and of NVML's documentation, typed from there.
TEST(Generations, HaveTheirPublishedTiming) {
  using enum PowerReading;
  EXPECT_EQ(timing(2, "Tesla K80", usage), (Timing{kUnknown, kUnknown, 0}));
  EXPECT_EQ(timing(3, "Tesla M60", usage), (Timing{kUnknown, kUnknown, 0}));
  EXPECT_EQ(timing(4, "Tesla P100", usage), (Timing{20, 10, 5}));
  EXPECT_EQ(timing(5, "Tesla V100", instant), (Timing{20, 10, 5}));
  EXPECT_EQ(timing(6, "Tesla T4", usage), (Timing{100, 100, 50}));
  EXPECT_EQ(timing(6, "Quadro RTX 8000", usage), (Timing{100, 20, 10}));
  EXPECT_EQ(timing(7, "NVIDIA GeForce RTX 3090", instant), (Timing{100, 100, 50}));
  EXPECT_EQ(timing(7, "NVIDIA RTX A5000", instant), (Timing{79, kUnknown, 0}));
  EXPECT_EQ(timing(9, "NVIDIA H100 80GB HBM3", instant), (Timing{100, 25, 12.5}));
  EXPECT_EQ(timing(9, "NVIDIA GH200 480GB", instant), (Timing{100, 20, 10}));
}

TEST(Generations, AverageOverASecondOnAmpereAndNewerButNotOnGA100) {
  using enum PowerReading;
  for (const PowerReading reading : {usage, average}) {
    EXPECT_EQ(timing(7, "NVIDIA GeForce RTX 3090", reading), (Timing{100, 1000, 500}));
    EXPECT_EQ(timing(8, "NVIDIA L40S", reading),
              (Timing{105, reading == usage ? 150.0 : 1000.0, reading == usage ? 75.0 : 500.0}));
    EXPECT_EQ(timing(9, "NVIDIA H200", reading), (Timing{100, 1000, 500}));
    EXPECT_EQ(timing(10, "NVIDIA B200", reading), (Timing{kUnknown, 1000, 500}));
  }
  for (const char* name : {"NVIDIA A100-SXM4-80GB", "A100-PCIE-40GB", "NVIDIA A100 80GB PCIe",
                           "NVIDIA A30", "NVIDIA A800-SXM4-80GB"}) {
    EXPECT_EQ(timing(7, name, usage), (Timing{100, 25, 12.5})) << name;
    EXPECT_EQ(timing(7, name, average), (Timing{kUnknown, kUnknown, 0})) << name;
  }
}

TEST(Generations, TellChipsApartByWholeWords) {
  EXPECT_EQ(timing(7, "NVIDIA RTX A1000", PowerReading::usage), (Timing{100, 1000, 500}));
  EXPECT_EQ(timing(7, "NVIDIA RTX A3000 Laptop GPU", PowerReading::usage),
            (Timing{100, 1000, 500}));
}

TEST(Generations, LeaveOpenWhatIsNotKnown) {
  using enum PowerReading;
  for (const PowerReading reading : {usage, instant, average}) {
    EXPECT_EQ(timing(kUnknown, "NVIDIA A100-SXM4-80GB", reading), (Timing{kUnknown, kUnknown, 0}));
    EXPECT_EQ(timing(99, "NVIDIA X1", reading), (Timing{kUnknown, kUnknown, 0}));
  }
  EXPECT_EQ(timing(8, "NVIDIA L40S", instant), (Timing{105, kUnknown, 0}));
}

TEST(Generations, MakeAmperesUsageInstantaneousFromDriver530On) {
  using enum PowerReading;
  EXPECT_EQ(timing(7, "NVIDIA GeForce RTX 3090", usage, 529), (Timing{100, 1000, 500}));
  EXPECT_EQ(timing(7, "NVIDIA GeForce RTX 3090", usage, 530), (Timing{100, 100, 50}));
  EXPECT_EQ(timing(7, "NVIDIA GeForce RTX 3090", usage, kUnknown), (Timing{100, kUnknown, 0}));
  EXPECT_EQ(timing(7, "NVIDIA GeForce RTX 3090", average, 530), (Timing{100, 1000, 500}));
  EXPECT_EQ(timing(9, "NVIDIA H100 PCIe", usage, 530), (Timing{100, 1000, 500}));
}

TEST(Generations, KnowSuperchipsByName) {
  EXPECT_EQ(superchip("NVIDIA GH200 480GB"), Superchip::one_gpu);
  EXPECT_EQ(superchip("GH200 144G HBM3e"), Superchip::one_gpu);
  EXPECT_EQ(superchip("NVIDIA GB200"), Superchip::two_gpus);
  EXPECT_EQ(superchip("NVIDIA GB300"), Superchip::two_gpus);
  for (const char* name : {"", "NVIDIA H200", "NVIDIA GH2000", "NVIDIA B200"})
    EXPECT_EQ(superchip(name), Superchip::none) << name;
}

TEST(Caveat, IsTakenFromPowerThatIsKnownToShowWhatItSees) {
  const auto caveat = [](std::optional<unsigned int> architecture, PowerReading reading) {
    Channel channel;
    describe_power(channel, {architecture, "board"}, reading);
    return channel.caveat;
  };
  EXPECT_EQ(caveat(9, PowerReading::instant), "");
  EXPECT_EQ(caveat(6, PowerReading::usage), "");
  EXPECT_NE(caveat(9, PowerReading::average), "");  // a mean over a second
  EXPECT_NE(caveat(2, PowerReading::usage), "");    // Kepler follows slowly
  EXPECT_NE(caveat(std::nullopt, PowerReading::usage), "");
  EXPECT_NE(caveat(99, PowerReading::instant), "");
}

}  // namespace
}  // namespace isojoule::nvml
