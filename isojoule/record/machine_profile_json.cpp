#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/detail/profile_rules.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record_json.hpp"

namespace isojoule {
namespace {

Json or_null_joules(const std::optional<Energy>& energy) {
  return energy ? Json(energy->in(joule)) : Json(nullptr);
}

std::optional<Energy> maybe_spread(const Json& json, const char* key) {
  const auto joules = maybe<double>(json, key);
  if (!joules) return std::nullopt;
  if (*joules < 0.0) throw_bad_member(key, "is negative");
  return *joules * joule;
}

Json reference_to_json(const ReferenceEnergy& reference) {
  Json json{{"workload", reference.workload.name()},
            {"cost", reference.cost ? cost_to_json(*reference.cost) : Json(nullptr)}};
  json.update(step_energy_to_json(reference.energy));
  json["sd_of_runs_j"] = or_null_joules(reference.sd_of_runs);
  json["records"] = reference.records;
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
  energy.sd = maybe_spread(json, "sd_per_step_j");
  reference.sd_of_runs = maybe_spread(json, "sd_of_runs_j");
  energy.duration_per_step = required<double>(json, "duration_per_step_s") * second;
  if (!(energy.duration_per_step > Duration{}))
    throw_bad_member("duration_per_step_s", "is not positive");
  if (json.contains("records")) {
    reference.records = required<std::vector<std::string>>(json, "records");
  } else if (const auto record = maybe<std::string>(json, "record")) {  // version 1 had one
    reference.records = {*record};
  }
  return reference;
}

MachineProfile read_profile_members(const Json& json) {
  MachineProfile profile;
  profile.name = required<std::string>(json, "name");
  detail::check_profile_name(profile.name);
  profile.created = required<std::string>(json, "created");
  profile.version = required<std::string>(json, "isojoule");
  profile.condition = required<std::string>(json, "condition");
  profile.host = required_member(json, "host", host_from_json);
  profile.sensors = required_array(json, "sensors", channel_from_json);
  profile.basis = required_member(json, "basis", basis_from_json);
  profile.context = required<std::map<std::string, std::string>>(json, "context");
  if (const auto idle = maybe<double>(json, "idle_power_w")) {
    if (!(*idle >= 0.0)) throw_bad_member("idle_power_w", "is negative");
    profile.idle_power = *idle * watt;
  }
  std::set<WorkloadId> seen;
  profile.references = required_array(json, "references", [&](const Json& item) {
    ReferenceEnergy reference = reference_from_json(item, profile.basis);
    if (!seen.insert(reference.workload).second)
      throw_bad_member("workload", "names " + reference.workload.name() + " a second time");
    return reference;
  });
  if (profile.references.empty()) throw_bad_member("references", "is empty");
  detail::sort_by_energy(profile.references);
  return profile;
}

std::string read_all(const std::string& path, Files& files) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::error_code error;
  std::string text = read_file(files, path, error);
  if (error)
    throw Error(ErrorCode::io, "profile '" + path + "' cannot be read: " + reason_of(error));
  return text;
}

}  // namespace

Json profile_to_json(const MachineProfile& profile) {
  return with_valid_utf8(Json{
      {"schema", schema_text(kProfileSchema, kProfileVersion)},
      {"name", profile.name},
      {"created", profile.created},
      {"isojoule", profile.version},
      {"condition", profile.condition},
      {"host", host_to_json(profile.host)},
      {"sensors", json_array(profile.sensors, channel_to_json)},
      {"basis", basis_to_json(profile.basis)},
      {"context", profile.context},
      {"idle_power_w", profile.idle_power ? Json(profile.idle_power->in(watt)) : Json(nullptr)},
      {"references", json_array(profile.references, reference_to_json)}});
}

MachineProfile profile_from_json(const Json& json, const std::string& where) {
  require_schema(json, kProfileSchema, kProfileVersion, where);
  return read_within(where, [&json] { return read_profile_members(json); });
}

MachineProfile read_profile(const std::string& path, Files& files) {
  const std::string where =
      path == "-" ? "the profile on standard input" : "profile '" + path + "'";
  return profile_from_json(parse_json(read_all(path, files), where), where);
}

std::vector<MachineProfile> read_profiles(const std::filesystem::path& directory, Files& files) {
  std::map<std::string, std::filesystem::path> names;  // by profile name
  std::vector<MachineProfile> profiles;
  std::error_code error;
  const std::vector<std::filesystem::path> entries = files.list(directory, error);
  if (error == std::errc::no_such_file_or_directory) return {};
  if (error)
    throw Error(ErrorCode::io,
                "directory '" + directory.string() + "' cannot be read: " + reason_of(error));
  for (const std::filesystem::path& entry : entries) {
    if (entry.extension() != ".json") continue;
    profiles.push_back(read_profile(entry.string(), files));
    const auto [other, is_new] = names.emplace(profiles.back().name, entry);
    if (!is_new)
      throw Error(ErrorCode::bad_input,
                  fmt::format("profile '{}' stands in two files: {} and {}", other->first,
                              other->second.string(), entry.string()));
  }
  std::ranges::sort(profiles, {}, &MachineProfile::name);
  return profiles;
}

}  // namespace isojoule
