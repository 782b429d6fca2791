// How sure a measured energy is, after the Guide to the Expression of Uncertainty in Measurement
// (GUM, JCGM 100:2008).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/estimate.hpp"
#include "isojoule/core/quantity.hpp"

namespace isojoule {

/// How a component was evaluated (GUM 3.3.4): from the spread of the readings, or from anything
/// else that is known.
enum class Evaluation { type_a, type_b };

/// One source of uncertainty.
struct UncertaintyComponent {
  std::string source;  ///< "gain", "offset", "meter", "edges", "unseen", "gaps", "disagreement"
  Evaluation evaluation = Evaluation::type_b;
  Energy standard{};  ///< standard uncertainty: one standard deviation; not negative
  std::optional<double> degrees_of_freedom;  ///< empty: known as if from infinitely many readings
  std::string how;          ///< where it comes from, in words: "+-5 % (wattmeter), rectangular"
  std::string shared = {};  ///< what it is common to: "gpu-GPU-8f6a" (one sensor), "nvml/turing-on"
                            ///< (its family), "SC24's meter". The same source of energies that name
                            ///< the same errs alike in all; empty: in this one alone
  bool proportional = false;  ///< it grows with the true energy, as a gain's does
};

/// The components of one energy. Those of different source, or shared with different things, are
/// independent of each other. Components of one source with the same degrees of freedom are parts
/// of one distribution.
struct UncertaintyBudget {
  std::vector<UncertaintyComponent> components;
  double coverage_factor = 1.645;  ///< expanded = coverage_factor x standard (GUM 6.2.1)
  double confidence = 0.90;        ///< that the expanded uncertainty stands for
  Energy correction{};             ///< the best estimate of the true energy, less what is shown
  std::string accuracy = {};       ///< what gain and offset rest on: "nvml/turing-on, published,
                                   ///< 2026.1", or who calibrated the sensor; empty: not known

  /// Combined standard uncertainty: the root of the sum of squares (GUM 5.1.2).
  Energy standard() const;
  Energy expanded() const { return coverage_factor * standard(); }

  /// All true energies E that `shown` is compatible with: with c = shown + correction, and the
  /// expanded uncertainties p E of what is proportional and r of the rest,
  ///
  ///     |E - c| <= sqrt((p E)^2 + r^2),
  ///
  /// so that it is not symmetric about c, let alone about `shown`. Never below 0 J for a `shown`
  /// that is not. Where p is 1 or more its upper end is not bounded: infinity.
  Interval<Energy> interval(Energy shown) const;
};

/// An energy's budget, and how often the energy counts in a sum.
struct WeightedBudget {
  const UncertaintyBudget* budget;
  double weight;
};

/// The budget of the sum of weight x energy (GUM 5.2.2): what is shared adds up with its sign, the
/// rest as squares. Its coverage factor is the largest of theirs. Net energy is
/// combined({{&gross, 1.0}, {&idle, -share}}), in which one sensor's gain counts for the difference
/// alone.
UncertaintyBudget combined(std::span<const WeightedBudget> terms);

}  // namespace isojoule
