// Who else used the machine while something was measured.
#pragma once

#include <cstdint>
#include <string>
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

/// Looks at the machine when it is made and when it is asked.
///
///   others     /proc/stat's busy time but for the CPU time of the children that have ended
///   steal      /proc/stat's steal time
///   heat       the throttle counts of /sys/devices/system/cpu/cpu*/thermal_throttle; of NVIDIA
///              boards the slowdowns among their throttle reasons
///   boards     other processes on them, where ours can be told apart (a cgroup of its own)
///
/// /proc/stat counts in hundredths of a second: what is shorter than a second is not judged by it.
class ContentionWatch {
 public:
  explicit ContentionWatch(const World& world);

  /// What was seen since it was made; `whole` is what the run's own sensors saw.
  Disturbance since(const Measurement& whole, const ContentionLimits& limits) const;

 private:
  struct CpuTimes {
    Duration busy{};
    Duration steal{};
    std::size_t cpus = 0;
  };
  static CpuTimes read_times(const World& world);
  static std::uint64_t read_throttles(const World& world);
  void judge_cpu(const ContentionLimits& limits, Disturbance& found) const;

  World world_;
  Instant begin_;
  CpuTimes times_;
  Duration ours_{};
  std::uint64_t throttles_ = 0;
};

}  // namespace isojoule
