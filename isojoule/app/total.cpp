#include "isojoule/app/total.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/record_tables.hpp"

namespace isojoule {
namespace {

/// Scopes that may be added to each other. What lies within another one is left out.
constexpr std::array kAdded{Scope::gpu, Scope::module, Scope::package, Scope::dram};

/// A component with what was measured of it and what a model says.
struct Component {
  Channel first;                            ///< whose label and scope it has
  const ChannelEnergy* measured = nullptr;  ///< the best that has an energy
  const ChannelEnergy* modelled = nullptr;  ///< where none was measured
  std::string lost;  ///< why what measures it has no energy; empty: it has, or nothing measures it
};

Component component_of(const Measurement& measurement, const Channel& first) {
  Component component{first, nullptr, nullptr, ""};
  // What is measured goes before a model: a model is the best only where nothing else has an
  // energy.
  const ChannelEnergy* best = best_channel(measurement.channels, first.component);
  if (best != nullptr && best->channel.kind == Kind::measured) {
    component.measured = best;
    return component;
  }
  component.modelled = best;
  const auto lost = std::ranges::find_if(measurement.channels, [&first](const ChannelEnergy& one) {
    return one.channel.component == first.component && one.channel.kind == Kind::measured;
  });
  if (lost != measurement.channels.end()) component.lost = lost->channel.id + ": " + lost->reason;
  return component;
}

std::vector<Component> components_of(const Measurement& measurement) {
  std::vector<Component> components;
  for (const Channel& first : first_channels(measurement.channels))
    components.push_back(component_of(measurement, first));
  return components;
}

std::string modelled_text(const Component& component) {
  return fmt::format("{}, about {} by a model", component.first.label,
                     to_text(*component.modelled->energy));
}

/// Adds up `parts`, each of which has a measured energy.
RunTotal sum_of(const std::vector<const Component*>& parts, RunTotal::Basis basis) {
  RunTotal total;
  total.basis = basis;
  std::vector<WeightedBudget> budgets;
  for (const Component* part : parts) {
    total.energy += *part->measured->energy;
    total.parts.push_back(part->first.label);
    if (part->measured->uncertainty) budgets.push_back({&*part->measured->uncertainty, 1.0});
  }
  if (budgets.size() == parts.size()) total.interval = combined(budgets).interval(total.energy);
  return total;
}

/// Whether a component counts by itself: not within a module that was measured.
bool is_added(const Component& component, bool has_module) {
  const Scope scope = component.first.scope;
  if (has_module && scope != Scope::module) return false;
  return std::ranges::find(kAdded, scope) != kAdded.end();
}

Outcome<RunTotal> modelled_total(const std::vector<Component>& components) {
  RunTotal total;
  total.basis = RunTotal::Basis::modelled;
  for (const Component& component : components) {
    if (component.modelled == nullptr) continue;
    if (component.first.scope == Scope::package) {
      total.energy += *component.modelled->energy;
      total.parts.push_back(component.first.label);
    } else {
      total.left_out.push_back(modelled_text(component));
    }
  }
  if (total.parts.empty()) return Outcome<RunTotal>::refuse("nothing was measured");
  return total;
}

}  // namespace

Outcome<RunTotal> run_total(const Measurement& measurement) {
  const std::vector<Component> components = components_of(measurement);
  const bool has_module = std::ranges::any_of(components, [](const Component& component) {
    return component.first.scope == Scope::module && component.measured != nullptr;
  });
  std::vector<const Component*> parts;
  std::vector<const Component*> nodes;
  std::vector<std::string> left_out;
  for (const Component& component : components) {
    const bool is_node = component.first.scope == Scope::node;
    if (is_node && component.measured != nullptr) nodes.push_back(&component);
    if (is_node || !is_added(component, has_module)) continue;
    if (!component.lost.empty())
      return Outcome<RunTotal>::refuse(component.first.label + " has no energy: " + component.lost);
    if (component.measured != nullptr) {
      parts.push_back(&component);
    } else if (component.modelled != nullptr) {
      left_out.push_back(modelled_text(component));
    }
  }
  if (parts.empty() && nodes.empty()) return modelled_total(components);
  RunTotal total = parts.empty() ? sum_of({nodes.front()}, RunTotal::Basis::whole_node)
                                 : sum_of(parts, RunTotal::Basis::measured);
  total.left_out = std::move(left_out);
  return total;
}

std::string total_text(const Outcome<RunTotal>& total) {
  if (!total) return "No total: " + total.refused + ".";
  std::string text = total->basis == RunTotal::Basis::modelled ? "Total: about " : "Total: ";
  text += to_text(total->energy);
  if (total->interval) text += " (" + to_text(total->interval, "") + ")";
  text += total->basis == RunTotal::Basis::whole_node
              ? ", whole node"
              : fmt::format(": {}", fmt::join(total->parts, ", "));
  if (total->basis == RunTotal::Basis::modelled) text += ", by a model: nothing was measured";
  if (!total->left_out.empty())
    text += fmt::format(". Not in it: {}", fmt::join(total->left_out, "; "));
  return text + ".";
}

Table record_overview(const Record& record) {
  Table table = record_table(record);
  if (!record.whole.channels.empty())
    table.notes.insert(table.notes.begin(), total_text(run_total(record.whole)));
  return table;
}

}  // namespace isojoule
