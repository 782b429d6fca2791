// A sensor without the scopes that another one measures already.
#pragma once

#include <memory>
#include <span>

#include "isojoule/sensor/sensor.hpp"

namespace isojoule::detail {

/// `sensor` without its channels of these scopes; as it was where it has none of them. Empty if no
/// channel of energy or power is left.
std::unique_ptr<Sensor> without_scopes(std::unique_ptr<Sensor> sensor,
                                       std::span<const Scope> scopes);

}  // namespace isojoule::detail
