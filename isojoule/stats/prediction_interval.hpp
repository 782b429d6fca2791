// The classical interval of a new observation.
#pragma once

#include <span>

#include "isojoule/core/estimate.hpp"
#include "isojoule/core/outcome.hpp"
#include "isojoule/stats/least_squares.hpp"

namespace isojoule {

/// prediction -+ t s sqrt(1/weight + leverage), with s^2 the residual sum of squares over its
/// degrees of freedom and t the quantile (1 + confidence)/2 of Student's distribution with as many.
/// It covers a new observation of that weight with the stated confidence, 0 < confidence < 1, if
/// the law is linear and the errors are normal with variance sigma^2/weight. Refused without a
/// residual degree of freedom.
Outcome<Interval<double>> prediction_interval(const LeastSquares& fit, std::span<const double> row,
                                              double confidence, double weight = 1.0);
Outcome<Interval<double>> prediction_interval(const LineFit& fit, double x, double confidence,
                                              double weight = 1.0);

}  // namespace isojoule
