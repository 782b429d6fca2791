#include "training.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/normalize.hpp"
#include "isojoule/record/machine_changes.hpp"

#include "paths.hpp"

namespace isojoule::cli {
namespace {

/// The newest fitting profile of the machine, and its condition, that the record was made on.
MachineProfile own_profile(const StoreReader& store, const Record& record) {
  std::vector<MachineProfile> profiles = store.profiles();
  std::erase_if(profiles,
                [&record](const MachineProfile& profile) { return !describes(profile, record); });
  if (profiles.empty())
    throw Error(
        ErrorCode::usage,
        "the store has no profile of the machine, device and number of threads that record " +
            record.id +
            " was made with; make one with isojoule calibrate, or name one with --from");
  const auto fits = [&record](const MachineProfile& profile) {
    std::string why_not;
    const auto energy = energy_per_step(record, profile.basis.scope, why_not);
    return energy && differences(energy->basis, profile.basis).empty() &&
           std::ranges::none_of(machine_changes(profile, record.host, circumstances_of(record)),
                                &MachineChange::invalidates);
  };
  // The newest that fits; else the newest, so that it is told what does not.
  const auto newest_first = std::views::reverse(profiles);
  const auto found = std::ranges::find_if(newest_first, fits);
  return found == newest_first.end() ? profiles.back() : *found;
}

StepEnergy step_energy(const Record& record, const std::string& scope) {
  const auto wanted = scope.empty() ? std::nullopt : std::optional(scope_from_string(scope));
  std::string why_not;
  const auto energy = energy_per_step(record, wanted, why_not);
  if (energy) return *energy;
  throw Error(ErrorCode::incompatible,
              "record " + record.id + " has no energy per step (protocol steps): " + why_not);
}

/// What has changed between the profile's making and the record's. Throws Error(incompatible) for
/// what makes the profile stale, unless that is allowed.
std::vector<std::string> told_changes(const MachineProfile& from, const Record& record,
                                      bool allow_stale) {
  std::vector<std::string> stale;
  std::vector<std::string> told;
  for (const MachineChange& change : machine_changes(from, record.host, circumstances_of(record))) {
    if (change.invalidates && !allow_stale) {
      stale.push_back(to_string(change));
    } else {
      told.push_back("Since profile " + from.name + " was made: " + to_string(change));
    }
  }
  if (stale.empty()) return told;
  throw Error(
      ErrorCode::incompatible,
      fmt::format("profile '{}' is stale for record {}: {}; calibrate again, or take it all "
                  "the same with --allow-stale",
                  from.name, record.id, fmt::join(stale, "; ")));
}

}  // namespace

MeasuredTraining measured_training(const StoreReader& store, const std::string& record,
                                   const TrainingOptions& options) {
  MeasuredTraining training{store.record(record), {}, {}, {}};
  training.profile = options.from.empty() ? own_profile(store, training.record)
                                          : find_profile(store, options.from);
  training.energy = step_energy(training.record, options.scope);
  check_comparable(training.energy.basis, "record " + training.record.id, training.profile.basis,
                   "profile '" + training.profile.name + "'", options.allow_modelled);
  training.remarks = told_changes(training.profile, training.record, options.allow_stale);
  return training;
}

std::vector<MachineProfile> with_all_profiles(std::vector<MachineProfile> first,
                                              const StoreReader& store) {
  for (MachineProfile& profile : store.profiles()) first.push_back(std::move(profile));
  for (MachineProfile& profile : bundled_profiles()) first.push_back(std::move(profile));
  return first;
}

void add_training_options(CLI::App* command, TrainingOptions& options) {
  command->add_option("--from", options.from,
                      "This machine's profile (default: the newest of the record's machine)");
  command->add_option("--scope", options.scope, "gpu or package (default: what it trained on)");
  command->add_flag("--allow-modelled", options.allow_modelled,
                    "Set measured against modelled energies");
  command->add_flag("--allow-stale", options.allow_stale,
                    "Take a profile of this machine whose settings have changed since");
}

}  // namespace isojoule::cli
