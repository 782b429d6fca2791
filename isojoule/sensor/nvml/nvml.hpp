// NVIDIA boards by NVML (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable if at least one board tells its energy or its power. The reason names every board, also
/// those that tell neither.
Probe probe_nvml(const World& world);

/// For each board, as far as it has them, the counter "nvml:<UUID>:energy" in millijoules and the
/// power "nvml:<UUID>:power" in milliwatts, which are alternatives of one component. Throws
/// Error(io) if not usable.
///
/// A board that is lost gives one fatal fault and is not asked again; the others go on being read.
/// When none is left, every poll gives a fatal fault.
std::unique_ptr<Sensor> open_nvml(const World& world, const Subject& subject);

}  // namespace isojoule
