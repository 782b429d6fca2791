// Options of commands that take trainings from the store.
#pragma once

#include "isojoule/app/observation_source.hpp"
#include "isojoule/app/trainings.hpp"

#include "context.hpp"

namespace isojoule::cli {

inline constexpr const char* kToHelp =
    "Machine to predict for: a profile (name or file), or one of --data";
inline constexpr const char* kReferencesHelp =
    "Reference workloads to use (default: all that both machines have)";

/// Throws Error(usage) if an option that is for records alone was given with a table of energies.
void refuse_of_records(const CLI::App& command, const ObservationSource& table);

/// Adds --from, --scope, --allow-modelled and --allow-stale.
void add_training_options(CLI::App* command, TrainingChoice& choice);

}  // namespace isojoule::cli
