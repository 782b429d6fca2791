// CPU energy without a sensor: CPU time x power per busy hardware thread (README.md in this
// folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable wherever there is /proc/stat. The reason says that it is a model, and which.
Probe probe_cpu_model(const World& world);

/// Modelled channels of the one component "cpu", in microseconds of CPU time: "cpu-model:cgroup" if
/// the subject has a cgroup that shows it; else "cpu-model:tree" if its first process is known;
/// else "cpu-model:children", for the whole command only, and after it "cpu-model:machine", for
/// every window and for everything that runs. Empty if not usable; `probe` is as probe_cpu_model
/// gives it.
std::unique_ptr<Sensor> open_cpu_model(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
