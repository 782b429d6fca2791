#include "isojoule/core/measurement.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace isojoule {
namespace {

/// Components of a scope, each once, in the order of the channels.
std::vector<std::string> components_of(const Measurement& measurement, Scope scope) {
  std::vector<std::string> components;
  std::vector<std::string_view> seen;  // also those of other scopes
  for (const ChannelEnergy& energy : measurement.channels) {
    const Channel& channel = energy.channel;
    if (std::ranges::find(seen, channel.component) != seen.end()) continue;
    seen.push_back(channel.component);
    if (channel.scope == scope) components.push_back(channel.component);
  }
  return components;
}

int preference(const Channel& channel) {
  return (channel.kind == Kind::measured ? 2 : 0) + (channel.is_counter() ? 1 : 0);
}

std::optional<Interval<Energy>> interval_of_sum(const std::vector<const ChannelEnergy*>& parts,
                                                Energy sum) {
  double standard = 0.0;
  double coverage_factor = 0.0;
  double confidence = 0.0;
  for (const ChannelEnergy* part : parts) {
    if (!part->uncertainty) return std::nullopt;
    standard = std::hypot(standard, part->uncertainty->standard().in(joule));
    coverage_factor = std::max(coverage_factor, part->uncertainty->coverage_factor);
    confidence = part->uncertainty->confidence;
  }
  const Energy expanded = coverage_factor * standard * joule;
  return Interval<Energy>{sum - expanded, sum + expanded, confidence};
}

/// By the component's first channel, of those that have no energy.
std::string why_not_known(std::span<const ChannelEnergy> channels, const std::string& component) {
  const auto first = std::ranges::find_if(channels, [&component](const ChannelEnergy& energy) {
    return energy.channel.component == component;
  });
  return first->channel.id + ": " + first->reason;
}

}  // namespace

std::vector<Channel> first_channels(std::span<const ChannelEnergy> channels) {
  std::vector<Channel> first;
  for (const ChannelEnergy& energy : channels) {
    const auto is_same = [&energy](const Channel& channel) {
      return channel.component == energy.channel.component;
    };
    if (std::ranges::none_of(first, is_same)) first.push_back(energy.channel);
  }
  return first;
}

const ChannelEnergy* best_channel(std::span<const ChannelEnergy> channels,
                                  const std::string& component) {
  const ChannelEnergy* best = nullptr;
  for (const ChannelEnergy& candidate : channels) {
    if (candidate.channel.component != component || !candidate.energy) continue;
    if (best == nullptr || preference(candidate.channel) > preference(best->channel))
      best = &candidate;
  }
  return best;
}

Outcome<Total> Measurement::total(Scope scope) const {
  const std::vector<std::string> components = components_of(*this, scope);
  if (components.empty())
    return Outcome<Total>::refuse("no sensor of " + std::string(to_string(scope)) + " energy");
  Total total{Energy{}, Kind::measured, std::nullopt};
  std::vector<const ChannelEnergy*> parts;
  for (const std::string& component : components) {
    const ChannelEnergy* best = best_channel(channels, component);
    if (best == nullptr) return Outcome<Total>::refuse(why_not_known(channels, component));
    total.energy += *best->energy;
    if (best->channel.kind == Kind::modelled) total.kind = Kind::modelled;
    parts.push_back(best);
  }
  total.interval = interval_of_sum(parts, total.energy);
  return total;
}

std::optional<double> CrossCheck::disagreement() const {
  if (!(by_counter > Energy{})) return std::nullopt;
  return (by_power - by_counter) / by_counter;
}

std::optional<Scope> default_scope(const Measurement& measurement) {
  for (const Scope scope : {Scope::gpu, Scope::package}) {
    if (!components_of(measurement, scope).empty()) return scope;
  }
  return std::nullopt;
}

}  // namespace isojoule
