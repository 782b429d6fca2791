// The power of a run over its time.
#pragma once

#include "isojoule/core/power_over_time.hpp"
#include "isojoule/page/figure.hpp"

namespace isojoule {

/// A line for each channel that has one, with the windows of marks, the rests and gaps between
/// readings shaded. A line is broken where nothing is known; the caption names each break that is
/// not shaded with its time, and the data give its cause in `note`. A channel without a line is
/// named, with the reason.
Figure power_figure(const PowerOverTime& power);

}  // namespace isojoule
