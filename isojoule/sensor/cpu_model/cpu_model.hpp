// See README.md in this folder: channels, unit, refresh, permission, known lies.
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

Probe probe_cpu_model(const World& world);
std::unique_ptr<Sensor> open_cpu_model(const World& world, const Subject& subject);

}  // namespace isojoule
