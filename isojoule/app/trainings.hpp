// Trainings that a store has records of, each with the profile of its machine.
#pragma once

#include <string>
#include <vector>

#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/record/store.hpp"

namespace isojoule {

/// Where profiles are found: in a store, then among those that come with the program.
struct ProfileShelf {
  const StoreReader& store;
  std::vector<MachineProfile> bundled;
};

/// A profile by file name (with a '/' or ending in .json, or "-" for standard input), by its name
/// in the store, or bundled. Throws Error(unknown_name) with near names.
MachineProfile find_profile(const ProfileShelf& shelf, const std::string& name_or_file);

/// These profiles, then the store's, then the bundled ones.
std::vector<MachineProfile> with_all_profiles(std::vector<MachineProfile> first,
                                              const ProfileShelf& shelf);

/// How a record is taken.
struct TrainingChoice {
  std::string from;   ///< a profile; empty: the newest fitting one of the record's machine
  std::string scope;  ///< empty: what it trained on
  bool allow_modelled = false;
  bool allow_stale = false;
};

struct MeasuredTraining {
  Record record;
  MachineProfile profile;
  StepEnergy energy;
  std::vector<std::string> remarks;  ///< what has changed since the profile was made
};

/// `record` as StoreReader::record takes it. Throws as that does; Error(usage) where the machine
/// has no profile, Error(incompatible) for a record without energy per step, on another basis than
/// the profile, or made after what makes it stale.
MeasuredTraining measured_training(const ProfileShelf& shelf, const std::string& record,
                                   const TrainingChoice& choice);

/// Throws Error(incompatible), naming every difference of scope, kind, boundary, protocol, batch
/// and precision, unless the only one is the kind and `allow_modelled` is set. `left` and `right`
/// state in words what the two are: "record 01H...", "profile 'xeon-1thread'".
void check_comparable(const Basis& a, const std::string& left, const Basis& b,
                      const std::string& right, bool allow_modelled);

}  // namespace isojoule
