#include "trainer/memory.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/temp_directory.hpp"

namespace isojoule::trainer {
namespace {

/// A machine with 1 GB available, in a container whose limit a test writes.
class Container : public testing::Test {
 protected:
  Container() {
    world_.root = folder_.path();
    write("/proc/meminfo", "MemTotal:  9000000 kB\nMemAvailable:    1000000 kB\n");
  }

  void write(const std::string& path, const std::string& text) {
    write_file(world_.path(path), text);
  }

  std::optional<std::uint64_t> available() const { return available_memory(world_, 1); }

  TempDirectory folder_;
  World world_;
};

TEST_F(Container, NoLimitLeavesTheMachines) {
  EXPECT_EQ(available(), 1'024'000'000);
  write("/sys/fs/cgroup/memory.max", "max\n");
  write("/sys/fs/cgroup/memory.current", "5000\n");
  EXPECT_EQ(available(), 1'024'000'000);
}

TEST_F(Container, TheSmallerCounts) {
  write("/sys/fs/cgroup/memory.max", "500000000\n");
  write("/sys/fs/cgroup/memory.current", "200000000\n");
  EXPECT_EQ(available(), 300'000'000);
  write("/sys/fs/cgroup/memory.max", "5000000000\n");
  EXPECT_EQ(available(), 1'024'000'000);
}

TEST_F(Container, FilesKeptInMemoryDoNotCount) {
  write("/sys/fs/cgroup/memory.max", "500000000\n");
  write("/sys/fs/cgroup/memory.current", "499000000\n");
  write("/sys/fs/cgroup/memory.stat", "anon 99000000\nfile 400000000\ninactive_file 1\n");
  EXPECT_EQ(available(), 401'000'000);
}

TEST_F(Container, UnknownWhereNothingCanBeRead) {
  write("/proc/meminfo", "MemTotal:  9000000 kB\n");
  EXPECT_EQ(available(), std::nullopt);
}

/// A million clips are 32.8 GB, wherever the training is.
TEST_F(Container, MustHoldTheBatch) {
  Settings settings;
  settings.workload = parse_workload("mlp-1x8");
  for (const Mode mode : {Mode::train, Mode::forward}) {
    for (const char* device : {"cpu", "cuda"}) {
      settings.mode = mode;
      settings.device = device;
      settings.batch = 8;
      EXPECT_NO_THROW(require_memory(settings, world_));
      settings.batch = 1'000'000;
      EXPECT_THROW(require_memory(settings, world_), TooLarge);
    }
  }
}

TEST(Memory, IsKnownByItsWords) {
  EXPECT_TRUE(says_out_of_memory(
      "[enforce fail at alloc_cpu.cpp:75] . DefaultCPUAllocator: can't allocate memory: you tried "
      "to allocate 68719476736 bytes. Error code 12 (Cannot allocate memory)"));
  EXPECT_TRUE(says_out_of_memory("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; ..."));
  EXPECT_TRUE(says_out_of_memory("std::bad_alloc"));
  EXPECT_TRUE(says_out_of_memory(
      "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"));
  EXPECT_TRUE(says_out_of_memory("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"));
  EXPECT_FALSE(says_out_of_memory("mat1 and mat2 shapes cannot be multiplied"));
}

}  // namespace
}  // namespace isojoule::trainer
