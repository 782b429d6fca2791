#include "training.hpp"

namespace isojoule::cli {

void add_training_options(CLI::App* command, TrainingChoice& choice) {
  command->add_option("--from", choice.from,
                      "This machine's profile (default: the newest of the record's machine)");
  command->add_option("--scope", choice.scope, "gpu or package (default: what it trained on)");
  command->add_flag("--allow-modelled", choice.allow_modelled,
                    "Set measured against modelled energies");
  command->add_flag("--allow-stale", choice.allow_stale,
                    "Take a profile of this machine whose settings have changed since");
}

}  // namespace isojoule::cli
