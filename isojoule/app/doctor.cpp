#include "isojoule/app/doctor.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/run/measure_command.hpp"
#include "isojoule/sensor/sensor_types.hpp"

namespace isojoule {
namespace {

/// The names of the channels of a scope, in the order in which they are preferred.
std::string channel_names(const std::vector<Channel>& channels, Scope scope) {
  std::vector<std::string> names;
  for (const Channel& channel : channels)
    if (channel.scope == scope && !channel.is_gauge()) names.push_back(channel.id);
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ", "));
}

/// "measured", "modelled" or "absent".
std::string expectation(const std::vector<Channel>& channels, Scope scope) {
  std::string result = "absent";
  for (const Channel& channel : channels) {
    if (channel.scope != scope || channel.is_gauge()) continue;
    if (channel.kind == Kind::measured) return "measured";
    result = "modelled";
  }
  return result;
}

struct ScopeName {
  Scope scope;
  const char* name;
  bool always;  ///< shown where it is absent too
};
constexpr ScopeName kScopes[] = {{Scope::gpu, "GPU boards", true},
                                 {Scope::gpu_memory, "memory of GPU boards", false},
                                 {Scope::module, "modules of CPU and GPU", false},
                                 {Scope::package, "CPU packages", true},
                                 {Scope::dram, "memory", true},
                                 {Scope::node, "the whole machine", false}};

/// What a measurement tells of each scope, leaving out rare ones that are absent.
template <class Show>
void for_each_expectation(const std::vector<Channel>& channels, Show show) {
  for (const auto& [scope, name, always] : kScopes) {
    const std::string how = expectation(channels, scope);
    if (always || how != "absent") show(scope, name, how);
  }
}

template <class Quantity>
std::string text_or_dash(const std::optional<Quantity>& quantity) {
  return quantity ? to_text(*quantity) : "-";
}

std::string mean_text(const LookedChannel& looked) {
  if (looked.state)
    return fmt::format("{:.4g} {}", *looked.state, std::get<Gauge>(looked.channel.unit).unit);
  return text_or_dash(looked.power);
}

Json looked_to_json(const LookedChannel& looked) {
  const auto in = [](const auto& quantity, auto unit) {
    return quantity ? Json(quantity->in(unit)) : Json(nullptr);
  };
  Json json{{"channel", looked.channel.id},
            {"readings", looked.readings},
            {"failed", looked.failed},
            {"new_values", looked.new_values},
            {"refresh_s", in(looked.refresh, second)},
            {"power_w", in(looked.power, watt)},
            {"noise_w", in(looked.noise, watt)},
            {"noise_width_s", in(looked.noise_width, second)},
            {"poll_s", in(looked.poll, second)}};
  if (looked.state) {
    json["state"] = *looked.state;
    json["unit"] = std::get<Gauge>(looked.channel.unit).unit;
  }
  return json;
}

Json look_to_json(const SensorLook& look) {
  return Json{{"length_s", look.length.in(second)},
              {"channels", json_array(look.channels, looked_to_json)}};
}

}  // namespace

std::vector<SensorFinding> find_sensors(const World& world) {
  std::vector<SensorFinding> findings;
  for (auto& [type, probe] : probe_sensors(world))
    findings.push_back({std::string(type->name), std::string(type->summary), std::move(probe)});
  return findings;
}

SensorLook look_at_channels(const World& world, Duration length) {
  return {length, look_at_sensors(world, open_sensors(world, Subject{}).sensors, length)};
}

MachineLook look_at_machine(const World& world, Duration length) {
  MachineLook machine{read_host_info(world), find_sensors(world), channels_of_a_run(world), {}};
  if (length > Duration{}) machine.look = look_at_channels(world, length);
  return machine;
}

Table findings_table(const std::vector<SensorFinding>& findings) {
  Table table;
  table.title = "Sensors";
  table.columns = {{"sensor"}, {"usable"}, {"what was found"}, {"what to do"}};
  for (const auto& [name, summary, probe] : findings)
    table.rows.push_back({name, probe.usable ? "yes" : "no", probe.reason,
                          probe.remedy.empty() ? "-" : probe.remedy});
  return table;
}

Table expectation_table(const std::vector<Channel>& channels) {
  Table table;
  table.title = "What a measurement here contains";
  table.columns = {{"energy of"}, {"how"}, {"channels"}};
  for_each_expectation(channels, [&](Scope scope, const char* name, const std::string& how) {
    table.rows.push_back({name, how, channel_names(channels, scope)});
  });
  if (std::ranges::none_of(channels, [](const Channel& channel) {
        return channel.kind == Kind::measured && !channel.is_gauge();
      }))
    table.notes.push_back(
        "Nothing is measured on this machine: energies are modelled, and marked so wherever they "
        "are "
        "shown. They can be compared with other modelled energies only.");
  return table;
}

Table look_table(const SensorLook& look) {
  Table table;
  table.title = "Channels, in a look of " + to_text(look.length);
  table.columns = {{"channel"},
                   {"kind"},
                   {"new value each", Column::Align::right},
                   {"mean", Column::Align::right},
                   {"noise", Column::Align::right},
                   {"readings", Column::Align::right},
                   {"failed", Column::Align::right},
                   {"reading takes", Column::Align::right}};
  for (const LookedChannel& looked : look.channels) {
    const Channel& channel = looked.channel;
    table.rows.push_back({channel.id, std::string(to_string(channel.kind)),
                          text_or_dash(looked.refresh), mean_text(looked),
                          text_or_dash(looked.noise), grouped(looked.readings),
                          grouped(looked.failed), text_or_dash(looked.poll)});
    if (!channel.is_gauge() && channel.kind == Kind::measured && looked.readings > 1 &&
        looked.new_values == 0)
      table.notes.push_back(channel.id + " showed the same value all the time.");
    if (looked.readings == 0) table.notes.push_back(channel.id + " could not be read.");
  }
  table.notes.push_back(
      "Noise is the standard deviation of the power, in means over 0.1 s or, where they come "
      "slower, over new values. New values cannot be distinguished that come faster than " +
      to_text(kLookPeriod) + ".");
  return table;
}

Json machine_look_to_json(const MachineLook& machine) {
  Json backends = Json::array();
  for (const auto& [name, summary, probe] : machine.findings)
    backends.push_back(Json{{"name", name},
                            {"summary", summary},
                            {"usable", probe.usable},
                            {"reason", probe.reason},
                            {"remedy", probe.remedy.empty() ? Json(nullptr) : Json(probe.remedy)}});
  Json contains = Json::object();
  for_each_expectation(machine.channels, [&](Scope scope, const char*, const std::string& how) {
    contains[std::string(to_string(scope))] = how;
  });
  return Json{{"schema", schema_text("isojoule.machine", 1)},
              {"host", host_to_json(machine.host)},
              {"sensors", std::move(backends)},
              {"channels", json_array(machine.channels, channel_to_json)},
              {"measurement_contains", std::move(contains)},
              {"look", machine.look ? look_to_json(*machine.look) : Json(nullptr)}};
}

}  // namespace isojoule
