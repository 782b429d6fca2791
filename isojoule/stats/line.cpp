#include "isojoule/stats/line.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace isojoule {
namespace {

/// Nearer than this, relative to the larger, two abscissas are taken as equal.
constexpr double kEqual = 1e-9;

}  // namespace

std::optional<Line> line_through(double x1, double y1, double x2, double y2) {
  // The order of the points must not matter to the last digit, and the intercept is least hurt by
  // rounding from the point that is nearer to it.
  if (std::pair(std::abs(x2), x2) < std::pair(std::abs(x1), x1)) {
    std::swap(x1, x2);
    std::swap(y1, y2);
  }
  const double run = x2 - x1;
  if (!(std::abs(run) > kEqual * std::abs(x2))) return std::nullopt;
  const double slope = (y2 - y1) / run;
  const double intercept = y1 - slope * x1;
  // Any number that is not finite, given or by overflow, has spread to one of these.
  if (!std::isfinite(run) || !std::isfinite(slope) || !std::isfinite(intercept))
    return std::nullopt;
  return Line{intercept, slope};
}

}  // namespace isojoule
