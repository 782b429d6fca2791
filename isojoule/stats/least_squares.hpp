// Ordinary and weighted linear least squares.
//
// A fit exists only where the data determine it: too few rows, or regressors that depend on each
// other, are refused with the reason. There is never a minimum-norm answer.
//
// Stable under shifts: with an intercept, regressors and y are centred on their weighted means
// before anything else, and predictions are made from the centre. Stable under units: each centred
// column is scaled to length one before the decomposition, so that FLOPs of 1e12 beside energies of
// 1e-3 are as good as any.
//
// Pure functions; from several threads at once without harm. Without std::fma and in a fixed order
// of operations, so that every machine gives the same digits.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "isojoule/core/outcome.hpp"
#include "isojoule/stats/matrix.hpp"

namespace isojoule {

/// Two limits for what counts as no information. A regressor beside an intercept is constant when
/// max - min <= kDependent * max|x| (the rule of line_through). Regressors depend on each other
/// when what is left of one of them, after the others are projected out, is at most kDependent of
/// its length (columns centred if there is an intercept; pivoted QR decomposition).
inline constexpr double kDependent = 1e-9;

struct LeastSquaresOptions {
  /// Fit a constant too. It is not a column of the regressors.
  bool intercept = true;
  /// One weight for each row, positive: sum of weight * residual^2 is made least. Empty: all 1.
  std::span<const double> weights = {};
};

/// A fit of y = intercept + sum slope_j x_j.
struct LeastSquares {
  bool has_intercept = true;
  double intercept = 0.0;      ///< 0 without
  std::vector<double> slopes;  ///< in the order and units of the columns given
  std::size_t rank = 0;        ///< slopes, and one for the intercept
  std::size_t rows = 0;
  double residual_sum_of_squares = 0.0;         ///< weighted; from the residuals themselves
  std::size_t residual_degrees_of_freedom = 0;  ///< rows - rank; 0: no error can be estimated

  // What predict and leverage are computed from.
  std::vector<double> centre;  ///< weighted mean of each regressor; 0 without an intercept
  double y_centre = 0.0;       ///< weighted mean of y; 0 without an intercept
  double total_weight = 0.0;   ///< sum of the weights
  Matrix root;                 ///< (X' W X)^-1 = root root', X centred

  /// y_centre + sum slope_j (x_j - centre_j). `row` has as many numbers as there are slopes.
  double predict(std::span<const double> row) const;

  /// row' (X' W X)^-1 row, the intercept included: the variance of the fitted mean there is
  /// s^2 leverage, that of a new observation of weight w is s^2 (1/w + leverage), with
  /// s^2 = residual_sum_of_squares / residual_degrees_of_freedom.
  double leverage(std::span<const double> row) const;
};

/// Least squares by QR decomposition with column pivoting. Refused: sizes that do not agree,
/// numbers that are not finite (given or by overflow), weights that are not positive, fewer rows
/// than coefficients, constant or dependent regressors (named by their place, counted from 1). As
/// many rows as coefficients is a fit, with 0 degrees of freedom. No regressors and an intercept is
/// the (weighted) mean.
Outcome<LeastSquares> fit_least_squares(const Matrix& regressors, std::span<const double> y,
                                        const LeastSquaresOptions& options = {});

/// A fit of y = intercept + slope x. The same contract as LeastSquares with one regressor.
struct LineFit {
  double slope = 0.0;
  double x_centre = 0.0;
  double y_centre = 0.0;
  double total_weight = 0.0;
  double x_sum_of_squares = 0.0;         ///< sum of weight (x - x_centre)^2
  double residual_sum_of_squares = 0.0;  ///< weighted; from the residuals themselves
  std::size_t rows = 0;

  std::size_t residual_degrees_of_freedom() const { return rows - 2; }
  double intercept() const { return y_centre - slope * x_centre; }
  double predict(double x) const { return y_centre + slope * (x - x_centre); }
  double leverage(double x) const {
    const double d = x - x_centre;
    return 1.0 / total_weight + d * d / x_sum_of_squares;
  }
};

/// The line by closed formulas, much faster than fit_least_squares and without allocation where it
/// succeeds; refused for the same data, and where the squares of x are beyond the range of numbers.
Outcome<LineFit> fit_line(std::span<const double> x, std::span<const double> y,
                          std::span<const double> weights = {});

/// 1/y^2: with these weights least squares makes the sum of (residual/y)^2 least, errors relative
/// to the truth, so that small energies count as much as large ones. s is then a relative error,
/// and a new observation near p has weight 1/p^2. Refused unless every y and its 1/y^2 is positive
/// and finite.
Outcome<std::vector<double>> relative_weights(std::span<const double> y);

/// What each row's residual, y - prediction, would be if that row had been left out of the fit, in
/// the order of the rows: e_i / (1 - w_i leverage_i), which is exact. `regressors`, `y` and
/// `weights` as they were fitted. Refused where without one of the rows there is no fit.
Outcome<std::vector<double>> leave_one_out_residuals(const LeastSquares& fit,
                                                     const Matrix& regressors,
                                                     std::span<const double> y,
                                                     std::span<const double> weights = {});
Outcome<std::vector<double>> leave_one_out_residuals(const LineFit& fit, std::span<const double> x,
                                                     std::span<const double> y,
                                                     std::span<const double> weights = {});

}  // namespace isojoule
