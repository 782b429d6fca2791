// What the CPUs did, and what of it was ours.
#pragma once

#include <cstddef>
#include <string>

#include "isojoule/core/quantity.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule {

/// CPU time since the machine was started, of all CPUs together, by /proc/stat; 0 where that cannot
/// be read. Idle and waiting time is left out, the time of guests is within `busy`.
struct CpuTimes {
  Duration busy{};
  Duration steal{};
  std::size_t cpus = 0;
  Duration ours{};  ///< of this process and its children that have ended and been waited for
};

CpuTimes read_cpu_times(const World& world);

/// Says that the machine worked while a command ran and the command's own processes did not: as
/// where it only asks others to work (containers, daemons, srun, ssh). `before` and `after` are
/// `length` apart, and the command has ended and been waited for. Empty where that is not so, for a
/// command of less than a second, and where nothing is known.
///
///     "the machine's CPUs worked for 3.1 s meanwhile, the command's own processes for 0.01 s: ..."
std::string work_elsewhere(const CpuTimes& before, const CpuTimes& after, Duration length);

}  // namespace isojoule
