// RAPL's counters as the kernel's performance events show them.
#pragma once

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/rapl/counters.hpp"

namespace isojoule::rapl {

/// Usable if energy-pkg, and energy-ram where it is listed, can be opened and read on every CPU of
/// the source's cpumask, which names one for each package or die. They count from 0 at opening, in
/// 64 bits, and the kernel follows the hardware's wraps for as long as they are open: no range.
/// Dies of one package are suspects.
Way open_perf(const World& world);

}  // namespace isojoule::rapl
