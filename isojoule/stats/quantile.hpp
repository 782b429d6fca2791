// Quantiles of a sample.
#pragma once

#include <optional>
#include <span>

namespace isojoule {

/// Linear interpolation between order statistics: position (n - 1) p counted from the smallest.
/// Type 7 of Hyndman and Fan (1996), the default of R and NumPy. Values finite, 0 <= p <= 1; empty
/// for an empty sample.
std::optional<double> quantile(std::span<const double> values, double p);

}  // namespace isojoule
