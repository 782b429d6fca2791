#include <algorithm>
#include <cmath>

#include "isojoule/stats/detail/values.hpp"
#include "isojoule/stats/least_squares.hpp"

namespace isojoule {
namespace {

using Fit = Outcome<LineFit>;

/// A weight of 1 for each row, which costs nothing.
struct Unweighted {
  double operator[](std::size_t) const { return 1.0; }
};

/// Centre and weight of the fit. False where x is constant or a number is not finite, which spreads
/// to the sums.
template <class Weights>
bool centre(LineFit& fit, std::span<const double> x, std::span<const double> y,
            const Weights& weights) {
  double low = x.front();
  double high = x.front();
  double least_weight = weights[0];
  double x_sum = 0.0;
  double y_sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = weights[i];
    fit.total_weight += weight;
    x_sum += weight * (x[i] - x.front());
    y_sum += weight * (y[i] - y.front());
    low = std::min(low, x[i]);
    high = std::max(high, x[i]);
    least_weight = std::min(least_weight, weight);
  }
  fit.x_centre = x.front() + x_sum / fit.total_weight;
  fit.y_centre = y.front() + y_sum / fit.total_weight;
  return least_weight > 0.0 && !detail::is_constant(low, high, kDependent);
}

template <class Weights>
bool fit_centred(LineFit& fit, std::span<const double> x, std::span<const double> y,
                 const Weights& weights) {
  double products = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weighted = weights[i] * (x[i] - fit.x_centre);
    fit.x_sum_of_squares += weighted * (x[i] - fit.x_centre);
    products += weighted * (y[i] - fit.y_centre);
  }
  fit.slope = products / fit.x_sum_of_squares;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double residual = (y[i] - fit.y_centre) - fit.slope * (x[i] - fit.x_centre);
    fit.residual_sum_of_squares += weights[i] * residual * residual;
  }
  return std::isnormal(fit.x_sum_of_squares) && std::isfinite(fit.residual_sum_of_squares) &&
         std::isfinite(fit.intercept());
}

/// Whichever way the line failed, the general way knows it in words; what it can still compute
/// (squares beyond the range of numbers) does not count.
Fit refusal(std::span<const double> x, std::span<const double> y, std::span<const double> weights) {
  Matrix regressor(x.size(), 1);
  std::ranges::copy(x, regressor.column(0).begin());
  const auto general = fit_least_squares(regressor, y, {.weights = weights});
  return Fit::refuse(general ? detail::kOutOfRange : general.refused);
}

}  // namespace

Fit fit_line(std::span<const double> x, std::span<const double> y,
             std::span<const double> weights) {
  if (x.size() < 2 || y.size() != x.size() || (!weights.empty() && weights.size() != x.size()))
    return refusal(x, y, weights);
  LineFit fit;
  fit.rows = x.size();
  const bool fitted = weights.empty()
                          ? centre(fit, x, y, Unweighted{}) && fit_centred(fit, x, y, Unweighted{})
                          : centre(fit, x, y, weights) && fit_centred(fit, x, y, weights);
  if (!fitted) return refusal(x, y, weights);
  return fit;
}

}  // namespace isojoule
