// Whether AMD boards' energy counters can be trusted.
#pragma once

#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/amd/board.hpp"

namespace isojoule::rocm {

/// Finds which boards tell power (`power_type`) and have a counter that goes with it: over
/// `duration` of `clock` it must show the mean of the powers before and after, within a factor of
/// 10. Sets `resolution` of the counters that do, and `no_counter` of the others. Takes no time
/// where no board has a counter.
void test_counters(const Session& session, Clock& clock, Duration duration,
                   std::vector<Board>& boards);

}  // namespace isojoule::rocm
