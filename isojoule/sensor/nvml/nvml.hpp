// NVIDIA boards by NVML (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable if at least one of the boards that CUDA_VISIBLE_DEVICES leaves tells its energy or its
/// power. The reason names each of them, also those that tell neither, and how many are left.
Probe probe_nvml(const World& world);

/// For each of these boards, as far as it has them, the counter "nvml:<UUID>:energy" in millijoules
/// and the power "nvml:<UUID>:power" in milliwatts, which are alternatives of one component. Empty
/// if not usable; `probe` is as probe_nvml gives it.
///
/// A board that is lost gives one fatal fault and is not asked again; the others go on being read.
/// When none is left, every poll gives a fatal fault.
std::unique_ptr<Sensor> open_nvml(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
