// Whether AMD boards' energy counters can be trusted.
#pragma once

#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/amd/board.hpp"
#include "isojoule/sensor/amd/source.hpp"

namespace isojoule::amd {

/// Finds which boards show power (`power_kind`) and have a counter that agrees with it: over
/// `duration` of `clock` it must show the mean of the powers before and after, within a factor of
/// 10. Where the library's powers cannot be read at all (`Source::why_no_power`) it must show what
/// a board can draw, 0.5 W to 3 kW, and `doubt` says so. Sets `resolution` of the counters that
/// pass, and `no_counter` of the others. Takes no time where no board has a counter.
void test_counters(const Source& source, Clock& clock, Duration duration,
                   std::vector<Board>& boards);

}  // namespace isojoule::amd
