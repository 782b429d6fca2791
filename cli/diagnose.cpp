#include <memory>

#include "isojoule/app/diagnosis.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "output_options.hpp"

namespace isojoule::cli {
namespace {

struct DiagnoseArguments : DiagnosisQuestion {
  ObservationSource data;
  std::string json;  ///< a file, - for standard output; empty: none
};

void diagnose_data(Files& files, const DiagnoseArguments& options) {
  check_diagnosis(options);
  const Diagnosis diagnosis = diagnose(read_dataset(options.data), options);
  show_answer(
      files, options.json, [&] { return diagnosis_to_json(diagnosis); },
      [&] { print(diagnosis_tables(diagnosis)); });
}

}  // namespace

void add_diagnose(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "diagnose", "Show energies that look wrong, and what references are worth");
  auto options = std::make_shared<DiagnoseArguments>();
  command->add_option("data", options->data.file, "Table of energies, - for standard input")
      ->required();
  add_data_options(command, options->data);
  command->add_option("--from", options->from, "Machine to predict from")
      ->type_name("MACHINE")
      ->required();
  command
      ->add_option("--to", options->to,
                   "Machine to predict for: show what references are worth there, too")
      ->type_name("MACHINE");
  command->add_option("--below", options->below, "Weight below which an energy is shown")
      ->capture_default_str();
  add_json_option(command, context, options->json);
  command->footer(
      "Example:\n  isojoule diagnose energies.csv --from A\n"
      "  isojoule diagnose store.sqlite --from-format profiles --from MINE --to THEIRS");
  command->callback([&context, options] { diagnose_data(*context.world.files, *options); });
}

}  // namespace isojoule::cli
