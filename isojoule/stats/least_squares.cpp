#include "isojoule/stats/least_squares.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "isojoule/stats/detail/values.hpp"

namespace isojoule {
namespace {

using Fit = Outcome<LeastSquares>;

using detail::all_finite;
using detail::kOutOfRange;
using detail::weight_of;

/// Zero in the design, so that nothing can be told from it.
bool vanishes(std::span<const double> x, bool centred) {
  const auto [low, high] = std::ranges::minmax(x);
  return centred ? detail::is_constant(low, high, kDependent) : low == 0.0 && high == 0.0;
}

/// Why there is no fit, as far as the numbers tell before any computing; empty if they do not.
std::string objection(const Matrix& x, std::span<const double> y,
                      const LeastSquaresOptions& options) {
  const std::size_t coefficients = x.columns() + (options.intercept ? 1 : 0);
  if (coefficients == 0) return "nothing to fit: no regressor and no intercept";
  // Without a column the regressors do not know how many rows there are.
  if (x.columns() > 0 && x.rows() != y.size())
    return fmt::format("{} rows of regressors for {} values", x.rows(), y.size());
  if (!options.weights.empty() && options.weights.size() != y.size())
    return fmt::format("{} weights for {} values", options.weights.size(), y.size());
  if (y.size() < coefficients)
    return fmt::format("{} coefficient{} need as many rows, there {} {}", coefficients,
                       coefficients == 1 ? "" : "s", y.size() == 1 ? "is" : "are", y.size());
  if (!all_finite(x.values()) || !all_finite(y)) return "a number is not finite";
  if (std::ranges::any_of(options.weights, [](double w) { return !(w > 0.0 && std::isfinite(w)); }))
    return "a weight is not positive and finite";
  for (std::size_t c = 0; c < x.columns(); ++c)
    if (vanishes(x.column(c), options.intercept))
      return fmt::format("regressor {} is {}", c + 1, options.intercept ? "constant" : "zero");
  return {};
}

double weighted_mean(std::span<const double> values, std::span<const double> weights,
                     double total_weight) {
  // Differences from the first value keep the digits that a large common offset would push out.
  const double pivot = values.front();
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += weight_of(weights, i) * (values[i] - pivot);
  return pivot + sum / total_weight;
}

/// The centre and weights, which make the rest a problem without either.
LeastSquares centred(const Matrix& x, std::span<const double> y,
                     const LeastSquaresOptions& options) {
  LeastSquares fit;
  fit.has_intercept = options.intercept;
  fit.rows = y.size();
  fit.rank = x.columns() + (options.intercept ? 1 : 0);
  fit.residual_degrees_of_freedom = fit.rows - fit.rank;
  for (std::size_t i = 0; i < fit.rows; ++i) fit.total_weight += weight_of(options.weights, i);
  fit.centre.assign(x.columns(), 0.0);
  if (!options.intercept) return fit;
  fit.y_centre = weighted_mean(y, options.weights, fit.total_weight);
  for (std::size_t c = 0; c < x.columns(); ++c)
    fit.centre[c] = weighted_mean(x.column(c), options.weights, fit.total_weight);
  return fit;
}

/// The design divided by `length`, that of each of its columns, without overflow on the way.
Eigen::MatrixXd to_unit_columns(Eigen::MatrixXd design, Eigen::VectorXd& length) {
  length.resize(design.cols());
  for (Eigen::Index c = 0; c < design.cols(); ++c) {
    const double largest = design.col(c).cwiseAbs().maxCoeff();
    design.col(c) /= largest;
    const double rest = design.col(c).norm();
    design.col(c) /= rest;
    length(c) = largest * rest;
  }
  return design;
}

using Decomposition = Eigen::ColPivHouseholderQR<Eigen::MatrixXd>;

std::string dependence(const Decomposition& qr) {
  const auto size = qr.cols();
  for (Eigen::Index k = 0; k < size; ++k) {
    // Not "<=", so that a number that is not finite is an objection too.
    if (std::abs(qr.matrixR()(k, k)) > kDependent) continue;
    return fmt::format("regressor {} depends on the others",
                       qr.colsPermutation().indices()(size - 1) + 1);
  }
  return {};
}

Eigen::VectorXd solve(const Decomposition& qr, const Eigen::MatrixXd& unit,
                      const Eigen::VectorXd& target) {
  Eigen::VectorXd solution = qr.solve(target);
  // One step of refinement takes out what the decomposition itself has lost.
  solution += qr.solve(target - unit * solution);
  return solution;
}

/// Completes a fit with at least one regressor. Returns an objection, or nothing.
std::string decompose(LeastSquares& fit, const Matrix& x, std::span<const double> y,
                      std::span<const double> weights) {
  const auto rows = static_cast<Eigen::Index>(fit.rows);
  const auto columns = static_cast<Eigen::Index>(x.columns());
  Eigen::MatrixXd design(rows, columns);
  Eigen::VectorXd target(rows);
  for (std::size_t i = 0; i < fit.rows; ++i) {
    const double root_weight = std::sqrt(weight_of(weights, i));
    const auto row = static_cast<Eigen::Index>(i);
    target(row) = root_weight * (y[i] - fit.y_centre);
    for (std::size_t c = 0; c < x.columns(); ++c)
      design(row, static_cast<Eigen::Index>(c)) = root_weight * (x(i, c) - fit.centre[c]);
  }
  Eigen::VectorXd length;
  const Eigen::MatrixXd unit = to_unit_columns(std::move(design), length);
  const Decomposition qr(unit);
  if (!length.allFinite()) return kOutOfRange;
  if (auto reason = dependence(qr); !reason.empty()) return reason;

  const Eigen::VectorXd solution = solve(qr, unit, target);
  fit.residual_sum_of_squares = (target - unit * solution).squaredNorm();
  const Eigen::MatrixXd inverse = qr.matrixR()
                                      .topLeftCorner(columns, columns)
                                      .triangularView<Eigen::Upper>()
                                      .solve(Eigen::MatrixXd::Identity(columns, columns));
  const Eigen::MatrixXd root = qr.colsPermutation() * inverse;
  fit.root = Matrix(x.columns(), x.columns());
  for (std::size_t j = 0; j < x.columns(); ++j) {
    const auto row = static_cast<Eigen::Index>(j);
    fit.slopes.push_back(solution(row) / length(row));
    for (std::size_t k = 0; k < x.columns(); ++k)
      fit.root(j, k) = root(row, static_cast<Eigen::Index>(k)) / length(row);
  }
  return {};
}

}  // namespace

double LeastSquares::predict(std::span<const double> row) const {
  assert(row.size() == slopes.size());
  double sum = y_centre;
  for (std::size_t j = 0; j < slopes.size(); ++j) sum += slopes[j] * (row[j] - centre[j]);
  return sum;
}

double LeastSquares::leverage(std::span<const double> row) const {
  assert(row.size() == slopes.size());
  double sum = has_intercept ? 1.0 / total_weight : 0.0;
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    double component = 0.0;
    for (std::size_t j = 0; j < slopes.size(); ++j) component += root(j, k) * (row[j] - centre[j]);
    sum += component * component;
  }
  return sum;
}

Fit fit_least_squares(const Matrix& regressors, std::span<const double> y,
                      const LeastSquaresOptions& options) {
  if (auto reason = objection(regressors, y, options); !reason.empty())
    return Fit::refuse(std::move(reason));
  LeastSquares fit = centred(regressors, y, options);
  if (regressors.columns() > 0) {
    if (auto reason = decompose(fit, regressors, y, options.weights); !reason.empty())
      return Fit::refuse(std::move(reason));
  } else {
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double residual = y[i] - fit.y_centre;
      fit.residual_sum_of_squares += weight_of(options.weights, i) * residual * residual;
    }
  }
  fit.intercept = fit.y_centre;
  for (std::size_t j = 0; j < fit.slopes.size(); ++j)
    fit.intercept -= fit.slopes[j] * fit.centre[j];
  if (!std::isfinite(fit.intercept) || !std::isfinite(fit.residual_sum_of_squares) ||
      !all_finite(fit.slopes) || !all_finite(fit.root.values()))
    return Fit::refuse(kOutOfRange);
  return fit;
}

Outcome<std::vector<double>> relative_weights(std::span<const double> y) {
  using Weights = Outcome<std::vector<double>>;
  std::vector<double> weights;
  for (const double value : y) {
    const double weight = 1.0 / (value * value);
    if (!(value > 0.0 && weight > 0.0 && std::isfinite(weight)))
      return Weights::refuse(fmt::format("relative to {} there are no errors", value));
    weights.push_back(weight);
  }
  return weights;
}

}  // namespace isojoule
