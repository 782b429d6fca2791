#include "training.hpp"

#include "isojoule/core/error.hpp"

namespace isojoule::cli {

void refuse_of_records(const CLI::App& command, const ObservationSource& table) {
  if (table.file.empty()) return;
  for (const char* name :
       {"record", "--steps", "--db", "--scope", "--allow-modelled", "--allow-stale"}) {
    const CLI::Option* option = command.get_option_no_throw(name);
    if (option != nullptr && option->count() > 0)
      throw Error(ErrorCode::usage,
                  std::string(name) + " is for records of the store, not for --data");
  }
}

void add_training_options(CLI::App* command, TrainingChoice& choice) {
  command
      ->add_option("--from", choice.from,
                   "Machine to predict from: a profile (name or file), or one of --data\n"
                   "(default: the newest profile of the record's machine)")
      ->type_name("MACHINE");
  command->add_option("--scope", choice.scope, "gpu or package (default: what it trained on)");
  command->add_flag("--allow-modelled", choice.allow_modelled,
                    "Set measured against modelled energies");
  command->add_flag("--allow-stale", choice.allow_stale,
                    "Take a profile of this machine whose settings have changed since");
}

}  // namespace isojoule::cli
