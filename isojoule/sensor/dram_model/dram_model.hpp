// Memory energy without a sensor: power per memory module x time (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Of a module of memory, whatever its size: what a DDR4 module of 8 GB was measured to use under
/// load (README.md has the sources).
inline constexpr Power kPowerPerModule = 3.0 * watt;

/// Modules that the two sockets of a server hold. More are never guessed from the size of the
/// memory: large memories have large modules.
inline constexpr int kMostGuessedModules = 32;

/// Usable wherever the kernel counts the modules (EDAC) or tells the size of the memory. The reason
/// says that it is a model, and which.
Probe probe_dram_model(const World& world);

/// One modelled power "dram-model:modules" of the component "dram", in milliwatts, which does not
/// change. Empty if not usable; `probe` is as probe_dram_model gives it.
std::unique_ptr<Sensor> open_dram_model(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
