// Memory energy without a sensor: power per memory module x time (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable wherever the kernel counts the modules (EDAC) or tells the size of the memory. The reason
/// says that it is a model, and which.
Probe probe_dram_model(const World& world);

/// One modelled power "dram-model:modules" of the component "dram", in milliwatts, which does not
/// change. Empty if not usable; `probe` is as probe_dram_model gives it.
std::unique_ptr<Sensor> open_dram_model(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
