// RAPL's energy counters, whichever way they are read.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/sensor/detail/read_channel.hpp"

namespace isojoule::rapl {

using Counter = detail::ReadChannel;

/// What was found on one of the ways to the counters.
struct Way {
  enum class State {
    usable,  ///< every counter can be read
    denied,  ///< it is there, but may not be read
    absent   ///< it is not there, or of no use
  };
  State state = State::absent;
  std::vector<Counter> counters;  ///< all that there are if usable, else empty
  std::string reason;             ///< why it is not usable
  std::string remedy;             ///< what to do about that; empty if nothing can be done
  /// Groups of counters, by their places, that may show one and the same number.
  std::vector<std::vector<std::size_t>> suspects;
};

/// A way without counters.
Way not_usable(Way::State state, std::string reason, std::string remedy = {});

/// The channel of a package as the kernel names it ("package-0", "package-0-die-1"), or of its
/// memory: the same names on both ways, so that their records compare. The unit, the range and the
/// bound are the way's to say.
Channel make_channel(const std::string& package, Scope scope);

/// The row of the accuracy of this machine's counters (energy/accuracy.hpp), by the vendor that
/// /proc/cpuinfo names: "rapl/intel", "rapl/amd", of memory "rapl/memory"; else "rapl/unknown".
std::string accuracy_family(const World& world, Scope scope);

/// The package in the component's name: make_channel's first argument.
std::string package_of(const Channel& channel);

/// Taken for counters that state no power: no package uses more.
inline constexpr Power kBoundIfNoneIsStated = 1500.0 * watt;

}  // namespace isojoule::rapl
