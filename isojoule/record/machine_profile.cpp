#include "isojoule/record/machine_profile.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <system_error>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"
#include "isojoule/record/record_json.hpp"

namespace isojoule {
namespace {

using Circumstances = std::map<std::string, std::string>;

/// A record that a reference is taken from.
struct Calibration {
  const Record* record;
  const Window* window;
  StepEnergy energy;
};

void check_name(const std::string& name) {
  const bool sign_first = !name.empty() && (name[0] == '.' || name[0] == '-' || name[0] == '_');
  if (!is_plain_name(name) || sign_first)
    throw Error(ErrorCode::bad_input,
                "profile name '" + name +
                    "' must be letters, digits, '.', '_' and '-', a letter or digit first");
}

Calibration calibration_of(const Record& record) {
  std::string why_not;
  const auto energy = energy_per_step(record, std::nullopt, why_not);
  if (!energy)
    throw Error(ErrorCode::bad_input, fmt::format("record {} ({}) has no energy per step: {}",
                                                  record.id, record.workload.name(), why_not));
  return {&record, steps_window(record, why_not), *energy};
}

/// What is known of how a record came about, apart from its amount of work and its basis.
Circumstances circumstances_of(const Record& record, const Window* window) {
  static constexpr std::array kStandElsewhere{"steps", "samples", "batch", "precision"};
  Circumstances all = window != nullptr ? window->attributes : Circumstances{};
  for (const char* key : kStandElsewhere) all.erase(key);
  all.insert(record.context.begin(), record.context.end());
  return all;
}

Circumstances circumstances_of(const Calibration& calibration) {
  return circumstances_of(*calibration.record, calibration.window);
}

auto machine_of(const HostInfo& host) {
  return std::tie(host.cpu_model, host.hardware_threads, host.cores, host.gpus);
}

std::string value_of(const Circumstances& circumstances, const std::string& key) {
  const auto found = circumstances.find(key);
  return found == circumstances.end() ? "unknown" : found->second;
}

/// What belongs to a machine's condition: an energy of one is no reference for another.
constexpr std::array kCondition{"device", "threads"};

/// In what two records differ that one profile cannot hold, in words.
std::vector<std::string> conflicts(const Calibration& a, const Calibration& b) {
  std::vector<std::string> found;
  for (const BasisDifference& difference : differences(a.energy.basis, b.energy.basis))
    found.push_back(difference.text);
  if (machine_of(a.record->host) != machine_of(b.record->host))
    found.push_back(fmt::format("machine: '{}' against '{}'", a.record->host.cpu_model,
                                b.record->host.cpu_model));
  for (const char* key : kCondition) {
    const std::string left = value_of(circumstances_of(a), key);
    const std::string right = value_of(circumstances_of(b), key);
    if (left != right) found.push_back(fmt::format("{}: {} against {}", key, left, right));
  }
  return found;
}

void check_together(const std::vector<Calibration>& calibrations) {
  const Calibration& first = calibrations.front();
  std::map<WorkloadId, std::string> seen;
  for (const Calibration& calibration : calibrations) {
    const Record& record = *calibration.record;
    const auto [other, is_new] = seen.emplace(record.workload, record.id);
    if (!is_new)
      throw Error(ErrorCode::bad_input, fmt::format("records {} and {} are both of workload {}",
                                                    other->second, record.id, other->first.name()));
    const std::vector<std::string> found = conflicts(first, calibration);
    if (!found.empty())
      throw Error(ErrorCode::incompatible,
                  fmt::format("records {} ({}) and {} ({}) do not fit into one profile: {}",
                              first.record->id, first.record->workload.name(), record.id,
                              record.workload.name(), fmt::join(found, "; ")));
  }
}

/// The channels that spoke for the energies, each once.
std::vector<Channel> sensors_of(const std::vector<Calibration>& calibrations) {
  std::vector<Channel> sensors;
  std::set<std::string> seen;
  for (const Calibration& calibration : calibrations) {
    const std::vector<ChannelEnergy>& channels = calibration.window->measurement.channels;
    for (const ChannelEnergy& channel : channels) {
      if (channel.channel.scope != calibration.energy.basis.scope) continue;
      const ChannelEnergy* best = best_channel(channels, channel.channel.component);
      if (best != nullptr && seen.insert(best->channel.id).second) sensors.push_back(best->channel);
    }
  }
  return sensors;
}

Circumstances common_circumstances(const std::vector<Calibration>& calibrations) {
  Circumstances common = circumstances_of(calibrations.front());
  for (const Calibration& calibration : calibrations) {
    const Circumstances other = circumstances_of(calibration);
    std::erase_if(common, [&other](const auto& entry) {
      const auto found = other.find(entry.first);
      return found == other.end() || found->second != entry.second;
    });
  }
  return common;
}

void sort_by_energy(std::vector<ReferenceEnergy>& references) {
  std::ranges::sort(references, [](const ReferenceEnergy& a, const ReferenceEnergy& b) {
    return std::tie(a.energy.per_step, a.workload) < std::tie(b.energy.per_step, b.workload);
  });
}

Json reference_to_json(const ReferenceEnergy& reference) {
  Json json{{"workload", reference.workload.name()},
            {"cost", reference.cost ? cost_to_json(*reference.cost) : Json(nullptr)}};
  json.update(step_energy_to_json(reference.energy));
  json["record"] = reference.record.empty() ? Json(nullptr) : Json(reference.record);
  return json;
}

ReferenceEnergy reference_from_json(const Json& json, const Basis& basis) {
  ReferenceEnergy reference;
  reference.workload = WorkloadId(required<std::string>(json, "workload"));
  reference.cost = maybe_member(json, "cost", cost_from_json);
  StepEnergy& energy = reference.energy;
  energy.basis = basis;
  energy.steps = required<long>(json, "steps");
  if (energy.steps <= 0) throw_bad_member("steps", "is not positive");
  energy.per_step = required<double>(json, "energy_per_step_j") * joule;
  if (!(energy.per_step > Energy{})) throw_bad_member("energy_per_step_j", "is not positive");
  if (const auto sd = maybe<double>(json, "sd_per_step_j")) {
    if (*sd < 0.0) throw_bad_member("sd_per_step_j", "is negative");
    energy.sd = *sd * joule;
  }
  energy.duration_per_step = required<double>(json, "duration_per_step_s") * second;
  if (!(energy.duration_per_step > Duration{}))
    throw_bad_member("duration_per_step_s", "is not positive");
  reference.record = maybe<std::string>(json, "record").value_or("");
  return reference;
}

MachineProfile read_profile_members(const Json& json) {
  MachineProfile profile;
  profile.name = required<std::string>(json, "name");
  check_name(profile.name);
  profile.created = required<std::string>(json, "created");
  profile.version = required<std::string>(json, "isojoule");
  profile.condition = required<std::string>(json, "condition");
  profile.host = required_member(json, "host", host_from_json);
  profile.sensors = required_array(json, "sensors", channel_from_json);
  profile.basis = required_member(json, "basis", basis_from_json);
  profile.context = required<std::map<std::string, std::string>>(json, "context");
  std::set<WorkloadId> seen;
  profile.references = required_array(json, "references", [&](const Json& item) {
    ReferenceEnergy reference = reference_from_json(item, profile.basis);
    if (!seen.insert(reference.workload).second)
      throw_bad_member("workload", "names " + reference.workload.name() + " a second time");
    return reference;
  });
  if (profile.references.empty()) throw_bad_member("references", "is empty");
  sort_by_energy(profile.references);
  return profile;
}

std::string read_all(const std::string& path) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  const auto cannot = [&path](const std::string& why) {
    return Error(ErrorCode::io, "profile '" + path + "' cannot be read: " + why);
  };
  // A directory opens as a stream and only fails later, without saying why.
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw cannot("it is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw cannot(std::strerror(errno));
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

const ReferenceEnergy* MachineProfile::find(const WorkloadId& workload) const {
  const auto found = std::ranges::find(references, workload, &ReferenceEnergy::workload);
  return found == references.end() ? nullptr : &*found;
}

bool describes(const MachineProfile& profile, const Record& record) {
  if (machine_of(profile.host) != machine_of(record.host)) return false;
  std::string why_not;
  const Circumstances said = circumstances_of(record, steps_window(record, why_not));
  return std::ranges::all_of(kCondition, [&](const char* key) {
    const auto here = profile.context.find(key);
    const auto there = said.find(key);
    return here == profile.context.end() || there == said.end() || here->second == there->second;
  });
}

MachineProfile make_profile(const std::string& name, const std::string& condition,
                            const std::vector<Record>& records) {
  check_name(name);
  if (records.empty())
    throw Error(ErrorCode::bad_input, "profile '" + name + "' needs at least one record");
  std::vector<Calibration> calibrations;
  for (const Record& record : records) calibrations.push_back(calibration_of(record));
  check_together(calibrations);

  const Record& newest = *std::ranges::max_element(records, {}, &Record::created);
  MachineProfile profile;
  profile.name = name;
  profile.created = newest.created;
  profile.version = newest.version;
  profile.condition = condition;
  profile.host = newest.host;
  profile.sensors = sensors_of(calibrations);
  profile.basis = calibrations.front().energy.basis;
  profile.context = common_circumstances(calibrations);
  for (const auto& [record, window, energy] : calibrations)
    profile.references.push_back({record->workload, record->cost, energy, record->id});
  sort_by_energy(profile.references);
  return profile;
}

Json profile_to_json(const MachineProfile& profile) {
  return with_valid_utf8(Json{{"schema", schema_text(kProfileSchema, kProfileVersion)},
                              {"name", profile.name},
                              {"created", profile.created},
                              {"isojoule", profile.version},
                              {"condition", profile.condition},
                              {"host", host_to_json(profile.host)},
                              {"sensors", json_array(profile.sensors, channel_to_json)},
                              {"basis", basis_to_json(profile.basis)},
                              {"context", profile.context},
                              {"references", json_array(profile.references, reference_to_json)}});
}

MachineProfile profile_from_json(const Json& json, const std::string& where) {
  require_schema(json, kProfileSchema, kProfileVersion, where);
  return read_within(where, [&json] { return read_profile_members(json); });
}

MachineProfile read_profile(const std::string& path) {
  const std::string where =
      path == "-" ? "the profile on standard input" : "profile '" + path + "'";
  return profile_from_json(parse_json(read_all(path), where), where);
}

std::vector<MachineProfile> read_profiles(const std::filesystem::path& directory) {
  std::map<std::string, std::filesystem::path> files;  // by profile name
  std::vector<MachineProfile> profiles;
  std::error_code error;
  std::filesystem::directory_iterator entries(directory, error);
  if (error == std::errc::no_such_file_or_directory) return {};
  if (error)
    throw Error(ErrorCode::io,
                "directory '" + directory.string() + "' cannot be read: " + error.message());
  for (const auto& entry : entries) {
    if (entry.path().extension() != ".json") continue;
    profiles.push_back(read_profile(entry.path().string()));
    const auto [other, is_new] = files.emplace(profiles.back().name, entry.path());
    if (!is_new)
      throw Error(ErrorCode::bad_input,
                  fmt::format("profile '{}' stands in two files: {} and {}", other->first,
                              other->second.string(), entry.path().string()));
  }
  std::ranges::sort(profiles, {}, &MachineProfile::name);
  return profiles;
}

}  // namespace isojoule
