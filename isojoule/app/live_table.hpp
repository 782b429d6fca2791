// The table of `isojoule watch`.
#pragma once

#include <span>
#include <string>

#include "isojoule/meter/live_history.hpp"
#include "isojoule/meter/live_readings.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// Powers as a line of blocks from nothing to the greatest of them; a dot where one is not known.
std::string sparkline(std::span<const std::optional<Power>> powers);

/// A row for each component, from its best channel, and below them the gauges. `trends` are those
/// of `channels`.
Table live_table(std::span<const LiveChannel> channels, std::span<const LiveTrend> trends,
                 Duration elapsed);

}  // namespace isojoule
