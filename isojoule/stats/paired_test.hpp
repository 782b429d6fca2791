// Is one method really better than another, over random splits of the same data?
#pragma once

#include <cstddef>
#include <span>

#include "isojoule/core/outcome.hpp"

namespace isojoule {

struct PairedTest {
  double mean_difference;  ///< mean of a - b
  double statistic;        ///< t; infinite if all differences are equal and not 0
  double p_value;          ///< two-sided; 1 if all differences are 0
};

/// The corrected resampled t test of Nadeau and Bengio, "Inference for the generalization error",
/// Machine Learning 52, 2003: t = mean / sqrt((1/J + test/train) variance), J - 1 degrees of
/// freedom, for J splits with `test_rows` and `train_rows` rows. Splits overlap, so that their
/// scores are not independent; the usual paired test takes chance for a difference far too often.
///
/// `a` and `b` are scores of the two methods, finite, split by split. Refused for fewer than two
/// splits, sizes that do not agree, and parts without rows.
Outcome<PairedTest> corrected_resampled_t_test(std::span<const double> a, std::span<const double> b,
                                               std::size_t test_rows, std::size_t train_rows);

}  // namespace isojoule
