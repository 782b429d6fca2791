// Straight lines.
#pragma once

#include <optional>

namespace isojoule {

/// y = intercept + slope x.
struct Line {
  double intercept;
  double slope;
  double operator()(double x) const { return intercept + slope * x; }
};

/// The line through (x1, y1) and (x2, y2). Empty where x1 and x2 differ by less than 1e-9 of the
/// larger in magnitude, so that the slope would be noise, and where a number is not finite. The
/// order of the points does not matter.
std::optional<Line> line_through(double x1, double y1, double x2, double y2);

}  // namespace isojoule
