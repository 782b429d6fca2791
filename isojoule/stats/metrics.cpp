#include "isojoule/stats/metrics.hpp"

#include <cassert>
#include <cmath>

#include "isojoule/stats/quantile.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

double squared_error(std::span<const double> truth, std::span<const double> prediction) {
  assert(truth.size() == prediction.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double error = prediction[i] - truth[i];
    sum += error * error;
  }
  return sum;
}

}  // namespace

std::optional<double> r_squared(std::span<const double> truth, std::span<const double> prediction) {
  const auto center = mean(truth);
  if (!center) return std::nullopt;
  double total = 0.0;
  for (const double value : truth) total += (value - *center) * (value - *center);
  if (total == 0.0) return std::nullopt;
  return 1.0 - squared_error(truth, prediction) / total;
}

std::optional<double> mean_squared_error(std::span<const double> truth,
                                         std::span<const double> prediction) {
  if (truth.empty()) return std::nullopt;
  return squared_error(truth, prediction) / static_cast<double>(truth.size());
}

std::optional<double> mean_absolute_error(std::span<const double> truth,
                                          std::span<const double> prediction) {
  assert(truth.size() == prediction.size());
  if (truth.empty()) return std::nullopt;
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += std::abs(prediction[i] - truth[i]);
  return sum / static_cast<double>(truth.size());
}

std::optional<std::vector<double>> relative_errors(std::span<const double> truth,
                                                   std::span<const double> prediction) {
  assert(truth.size() == prediction.size());
  std::vector<double> errors;
  errors.reserve(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] == 0.0) return std::nullopt;
    errors.push_back(std::abs(prediction[i] - truth[i]) / std::abs(truth[i]));
  }
  return errors;
}

std::optional<RelativeErrors> summarize_relative_errors(std::span<const double> truth,
                                                        std::span<const double> prediction) {
  const auto errors = relative_errors(truth, prediction);
  if (!errors || errors->empty()) return std::nullopt;
  return RelativeErrors{*median(*errors), *mean(*errors), *quantile(*errors, 0.9)};
}

std::optional<double> coverage(std::span<const double> truth,
                               std::span<const Interval<double>> intervals) {
  assert(truth.size() == intervals.size());
  if (truth.empty()) return std::nullopt;
  std::size_t held = 0;
  for (std::size_t i = 0; i < truth.size(); ++i)
    if (intervals[i].lower <= truth[i] && truth[i] <= intervals[i].upper) ++held;
  return static_cast<double>(held) / static_cast<double>(truth.size());
}

}  // namespace isojoule
