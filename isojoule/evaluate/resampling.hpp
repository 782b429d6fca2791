// How sure the scores of an evaluation are, were other workloads, or other families, taken.
//
// Percentile bootstrap of 1000 draws (200 for more than 10,000 tests) over pairs of machines and,
// for all pairs alike, over what is left out together: single workloads, or whole families. Splits
// overlap and pairs share workloads, so that resampling splits would make it too narrow. Pairs are
// drawn as if they were independent, though they share machines: of other machines it says too
// little. What was drawn twice counts twice in each split that tests it; a split without any has no
// part.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "isojoule/core/estimate.hpp"
#include "isojoule/evaluate/evaluate.hpp"

namespace isojoule {

/// The tests of one normalizer: pair by pair, and in each split by split.
using NormalizerTests = std::vector<std::vector<std::vector<TestError>>>;

struct ErrorRatio {
  double
      point;  ///< median of the normalizer's MdAPE over all pairs and splits / that of the other's
  Interval<double> interval;  ///< of 90 %
};

/// Two normalizers on the same pairs and splits. Empty without a test, where the other normalizer's
/// median is 0, and where the two have not the same pairs and splits.
std::optional<ErrorRatio> error_ratio(const NormalizerTests& normalizer,
                                      const NormalizerTests& other, std::uint64_t seed);

/// Of 90 %, for the mean over pairs and splits of the share of intervals that hold the truth. Empty
/// where some test has none.
std::optional<Interval<double>> coverage_interval(const NormalizerTests& normalizer,
                                                  std::uint64_t seed);

}  // namespace isojoule
