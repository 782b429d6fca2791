// Trainings that the store has records of, each with the profile of its machine.
#pragma once

#include <string>
#include <vector>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/record/store.hpp"

#include "context.hpp"

namespace isojoule::cli {

/// The declared work: ten epochs of 1578 clips in batches of 8 (docs/method.md).
inline constexpr long kDefaultSteps = 1980;

struct TrainingOptions {
  std::string from;   ///< a profile; empty: the newest fitting one of the record's machine
  std::string scope;  ///< empty: what it trained on
  bool allow_modelled = false;
  bool allow_stale = false;
};

/// Adds --from, --scope, --allow-modelled and --allow-stale.
void add_training_options(CLI::App* command, TrainingOptions& options);

struct MeasuredTraining {
  Record record;
  MachineProfile profile;
  StepEnergy energy;
  std::vector<std::string> remarks;  ///< what has changed since the profile was made
};

/// Throws Error(usage) where the machine has no profile, Error(incompatible) for a record without
/// energy per step, on another basis than the profile, or made after what makes it stale.
MeasuredTraining measured_training(const StoreReader& store, const std::string& record,
                                   const TrainingOptions& options);

/// These profiles, then the store's, then the bundled ones.
std::vector<MachineProfile> with_all_profiles(std::vector<MachineProfile> first,
                                              const StoreReader& store);

}  // namespace isojoule::cli
