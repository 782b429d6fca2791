#include "isojoule/energy/uncertainty.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

constexpr double kSqrt3 = std::numbers::sqrt3;
// Beyond this many degrees of freedom Student's t is the normal distribution in all digits used.
constexpr double kNormal = 1e6;

Energy magnitude(Energy energy) { return energy < Energy{} ? -energy : energy; }

Energy root_of_squares(std::initializer_list<Energy> parts) {
  double sum = 0.0;
  for (const Energy part : parts) sum = std::hypot(sum, part.in(joule));
  return sum * joule;
}

double effective_degrees_of_freedom(const UncertaintyBudget& budget) {
  const Energy combined = budget.standard();
  double sum = 0.0;
  for (const UncertaintyComponent& component : budget.components) {
    if (!component.degrees_of_freedom || combined == Energy{}) continue;
    const double share = component.standard / combined;
    sum += std::pow(share, 4) / *component.degrees_of_freedom;
  }
  return sum > 1.0 / kNormal ? 1.0 / sum : kNormal;
}

}  // namespace

void add_component(UncertaintyBudget& budget, UncertaintyComponent component) {
  budget.components.push_back(std::move(component));
  budget.coverage_factor = student_t_quantile(0.5 + budget.confidence / 2.0,
                                              std::max(1.0, effective_degrees_of_freedom(budget)));
}

UncertaintyComponent gain_component(const Gain& gain, Energy energy) {
  const double relative = gain.half_width / gain.value;
  return {"gain", Evaluation::type_b, magnitude(energy) * (relative / kSqrt3), std::nullopt,
          fmt::format("+-{:.3g} % ({}), rectangular", 100.0 * relative, gain.source)};
}

UncertaintyComponent edges_component(const EdgeEvidence& begin, const EdgeEvidence& end,
                                     Duration lag_half_width, Power steady) {
  const Power at_begin = (begin.before + begin.after) / 2.0;
  const Power at_end = (end.before + end.after) / 2.0;
  const Energy lag = (at_end - at_begin) * lag_half_width / kSqrt3;
  const Energy standard = root_of_squares({(at_begin - steady) * begin.tick_standard,
                                           (at_end - steady) * end.tick_standard, lag,
                                           begin.shape / kSqrt3, end.shape / kSqrt3});
  std::string how =
      fmt::format("ticks known within {:.3g} ms and {:.3g} ms (standard)",
                  begin.tick_standard.in(millisecond), end.tick_standard.in(millisecond));
  if (lag_half_width > Duration{})
    how += fmt::format(", lag within +-{:.3g} ms", lag_half_width.in(millisecond));
  return {"edges", Evaluation::type_b, standard, std::nullopt, std::move(how)};
}

UncertaintyComponent resolution_component(Energy unit) {
  return {"resolution", Evaluation::type_b, unit / std::sqrt(6.0), std::nullopt,
          fmt::format("counts of {:.3g} J", unit.in(joule))};
}

std::optional<Duration> quotable_length(const Channel& channel, std::optional<Duration> observed) {
  const std::optional<Duration> refresh = observed ? observed : channel.refresh;
  if (!refresh) return std::nullopt;
  return kQuotable * std::max(*refresh, channel.averaging.value_or(Duration{}));
}

}  // namespace isojoule
