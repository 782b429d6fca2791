#include "isojoule/meter/window_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace isojoule {
namespace {

constexpr double kSqrt3 = std::numbers::sqrt3;

Power magnitude(Power power) { return power < Power{} ? -power : power; }
double square(double value) { return value * value; }

/// The half-width of what the unknown course of the power within the segment may move from one
/// side of the edge to the other. `inside` is the part of it in the window.
Energy shape(const Segment& segment, const EdgeEvidence& edge, double place, Duration inside) {
  if (!segment.is_mean) return magnitude(segment.last - segment.first) * inside;
  const Power change = magnitude(edge.before - edge.after);
  const Power residual =
      magnitude(segment.mean() - place * edge.before - (1.0 - place) * edge.after);
  return (change * (place * (1.0 - place)) + residual / 2.0) * segment.length();
}

EdgeEvidence edge_in(const Channel& channel, const Segment& segment, const Neighbours& neighbours,
                     Instant edge, Duration inside) {
  EdgeEvidence found;
  const double place = (edge - segment.begin) / segment.length();
  found.before = neighbours.before != nullptr ? neighbours.before->mean() : segment.mean();
  found.after = neighbours.after != nullptr ? neighbours.after->mean() : segment.mean();
  found.tick_standard = (1.0 - place) * segment.begin_standard + place * segment.end_standard;
  found.shape = shape(segment, found, place, inside);
  // A mean over longer than a refresh smears a change at the edge over that time.
  const Duration averaged =
      channel.is_power() ? channel.averaging.value_or(Duration{}) : Duration{};
  if (channel.refresh && averaged > *channel.refresh)
    found.shape +=
        magnitude(found.after - found.before) * averaged * (averaged / (8.0 * segment.length()));
  return found;
}

}  // namespace

void WindowEvidence::add(const Segment& segment, const Segment* before, Duration part) {
  const double watts = segment.mean().in(watt);
  ++count_;
  const double delta = watts - mean_watts_;
  mean_watts_ += delta / static_cast<double>(count_);
  squares_ += delta * (watts - mean_watts_);
  if (segment.gap) gap_squares_ += square(part.in(second));
  if (segment.is_mean) return;
  unseen_.add(segment.length(),
              before != nullptr && !before->is_mean ? std::optional(before->first) : std::nullopt,
              segment.first, segment.last);
}

void WindowEvidence::begin_in(const Channel& channel, const Segment& segment,
                              const Neighbours& neighbours, Instant edge) {
  begin_ = edge_in(channel, segment, neighbours, edge, segment.end - edge);
}

void WindowEvidence::end_in(const Channel& channel, const Segment& segment,
                            const Neighbours& neighbours, Instant edge) {
  end_ = edge_in(channel, segment, neighbours, edge, edge - segment.begin);
}

void WindowEvidence::end_after(const Segment& last, Duration missing) {
  end_ = EdgeEvidence{last.mean(), last.mean(), last.end_standard, kSqrt3 * spread() * missing};
}

Power WindowEvidence::spread() const {
  if (count_ < 2) return Power{};
  return std::sqrt(squares_ / static_cast<double>(count_ - 1)) * watt;
}

std::optional<UncertaintyComponent> WindowEvidence::unseen(const Channel& channel,
                                                           Duration length) const {
  if (!channel.averaging) return std::nullopt;
  const auto found = unseen_.result(*channel.averaging);
  if (!found) return std::nullopt;
  return UncertaintyComponent{
      "unseen", Evaluation::type_a, length * found->standard, found->degrees_of_freedom,
      fmt::format("{:.3g} ms of every {:.3g} ms were seen", channel.averaging->in(millisecond),
                  found->interval.in(millisecond))};
}

std::optional<UncertaintyComponent> WindowEvidence::gaps() const {
  if (gap_squares_ == 0.0 || count_ < 2) return std::nullopt;
  const Duration together = std::sqrt(gap_squares_) * second;
  return UncertaintyComponent{
      "gaps", Evaluation::type_a, spread() * together, static_cast<double>(count_ - 1),
      fmt::format("{:.3g} s without a reading, as if the power had stayed at one of those read",
                  together.in(second))};
}

UncertaintyBudget WindowEvidence::budget(const Channel& channel, Duration length,
                                         Energy energy) const {
  UncertaintyBudget budget;
  const double gain = channel.gain.value;
  const auto add = [&budget, gain](UncertaintyComponent component) {
    component.standard = component.standard / gain;
    add_component(budget, std::move(component));
  };
  add_component(budget, gain_component(channel.gain, energy));
  if (begin_ && end_) add(edges_component(*begin_, *end_, channel.lag_half_width));
  if (channel.is_power()) {
    if (auto component = unseen(channel, length)) add(std::move(*component));
    if (auto component = gaps()) add(std::move(*component));
  } else {
    add(resolution_component(std::get<Energy>(channel.unit)));
  }
  return budget;
}

}  // namespace isojoule
