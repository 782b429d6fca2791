#include <memory>

#include "isojoule/app/installation.hpp"
#include "isojoule/app/normalize_record.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/normalize/question.hpp"
#include "isojoule/report/prediction_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "store_option.hpp"
#include "training.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

std::vector<std::string> default_names() {
  std::vector<std::string> names;
  for (const Normalizer& normalizer : default_normalizers(Purpose::normalize))
    names.push_back(to_string(normalizer));
  return names;
}

struct NormalizeArguments {
  RecordQuestion question;
  std::vector<std::string> normalizers = default_names();
  std::string db;
  std::string json;  ///< a file, - for standard output; empty: none
  ObservationSource data;
  std::vector<std::string> workloads;
  std::string features = "energy";
};

/// Workloads of a table instead of a record of the store.
void normalize_table(Files& files, const NormalizeArguments& options) {
  const RecordQuestion& asked = options.question;
  if (asked.training.from.empty() || asked.references.empty())
    throw Error(ErrorCode::usage, "--data needs --from, --to and --references");
  const Dataset dataset = read_dataset(options.data);
  Json all = Json::array();
  std::vector<Table> tables;
  for (const Normalizer& normalizer : asked.normalizers) {
    const Question question{{asked.training.from}, asked.to,   options.workloads,
                            asked.references,      normalizer, parse_features(options.features)};
    const std::vector<Answer> answers = answer_question(dataset, question);
    all.push_back(predictions_to_json(question, answers));
    tables.push_back(predictions_table(question, answers));
  }
  show_answer(
      files, options.json, [&] { return all; },
      [&] {
        for (const Table& table : tables) print(table);
      });
}

void normalize_training(const Context& context, const NormalizeArguments& options) {
  const auto store = open_store_to_read(store_url(context.world, options.db));
  const Normalization result = normalize_record(shelf_of(*store), options.question);
  show_answer(
      *context.world.files, options.json, [&] { return normalization_to_json(result); },
      [&] { print(normalization_table(result)); });
}

void normalize(const Context& context, NormalizeArguments& options) {
  options.question.normalizers.clear();
  for (const std::string& name : options.normalizers)
    options.question.normalizers.push_back(parse_normalizer(name));
  if (options.data.file.empty()) {
    normalize_training(context, options);
  } else {
    normalize_table(*context.world.files, options);
  }
}

void add_question(CLI::App* command, NormalizeArguments& options) {
  command
      ->add_option("record", options.question.record,
                   "The training: a record's id, or latest: the newest of no campaign")
      ->capture_default_str();
  command->add_option("--to", options.question.to, kToHelp)->type_name("MACHINE")->required();
  add_training_options(command, options.question.training);
  command->add_option("--steps", options.question.steps, "The amount of work to compare")
      ->capture_default_str();
  command->add_option("--references", options.question.references, kReferencesHelp)->delimiter(',');
  command->add_option("--normalizer", options.normalizers, kNormalizersHelp)
      ->delimiter(',')
      ->capture_default_str();
}

}  // namespace

void add_normalize(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("normalize", "Show what a measured training would use on another machine");
  auto options = std::make_shared<NormalizeArguments>();
  add_question(command, *options);
  add_store_option(command, options->db);
  add_json_option(command, context, options->json);
  std::vector<std::string> of_data = add_data_option(command, options->data);
  of_data.insert(of_data.end(), {"--workload", "--features"});
  command
      ->add_option("--workload", options->workloads,
                   "With --data: workloads to predict (default: all)")
      ->delimiter(',');
  command->add_option("--features", options->features, features_help())->capture_default_str();
  command->footer(
      "Example:\n"
      "  isojoule normalize latest --to NAME --steps 1980\n"
      "  isojoule normalize --data energies.csv --from A --to B --references w1,w2,w3 \\\n"
      "    --normalizer linear");
  command->callback([&context, options, command, of_data] {
    require_source(*command, of_data, options->data, "--data");
    refuse_of_records(*command, options->data);
    normalize(context, *options);
  });
}

}  // namespace isojoule::cli
