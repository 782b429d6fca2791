// Who else used the machine while something was measured.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/campaign/campaign_plan.hpp"
#include "isojoule/core/measurement.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule {

/// What disturbed a run.
struct Disturbance {
  std::vector<std::string> signs;  ///< each in words; empty: nothing was seen
  double others = 0.0;             ///< CPU time of others as a share of the machine's
  double steal = 0.0;              ///< CPU time that the hypervisor gave away, likewise

  bool seen() const { return !signs.empty(); }
};

/// Looks at the machine when something begins and when it ends, and not at the rests around it.
///
///   others     /proc/stat's busy time but for the CPU time of the children that have ended and our
///              own (/proc/self/stat): who meters is no other
///   steal      /proc/stat's steal time
///   heat       the throttle counts of /sys/devices/system/cpu/cpu*/thermal_throttle; of NVIDIA
///              boards the slowdowns among their throttle reasons
///   boards     other processes on them, where ours can be told apart (a cgroup of its own)
///
/// /proc/stat counts in hundredths of a second: what is shorter than a second is not judged by it.
class ContentionWatch {
 public:
  explicit ContentionWatch(World world) : world_(std::move(world)) {}

  void begin() { begin_ = look(); }
  void end() { end_ = look(); }

  /// What was seen between the two; `whole` is what the run's own sensors saw.
  Disturbance seen(const Measurement& whole, const ContentionLimits& limits) const;

 private:
  struct Look {
    Instant time;
    Duration busy{};
    Duration steal{};
    std::size_t cpus = 0;
    Duration ours{};
    std::uint64_t throttles = 0;
  };
  Look look() const;
  void judge_cpu(const ContentionLimits& limits, Disturbance& found) const;

  World world_;
  Look begin_;
  Look end_;
};

}  // namespace isojoule
