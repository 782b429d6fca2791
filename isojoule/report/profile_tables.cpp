#include "isojoule/report/profile_tables.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/record_tables.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

std::string machine_text(const HostInfo& host) {
  std::string text = host.cpu_model.empty() ? "unknown CPU" : host.cpu_model;
  if (host.hardware_threads) text += fmt::format(", {} hardware threads", *host.hardware_threads);
  for (const std::string& gpu : host.gpus) text += ", " + gpu;
  if (!host.hypervisor.empty())
    text += ", virtual machine" + (host.hypervisor == "yes" ? "" : " (" + host.hypervisor + ")");
  return text;
}

std::string settings_text(const std::vector<MachineSetting>& settings) {
  std::vector<std::string> texts;
  for (const MachineSetting& setting : settings)
    texts.push_back(fmt::format("{} of {} {}", setting.name, setting.part, setting.value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// Of several runs, the spread between them; of one, that within it.
std::string reference_text(const ReferenceEnergy& reference) {
  if (!reference.sd_of_runs) return energy_per_step_text(reference.energy);
  return fmt::format("{} (sd of runs {})", to_text(reference.energy.per_step),
                     to_text(*reference.sd_of_runs));
}

/// Something in which two profiles differ.
struct Difference {
  std::string what;
  std::string a;
  std::string b;
};

std::map<std::string, std::string> settings_by_name(const MachineProfile& profile) {
  std::map<std::string, std::string> result;
  for (const MachineSetting& setting : profile.host.settings)
    result[setting.name + " of " + setting.part] = setting.value;
  return result;
}

/// What stands in one or both of two maps with different values.
void add_differences(const std::map<std::string, std::string>& a,
                     const std::map<std::string, std::string>& b,
                     std::vector<Difference>& differences) {
  std::set<std::string> keys;
  for (const auto& [key, value] : a) keys.insert(key);
  for (const auto& [key, value] : b) keys.insert(key);
  for (const std::string& key : keys) {
    const auto left = a.find(key);
    const auto right = b.find(key);
    const std::string left_text = left == a.end() ? "unknown" : left->second;
    const std::string right_text = right == b.end() ? "unknown" : right->second;
    if (left_text != right_text) differences.push_back({key, left_text, right_text});
  }
}

std::map<std::string, std::string> basis_by_name(const Basis& basis) {
  return {{"scope", std::string(to_string(basis.scope))},
          {"kind", std::string(to_string(basis.kind))},
          {"boundary", std::string(to_string(basis.boundary))},
          {"protocol", basis.protocol},
          {"batch", basis.batch ? std::to_string(*basis.batch) : "unknown"},
          {"precision", basis.precision.empty() ? "unknown" : basis.precision},
          {"mode", basis.mode}};
}

std::vector<Difference> differences_of(const MachineProfile& a, const MachineProfile& b) {
  std::vector<Difference> result;
  add_differences(basis_by_name(a.basis), basis_by_name(b.basis), result);
  const auto idle = [](const MachineProfile& profile) {
    return profile.idle_power ? to_text(*profile.idle_power) : std::string("unknown");
  };
  add_differences(machine_in_words(a.host), machine_in_words(b.host), result);
  add_differences({{"idle power", idle(a)}}, {{"idle power", idle(b)}}, result);
  add_differences(settings_by_name(a), settings_by_name(b), result);
  add_differences(a.context, b.context, result);
  // Which campaign it was is no property of a machine.
  std::erase_if(result,
                [](const Difference& difference) { return difference.what == kCampaignContext; });
  return result;
}

double ratio(const ReferenceEnergy& a, const ReferenceEnergy& b) {
  return b.energy.per_step / a.energy.per_step;
}

double time_ratio(const ReferenceEnergy& a, const ReferenceEnergy& b) {
  return b.energy.duration_per_step / a.energy.duration_per_step;
}

}  // namespace

Table profile_table(const MachineProfile& profile) {
  Table table;
  table.title = "profile " + profile.name;
  table.columns = {{"workload"},
                   {"energy per step", Align::right},
                   {"time per step", Align::right},
                   {"runs", Align::right},
                   {"steps", Align::right},
                   {"FLOP forward", Align::right},
                   {"parameters", Align::right}};
  for (const ReferenceEnergy& reference : profile.references)
    table.rows.push_back({reference.workload.name(), reference_text(reference),
                          to_text(reference.energy.duration_per_step),
                          std::to_string(std::max<std::size_t>(reference.records.size(), 1)),
                          std::to_string(reference.energy.steps),
                          reference.cost ? to_text(reference.cost->flops_forward) : "-",
                          reference.cost ? grouped(reference.cost->parameters) : "-"});
  table.notes.push_back("Machine: " + machine_text(profile.host) + ".");
  table.notes.push_back("Condition: " + profile.condition + ". Made: " + profile.created + ".");
  const Basis& basis = profile.basis;
  table.notes.push_back(fmt::format(
      "Energies: {} {} energy, {}, protocol {}, mode {}, batch {}, {}.", to_string(basis.boundary),
      to_string(basis.scope), to_string(basis.kind), basis.protocol, basis.mode,
      basis.batch ? std::to_string(*basis.batch) : "unknown",
      basis.precision.empty() ? "precision unknown" : basis.precision));
  if (profile.idle_power) table.notes.push_back("At rest: " + to_text(*profile.idle_power) + ".");
  if (!profile.host.settings.empty())
    table.notes.push_back("Settings: " + settings_text(profile.host.settings) + ".");
  for (std::string& model : models_used(profile.sensors)) table.notes.push_back(std::move(model));
  return table;
}

Table profiles_table(const std::vector<ListedProfile>& profiles) {
  Table table;
  table.columns = {{"profile"},   {"kept in"}, {"machine"},
                   {"condition"}, {"energy"},  {"made (UTC)"}};
  for (const auto& [profile, kept_in] : profiles)
    table.rows.push_back(
        {profile.name, kept_in, machine_text(profile.host), profile.condition,
         fmt::format("{}, {}", to_string(profile.basis.scope), to_string(profile.basis.kind)),
         profile.created});
  if (profiles.empty())
    table.notes.push_back("No profiles. Make one of this machine with isojoule calibrate.");
  return table;
}

Table changes_table(const MachineProfile& profile, const std::vector<MachineChange>& changes) {
  Table table;
  table.title = "profile " + profile.name + ", made " + profile.created;
  if (!changes.empty()) table.columns = {{"what"}, {"then"}, {"now"}, {"the profile"}};
  for (const MachineChange& change : changes)
    table.rows.push_back(
        {change.what, change.then, change.now, change.invalidates ? "is stale" : "still holds"});
  if (changes.empty()) {
    table.notes.emplace_back("Nothing has changed that is known to matter.");
  } else if (is_stale(changes)) {
    table.notes.emplace_back(
        "It is no longer a profile of this machine as it is: calibrate again, or set back what was "
        "changed.");
  }
  return table;
}

Json changes_to_json(const MachineProfile& profile, const std::vector<MachineChange>& changes) {
  Json list = json_array(changes, [](const MachineChange& change) {
    return Json{{"what", change.what},
                {"then", change.then},
                {"now", change.now},
                {"invalidates", change.invalidates}};
  });
  return Json{{"schema", schema_text("isojoule.profile_changes", 1)},
              {"profile", profile.name},
              {"created", profile.created},
              {"stale", is_stale(changes)},
              {"changes", std::move(list)}};
}

Table profile_difference_table(const MachineProfile& a, const MachineProfile& b) {
  Table table;
  table.title = fmt::format("profiles {} and {}", a.name, b.name);
  table.columns = {{"workload"},
                   {a.name, Align::right},
                   {b.name, Align::right},
                   {"energy, b / a", Align::right},
                   {"time, b / a", Align::right}};
  for (const ReferenceEnergy& left : a.references) {
    const ReferenceEnergy* right = b.find(left.workload);
    if (right == nullptr) continue;
    table.rows.push_back({left.workload.name(), to_text(left.energy.per_step),
                          to_text(right->energy.per_step),
                          fmt::format("{:.3f}", ratio(left, *right)),
                          fmt::format("{:.3f}", time_ratio(left, *right))});
  }
  const std::vector<Difference> differences = differences_of(a, b);
  for (const auto& [what, left, right] : differences)
    table.notes.push_back(fmt::format("{}: {} against {}.", what, left, right));
  if (table.rows.empty()) table.notes.emplace_back("They hold no workload in common.");
  if (a.basis != b.basis)
    table.notes.emplace_back("Their energies are not on one basis: do not compare them.");
  return table;
}

Json profile_difference_to_json(const MachineProfile& a, const MachineProfile& b) {
  Json workloads = Json::array();
  for (const ReferenceEnergy& left : a.references) {
    const ReferenceEnergy* right = b.find(left.workload);
    if (right == nullptr) continue;
    workloads.push_back(
        Json{{"workload", left.workload.name()},
             {"a_energy_per_step_j", left.energy.per_step.in(joule)},
             {"b_energy_per_step_j", right->energy.per_step.in(joule)},
             {"a_duration_per_step_s", left.energy.duration_per_step.in(second)},
             {"b_duration_per_step_s", right->energy.duration_per_step.in(second)}});
  }
  Json differences = json_array(differences_of(a, b), [](const Difference& difference) {
    return Json{{"what", difference.what}, {"a", difference.a}, {"b", difference.b}};
  });
  return Json{{"schema", schema_text("isojoule.profile_difference", 1)},
              {"a", a.name},
              {"b", b.name},
              {"comparable", a.basis == b.basis},
              {"differences", std::move(differences)},
              {"workloads", std::move(workloads)}};
}

}  // namespace isojoule
