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
  Total total{Energy{}, Kind::measured, std::nullopt, std::nullopt};
  std::vector<WeightedBudget> budgets;
  for (const std::string& component : components) {
    const ChannelEnergy* best = best_channel(channels, component);
    if (best == nullptr) return Outcome<Total>::refuse(why_not_known(channels, component));
    total.energy += *best->energy;
    if (best->channel.kind == Kind::modelled) total.kind = Kind::modelled;
    if (best->uncertainty) budgets.push_back({&*best->uncertainty, 1.0});
  }
  if (budgets.size() < components.size()) return total;
  total.uncertainty = combined(budgets);
  total.interval = total.uncertainty->interval(total.energy);
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
