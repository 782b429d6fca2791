// AMD boards by AMD SMI, or by ROCm SMI, which it succeeds (README.md in this folder).
#pragma once

#include <memory>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// How long a counter is watched beside its power before it is trusted.
inline constexpr Duration kAmdSelfTest = 0.5 * second;

/// Usable if at least one of the boards that ROCR_VISIBLE_DEVICES and HIP_VISIBLE_DEVICES leave
/// tells its energy or its power. The reason names each of them, also those that tell neither.
/// Takes kAmdSelfTest of `world.clock` where a board has a counter, and no time where none has.
Probe probe_amd(const World& world);

/// For each of these boards, as far as it has them, the counter "amd:<PCI address>:energy", in the
/// resolution that the library tells, and the power "amd:<PCI address>:power-average" or
/// ":power-instant" in microwatts, which are alternatives of the component "gpu-<PCI address>".
/// Empty if not usable; `probe` is as probe_amd gives it. Takes as long as probe_amd.
///
/// A counter that does not advance with the power, within a factor of 10, is left out.
std::unique_ptr<Sensor> open_amd(const World& world, const Subject& subject, Probe& probe);

}  // namespace isojoule
