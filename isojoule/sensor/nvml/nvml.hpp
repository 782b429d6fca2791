// NVIDIA boards by NVML (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable if at least one of the boards that CUDA_VISIBLE_DEVICES leaves tells its energy or its
/// power. The reason names each of them, also those that tell neither, and how many are left.
Probe probe_nvml(const World& world);

/// For each of these boards, as far as it has them: a counter of energy and meters of power, which
/// are alternatives of one component, the same of its memory and its module, and gauges of its
/// state. Empty if not usable; `probe` is as probe_nvml gives it. `world.clock` must outlive the
/// sensor.
///
/// A board that is lost gives one fatal fault and is not asked again; the others go on being read.
/// When none is left, every poll gives a fatal fault.
std::unique_ptr<Sensor> open_nvml(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
