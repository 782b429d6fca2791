// How much better a rule is than another one, and how sure that is.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "isojoule/core/estimate.hpp"

namespace isojoule {

/// The errors of two rules on the same splits of one pair of machines, split by split.
struct PairedErrors {
  std::vector<double> rule;
  std::vector<double> other;  ///< of the same length
};

struct ErrorRatio {
  double point;  ///< median of the rule's errors over all pairs and splits / that of the other's
  Interval<double> interval;
};

/// The interval, of 90 %, by a percentile bootstrap of 1000 draws over pairs, and within each drawn
/// pair over its splits: pairs share machines and splits share workloads, so that both vary. Splits
/// overlap, which makes it narrower than a bootstrap over new workloads would be. Empty without a
/// pair, for pairs without splits, and where the other rule's median is 0.
std::optional<ErrorRatio> error_ratio(const std::vector<PairedErrors>& pairs, std::uint64_t seed);

}  // namespace isojoule
