// Gains that were calibrated, put into the channels that they are of.
#pragma once

#include <string>
#include <vector>

#include "isojoule/trace/trace.hpp"

namespace isojoule {

/// A gain that is known by calibration, and of whose sensor.
struct KnownGain {
  std::string component;  ///< "package-0", "gpu-GPU-8f6a..." or just the board's UUID
  Gain gain;
};

/// What other processes may measure beside this one.
enum class ComponentsHere {
  all,   ///< nothing: a component that is not here is a mistake
  some,  ///< other ranks of a job measure components of their own
};

/// Sets the gain of every measured channel of energy or power of each component: the only place
/// where one is set from outside a sensor. Readings stay as they are; energies are divided by the
/// gain when they are made (measure_trace). Throws unknown_name for a component that is not among
/// the header's if all must be here.
///
///     set_gains(header, {{"package-0", {1.021, 0.004, "wattmeter"}}}, ComponentsHere::all);
void set_gains(TraceHeader& header, const std::vector<KnownGain>& gains, ComponentsHere here);

}  // namespace isojoule
