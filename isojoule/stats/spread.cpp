#include "isojoule/stats/spread.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

#include "isojoule/stats/detail/values.hpp"

namespace isojoule {

std::optional<double> mean(std::span<const double> values) {
  assert(detail::all_finite(values));
  if (values.empty()) return std::nullopt;
  // Differences from the first value keep the digits that a large common offset would push out.
  const double pivot = values.front();
  double sum = 0.0;
  for (const double value : values) sum += value - pivot;
  return pivot + sum / static_cast<double>(values.size());
}

std::optional<double> standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double center = *mean(values);
  double sum = 0.0;
  double squares = 0.0;
  for (const double value : values) {
    const double deviation = value - center;
    sum += deviation;
    squares += deviation * deviation;
  }
  // `sum` is zero but for the rounding of the mean, which this takes out again.
  const auto count = static_cast<double>(values.size());
  const double corrected = std::max(0.0, squares - sum * sum / count);
  return std::sqrt(corrected / (count - 1.0));
}

std::optional<double> median(std::span<const double> values) {
  assert(detail::all_finite(values));
  if (values.empty()) return std::nullopt;
  std::vector<double> copy(values.begin(), values.end());
  const auto middle = copy.begin() + static_cast<std::ptrdiff_t>(copy.size() / 2);
  std::nth_element(copy.begin(), middle, copy.end());
  if (copy.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(copy.begin(), middle), *middle);
}

}  // namespace isojoule
