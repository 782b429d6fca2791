// Which channels a live view shows.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "isojoule/meter/live_readings.hpp"

namespace isojoule {

/// Places of the channels that speak for the components, one each, in the order in which the
/// components come first: one that was read before one that never was, measured before modelled, a
/// counter before a meter of power, then the first. Gauges speak for none, and neither do channels
/// that mean something over a whole command only.
std::vector<std::size_t> best_of_each_component(std::span<const LiveChannel> channels);

}  // namespace isojoule
