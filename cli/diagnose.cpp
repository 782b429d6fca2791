#include <memory>
#include <optional>

#include "isojoule/core/error.hpp"
#include "isojoule/report/diagnosis_tables.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

struct DiagnoseArguments {
  ObservationSource data;
  std::string from;
  std::string to;
  double below = 0.3;
  std::string json;  ///< a file, - for standard output; empty: none
};

void print_diagnosis(const DiagnoseArguments& options, const std::vector<DoubtfulRow>& doubtful,
                     const std::optional<PairErrors>& errors) {
  print(doubtful_table(options.from, doubtful));
  if (!errors) return;
  print_text("\n");
  print(left_out_table(options.from, options.to, *errors));
  print_text("\n");
  print(learning_curve_table(options.from, options.to, *errors));
}

void diagnose(Files& files, const DiagnoseArguments& options) {
  if (options.from == options.to)
    throw Error(ErrorCode::usage, "--to is the machine of --from: name another one");
  if (!(options.below >= 0.0 && options.below <= 1.0))
    throw Error(ErrorCode::usage, "--below must lie between 0 and 1");
  const Dataset dataset = read_dataset(options.data);
  const auto doubtful = doubtful_rows(dataset, options.from, options.below);
  std::optional<PairErrors> errors;
  if (!options.to.empty()) errors = leave_one_out(dataset, options.from, options.to);
  show_answer(
      files, options.json, [&] { return diagnosis_to_json(doubtful, errors); },
      [&] { print_diagnosis(options, doubtful, errors); });
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
  command->callback([&context, options] { diagnose(*context.world.files, *options); });
}

}  // namespace isojoule::cli
