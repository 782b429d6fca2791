#include "isojoule/stats/prediction_interval.hpp"

#include <cassert>
#include <cmath>

#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

Outcome<Interval<double>> around(double prediction, double leverage, double sum_of_squares,
                                 std::size_t degrees_of_freedom, double confidence, double weight) {
  assert(confidence > 0.0 && confidence < 1.0 && weight > 0.0);
  if (degrees_of_freedom == 0)
    return Outcome<Interval<double>>::refuse("no residual degree of freedom");
  const auto freedom = static_cast<double>(degrees_of_freedom);
  const double deviation = std::sqrt(sum_of_squares / freedom * (1.0 / weight + leverage));
  const double half = student_t_quantile((1.0 + confidence) / 2.0, freedom) * deviation;
  return Interval<double>{prediction - half, prediction + half, confidence};
}

}  // namespace

Outcome<Interval<double>> prediction_interval(const LeastSquares& fit, std::span<const double> row,
                                              double confidence, double weight) {
  return around(fit.predict(row), fit.leverage(row), fit.residual_sum_of_squares,
                fit.residual_degrees_of_freedom, confidence, weight);
}

Outcome<Interval<double>> prediction_interval(const LineFit& fit, double x, double confidence,
                                              double weight) {
  return around(fit.predict(x), fit.leverage(x), fit.residual_sum_of_squares,
                fit.residual_degrees_of_freedom(), confidence, weight);
}

}  // namespace isojoule
