// The counters of HPE Cray nodes (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable if at least one counter under /sys/cray/pm_counters can be read. The reason names those
/// that are taken and those that are left out.
Probe probe_cray(const World& world);

/// Counters in joules, as far as the node has them: "cray:energy" of the component `node`,
/// "cray:cpu_energy" of `packages` (all of them together), "cray:memory_energy" of `dram` and
/// "cray:accelN_energy" of `gpu-accelN`. Which boards and packages those are is not known, so that
/// they yield to sensors that say it (sensor_types.hpp). Empty if not usable; `probe` is as
/// probe_cray gives it. `world.clock` must outlive the sensor.
///
/// Where `startup` changes, the counters have begun anew: that is a fatal fault. Where `freshness`
/// stands still for a second, samples are empty until it counts again.
std::unique_ptr<Sensor> open_cray(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
