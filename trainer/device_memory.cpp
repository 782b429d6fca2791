#include "trainer/device_memory.hpp"

#include <dlfcn.h>

#include "isojoule/cost/memory.hpp"

#include "trainer/memory.hpp"

namespace isojoule::trainer {
namespace {

template <class Function>
Function look_up(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

std::optional<std::uint64_t> free_device_memory(int device) {
  constexpr int kSuccess = 0;
  const auto set_device = look_up<int (*)(int)>("cudaSetDevice");
  const auto memory = look_up<int (*)(std::size_t*, std::size_t*)>("cudaMemGetInfo");
  if (set_device == nullptr || memory == nullptr) return std::nullopt;
  std::size_t free = 0;
  std::size_t total = 0;
  if (set_device(device) != kSuccess || memory(&free, &total) != kSuccess) return std::nullopt;
  return free;
}

void require_device_memory(const Settings& settings, int device) {
  constexpr std::uint64_t kPerWeight = 4;  // it, its gradient, two moments
  const std::uint64_t needed =
      batch_memory(static_cast<std::uint64_t>(settings.batch), settings.task) +
      weights_memory(settings.workload.cost) * (settings.mode == Mode::train ? kPerWeight : 1);
  require(settings, needed, free_device_memory(device), "device memory");
}

}  // namespace isojoule::trainer
