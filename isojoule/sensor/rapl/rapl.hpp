// CPU packages and memory by RAPL, through the kernel's performance events or powercap files
// (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable if the counter of every package, and of its memory where there is one, can be read: with
/// some of them only, a sum would be a part that looks like a total. Waits, for a few milliseconds,
/// only where several counters may be one (rapl/mirrors.hpp).
Probe probe_rapl(const World& world);

/// One counter "rapl:package-N" for each package (or "rapl:package-N-die-M" for each die) and
/// "rapl:dram-package-N" for its memory: by performance events if all of them can be opened, else
/// by powercap files, never by both. Empty if not usable; `probe` is as probe_rapl gives it.
std::unique_ptr<Sensor> open_rapl(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
