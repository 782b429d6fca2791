// From a trace to power over time.
#pragma once

#include <filesystem>

#include "isojoule/core/power_over_time.hpp"

namespace isojoule {

/// The power of each channel of energy or power in a trace, as means over kPowerParts parts of its
/// time at most. Times count from the command's begin, or from the recording's where none began.
///
/// It rests on what makes the energies (measure_trace): the same readings are believed
/// (ReadingJudge), counted on where a counter goes round (classify_step), converted and divided by
/// the gain; a suspend is what measure_trace calls one. Of a counter, a point is the mean power
/// between two readings that show new values and lie in different parts of the run; of a meter of
/// power, the mean of a part's readings.
///
/// The line breaks, with its cause,
///  - where a counter was reset, jumped or may have gone round more than once, and where a reading
///    was implausible;
///  - where nothing was read for longer than 20 periods (at least 0.5 s), of power no longer than
///    kMaxPowerGap, from where on measure_trace counts the time as unseen;
///  - where the machine was suspended, or a rest begins or ends.
/// Of each cause there is one break at most in a part of the run; what lies between two is left
/// out. A channel that speaks for the whole command only has no line.
///
/// Reads the file twice. Memory does not grow with the number of readings. Throws as TraceReader
/// does; a trace without readings, or without a command, is no error.
PowerOverTime power_over_time(const std::filesystem::path& trace);

}  // namespace isojoule
