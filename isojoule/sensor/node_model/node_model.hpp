// Energy of a whole server without a sensor, by published results of servers like it (README.md in
// this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable on a physical server whose generation of CPUs SPECpower_ssj2008 has results of, without
/// accelerators. The reason says that it is a model, and which.
Probe probe_node_model(const World& world);

/// One modelled counter "node-model:wall" of the component "node", in microjoules since it was
/// opened:
///
///     idle x time + (full - idle) x CPU time of the machine / hardware threads
///
/// at the wall, with memory, supplies and fans inside. Empty if not usable; `probe` is as
/// probe_node_model gives it.
std::unique_ptr<Sensor> open_node_model(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
