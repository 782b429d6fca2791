// Polynomials as regressors, without the bad conditioning of 1, x, x^2, ...
#pragma once

#include <span>
#include <vector>

#include "isojoule/core/outcome.hpp"
#include "isojoule/stats/matrix.hpp"

namespace isojoule {

/// Powers of t = (x - centre) / scale. Least squares on them with an intercept is, in exact
/// arithmetic, least squares on 1, x, ..., x^degree: the same predictions and residuals.
struct PolynomialBasis {
  double centre = 0.0;
  double scale = 1.0;
  int degree = 1;

  /// t, t^2, ..., t^degree, for one x and for many (one row each); `powers` has room for `degree`.
  void fill(std::span<double> powers, double x) const;
  std::vector<double> row(double x) const;
  Matrix columns(std::span<const double> x) const;

  /// The coefficients of 1, x, ..., x^degree of intercept + sum slope_j t^j. Where the centre is
  /// far from zero and the degree high, these numbers lose digits that predictions do not.
  std::vector<double> in_powers_of_x(double intercept, std::span<const double> slopes) const;
};

/// A basis that takes the given x to [-1, 1]. Refused if x is empty, not finite, or constant by the
/// rule of kDependent. The degree must be at least 1.
Outcome<PolynomialBasis> make_polynomial_basis(std::span<const double> x, int degree);

}  // namespace isojoule
