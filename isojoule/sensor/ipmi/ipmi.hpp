// The power of the whole machine as its management controller knows it (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// How long the controller is waited for while opening, and later.
inline constexpr Duration kIpmiOpeningPatience = 200.0 * millisecond;
inline constexpr Duration kIpmiPatience = 1.0 * second;
/// The controller is asked no more often; in between its last answer stands.
inline constexpr Duration kIpmiRefresh = 1.0 * second;

/// Usable if there is an IPMI device whose controller answers the DCMI command Get Power Reading
/// within kIpmiOpeningPatience, with a measurement that is switched on and not 0. Nothing is opened
/// and nobody waits where there is no device.
Probe probe_ipmi(const World& world);

/// One power "ipmi:node" of the component "node", in watts. Empty if not usable; `probe` is as
/// probe_ipmi gives it.
std::unique_ptr<Sensor> open_ipmi(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
