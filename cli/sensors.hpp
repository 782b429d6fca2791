// The sensors that a view reads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule::cli {

/// All that can be used here, or those of `wanted`; they look at the whole machine. Throws as
/// open_sensors does, and Error(io) with the reason of each where there is none.
std::vector<std::unique_ptr<Sensor>> sensors_to_view(const World& world,
                                                     const std::vector<std::string>& wanted);

}  // namespace isojoule::cli
