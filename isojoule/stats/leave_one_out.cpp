#include <algorithm>

#include "isojoule/stats/detail/values.hpp"
#include "isojoule/stats/least_squares.hpp"

namespace isojoule {
namespace {

using detail::weight_of;
using Residuals = Outcome<std::vector<double>>;

/// Where less than this of a row is left to the others, 1 - leverage has lost too many digits to
/// divide by, and the fit is made again without the row.
constexpr double kFewDigits = 1e-4;

std::vector<double> without(std::span<const double> values, std::size_t row) {
  std::vector<double> rest;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i != row) rest.push_back(values[i]);
  return rest;
}

/// What the fit of all rows says of one of them.
struct Seen {
  double prediction;
  double leverage;  // times the row's weight
};

/// `seen(i)` of the fit of all rows; `refitted(i)` is the Outcome of y_i's prediction by a fit
/// without row i.
template <class SeenRow, class Refitted>
Residuals left_out(std::span<const double> y, const SeenRow& seen, const Refitted& refitted) {
  std::vector<double> residuals;
  residuals.reserve(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const Seen row = seen(i);
    const double rest = 1.0 - row.leverage;
    if (rest > kFewDigits) {
      residuals.push_back((y[i] - row.prediction) / rest);
      continue;
    }
    const Outcome<double> prediction = refitted(i);
    if (!prediction) return Residuals::refuse("without one of the rows, " + prediction.refused);
    residuals.push_back(y[i] - *prediction);
  }
  return residuals;
}

Outcome<double> predict_without(std::size_t row, const LeastSquares& fit, const Matrix& regressors,
                                std::span<const double> y, std::span<const double> weights) {
  Matrix rest(regressors.rows() - 1, regressors.columns());
  for (std::size_t c = 0; c < regressors.columns(); ++c) {
    const auto column = without(regressors.column(c), row);
    std::ranges::copy(column, rest.column(c).begin());
  }
  const auto refit = fit_least_squares(
      rest, without(y, row), {.intercept = fit.has_intercept, .weights = without(weights, row)});
  if (!refit) return Outcome<double>::refuse(refit.refused);
  return refit->predict(regressors.row(row));
}

}  // namespace

Residuals leave_one_out_residuals(const LeastSquares& fit, const Matrix& regressors,
                                  std::span<const double> y, std::span<const double> weights) {
  std::vector<double> row(regressors.columns());
  return left_out(
      y,
      [&](std::size_t i) {
        regressors.copy_row(i, row);
        return Seen{fit.predict(row), weight_of(weights, i) * fit.leverage(row)};
      },
      [&](std::size_t i) { return predict_without(i, fit, regressors, y, weights); });
}

Residuals leave_one_out_residuals(const LineFit& fit, std::span<const double> x,
                                  std::span<const double> y, std::span<const double> weights) {
  return left_out(
      y,
      [&](std::size_t i) {
        return Seen{fit.predict(x[i]), weight_of(weights, i) * fit.leverage(x[i])};
      },
      [&](std::size_t i) {
        const auto refit = fit_line(without(x, i), without(y, i), without(weights, i));
        if (!refit) return Outcome<double>::refuse(refit.refused);
        return Outcome<double>(refit->predict(x[i]));
      });
}

}  // namespace isojoule
