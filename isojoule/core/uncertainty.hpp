// How sure a measured energy is, after the Guide to the Expression of Uncertainty in Measurement
// (GUM, JCGM 100:2008).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// How a component was evaluated (GUM 3.3.4): from the spread of the readings, or from anything
/// else that is known.
enum class Evaluation { type_a, type_b };

/// One source of uncertainty.
struct UncertaintyComponent {
  std::string source;  ///< "gain", "edges", "unseen", "gaps", "disagreement"
  Evaluation evaluation = Evaluation::type_b;
  Energy standard{};  ///< standard uncertainty: one standard deviation; not negative
  std::optional<double> degrees_of_freedom;  ///< empty: known as if from infinitely many readings
  std::string how;  ///< where it comes from, in words: "+-5 % (assumed), rectangular"
};

/// The components of one energy. They are taken as independent of each other.
struct UncertaintyBudget {
  std::vector<UncertaintyComponent> components;
  double coverage_factor = 1.645;  ///< expanded = coverage_factor x standard (GUM 6.2.1)
  double confidence = 0.90;        ///< that the expanded uncertainty stands for

  /// Combined standard uncertainty: the root of the sum of squares (GUM 5.1.2).
  Energy standard() const;
  Energy expanded() const { return coverage_factor * standard(); }
};

}  // namespace isojoule
