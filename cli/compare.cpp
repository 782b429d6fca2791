#include <memory>

#include "isojoule/app/compare_records.hpp"
#include "isojoule/app/installation.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/report/comparison_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "store_option.hpp"
#include "training.hpp"

namespace isojoule::cli {
namespace {

struct CompareArguments {
  RecordComparisonQuestion question;
  std::string db;
  std::string json;  ///< a file, - for standard output; empty: none
  ObservationSource data;
};

void show_comparison(Files& files, const CompareArguments& options,
                     const RecordComparison& compared) {
  show_answer(
      files, options.json,
      [&] { return comparison_to_json(compared.question, compared.comparison, compared.context); },
      [&] { print(comparison_table(compared.question, compared.comparison, compared.context)); });
}

void compare(const Context& context, const CompareArguments& options) {
  Files& files = *context.world.files;
  if (options.data.file.empty()) {
    const auto store = open_store_to_read(store_url(context.world, options.db));
    return show_comparison(files, options, compare_records(shelf_of(*store), options.question));
  }
  const RecordComparisonQuestion& asked = options.question;
  if (asked.training.from.empty())
    throw Error(ErrorCode::usage, "--data needs --from MACHINE[,MACHINE]");
  show_comparison(
      files, options,
      compare_in_table(read_dataset(options.data), {asked.first, asked.second, asked.training.from,
                                                    asked.on, asked.references, asked.certainty}));
}

void add_question(CLI::App* command, RecordComparisonQuestion& question) {
  command
      ->add_option("first", question.first,
                   "A training: a record's id, or latest: the newest of no campaign;\n"
                   "with --data a workload of the table")
      ->required();
  command->add_option("second", question.second, "Another one")->required();
  command->add_option("--to", question.on, kToHelp)->type_name("MACHINE")->required();
  command
      ->add_option("--steps", question.steps,
                   "The work that is compared, or that of each: 1980,3960")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--references", question.references, kReferencesHelp)->delimiter(',');
  command->add_option("--certainty", question.certainty, "From which on a verdict is given")
      ->capture_default_str();
}

}  // namespace

void add_compare(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("compare", "Show which of two trainings uses less on a common machine");
  auto options = std::make_shared<CompareArguments>();
  add_question(command, options->question);
  add_training_options(command, options->question.training);
  add_store_option(command, options->db);
  add_json_option(command, context, options->json);
  const std::vector<std::string> of_data = add_data_option(command, options->data);
  command->footer(
      "Example:\n"
      "  isojoule compare 01M890A4FWAGJFK6XS6V07HCJ2 latest --to NAME\n"
      "  isojoule compare w1 w2 --data energies.csv --from A --to B --references w3,w4,w5");
  command->callback([&context, options, command, of_data] {
    require_source(*command, of_data, options->data, "--data");
    refuse_of_records(*command, options->data);
    compare(context, *options);
  });
}

}  // namespace isojoule::cli
