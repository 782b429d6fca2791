// What several of the files here ask of the numbers that they are given.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace isojoule::detail {

inline constexpr const char* kOutOfRange = "the numbers are too large or too small to compute with";

inline bool all_finite(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

/// The relative weight of a row; 1 where none are given.
inline double weight_of(std::span<const double> weights, std::size_t row) {
  return weights.empty() ? 1.0 : weights[row];
}

/// max - min <= limit * max|x|, and where a number is not finite.
inline bool is_constant(double low, double high, double limit) {
  return !(high - low > limit * std::max(std::abs(low), std::abs(high)));
}

}  // namespace isojoule::detail
