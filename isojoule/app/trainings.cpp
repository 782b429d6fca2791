#include "isojoule/app/trainings.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/machine_changes.hpp"

namespace isojoule {
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
    const auto energy = energy_per_step(record, profile.basis.scope);
    return energy && differences(energy->basis, profile.basis).empty() &&
           std::ranges::none_of(machine_changes(profile, record.host, circumstances_of(record)),
                                &MachineChange::invalidates);
  };
  // The newest that fits; else the newest, so that what does not is shown.
  const auto newest_first = std::views::reverse(profiles);
  const auto found = std::ranges::find_if(newest_first, fits);
  return found == newest_first.end() ? profiles.back() : *found;
}

StepEnergy step_energy(const Record& record, const std::string& scope) {
  const auto wanted = scope.empty() ? std::nullopt : std::optional(scope_from_string(scope));
  const auto energy = energy_per_step(record, wanted);
  if (energy) return *energy;
  throw Error(
      ErrorCode::incompatible,
      "record " + record.id + " has no energy per step (protocol steps): " + energy.refused);
}

/// What has changed between the profile's making and the record's. Throws Error(incompatible) for
/// what makes the profile stale, unless that is allowed.
std::vector<std::string> shown_changes(const MachineProfile& from, const Record& record,
                                       bool allow_stale) {
  std::vector<std::string> stale;
  std::vector<std::string> shown;
  for (const MachineChange& change : machine_changes(from, record.host, circumstances_of(record))) {
    if (change.invalidates && !allow_stale) {
      stale.push_back(to_string(change));
    } else {
      shown.push_back("Since profile " + from.name + " was made: " + to_string(change));
    }
  }
  if (stale.empty()) return shown;
  throw Error(ErrorCode::incompatible,
              fmt::format("profile '{}' is stale for record {}: {}; calibrate again, or take it "
                          "all the same with --allow-stale",
                          from.name, record.id, fmt::join(stale, "; ")));
}

}  // namespace

MachineProfile find_profile(const ProfileShelf& shelf, const std::string& name_or_file) {
  if (name_or_file == "-" || name_or_file.ends_with(".json") ||
      name_or_file.find('/') != std::string::npos)
    return read_profile(name_or_file);
  if (auto stored = shelf.store.profile(name_or_file)) return *stored;
  std::vector<std::string> known;
  for (const MachineProfile& profile : shelf.store.profiles()) known.push_back(profile.name);
  for (const MachineProfile& profile : shelf.bundled) {
    if (profile.name == name_or_file) return profile;
    if (std::ranges::find(known, profile.name) == known.end()) known.push_back(profile.name);
  }
  throw unknown_name("profile", name_or_file, known);
}

std::vector<MachineProfile> with_all_profiles(std::vector<MachineProfile> first,
                                              const ProfileShelf& shelf) {
  for (MachineProfile& profile : shelf.store.profiles()) first.push_back(std::move(profile));
  first.insert(first.end(), shelf.bundled.begin(), shelf.bundled.end());
  return first;
}

MeasuredTraining measured_training(const ProfileShelf& shelf, const std::string& record,
                                   const TrainingChoice& choice) {
  MeasuredTraining training{shelf.store.record(record), {}, {}, {}};
  training.profile = choice.from.empty() ? own_profile(shelf.store, training.record)
                                         : find_profile(shelf, choice.from);
  training.energy = step_energy(training.record, choice.scope);
  check_comparable(training.energy.basis, "record " + training.record.id, training.profile.basis,
                   "profile '" + training.profile.name + "'", choice.allow_modelled);
  training.remarks = shown_changes(training.profile, training.record, choice.allow_stale);
  return training;
}

void check_comparable(const Basis& a, const std::string& left, const Basis& b,
                      const std::string& right, bool allow_modelled) {
  const std::vector<BasisDifference> found = differences(a, b);
  if (found.empty()) return;
  const bool only_kind = found.size() == 1 && found[0].field == BasisDifference::Field::kind;
  if (only_kind && allow_modelled) return;
  std::vector<std::string> texts;
  for (const BasisDifference& difference : found) texts.push_back(difference.text);
  throw Error(ErrorCode::incompatible,
              fmt::format("{} and {} cannot be compared: {}{}", left, right, fmt::join(texts, "; "),
                          only_kind ? " (unless modelled energies are allowed)" : ""));
}

}  // namespace isojoule
