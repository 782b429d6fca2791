#include "isojoule/record/machine_profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/detail/profile_rules.hpp"
#include "isojoule/record/machine_changes.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

constexpr const char* kNotRecorded = "unknown";

using Circumstances = std::map<std::string, std::string>;

/// A record that a reference is taken from.
struct Calibration {
  const Record* record;
  const Window* window;
  StepEnergy energy;
};

Calibration calibration_of(const Record& record) {
  const auto energy = energy_per_step(record, std::nullopt);
  if (!energy)
    throw Error(ErrorCode::bad_input,
                fmt::format("record {} ({}) has no energy per step: {}", record.id,
                            record.workload.name(), energy.refused));
  return {&record, *steps_window(record), *energy};
}

/// What is known of how a record came about, apart from its amount of work and its basis.
Circumstances circumstances_of(const Record& record, const Window* window) {
  static constexpr std::array kStandElsewhere{"steps",     "samples",  "batch",
                                              "precision", "protocol", "mode"};
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

/// What belongs to a machine's condition: an energy of one is no reference for another.
constexpr std::array kCondition{kDeviceContext, kThreadsContext};

/// "power limit of gpu-GPU-8f6a: 300 W against 250 W"; what one of them does not tell is no change,
/// nor is what does not make it another machine.
std::vector<std::string> changed_settings(const HostInfo& a, const HostInfo& b, Scope scope) {
  std::vector<std::string> found;
  for (const MachineChange& change : setting_changes(a, b, scope)) {
    if (change.invalidates)
      found.push_back(fmt::format("{}: {} against {}", change.what, change.then, change.now));
  }
  return found;
}

/// In what two records differ that one profile cannot hold, in words.
std::vector<std::string> conflicts(const Calibration& a, const Calibration& b) {
  std::vector<std::string> found;
  for (const BasisDifference& difference : differences(a.energy.basis, b.energy.basis))
    found.push_back(difference.text);
  if (machine_of(a.record->host) != machine_of(b.record->host))
    found.push_back(fmt::format("machine: '{}' against '{}'", a.record->host.cpu_model,
                                b.record->host.cpu_model));
  for (std::string& text : changed_settings(a.record->host, b.record->host, a.energy.basis.scope))
    found.push_back(std::move(text));
  for (const char* key : kCondition) {
    const std::string left = context_value(circumstances_of(a), key).value_or(kNotRecorded);
    const std::string right = context_value(circumstances_of(b), key).value_or(kNotRecorded);
    if (left != right) found.push_back(fmt::format("{}: {} against {}", key, left, right));
  }
  return found;
}

void check_together(const std::vector<Calibration>& calibrations) {
  const Calibration& first = calibrations.front();
  for (const Calibration& calibration : calibrations) {
    const Record& record = *calibration.record;
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

/// Root of the mean square; empty unless every run has a spread.
std::optional<Energy> common_spread(const std::vector<const Calibration*>& runs) {
  double squares = 0.0;
  for (const Calibration* run : runs) {
    if (!run->energy.sd) return std::nullopt;
    squares += run->energy.sd->in(joule)*run->energy.sd->in(joule);
  }
  return std::sqrt(squares / static_cast<double>(runs.size())) * joule;
}

ReferenceEnergy reference_of(const std::vector<const Calibration*>& runs) {
  const Calibration& first = *runs.front();
  ReferenceEnergy reference{first.record->workload, first.record->cost, first.energy, {}, {}};
  std::vector<double> joules;
  std::vector<double> seconds;
  reference.energy.steps = 0;
  for (const Calibration* run : runs) {
    joules.push_back(run->energy.per_step.in(joule));
    seconds.push_back(run->energy.duration_per_step.in(second));
    reference.energy.steps += run->energy.steps;
    reference.records.push_back(run->record->id);
  }
  reference.energy.per_step = median(joules).value() * joule;
  reference.energy.duration_per_step = median(seconds).value() * second;
  reference.energy.sd = common_spread(runs);
  if (const auto sd = standard_deviation(joules)) reference.sd_of_runs = *sd * joule;
  return reference;
}

std::vector<ReferenceEnergy> references_of(const std::vector<Calibration>& calibrations) {
  std::map<WorkloadId, std::vector<const Calibration*>> runs;
  for (const Calibration& calibration : calibrations)
    runs[calibration.record->workload].push_back(&calibration);
  std::vector<ReferenceEnergy> references;
  for (const auto& [workload, of_it] : runs) references.push_back(reference_of(of_it));
  detail::sort_by_energy(references);
  return references;
}

/// The mean of what was measured at rest; empty if nothing was.
std::optional<Power> idle_power_of(const std::vector<Calibration>& calibrations) {
  std::vector<double> watts;
  for (const Calibration& calibration : calibrations) {
    for (const auto& rest : {calibration.record->idle_before, calibration.record->idle_after}) {
      if (!rest || !(rest->elapsed > Duration{})) continue;
      const auto total = rest->total(calibration.energy.basis.scope);
      if (total && total->kind == Kind::measured)
        watts.push_back((total->energy / rest->elapsed).in(watt));
    }
  }
  const std::optional<double> average = mean(watts);
  if (!average) return std::nullopt;
  return *average * watt;
}

}  // namespace

const ReferenceEnergy* MachineProfile::find(const WorkloadId& workload) const {
  const auto found = std::ranges::find(references, workload, &ReferenceEnergy::workload);
  return found == references.end() ? nullptr : &*found;
}

std::map<std::string, std::string> circumstances_of(const Record& record) {
  return circumstances_of(record, steps_window(record).value.value_or(nullptr));
}

bool describes(const MachineProfile& profile, const Record& record) {
  if (machine_of(profile.host) != machine_of(record.host)) return false;
  const Circumstances said = circumstances_of(record);
  return std::ranges::all_of(kCondition, [&](const char* key) {
    const auto here = context_value(profile.context, key);
    const auto there = context_value(said, key);
    return !here || !there || *here == *there;
  });
}

MachineProfile make_profile(const std::string& name, const std::string& condition,
                            const std::vector<Record>& records) {
  detail::check_profile_name(name);
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
  profile.idle_power = idle_power_of(calibrations);
  profile.references = references_of(calibrations);
  return profile;
}

}  // namespace isojoule
