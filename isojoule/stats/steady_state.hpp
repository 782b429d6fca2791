// Where a series becomes steady.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace isojoule {

/// How many values at the begin of `series` are warm-up, by MSER-5 (White, 1997; White, Cobb and
/// Spratt, 2000): values are averaged in batches of five, and the batches to leave out are those
/// whose loss makes the standard error of the mean of the rest smallest,
///
///   d* = argmin_d  1/(n-d)^2  sum_{i>=d} (y_i - mean of y_d..y_n-1)^2.
///
/// Empty where no steady state was seen: fewer than kLeastForSteady values, or a minimum in the
/// second half, which is what series that never settle give. A multiple of five; 0: steady from the
/// begin.
std::optional<std::size_t> warm_up_length(std::span<const double> series);

inline constexpr std::size_t kLeastForSteady = 50;

}  // namespace isojoule
