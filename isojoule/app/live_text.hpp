// What the sensors say right now, in words.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "isojoule/meter/live_readings.hpp"

namespace isojoule {

/// "1 min 05 s | 2 x NVIDIA A100: 503 W, 32.1 kJ | CPU: 6.98 W, 450 J modelled". Of each component
/// the best channel; those of one scope, label and kind are added up. A power that is not known is
/// "- W".
std::string live_text(std::span<const LiveChannel> channels, Duration elapsed);

}  // namespace isojoule
