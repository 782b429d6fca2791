#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/host_info.hpp"
#include "isojoule/meter/sensor_look.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/host_tables.hpp"
#include "isojoule/run/measure_command.hpp"
#include "isojoule/sensor/sensor_types.hpp"

#include "context.hpp"
#include "output.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct Finding {
  const SensorType* type;
  Probe probe;
};

std::vector<Finding> look(const World& world) {
  std::vector<Finding> findings;
  for (const SensorType& type : sensor_types()) findings.push_back({&type, type.probe(world)});
  return findings;
}

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

Table backends_table(const std::vector<Finding>& findings) {
  Table table;
  table.title = "Sensors";
  table.columns = {{"sensor"}, {"usable"}, {"what was found"}, {"what to do"}};
  for (const auto& [type, probe] : findings)
    table.rows.push_back({std::string(type->name), probe.usable ? "yes" : "no", probe.reason,
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
        "Nothing is measured on this machine: energies are modelled and say so wherever they are "
        "shown. They can be compared with other modelled energies only.");
  return table;
}

struct Look {
  Duration length{};
  std::vector<LookedChannel> channels;
};

/// Sensors as they show the machine: no command is looked at.
Look look_at_channels(const World& world, Duration length) {
  return {length, look_at_sensors(world, open_sensors(world, Subject{}), length)};
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

Table look_table(const Look& look) {
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
      "slower, over new values. New values cannot be told apart that come faster than " +
      to_text(kLookPeriod) + ".");
  return table;
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

Json look_to_json(const Look& look) {
  return Json{{"length_s", look.length.in(second)},
              {"channels", json_array(look.channels, looked_to_json)}};
}

Json to_json(const HostInfo& host, const std::vector<Finding>& findings,
             const std::vector<Channel>& channels, const std::optional<Look>& look) {
  Json backends = Json::array();
  for (const auto& [type, probe] : findings)
    backends.push_back(Json{{"name", type->name},
                            {"summary", type->summary},
                            {"usable", probe.usable},
                            {"reason", probe.reason},
                            {"remedy", probe.remedy.empty() ? Json(nullptr) : Json(probe.remedy)}});
  Json contains = Json::object();
  for_each_expectation(channels, [&](Scope scope, const char*, const std::string& how) {
    contains[std::string(to_string(scope))] = how;
  });
  return Json{{"host", host_to_json(host)},
              {"sensors", std::move(backends)},
              {"channels", json_array(channels, channel_to_json)},
              {"measurement_contains", std::move(contains)},
              {"look", look ? look_to_json(*look) : Json(nullptr)}};
}

struct Options {
  std::string look = "3s";
  bool json = false;
};

void doctor(const World& world, const Options& options) {
  const Duration length = parse_duration("--look", options.look);
  if (!(length <= minute)) throw Error(ErrorCode::usage, "--look must be from 0 to 60s");
  const HostInfo host = read_host_info(world);
  const std::vector<Finding> findings = look(world);
  const std::vector<Channel> channels = channels_of_a_run(world);
  std::optional<Look> looked;
  if (options.json) {
    if (length > Duration{}) looked = look_at_channels(world, length);
    print(to_json(host, findings, channels, looked));
    return;
  }
  print(host_table("This machine", host));
  print_text("\n");
  print(backends_table(findings));
  print_text("\n");
  print(expectation_table(channels));
  if (length == Duration{} || channels.empty()) return;
  const Table table = look_table(look_at_channels(world, length));
  print_text("\n");
  print(table);
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Look at this machine: what can be measured here");
  auto options = std::make_shared<Options>();
  command
      ->add_option("--look", options->look,
                   "See for so long how fast and how steady the sensors are; 0s: not")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->footer("Example:\n  isojoule doctor");
  command->callback([&context, options] { doctor(context.world, *options); });
}

}  // namespace isojoule::cli
