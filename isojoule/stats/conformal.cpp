#include "isojoule/stats/conformal.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace isojoule {

std::size_t conformal_rank(std::size_t k, double confidence) {
  assert(confidence > 0.0 && confidence < 1.0);
  // 0.7 (9 + 1) is above 7 in doubles, for one rounding.
  constexpr double kRounding = 1e-12;
  const double exact = confidence * static_cast<double>(k + 1);
  return static_cast<std::size_t>(std::ceil(exact * (1.0 - kRounding)));
}

Outcome<double> conformal_half_width(std::span<const double> residuals, double confidence) {
  const std::size_t rank = conformal_rank(residuals.size(), confidence);
  if (rank > residuals.size())
    return Outcome<double>::refuse(
        fmt::format("{} residuals are too few for {:g} % without a distribution", residuals.size(),
                    100 * confidence));
  std::vector<double> sizes;
  sizes.reserve(residuals.size());
  for (const double residual : residuals) sizes.push_back(std::abs(residual));
  const auto at = sizes.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(sizes.begin(), at, sizes.end());
  return *at;
}

}  // namespace isojoule
