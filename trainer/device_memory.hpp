// The memory of a CUDA device.
#pragma once

#include <cstdint>
#include <optional>

#include "trainer/settings.hpp"

namespace isojoule::trainer {

/// Bytes that are free on a CUDA device, as cudaMemGetInfo tells; empty where the CUDA runtime is
/// not in this process or does not answer. The runtime is looked up by name: nothing is linked.
std::optional<std::uint64_t> free_device_memory(int device);

/// Throws TooLarge (trainer/memory.hpp) if what a training surely needs is more than is free: its
/// weights, and when it trains as much again for gradients and for each of Adam's two moments.
/// Activations come on top, so that one that passes may still not fit.
void require_device_memory(const Settings& settings, int device);

}  // namespace isojoule::trainer
