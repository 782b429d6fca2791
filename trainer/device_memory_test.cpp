#include "trainer/device_memory.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "trainer/memory.hpp"

namespace {

/// What the functions below answer.
struct FakeRuntime {
  int error = 0;
  std::size_t free = 0;
  int current = 3;
  int asked_of = -1;
  std::vector<int> contexts{};  ///< devices on which one was opened
};
FakeRuntime fake;

}  // namespace

extern "C" {

/// As of CUDA 12, which opens a context at once.
int cudaSetDevice(int device) {
  fake.current = device;
  fake.contexts.push_back(device);
  return 0;
}

int cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  fake.asked_of = fake.current;
  *free = fake.free;
  *total = 2 * fake.free;
  return fake.error;
}
}

namespace isojoule::trainer {
namespace {

Settings settings_of(const char* workload, Mode mode) {
  Settings settings;
  settings.workload = parse_workload(workload);
  settings.mode = mode;
  settings.device = "cuda:1";
  return settings;
}

TEST(DeviceMemory, IsThatOfTheDeviceAskedForAndNoOtherIsTouched) {
  fake = {.free = 123};
  EXPECT_EQ(free_device_memory(1), 123);
  EXPECT_EQ(fake.asked_of, 1);
  EXPECT_EQ(fake.contexts, std::vector<int>{1});
}

TEST(DeviceMemory, IsUnknownWhereTheRuntimeFails) {
  fake = {.error = 100, .free = 123};
  EXPECT_EQ(free_device_memory(0), std::nullopt);
  EXPECT_NO_THROW(require_device_memory(settings_of("mlp-32x4096", Mode::train), 0));
}

TEST(DeviceMemory, MustHoldABatchWeightsGradientsAndMoments) {
  // mlp-1x1024: 8192 x 1024 + 1024 + 1024 x 10 + 10 parameters.
  constexpr std::size_t kParameters = 8'399'882;
  constexpr std::size_t kBatch = 262'464;  // 8 x (8192 + 10) x 4
  const Settings training = settings_of("mlp-1x1024", Mode::train);
  fake = {.free = kBatch + 16 * kParameters};
  EXPECT_NO_THROW(require_device_memory(training, 1));
  fake.free -= 1;
  EXPECT_THROW(require_device_memory(training, 1), TooLarge);
  EXPECT_NO_THROW(require_device_memory(settings_of("mlp-1x1024", Mode::test), 1));
  fake.free = kBatch + 4 * kParameters - 1;
  EXPECT_THROW(require_device_memory(settings_of("mlp-1x1024", Mode::forward), 1), TooLarge);
}

}  // namespace
}  // namespace isojoule::trainer
