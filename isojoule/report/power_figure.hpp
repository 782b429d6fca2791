// The power of a run over its time.
#pragma once

#include <filesystem>

#include "isojoule/page/figure.hpp"

namespace isojoule {

/// Power of each channel of energy or power in a trace, as means over kPowerBins parts of its time
/// at most, with the windows of its marks, the rests and gaps between readings shaded. The time
/// counts from the command's begin, or from the recording's where it has none. Of a counter the
/// power between two new values is shown; where it started anew, none. Streams the file twice.
/// Throws as TraceReader does.
Figure power_figure(const std::filesystem::path& trace);

inline constexpr std::size_t kPowerBins = 400;

}  // namespace isojoule
