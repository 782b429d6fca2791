// RAPL's counters as the kernel's powercap files show them.
#pragma once

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/rapl/counters.hpp"

namespace isojoule::rapl {

/// Usable if the counter of every package, and of its memory where there is one, can be read: with
/// some of them only, a sum would be a part that looks like a total. In microjoules, and they go
/// round. Counters of one scope that are within a joule of each other are suspects.
Way open_powercap(const World& world);

}  // namespace isojoule::rapl
