#include "isojoule/core/uncertainty.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace isojoule {
namespace {

/// Squares of tiny and huge energies stay within the range of numbers.
Energy root_sum(Energy a, Energy b) { return std::hypot(a.in(joule), b.in(joule)) * joule; }

/// A component of a sum while it is being added up: shared ones may cancel.
struct Sum {
  UncertaintyComponent component;
  Energy standard{};  ///< with its sign
};

void add(std::vector<Sum>& sums, const UncertaintyComponent& component, double weight) {
  const Energy standard = weight * component.standard;
  const auto same = std::ranges::find_if(sums, [&component](const Sum& sum) {
    return sum.component.source == component.source && sum.component.shared == component.shared &&
           sum.component.degrees_of_freedom == component.degrees_of_freedom;
  });
  if (same == sums.end()) {
    sums.push_back({component, standard});
  } else if (component.shared.empty()) {
    same->standard = root_sum(same->standard, standard);
  } else {
    same->standard += standard;
  }
}

}  // namespace

Energy UncertaintyBudget::standard() const {
  Energy sum{};
  for (const UncertaintyComponent& component : components) sum = root_sum(sum, component.standard);
  return sum;
}

Interval<Energy> UncertaintyBudget::interval(Energy shown) const {
  Energy proportional{};
  Energy rest{};
  for (const UncertaintyComponent& component : components) {
    Energy& part = component.proportional ? proportional : rest;
    part = root_sum(part, coverage_factor * component.standard);
  }
  const double centre = (shown + correction).in(joule);
  const double p = centre != 0.0 ? proportional.in(joule) / std::abs(centre) : 0.0;
  const double r = rest.in(joule);
  // E^2 (1 - p^2) - 2 c E + c^2 - r^2 = 0, in a form that loses no digits.
  const double q = 1.0 - p * p;
  const double root = std::sqrt(std::max(0.0, p * p * centre * centre + q * r * r));
  const double infinity = std::numeric_limits<double>::infinity();
  double lower = q > 0.0 ? (centre - root) / q : -infinity;
  double upper = q > 0.0 ? (centre + root) / q : infinity;
  if (!(shown < Energy{})) lower = std::max(0.0, lower);
  return {lower * joule, upper * joule, confidence};
}

UncertaintyBudget combined(std::span<const WeightedBudget> terms) {
  UncertaintyBudget result;
  result.coverage_factor = 0.0;
  std::vector<Sum> sums;
  for (const auto& [budget, weight] : terms) {
    for (const UncertaintyComponent& component : budget->components) add(sums, component, weight);
    result.coverage_factor = std::max(result.coverage_factor, budget->coverage_factor);
    result.confidence = budget->confidence;
    result.correction += weight * budget->correction;
    if (result.accuracy.find(budget->accuracy) == std::string::npos)
      result.accuracy += (result.accuracy.empty() ? "" : "; ") + budget->accuracy;
  }
  for (Sum& sum : sums) {
    sum.component.standard = sum.standard < Energy{} ? -sum.standard : sum.standard;
    result.components.push_back(std::move(sum.component));
  }
  return result;
}

}  // namespace isojoule
