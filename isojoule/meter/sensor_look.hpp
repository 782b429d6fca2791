// A short look at open sensors: each read as fast as makes sense.
#pragma once

#include <memory>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/meter/channel_look.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// The time between two readings of a look. New values come no faster from any sensor known.
inline constexpr Duration kLookPeriod = 1.0 * millisecond;

/// Reads the sensors every kLookPeriod for `length`, each on a thread of its own as Meter does, and
/// returns what was seen of their channels, in their order. Channels that mean something over a
/// whole command only are left out. A sensor that hangs has no readings. No sensors: returns at
/// once.
std::vector<LookedChannel> look_at_sensors(const World& world,
                                           std::vector<std::unique_ptr<Sensor>> sensors,
                                           Duration length);

}  // namespace isojoule
