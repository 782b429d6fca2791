// One pair of machines, made ready for fitting many subsets of its workloads.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "isojoule/core/outcome.hpp"
#include "isojoule/stats/subset_search.hpp"

namespace isojoule::detail {

/// Rows past the last candidate that may be read, so that loops can go in whole blocks.
inline constexpr std::size_t kPadding = 8;

/// Sums over scored workloads that are no members, of residuals r and of distances x from a centre.
struct Left {
  double rows = 0.0;
  double r = 0.0;
  double x = 0.0;
  double rr = 0.0;
  double xr = 0.0;
  double xx = 0.0;

  void add(double distance, double residual, double weight) {
    rows += weight;
    r += weight * residual;
    x += weight * distance;
    rr += weight * (residual * residual);
    xr += weight * (distance * residual);
    xx += weight * (distance * distance);
  }
  void subtract(double distance, double residual, double weight) {
    add(distance, residual, -weight);
  }
};

/// Everything is held against the line through all scored workloads: r are the residuals from it,
/// and a subset's line is h + b (x - centre) above it, with the centre the mean of the scored x. So
/// sums are of small numbers, and
///   sum of error^2 = rr + rows h^2 + xx b^2 + 2 (x h b - r h - xr b)
/// over what is left. Over all scored, r, x and xr are 0 but for rounding: terms do not cancel but
/// where members of the subset have most of the errors.
/// For the ratio, r is ln(y/x) less its mean over the scored workloads, and b = 0.
struct PreparedPair {
  // Of each candidate that takes part, padded.
  std::vector<double> candidate_x;
  std::vector<double> candidate_r;
  std::vector<std::size_t> candidate_row;  ///< its place among the scored, or kNoRow

  // Of each scored workload: its relative error is |h p + b q - s| (linear), |exp(h) q - s|
  // (ratio).
  std::vector<double> p;
  std::vector<double> q;
  std::vector<double> s;

  double centre = 0.0;
  Left scored;  ///< over all scored workloads

  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
};

/// `pair` holds numbers in range, `scored` at least one workload that has both of its energies.
PreparedPair prepare_pair(const SubsetPair& pair, const std::vector<bool>& scored,
                          std::span<const std::size_t> candidates, SubsetFit fit);

/// One pair's score of a subset by a plain refit; `scored` as long as the pair.
Outcome<double> refit(const SubsetPair& pair, const std::vector<bool>& scored,
                      std::span<const std::size_t> members, SubsetFit fit, SubsetScore score);

}  // namespace isojoule::detail
