// How much power one busy hardware thread of a CPU is taken to use.
#pragma once

#include <string>
#include <string_view>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// Taken for CPUs that are not in the table: near the middle of what the table's server and desktop
/// parts give.
inline constexpr Power kDefaultPowerPerThread = 3.5 * watt;

struct CpuPower {
  Power per_thread;
  bool is_default = true;
  std::string basis;  ///< in words: "150 W TDP / 40 threads, Intel Xeon Gold 6248"
};

/// TDP / hardware threads, both as the vendor publishes them, for a CPU that the kernel names
/// `model` ("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz"); kDefaultPowerPerThread for one that is not
/// in the table. Only a whole name matches: a "6248R" is no "6248".
CpuPower cpu_power(std::string_view model);

}  // namespace isojoule
