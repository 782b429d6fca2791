#include "isojoule/stats/polynomial.hpp"

#include <algorithm>
#include <cassert>

#include "isojoule/stats/detail/values.hpp"
#include "isojoule/stats/least_squares.hpp"

namespace isojoule {

void PolynomialBasis::fill(std::span<double> powers, double x) const {
  assert(static_cast<int>(powers.size()) == degree);
  const double t = (x - centre) / scale;
  double power = 1.0;
  for (double& entry : powers) entry = power *= t;
}

std::vector<double> PolynomialBasis::row(double x) const {
  std::vector<double> powers(static_cast<std::size_t>(degree));
  fill(powers, x);
  return powers;
}

Matrix PolynomialBasis::columns(std::span<const double> x) const {
  Matrix design(x.size(), static_cast<std::size_t>(degree));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto powers = row(x[i]);
    for (std::size_t c = 0; c < powers.size(); ++c) design(i, c) = powers[c];
  }
  return design;
}

std::vector<double> PolynomialBasis::in_powers_of_x(double intercept,
                                                    std::span<const double> slopes) const {
  assert(static_cast<int>(slopes.size()) == degree);
  // Horner's scheme with polynomials in x: from the highest slope down, times t, plus the next.
  std::vector<double> result(slopes.size() + 1, 0.0);
  for (std::size_t step = 0; step <= slopes.size(); ++step) {
    for (std::size_t power = step; power > 0; --power)
      result[power] = result[power - 1] / scale - result[power] * (centre / scale);
    const bool last = step == slopes.size();
    result[0] =
        (last ? intercept : slopes[slopes.size() - 1 - step]) - result[0] * (centre / scale);
  }
  return result;
}

Outcome<PolynomialBasis> make_polynomial_basis(std::span<const double> x, int degree) {
  using Basis = Outcome<PolynomialBasis>;
  assert(degree >= 1);
  if (x.empty()) return Basis::refuse("there are no rows");
  if (!detail::all_finite(x)) return Basis::refuse("a number is not finite");
  const auto [low, high] = std::ranges::minmax(x);
  if (detail::is_constant(low, high, kDependent)) return Basis::refuse("regressor 1 is constant");
  const double half = high / 2 - low / 2;
  return PolynomialBasis{.centre = low + half, .scale = half, .degree = degree};
}

}  // namespace isojoule
