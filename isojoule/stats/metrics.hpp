// How good predictions are.
//
// All take truth and prediction of equal length, finite, in the same order; too few give an empty
// optional. Sums are taken of differences, so that a common offset of both costs no digits.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "isojoule/core/estimate.hpp"

namespace isojoule {

/// 1 - sum (truth - prediction)^2 / sum (truth - mean of truth)^2. The mean is that of the truth
/// given here, the test part. Below zero where the mean would have been the better prediction.
/// Empty where the truth does not vary.
std::optional<double> r_squared(std::span<const double> truth, std::span<const double> prediction);

std::optional<double> mean_squared_error(std::span<const double> truth,
                                         std::span<const double> prediction);
std::optional<double> mean_absolute_error(std::span<const double> truth,
                                          std::span<const double> prediction);

/// |prediction/truth - 1| of each row, as |prediction - truth| / |truth|. Empty where a truth is 0.
std::optional<std::vector<double>> relative_errors(std::span<const double> truth,
                                                   std::span<const double> prediction);

/// Of the relative errors; 0.12 is 12 %.
struct RelativeErrors {
  double median;         ///< MdAPE
  double mean;           ///< MAPE
  double percentile_90;  ///< by quantile.hpp
};
std::optional<RelativeErrors> summarize_relative_errors(std::span<const double> truth,
                                                        std::span<const double> prediction);

/// The share of intervals that hold their truth, bounds included, in [0, 1].
std::optional<double> coverage(std::span<const double> truth,
                               std::span<const Interval<double>> intervals);

}  // namespace isojoule
