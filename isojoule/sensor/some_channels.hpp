// A sensor of which only some channels are wanted.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// The sensor with only the channels of these indices, one at least, in their order. It is still
/// read as a whole, and its faults are told whichever channel they are about.
std::unique_ptr<Sensor> some_channels(std::unique_ptr<Sensor> sensor,
                                      std::vector<std::size_t> kept);

/// `sensor` without its channels of these scopes, which another one measures already; as it was
/// where it has none of them. Empty if no channel of energy or power is left.
std::unique_ptr<Sensor> without_scopes(std::unique_ptr<Sensor> sensor,
                                       std::span<const Scope> scopes);

}  // namespace isojoule
