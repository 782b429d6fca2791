// Mean and spread of a sample. All values must be finite; too few give an empty optional.
#pragma once

#include <optional>
#include <span>

namespace isojoule {

/// Arithmetic mean; empty for an empty sample.
std::optional<double> mean(std::span<const double> values);

/// Sample standard deviation (divisor n - 1), by two passes: adding a constant to all values does
/// not change it beyond rounding of the values themselves. Empty for fewer than two values.
std::optional<double> standard_deviation(std::span<const double> values);

/// Middle value, or the mean of the two middle ones; empty for an empty sample.
std::optional<double> median(std::span<const double> values);

}  // namespace isojoule
