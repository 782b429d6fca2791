// Machine profiles, and trainings measured on their machines, as one table for the pooled rule.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/normalize/dataset.hpp"
#include "isojoule/normalize/normalize.hpp"
#include "isojoule/record/machine_profile.hpp"

namespace isojoule {

/// A training that was measured on a profile's machine.
struct PooledTraining {
  std::string name;     ///< in the table; unlike every reference's
  std::string machine;  ///< the profile's name
  StepEnergy energy;
  std::optional<Cost> cost;
};

struct ProfilePool {
  Dataset dataset;                    ///< energies and durations of one step; machines are profiles
  std::vector<std::string> left_out;  ///< "profile NAME: why", of those that do not compare
};

/// The references of all profiles whose basis agrees with `basis` (of those that a training was
/// measured on, but for the kind), and the trainings. Of two profiles of one name the first is
/// taken. A cost counted by another rule than the first one's, or that disagrees with what an
/// earlier profile says of the workload, is not known. Throws Error(bad_input) for two trainings of
/// one name.
ProfilePool pool_profiles(std::span<const MachineProfile> profiles, const Basis& basis,
                          std::span<const PooledTraining> trainings);

/// What the pooled rule says of `training` on profile `to`, for `steps` steps, by the references
/// (names; each known on both profiles).
Normalized normalize_pooled(const ProfilePool& pool, const PooledTraining& training,
                            const std::string& to, const std::vector<std::string>& references,
                            long steps);

}  // namespace isojoule
