// Options of commands that take trainings from the store.
#pragma once

#include "isojoule/app/trainings.hpp"

#include "context.hpp"

namespace isojoule::cli {

/// Adds --from, --scope, --allow-modelled and --allow-stale.
void add_training_options(CLI::App* command, TrainingChoice& choice);

}  // namespace isojoule::cli
