// Energies and powers that drivers show as hwmon files (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable if any device under /sys/class/hwmon is of a known meaning and can be read. The reason
/// names what was found, what is denied, and what tells a power or an energy but is left out, with
/// why.
Probe probe_hwmon(const World& world);

/// One channel "hwmon:<driver>:<component>" for each of them: counters in microjoules, powers in
/// microwatts. Components are "package-N" as RAPL's, "gpu-<PCI address>" and "node". Empty if not
/// usable; `probe` is as probe_hwmon gives it.
std::unique_ptr<Sensor> open_hwmon(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
