// The channels that a rank has to itself among those of the machine.
#pragma once

#include <memory>
#include <vector>

#include "isojoule/sensor/sensor.hpp"

namespace isojoule::detail {

/// Takes the channels out that belong to the node, and the sensors that have no others.
void leave_out_node(std::vector<std::unique_ptr<Sensor>>& sensors);

}  // namespace isojoule::detail
