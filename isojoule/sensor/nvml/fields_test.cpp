#include "isojoule/sensor/nvml/fields.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "support/nvml_fixture.hpp"

namespace isojoule {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::optional<std::uint64_t> count_of(nvml::ValueType type, nvml::Value value) {
  std::uint64_t count = 0;
  const nvml::FieldValue answer{.type = type, .result = nvml::Result::success, .value = value};
  const nvml::Result result = nvml::take_count(answer, count);
  if (result == nvml::Result::success) return count;
  EXPECT_EQ(result, nvml::Result::no_data);
  EXPECT_EQ(count, 0u);
  return std::nullopt;
}

TEST(FieldValue, IsACountWhateverItsType) {
  using enum nvml::ValueType;
  EXPECT_EQ(count_of(real, {.real = 61000.6}), 61001u);
  EXPECT_EQ(count_of(unsigned_int, {.unsigned_int = 61000}), 61000u);
  EXPECT_EQ(count_of(unsigned_long, {.unsigned_long = 1UL << 40}), 1UL << 40);
  EXPECT_EQ(count_of(unsigned_long_long, {.unsigned_long_long = 1ULL << 63}), 1ULL << 63);
  EXPECT_EQ(count_of(signed_long_long, {.signed_long_long = 7}), 7u);
  EXPECT_EQ(count_of(signed_int, {.signed_int = 7}), 7u);
  EXPECT_EQ(count_of(unsigned_short, {.unsigned_short = 7}), 7u);
  EXPECT_EQ(count_of(unsigned_int, {.unsigned_int = 0}), 0u);
}

TEST(FieldValue, OfAShortTypeDoesNotReadItsNeighbours) {
  nvml::Value value{.unsigned_long_long = ~0ULL};
  value.unsigned_int = 5;
  EXPECT_EQ(count_of(nvml::ValueType::unsigned_int, value), 5u);
}

TEST(FieldValue, ThatIsNoCountIsNoData) {
  using enum nvml::ValueType;
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(count_of(real, {.real = kNan}), std::nullopt);
  EXPECT_EQ(count_of(real, {.real = -1.0}), std::nullopt);
  EXPECT_EQ(count_of(real, {.real = 0x1p64}), std::nullopt);
  EXPECT_EQ(count_of(unsigned_int, {.unsigned_int = ~0U}), std::nullopt);
  EXPECT_EQ(count_of(unsigned_long_long, {.unsigned_long_long = ~0ULL}), std::nullopt);
  EXPECT_EQ(count_of(signed_long_long, {.signed_long_long = -1}), std::nullopt);
  EXPECT_EQ(count_of(signed_int, {.signed_int = -61000}), std::nullopt);
  EXPECT_EQ(count_of(unsigned_short, {.unsigned_short = 0xffff}), std::nullopt);
  EXPECT_EQ(count_of(static_cast<nvml::ValueType>(77), {.unsigned_int = 5}), std::nullopt);
}

constexpr const char* kHopper = R"(
board
uuid GPU-h
name NVIDIA H100 80GB HBM3
architecture 9
energy_mj 1
power_mw 2
limit_mw 700000
field 83 0 5000000000
field 186 0 310000
field 185 0 300000
)";

class FieldsTest : public NvmlTest {};

TEST_F(FieldsTest, GoBeforeTheFunctionsOfTheirOwn) {
  script(kHopper);
  const auto sensor = open();
  // The order is that of preference among the alternatives of the one component.
  EXPECT_THAT(ids(*sensor), ElementsAre("nvml:GPU-h:energy", "nvml:GPU-h:power-instant",
                                        "nvml:GPU-h:power-average"));
  for (const Channel& channel : sensor->channels()) {
    EXPECT_EQ(channel.component, "gpu-GPU-h");
    EXPECT_EQ(channel.scope, Scope::gpu);
    EXPECT_DOUBLE_EQ(channel.max_power.value().in(watt), 1400.0);
  }
  EXPECT_THAT(poll(*sensor), ElementsAre(5'000'000'000u, 310000u, 300000u));
  EXPECT_EQ(probe_.reason, "NVIDIA H100 80GB HBM3 GPU-h: energy counter, power");
}

TEST_F(FieldsTest, CarryTheTimingOfTheirGeneration) {
  script(kHopper);
  const auto sensor = open();
  const Channel& instant = channel(*sensor, "nvml:GPU-h:power-instant");
  EXPECT_EQ(instant.averaging, 25.0 * millisecond);
  EXPECT_EQ(instant.lag, 12.5 * millisecond);
  const Channel& average = channel(*sensor, "nvml:GPU-h:power-average");
  EXPECT_EQ(average.averaging, 1.0 * second);
  EXPECT_EQ(average.lag, 0.5 * second);
}

TEST_F(FieldsTest, AreReadInWhateverTypeTheDriverSends) {
  script("board\nuuid GPU-h\nfield 83 0 70 real\nfield 186 0 80 sllong\nfield 185 0 90 ushort\n");
  EXPECT_THAT(poll(*open()), ElementsAre(70u, 80u, 90u));
}

TEST_F(FieldsTest, HaveEachTheirOwnReturnCode) {
  script(kHopper);
  const auto sensor = open();
  script(std::string(kHopper) + "field_return 186 0 999\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(5'000'000'000u, std::nullopt, 300000u));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  EXPECT_EQ(fault_->source, "nvml:GPU-h:power-instant");
}

TEST_F(FieldsTest, FailTogetherWithTheirCall) {
  script(kHopper);
  const auto sensor = open();
  script(std::string(kHopper) + "return nvmlDeviceGetFieldValues 4\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, std::nullopt, std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  EXPECT_EQ(fault_->source, "nvml:GPU-h:energy");
  EXPECT_THAT(fault_->message, HasSubstr("Insufficient Permissions"));
  script(kHopper);
  EXPECT_THAT(poll(*sensor), ElementsAre(5'000'000'000u, 310000u, 300000u));
}

TEST_F(FieldsTest, TellALoss) {
  const std::string other = "board\nuuid GPU-o\nfield 83 0 8\n";
  script(kHopper + other);
  const auto sensor = open();
  script(std::string(kHopper) + "field_return 186 0 15\n" + other);
  EXPECT_THAT(poll(*sensor), ElementsAre(5'000'000'000u, std::nullopt, std::nullopt, 8u));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::fatal);
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt, std::nullopt, std::nullopt, 8u));
  EXPECT_FALSE(fault_) << "it is told once";
}

TEST_F(FieldsTest, PassOnACounterThatStartedAnew) {
  script(kHopper);
  const auto sensor = open();
  script("board\nuuid GPU-h\nfield 83 0 12\nfield 186 0 1\nfield 185 0 1\n");
  EXPECT_THAT(poll(*sensor), ElementsAre(12u, 1u, 1u));
  EXPECT_FALSE(fault_);
}

TEST_F(FieldsTest, OfABoardWithoutACounterAreNoEnergyOf0) {
  script("board\nuuid GPU-h\nfield 186 0 310000\nfield_return 83 0 3\n");
  EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-h:power-instant"));
  EXPECT_EQ(probe_.reason, "Fake GPU GPU-h: power only");
  script("board\nuuid GPU-h\nfield 186 0 310000\nfield 83 0 18446744073709551615\n");
  EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-h:power-instant")) << "all ones";
}

TEST_F(FieldsTest, MixWithFunctionsWhereAFieldIsNotAnswered) {
  script("board\nuuid GPU-m\nenergy_mj 5\nfield 186 0 6\n");
  const auto sensor = open();
  EXPECT_THAT(ids(*sensor), ElementsAre("nvml:GPU-m:energy", "nvml:GPU-m:power-instant"));
  EXPECT_THAT(poll(*sensor), ElementsAre(5u, 6u));
}

TEST_F(FieldsTest, TellThePowerOfTheMemory) {
  script(kHopper + std::string("field 185 2 61000\n"));
  const auto sensor = open();
  const Channel& memory = channel(*sensor, "nvml:GPU-h:memory-power");
  EXPECT_EQ(memory.scope, Scope::gpu_memory);
  EXPECT_EQ(memory.component, "gpu-memory-GPU-h");
  EXPECT_DOUBLE_EQ(memory.max_power.value().in(watt), 1400.0);
  EXPECT_EQ(memory.averaging, std::nullopt) << "not known";
  EXPECT_NE(memory.caveat, "");
  EXPECT_EQ(poll(*sensor, memory.id), 61000u);
}

TEST_F(FieldsTest, ThatRepeatTheBoardAreNotItsMemory) {
  // A library that does not know of scopes answers each with the board's power; 0 is no answer.
  for (const char* memory : {"field 186 2 310000\nfield 185 2 300000\n", "field 186 2 0\n"}) {
    script(std::string(kHopper) + memory);
    EXPECT_THAT(ids(*open()), Not(Contains("nvml:GPU-h:memory-power"))) << memory;
  }
}

TEST_F(FieldsTest, OfAModuleAreTakenOnSuperchipsOnly) {
  script(kHopper + std::string("field 186 1 800000\n"));
  EXPECT_THAT(ids(*open()), Not(Contains("nvml:GPU-h:module-power")));
}

constexpr const char* kGraceHopper = R"(
board
uuid GPU-g
name NVIDIA GH200 480GB
architecture 9
limit_mw 900000
field 83 0 5000
field 186 0 310000
field 186 1 450000
field 188 1 1000000
)";

TEST_F(FieldsTest, OfASuperchipAreOfTheModuleOrOfTheGpu) {
  script(kGraceHopper);
  const auto sensor = open();
  EXPECT_THAT(ids(*sensor), ElementsAre("nvml:GPU-g:module-energy", "nvml:GPU-g:power-instant",
                                        "nvml:GPU-g:module-power"));
  EXPECT_THAT(poll(*sensor), ElementsAre(5000u, 310000u, 450000u));
  const Channel& energy = sensor->channels()[0];
  EXPECT_EQ(energy.scope, Scope::module);
  EXPECT_EQ(energy.component, "module-GPU-g");
  EXPECT_EQ(energy.label, "NVIDIA GH200 480GB, the whole module");
  EXPECT_DOUBLE_EQ(energy.max_power.value().in(watt), 2000.0)
      << "the module's limit, not the GPU's";
  const Channel& gpu = sensor->channels()[1];
  EXPECT_EQ(gpu.scope, Scope::gpu);
  EXPECT_EQ(gpu.averaging, 20.0 * millisecond);
  EXPECT_DOUBLE_EQ(gpu.max_power.value().in(watt), 1800.0);
  EXPECT_EQ(sensor->channels()[2].component, energy.component);
  EXPECT_NE(sensor->channels()[2].caveat, "") << "its averaging is not known";
  EXPECT_THAT(probe_.reason, HasSubstr("energy counter of the whole module, power"));
}

TEST_F(FieldsTest, OfAModuleOfTwoGpusAreLeftOut) {
  script("board\nuuid GPU-b\nname NVIDIA GB200\nfield 83 0 5\nfield 186 0 6\nfield 186 1 900\n");
  EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-b:power-instant"));
  EXPECT_THAT(probe_.reason, HasSubstr("its energy counter is left out"));
}

}  // namespace
}  // namespace isojoule
