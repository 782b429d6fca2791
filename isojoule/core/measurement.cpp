#include "isojoule/core/measurement.hpp"

#include <algorithm>

namespace isojoule {
namespace {

/// Components of a scope, each once, in the order of the channels.
std::vector<std::string> components_of(const Measurement& measurement, Scope scope) {
  std::vector<std::string> components;
  for (const Channel& channel : first_channels(measurement.channels))
    if (channel.scope == scope) components.push_back(channel.component);
  return components;
}

int preference(const Channel& channel) {
  return (channel.kind == Kind::measured ? 2 : 0) + (channel.is_counter() ? 1 : 0);
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

std::optional<Total> Measurement::total(Scope scope) const {
  const std::vector<std::string> components = components_of(*this, scope);
  if (components.empty()) return std::nullopt;
  Total total{Energy{}, Kind::measured};
  for (const std::string& component : components) {
    const ChannelEnergy* best = best_channel(channels, component);
    if (best == nullptr) return std::nullopt;
    total.energy += *best->energy;
    if (best->channel.kind == Kind::modelled) total.kind = Kind::modelled;
  }
  return total;
}

std::string Measurement::why_no_total(Scope scope) const {
  const std::vector<std::string> components = components_of(*this, scope);
  if (components.empty()) return "no sensor of " + std::string(to_string(scope)) + " energy";
  for (const std::string& component : components) {
    if (best_channel(channels, component) != nullptr) continue;
    for (const ChannelEnergy& channel : channels) {
      if (channel.channel.component == component) return channel.channel.id + ": " + channel.reason;
    }
  }
  return {};
}

std::optional<Scope> default_scope(const Measurement& measurement) {
  for (const Scope scope : {Scope::gpu, Scope::package}) {
    if (!components_of(measurement, scope).empty()) return scope;
  }
  return std::nullopt;
}

}  // namespace isojoule
