#include "isojoule/energy/window_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "isojoule/energy/accuracy.hpp"

namespace isojoule {
namespace {

// Means over more refreshes than this overlap.
constexpr double kSmearing = 1.5;

Power magnitude(Power power) { return power < Power{} ? -power : power; }
double squared(double value) { return value * value; }

/// The half-width of what the unknown course of the power within the segment may move from one
/// side of the edge to the other. `inside` is the part of it in the window. Where values are known
/// to be means over a part of the time, that is counted as unseen.
Energy shape(const Channel& channel, const Segment& segment, const EdgeEvidence& edge, double place,
             Duration inside) {
  if (!segment.is_mean)
    return channel.averaging ? Energy{} : magnitude(segment.last - segment.first) * inside;
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
  found.shape = shape(channel, segment, found, place, inside);
  found.value_since = segment.begin;
  return found;
}

bool is_smeared(const Channel& channel) {
  return channel.is_power() && channel.refresh && channel.averaging &&
         *channel.averaging > kSmearing * *channel.refresh;
}

/// How accurate the sensor is: as its calibration says, or as sensors of its family are.
void add_accuracy(UncertaintyBudget& budget, const Channel& channel, Duration length,
                  Energy energy) {
  if (channel.gain.is_calibrated()) {
    budget.accuracy = "calibrated: " + channel.gain.source;
    return add_component(budget, gain_component(channel, energy));
  }
  const std::optional<AccuracyPrior> prior = accuracy_prior(channel);
  if (!prior) return;
  const Energy best = energy / prior->gain;
  budget.accuracy = accuracy_text(*prior);
  budget.correction = best - energy;
  for (UncertaintyComponent& part : accuracy_components(*prior, channel.component, best, length))
    add_component(budget, std::move(part));
}

}  // namespace

Energy smear(const Channel& channel, const Neighbours& neighbours) {
  if (!is_smeared(channel) || neighbours.before == nullptr || neighbours.after == nullptr)
    return Energy{};
  const Segment& before = *neighbours.before;
  const Segment& after = *neighbours.after;
  const Duration apart = (after.end - before.end + (after.begin - before.begin)) / 2.0;
  return (after.mean() - before.mean()) * *channel.averaging * (*channel.averaging / (8.0 * apart));
}

void WindowEvidence::add(const Segment& segment, Duration part) {
  const double watts = segment.mean().in(watt);
  ++count_;
  const double delta = watts - mean_watts_;
  mean_watts_ += delta / static_cast<double>(count_);
  squares_ += delta * (watts - mean_watts_);
  if (segment.gap) gap_squares_ += squared(part.in(second));
  // A change at the window's edge tells nothing of those within.
  if (!segment.is_mean && part == segment.length())
    unseen_.add(segment.length(), segment.first, segment.last);
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
  end_ = EdgeEvidence{last.mean(), last.mean(), last.end_standard,
                      std::numbers::sqrt3 * spread() * missing, last.end};
}

void WindowEvidence::join(const WindowEvidence& next) {
  if (joined_.empty()) own_mean_ = mean();
  joined_.push_back({next.begin_, next.end_, next.mean()});
  unseen_.join(next.unseen_);
  gap_squares_ += next.gap_squares_;
  if (next.count_ == 0) return;
  // Chan, Golub, LeVeque 1979, equation 2.1.
  const auto own = static_cast<double>(count_);
  const auto others = static_cast<double>(next.count_);
  const double delta = next.mean_watts_ - mean_watts_;
  mean_watts_ += delta * others / (own + others);
  squares_ += next.squares_ + squared(delta) * own * others / (own + others);
  count_ += next.count_;
}

/// Of the pieces whose edges are known.
std::vector<PieceEdges> WindowEvidence::edges(const Channel& channel) const {
  std::vector<PieceEdges> edges;
  const auto add = [&](const auto& begin, const auto& end, Power mean) {
    if (begin && end) edges.push_back({*begin, *end, channel.is_power() ? mean : Power{}});
  };
  add(begin_, end_, joined_.empty() ? mean() : own_mean_);
  for (const Joined& piece : joined_) add(piece.begin, piece.end, piece.mean);
  return edges;
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

/// What a load that changes at any time smears over each edge: with short correlations, a standard
/// uncertainty of the shown values' spread x W / sqrt(12).
UncertaintyComponent WindowEvidence::smeared(Duration averaging) const {
  return {"averaging", Evaluation::type_a,
          std::sqrt(static_cast<double>(pieces())) * (spread() * averaging / std::sqrt(6.0)),
          static_cast<double>(std::max<std::size_t>(count_, 2) - 1),
          fmt::format("each edge lies within a mean over {:.3g} s", averaging.in(second))};
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
  add_accuracy(budget, channel, length, energy);
  if (const std::vector<PieceEdges> known = edges(channel); !known.empty())
    add(edges_component(known, channel.lag_half_width));
  if (channel.is_power()) {
    if (auto component = unseen(channel, length)) add(std::move(*component));
    if (is_smeared(channel)) add(smeared(*channel.averaging));
    if (auto component = gaps()) add(std::move(*component));
  } else {
    add(resolution_component(std::get<Energy>(channel.unit), pieces()));
  }
  return budget;
}

}  // namespace isojoule
