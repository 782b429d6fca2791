// How the power of a run went over its time, as a value: what a figure draws.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// The time of a run is divided into this many parts at most; powers are means over them.
inline constexpr std::size_t kPowerParts = 400;

/// The mean power of a part of a run.
struct PowerPoint {
  Duration time;  ///< the middle of the part, since the command's begin; negative before it
  Power power;
};

/// Why a line must not go on: nothing is known of the power there.
enum class PowerBreakCause {
  gap,          ///< no reading for too long
  reset,        ///< the counter started anew
  wraps,        ///< so much time passed that the counter may have gone round more than once
  jump,         ///< the counter jumped by more than the device can use, and stayed there
  implausible,  ///< a reading that no real power can explain; it was left out
  suspend,      ///< the machine was suspended
  rest,         ///< the machine's rest before or after the command begins or ends
};

/// A stretch of which nothing is known.
struct PowerBreak {
  PowerBreakCause cause;
  Duration begin;  ///< the last reading before it, on the clock of PowerPoint
  Duration end;    ///< the reading that ended it; `begin` for an implausible reading and a rest
  std::size_t times = 1;  ///< that this happened within one part of the run
};

/// A stretch whose points belong together, after whatever broke the line before it.
struct PowerSegment {
  std::vector<PowerBreak> breaks;  ///< in time order; empty for a line's beginning
  std::vector<PowerPoint> points;  ///< in time order; empty only if nothing came after the breaks
};

/// The power of one channel of energy or power.
struct PowerCurve {
  std::string channel;  ///< its id, component and label, as Channel has them
  std::string component;
  std::string label;
  Scope scope = Scope::package;
  Kind kind = Kind::measured;
  Validity validity = Validity::any_window;  ///< of whole_command there are no segments: its energy
                                             ///< cannot be divided
  std::vector<PowerSegment> segments;        ///< in time order; never joined to each other
};

/// A stretch of the run that a figure shades.
struct RunSpan {
  enum class What {
    window,  ///< that marks set, and that lies within no other; `name` is its
    rest,    ///< before or after the command
    gap,     ///< without a reading of the backend `name`
  };
  What what;
  std::string name;
  Duration begin;  ///< on the clock of PowerPoint
  Duration end;
};

/// What a trace shows of power over time; made by power_over_time (isojoule/meter).
///
///     for (const PowerCurve& curve : power.curves)
///       for (const PowerSegment& segment : curve.segments) draw(segment.points);
struct PowerOverTime {
  std::vector<PowerCurve> curves;  ///< in the order of the trace's channels
  std::vector<RunSpan> spans;      ///< in the order in which they ended
};

}  // namespace isojoule
