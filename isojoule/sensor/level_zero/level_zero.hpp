// Intel's boards by Level Zero (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Usable if at least one of the boards, or of their tiles, that ZE_AFFINITY_MASK leaves shows its
/// energy. The reason names each of them, also those that show none.
Probe probe_level_zero(const World& world);

/// For each board that a job has whole the counter "level-zero:<PCI address>:energy" of the
/// component "gpu-<PCI address>"; for a board of which it has some tiles, the counters of these,
/// "level-zero:<PCI address>:tile-N-energy" of "gpu-<PCI address>-tile-N". In microjoules. Empty if
/// not usable; `probe` is as probe_level_zero gives it.
///
/// The library reads variables of this process's own environment. They are set for a moment where
/// `world.environment` differs from it, and ZES_ENABLE_SYSMAN where the library is too old for
/// zesInit and the user has not set it.
std::unique_ptr<Sensor> open_level_zero(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
