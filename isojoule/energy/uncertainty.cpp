#include "isojoule/energy/uncertainty.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

constexpr double kSqrt3 = std::numbers::sqrt3;
// Beyond this many degrees of freedom Student's t is the normal distribution in all digits used.
constexpr double kNormal = 1e6;

Energy magnitude(Energy energy) { return energy < Energy{} ? -energy : energy; }

Energy root_of_squares(std::span<const Energy> parts) {
  double sum = 0.0;
  for (const Energy part : parts) sum = std::hypot(sum, part.in(joule));
  return sum * joule;
}

double effective_degrees_of_freedom(const UncertaintyBudget& budget) {
  const Energy combined = budget.standard();
  if (combined == Energy{}) return kNormal;
  // Of each distribution the square of its share in the whole.
  std::map<std::pair<std::string_view, double>, double> squares;
  for (const UncertaintyComponent& component : budget.components)
    if (component.degrees_of_freedom)
      squares[{component.source, *component.degrees_of_freedom}] +=
          std::pow(component.standard / combined, 2);
  double sum = 0.0;
  for (const auto& [distribution, square] : squares) sum += square * square / distribution.second;
  return sum > 1.0 / kNormal ? 1.0 / sum : kNormal;
}

std::string edges_text(std::span<const PieceEdges> pieces, Duration lag_half_width) {
  std::string how;
  if (pieces.size() == 1) {
    how = fmt::format("ticks known within {:.3g} ms and {:.3g} ms (standard)",
                      pieces.front().begin.tick_standard.in(millisecond),
                      pieces.front().end.tick_standard.in(millisecond));
  } else {
    double squares = 0.0;
    for (const PieceEdges& piece : pieces)
      for (const EdgeEvidence* edge : {&piece.begin, &piece.end})
        squares += std::pow(edge->tick_standard.in(millisecond), 2);
    const auto edges = 2.0 * static_cast<double>(pieces.size());
    how = fmt::format("ticks of {:.0f} edges known within {:.3g} ms each (standard)", edges,
                      std::sqrt(squares / edges));
  }
  if (lag_half_width > Duration{})
    how += fmt::format(", lag within +-{:.3g} ms", lag_half_width.in(millisecond));
  return how;
}

}  // namespace

void add_component(UncertaintyBudget& budget, UncertaintyComponent component) {
  budget.components.push_back(std::move(component));
  budget.coverage_factor = student_t_quantile(0.5 + budget.confidence / 2.0,
                                              std::max(1.0, effective_degrees_of_freedom(budget)));
}

UncertaintyComponent gain_component(const Channel& channel, Energy energy) {
  const Gain& gain = channel.gain;
  const double relative = gain.half_width / gain.value;
  return {"gain",
          Evaluation::type_b,
          magnitude(energy) * (relative / kSqrt3),
          std::nullopt,
          fmt::format("+-{:.3g} % ({}), rectangular", 100.0 * relative, gain.source),
          channel.component,
          true};
}

UncertaintyComponent edges_component(std::span<const PieceEdges> pieces, Duration lag_half_width) {
  const auto middle = [](const EdgeEvidence& edge) { return (edge.before + edge.after) / 2.0; };
  std::vector<Energy> parts;
  Power shifted{};                                    // by a wrong lag
  std::optional<std::pair<Instant, Energy>> pending;  // of the end before: its value, what it adds
  for (const PieceEdges& piece : pieces) {
    Energy begin = (middle(piece.begin) - piece.steady) * piece.begin.tick_standard;
    if (pending && pending->first == piece.begin.value_since) {
      begin = pending->second - begin;
    } else if (pending) {
      parts.push_back(pending->second);
    }
    parts.push_back(begin);
    pending = {piece.end.value_since, (middle(piece.end) - piece.steady) * piece.end.tick_standard};
    shifted = shifted + middle(piece.end) - middle(piece.begin);
  }
  if (pending) parts.push_back(pending->second);
  parts.push_back(shifted * lag_half_width / kSqrt3);
  for (const PieceEdges& piece : pieces)
    parts.insert(parts.end(), {piece.begin.shape / kSqrt3, piece.end.shape / kSqrt3});
  return {"edges", Evaluation::type_b, root_of_squares(parts), std::nullopt,
          edges_text(pieces, lag_half_width)};
}

UncertaintyComponent resolution_component(Energy unit, std::size_t pieces) {
  return {"resolution", Evaluation::type_b,
          std::sqrt(static_cast<double>(pieces)) * (unit / std::sqrt(6.0)), std::nullopt,
          fmt::format("counts of {:.3g} J", unit.in(joule))};
}

std::optional<Duration> quotable_length(const Channel& channel, std::optional<Duration> observed,
                                        std::size_t pieces) {
  const std::optional<Duration> refresh = observed ? observed : channel.refresh;
  if (!refresh) return std::nullopt;
  return std::sqrt(static_cast<double>(pieces)) * kQuotable *
         std::max(*refresh, channel.averaging.value_or(Duration{}));
}

}  // namespace isojoule
