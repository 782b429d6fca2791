// Machine profiles, and trainings measured on their machines, as rows of one table.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/cost.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/record/machine_profile.hpp"

namespace isojoule {

/// A training that was measured on a profile's machine.
struct TableTraining {
  std::string name;     ///< in the table; unlike every reference's
  std::string machine;  ///< the profile's name
  StepEnergy energy;
  std::optional<Cost> cost;
};

struct ProfileTable {
  Dataset dataset;                    ///< energies and durations of `steps` steps; machines are
                                      ///< profiles
  std::vector<std::string> left_out;  ///< "profile NAME: why", of those that do not compare
};

/// The references of all profiles whose basis agrees with `basis` (of those that a training was
/// measured on, but for the kind), and the trainings, with energies, durations, FLOPs and
/// parameters as far as they are known, and of references the number of runs and their spread. Of
/// two profiles of one name the first is taken. A cost counted by another convention than the first
/// one's, or that disagrees with what an earlier profile states of the workload, is not known.
/// Throws Error(bad_input) for two trainings of one name, Error(usage) unless `steps` is positive.
ProfileTable make_profile_table(std::span<const MachineProfile> profiles, const Basis& basis,
                                std::span<const TableTraining> trainings, long steps);

}  // namespace isojoule
