#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/host_info.hpp"
#include "isojoule/run/measure_command.hpp"
#include "isojoule/sensor/sensor_types.hpp"

#include "context.hpp"
#include "output.hpp"

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
    if (channel.scope == scope) names.push_back(channel.id);
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ", "));
}

/// "measured", "modelled" or "absent".
std::string expectation(const std::vector<Channel>& channels, Scope scope) {
  std::string result = "absent";
  for (const Channel& channel : channels) {
    if (channel.scope != scope) continue;
    if (channel.kind == Kind::measured) return "measured";
    result = "modelled";
  }
  return result;
}

constexpr std::pair<Scope, const char*> kScopes[] = {
    {Scope::gpu, "GPU boards"}, {Scope::package, "CPU packages"}, {Scope::dram, "memory"}};

Table machine_table(const HostInfo& host) {
  const auto known = [](const std::string& text) { return text.empty() ? "not known" : text; };
  std::string threads = host.hardware_threads ? std::to_string(*host.hardware_threads) : "";
  if (host.hardware_threads && host.cores)
    threads += fmt::format(" on {} core{}", *host.cores, *host.cores == 1 ? "" : "s");
  Table table;
  table.title = "This machine";
  table.columns = {{"part"}, {"what it is"}};
  table.rows = {{"CPU", known(host.cpu_model)},
                {"hardware threads", known(threads)},
                {"memory", host.memory_bytes
                               ? fmt::format("{:.1f} GiB", static_cast<double>(*host.memory_bytes) /
                                                               (1024.0 * 1024.0 * 1024.0))
                               : "not known"},
                {"system", known(host.os)},
                {"kernel", known(host.kernel)},
                {"hypervisor", host.hypervisor.empty() ? "none was seen" : host.hypervisor}};
  return table;
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
  for (const auto& [scope, name] : kScopes)
    table.rows.push_back({name, expectation(channels, scope), channel_names(channels, scope)});
  if (expectation(channels, Scope::gpu) != "measured" &&
      expectation(channels, Scope::package) != "measured")
    table.notes.push_back(
        "Nothing is measured on this machine: energies are modelled and say so wherever they are "
        "shown. They can be compared with other modelled energies only.");
  return table;
}

Json to_json(const HostInfo& host, const std::vector<Finding>& findings,
             const std::vector<Channel>& channels) {
  Json backends = Json::array();
  for (const auto& [type, probe] : findings)
    backends.push_back(Json{{"name", type->name},
                            {"summary", type->summary},
                            {"usable", probe.usable},
                            {"reason", probe.reason},
                            {"remedy", probe.remedy.empty() ? Json(nullptr) : Json(probe.remedy)}});
  Json contains = Json::object();
  for (const auto& [scope, name] : kScopes)
    contains[std::string(to_string(scope))] = expectation(channels, scope);
  return Json{{"host", host_to_json(host)},
              {"sensors", std::move(backends)},
              {"channels", json_array(channels, channel_to_json)},
              {"measurement_contains", std::move(contains)}};
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Look at this machine: what can be measured here");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print JSON");
  command->footer("Example:\n  isojoule doctor");
  command->callback([&context, as_json] {
    const HostInfo host = read_host_info(context.world);
    const std::vector<Finding> findings = look(context.world);
    const std::vector<Channel> channels = channels_of_a_run(context.world);
    if (*as_json) {
      print(to_json(host, findings, channels));
      return;
    }
    print(machine_table(host));
    std::fputs("\n", stdout);
    print(backends_table(findings));
    std::fputs("\n", stdout);
    print(expectation_table(channels));
  });
}

}  // namespace isojoule::cli
