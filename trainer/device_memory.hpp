// The memory of a CUDA device.
#pragma once

#include <cstdint>
#include <optional>

#include "trainer/settings.hpp"

namespace isojoule::trainer {

/// Bytes that are free on a CUDA device, as cudaMemGetInfo tells; empty where the CUDA runtime is
/// not in this process or does not answer. The runtime is looked up by name: nothing is linked.
///
/// The device becomes the calling thread's current one and stays it, since that is where the
/// training goes: to set another one back would open a context there, on a board that is none of
/// our business.
std::optional<std::uint64_t> free_device_memory(int device);

/// Throws TooLarge (trainer/memory.hpp) if what a training surely needs is more than is free: a
/// batch, its weights, and when it trains as much again for gradients and for each of Adam's two
/// moments. Activations come on top, so that one that passes may still not fit. Sets the device as
/// free_device_memory does.
void require_device_memory(const Settings& settings, int device);

}  // namespace isojoule::trainer
