#include <memory>

#include "isojoule/app/diagnosis.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"

namespace isojoule::cli {
namespace {

struct DiagnoseArguments : DiagnosisQuestion {
  ObservationSource data;
  bool json = false;
};

void diagnose_data(const DiagnoseArguments& options) {
  check_diagnosis(options);
  const Diagnosis diagnosis = diagnose(read_dataset(options.data), options);
  if (options.json) {
    print(diagnosis_to_json(diagnosis));
  } else {
    print(diagnosis_tables(diagnosis));
  }
}

}  // namespace

void add_diagnose(CLI::App& app, Context&) {
  CLI::App* command = app.add_subcommand(
      "diagnose", "Show energies that look wrong, and what references are worth");
  auto options = std::make_shared<DiagnoseArguments>();
  command->add_option("data", options->data.file, "Table of energies, - for standard input")
      ->required();
  add_data_options(command, options->data);
  command->add_option("--from", options->from, "The machine that the others are seen from")
      ->required();
  command->add_option("--to", options->to,
                      "What references are worth from there to this machine, too");
  command->add_option("--below", options->below, "The weight below which an energy is named")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "Example:\n  isojoule diagnose energies.csv --from A\n"
      "  isojoule diagnose store.sqlite --from-format profiles --from MINE --to THEIRS");
  command->callback([options] { diagnose_data(*options); });
}

}  // namespace isojoule::cli
