// Channels and measurements, as they stand in traces, records and profiles.
#include "isojoule/core/json.hpp"

namespace isojoule {
namespace {

constexpr const char* kWholeCommand = "whole command";

/// The member `valid_for`, which is left out for a channel that is valid for any window.
Validity validity_from_json(const Json& json) {
  const auto text = maybe<std::string>(json, "valid_for");
  if (!text) return Validity::any_window;
  if (*text != kWholeCommand)
    throw_bad_member("valid_for", "is not '" + std::string(kWholeCommand) + "'");
  return Validity::whole_command;
}

Json gauge_to_json(const Gauge& gauge) {
  Json json{{"unit", gauge.unit.empty() ? Json(nullptr) : Json(gauge.unit)},
            {"per_count", gauge.per_count}};
  if (!gauge.flags.empty()) json["flags"] = gauge.flags;
  return json;
}

Gauge gauge_from_json(const Json& json) {
  return {maybe<std::string>(json, "unit").value_or(""), required<double>(json, "per_count"),
          maybe<std::vector<std::string>>(json, "flags").value_or(std::vector<std::string>{})};
}

Json gain_to_json(const Gain& gain) {
  return Json{{"value", gain.value}, {"half_width", gain.half_width}, {"source", gain.source}};
}

Gain gain_from_json(const Json& json) {
  return {required<double>(json, "value"), required<double>(json, "half_width"),
          required<std::string>(json, "source")};
}

/// What one count means: counts_of_j, counts_of_w or gauge.
std::variant<Energy, Power, Gauge> unit_from_json(const Json& json) {
  if (const auto energy = maybe<double>(json, "counts_of_j")) return *energy * joule;
  if (const auto gauge = maybe_member(json, "gauge", gauge_from_json)) return *gauge;
  return required<double>(json, "counts_of_w") * watt;
}

std::optional<Duration> maybe_duration(const Json& json, const char* key) {
  const auto seconds = maybe<double>(json, key);
  if (!seconds) return std::nullopt;
  return *seconds * second;
}

Json component_to_json(const UncertaintyComponent& component) {
  Json json{{"source", component.source},
            {"type", component.evaluation == Evaluation::type_a ? "A" : "B"},
            {"standard_j", component.standard.in(joule)}};
  if (component.degrees_of_freedom) json["degrees_of_freedom"] = *component.degrees_of_freedom;
  json["how"] = component.how;
  if (!component.shared.empty()) json["shared"] = component.shared;
  if (component.proportional) json["proportional"] = true;
  return json;
}

UncertaintyComponent component_from_json(const Json& json) {
  UncertaintyComponent component;
  component.source = required<std::string>(json, "source");
  const auto type = required<std::string>(json, "type");
  if (type != "A" && type != "B") throw_bad_member("type", "is neither 'A' nor 'B'");
  component.evaluation = type == "A" ? Evaluation::type_a : Evaluation::type_b;
  component.standard = required<double>(json, "standard_j") * joule;
  component.degrees_of_freedom = maybe<double>(json, "degrees_of_freedom");
  component.how = required<std::string>(json, "how");
  component.shared = maybe<std::string>(json, "shared").value_or("");
  component.proportional = maybe<bool>(json, "proportional").value_or(false);
  return component;
}

Json budget_to_json(const UncertaintyBudget& budget, Energy energy) {
  const Interval<Energy> interval = budget.interval(energy);
  const auto end = [](Energy value) {
    return std::isfinite(value.in(joule)) ? Json(value.in(joule)) : Json(nullptr);
  };
  return Json{{"lower_j", end(interval.lower)},
              {"upper_j", end(interval.upper)},
              {"confidence", budget.confidence},
              {"standard_j", budget.standard().in(joule)},
              {"coverage_factor", budget.coverage_factor},
              {"expanded_j", budget.expanded().in(joule)},
              {"correction_j", budget.correction.in(joule)},
              {"accuracy", budget.accuracy.empty() ? Json(nullptr) : Json(budget.accuracy)},
              {"components", json_array(budget.components, component_to_json)}};
}

UncertaintyBudget budget_from_json(const Json& json) {
  UncertaintyBudget budget;
  budget.components = required_array(json, "components", component_from_json);
  budget.coverage_factor = required<double>(json, "coverage_factor");
  budget.confidence = required<double>(json, "confidence");
  budget.correction = maybe<double>(json, "correction_j").value_or(0.0) * joule;
  budget.accuracy = maybe<std::string>(json, "accuracy").value_or("");
  return budget;
}

Json channel_energy_to_json(const ChannelEnergy& channel) {
  Json json{{"channel", channel_to_json(channel.channel)},
            {"energy_j", channel.energy ? Json(channel.energy->in(joule)) : Json(nullptr)}};
  if (!channel.energy) json["reason"] = channel.reason;
  if (channel.uncertainty)
    json["uncertainty"] = budget_to_json(*channel.uncertainty, *channel.energy);
  if (!channel.caution.empty()) json["caution"] = channel.caution;
  json["samples"] = channel.samples;
  json["failed"] = channel.failed;
  json["wraps"] = channel.wraps;
  json["resets"] = channel.resets;
  json["impossible"] = channel.impossible;
  json["longest_gap_s"] = channel.longest_gap.in(second);
  if (channel.refresh) json["refresh_s"] = channel.refresh->in(second);
  return json;
}

ChannelEnergy channel_energy_from_json(const Json& json) {
  ChannelEnergy channel;
  channel.channel = required_member(json, "channel", channel_from_json);
  if (const auto energy = maybe<double>(json, "energy_j")) channel.energy = *energy * joule;
  channel.reason = maybe<std::string>(json, "reason").value_or("");
  channel.uncertainty = maybe_member(json, "uncertainty", budget_from_json);
  channel.caution = maybe<std::string>(json, "caution").value_or("");
  channel.samples = required<std::size_t>(json, "samples");
  channel.failed = required<std::size_t>(json, "failed");
  channel.wraps = required<std::size_t>(json, "wraps");
  channel.resets = required<std::size_t>(json, "resets");
  channel.impossible = required<std::size_t>(json, "impossible");
  channel.longest_gap = required<double>(json, "longest_gap_s") * second;
  channel.refresh = maybe_duration(json, "refresh_s");
  return channel;
}

Json state_to_json(const ChannelState& state) {
  Json json{{"channel", channel_to_json(state.channel)}, {"samples", state.samples}};
  if (state.least) json["least"] = *state.least;
  if (state.mean) json["mean"] = *state.mean;
  if (state.most) json["most"] = *state.most;
  if (!state.flag_shares.empty()) json["flag_shares"] = state.flag_shares;
  return json;
}

ChannelState state_from_json(const Json& json) {
  ChannelState state;
  state.channel = required_member(json, "channel", channel_from_json);
  state.samples = required<std::size_t>(json, "samples");
  state.least = maybe<double>(json, "least");
  state.mean = maybe<double>(json, "mean");
  state.most = maybe<double>(json, "most");
  state.flag_shares =
      maybe<std::vector<double>>(json, "flag_shares").value_or(std::vector<double>{});
  return state;
}

Json cross_check_to_json(const CrossCheck& check) {
  return Json{{"component", check.component},
              {"counter", check.counter},
              {"power", check.power},
              {"by_counter_j", check.by_counter.in(joule)},
              {"by_power_j", check.by_power.in(joule)},
              {"disagreement", or_null(check.disagreement())}};
}

CrossCheck cross_check_from_json(const Json& json) {
  return {required<std::string>(json, "component"), required<std::string>(json, "counter"),
          required<std::string>(json, "power"), required<double>(json, "by_counter_j") * joule,
          required<double>(json, "by_power_j") * joule};
}

}  // namespace

Json channel_to_json(const Channel& channel) {
  Json json{{"id", channel.id},
            {"component", channel.component},
            {"label", channel.label},
            {"scope", to_string(channel.scope)},
            {"kind", to_string(channel.kind)}};
  if (const auto* energy = std::get_if<Energy>(&channel.unit)) {
    json["counts_of_j"] = energy->in(joule);
  } else if (const auto* power = std::get_if<Power>(&channel.unit)) {
    json["counts_of_w"] = power->in(watt);
  } else {
    json["gauge"] = gauge_to_json(std::get<Gauge>(channel.unit));
  }
  if (channel.validity == Validity::whole_command) json["valid_for"] = kWholeCommand;
  if (channel.range) json["range_counts"] = *channel.range;
  if (channel.max_power) json["max_power_w"] = channel.max_power->in(watt);
  if (!channel.model.empty()) json["model"] = channel.model;
  if (channel.refresh) json["refresh_s"] = channel.refresh->in(second);
  if (channel.averaging) json["averaging_s"] = channel.averaging->in(second);
  if (channel.lag != Duration{}) json["lag_s"] = channel.lag.in(second);
  if (channel.lag_half_width != Duration{})
    json["lag_half_width_s"] = channel.lag_half_width.in(second);
  if (!channel.family.empty()) json["family"] = channel.family;
  if (!channel.caveat.empty()) json["caveat"] = channel.caveat;
  if (channel.gain != Gain{}) json["gain"] = gain_to_json(channel.gain);
  return json;
}

Channel channel_from_json(const Json& json) {
  Channel channel;
  channel.id = required<std::string>(json, "id");
  channel.component = required<std::string>(json, "component");
  channel.label = required<std::string>(json, "label");
  channel.scope = required_parsed(json, "scope", scope_from_string);
  channel.kind = required_parsed(json, "kind", kind_from_string);
  channel.unit = unit_from_json(json);
  channel.validity = validity_from_json(json);
  channel.range = maybe<std::uint64_t>(json, "range_counts");
  if (const auto power = maybe<double>(json, "max_power_w")) channel.max_power = *power * watt;
  channel.model = maybe<std::string>(json, "model").value_or("");
  channel.refresh = maybe_duration(json, "refresh_s");
  channel.averaging = maybe_duration(json, "averaging_s");
  channel.lag = maybe_duration(json, "lag_s").value_or(Duration{});
  channel.lag_half_width = maybe_duration(json, "lag_half_width_s").value_or(Duration{});
  channel.family = maybe<std::string>(json, "family").value_or("");
  channel.caveat = maybe<std::string>(json, "caveat").value_or("");
  channel.gain = maybe_member(json, "gain", gain_from_json).value_or(Gain{});
  return channel;
}

Json measurement_to_json(const Measurement& measurement) {
  Json json{{"elapsed_s", measurement.elapsed.in(second)},
            {"channels", json_array(measurement.channels, channel_energy_to_json)}};
  if (!measurement.states.empty()) json["states"] = json_array(measurement.states, state_to_json);
  if (!measurement.cross_checks.empty())
    json["cross_checks"] = json_array(measurement.cross_checks, cross_check_to_json);
  return json;
}

Measurement measurement_from_json(const Json& json) {
  Measurement measurement;
  measurement.elapsed = required<double>(json, "elapsed_s") * second;
  measurement.channels = required_array(json, "channels", channel_energy_from_json);
  if (json.contains("states")) measurement.states = required_array(json, "states", state_from_json);
  if (json.contains("cross_checks"))
    measurement.cross_checks = required_array(json, "cross_checks", cross_check_from_json);
  return measurement;
}

}  // namespace isojoule
