#include <memory>

#include "isojoule/app/evaluation.hpp"
#include "isojoule/report/evaluation_tables.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct EvaluateArguments {
  ObservationSource data;
  std::vector<std::string> sections;
  bool compare = false;
  std::vector<std::string> pairs;
  std::vector<std::string> percents;
  std::vector<std::string> counts;
  std::vector<std::string> selections;
  std::vector<std::string> normalizers;
  std::vector<std::string> features;
  std::vector<std::string> tune;
  std::string group = "workload";
  std::optional<int> splits;  ///< empty: the experiment's
  int test_percent = 20;
  std::uint64_t seed = 1;
  std::string json;         ///< a file, - for standard output; empty: none
  std::string predictions;  ///< the same
};

template <class T, class Parse>
std::vector<T> parsed(const std::vector<std::string>& texts, Parse parse) {
  std::vector<T> values;
  for (const std::string& text : texts) values.push_back(parse(text));
  return values;
}

EvaluationQuestion question_of(const EvaluateArguments& options) {
  EvaluationQuestion question;
  question.sections = options.sections;
  question.compare = options.compare;
  question.pairs = options.pairs;
  question.selections = parsed<Selection>(options.selections, selection_from_string);
  question.counts = options.counts.empty()
                        ? parsed<ReferenceCount>(options.percents, percent_from_string)
                        : parsed<ReferenceCount>(options.counts, count_from_string);
  question.normalizers = parsed<Normalizer>(options.normalizers, parse_normalizer);
  question.features = parsed<FeatureSet>(options.features, parse_features);
  question.tune = options.tune;
  question.grouping = grouping_from_string(options.group);
  question.splits = options.splits;
  question.test_percent = options.test_percent;
  question.seed = options.seed;
  return question;
}

/// Files that rows and predictions go to while they are made.
class Outputs {
 public:
  Outputs(Files& files, const EvaluateArguments& options)
      : files_(files), json_file_(options.json) {
    if (options.predictions.empty()) return;
    predictions_.emplace(files, options.predictions);
    predictions_->put(predictions_header());
  }

  EvaluationEvents events() {
    EvaluationEvents events;
    if (!json_file_.empty())
      events.row = [this](const EvaluationRow& row) {
        json_.push_back(evaluation_row_to_json(row));
      };
    if (predictions_)
      events.prediction = [this](const PredictionRow& row) {
        predictions_->put(prediction_line(row));
      };
    return events;
  }

  /// Whether standard output is taken by a file of "-".
  bool take_standard_output() const {
    return json_file_ == "-" || (predictions_ && predictions_->is_standard_output());
  }

  void finish() {
    if (!json_file_.empty()) write_json(files_, json_, json_file_);
    if (predictions_) predictions_->finish();
  }

 private:
  Files& files_;
  std::string json_file_;
  Json json_ = Json::array();
  std::optional<DataFile> predictions_;
};

/// One experiment: as asked for, and where families are known its summary the other way too.
void run(const Dataset& dataset, const EvaluationQuestion& question, const Experiment& experiment,
         Outputs& outputs, bool first) {
  const EvaluatedExperiment evaluated =
      evaluate_experiment(dataset, question, experiment, outputs.events());
  if (outputs.take_standard_output()) return;
  if (first) print(evaluated_table(dataset, evaluated));
  const std::vector<EvaluationGroup> groups = group_by_fit(evaluated.rows);
  print_text("\n");
  print(evaluation_table(evaluated.title, groups));
  print_text("\n");
  print(evaluation_summary(evaluated.title, groups));
  const auto other = evaluate_other_grouping(dataset, question, experiment);
  if (!other) return;
  print_text("\n");
  print(evaluation_summary(other->title, group_by_fit(other->rows)));
}

void evaluate_data(const World& world, const EvaluateArguments& options) {
  const EvaluationQuestion question = question_of(options);
  const std::vector<Experiment> experiments = experiments_of(question);
  const Dataset dataset = read_dataset(options.data);
  Outputs outputs(*world.files, options);
  bool first = true;
  for (const Experiment& experiment : experiments) {
    run(dataset, question, experiment, outputs, first);
    first = false;
  }
  outputs.finish();
}

void add_settings(CLI::App* command, EvaluateArguments& options) {
  command->add_option("data", options.data.file, "The table, - for standard input")->required();
  add_data_options(command, options.data);
  auto* section = command->add_option("--section", options.sections, "Of the paper: 3.1, 3.2, 3.3")
                      ->delimiter(',');
  command
      ->add_flag("--compare", options.compare,
                 "All normalizers alike, --k 2,4,8,all, --selection variance, 40 splits")
      ->excludes(section);
  command
      ->add_option("--pair", options.pairs,
                   "Pairs of machines, FROM:TO (default: all ordered pairs)")
      ->delimiter(',');
  auto* percent = command
                      ->add_option("--percent", options.percents,
                                   "Numbers of references, in percent of the training part")
                      ->delimiter(',');
  command->add_option("--k", options.counts, "Numbers of references, or all")
      ->delimiter(',')
      ->excludes(percent);
  command
      ->add_option("--selection", options.selections,
                   "lowest, highest, min-max, random, space-filling, variance")
      ->delimiter(',');
  command
      ->add_option("--normalizer", options.normalizers,
                   "Normalizers to judge; they are listed below (default: linear)")
      ->delimiter(',');
  command
      ->add_option("--tune", options.tune,
                   "svr: choose its C and epsilon by inner cross-validation")
      ->delimiter(',');
  command->add_option("--features", options.features, features_help())->delimiter(',');
}

void add_splits_and_outputs(CLI::App* command, Context& context, EvaluateArguments& options) {
  command->add_option("--group", options.group, "Leave out single workloads, or whole families")
      ->capture_default_str();
  command->add_option("--splits", options.splits, kSplitsHelp)->default_str("5");
  command->add_option("--test-percent", options.test_percent, "Size of the test part")
      ->capture_default_str();
  command->add_option("--seed", options.seed, kSeedHelp)->capture_default_str();
  add_json_option(command, context, options.json);
  add_predictions_option(command, context, options.predictions);
}

/// "Normalizers: none, ...", in lines of a help text.
std::string normalizers_help() {
  constexpr std::size_t kLine = 90;
  std::string text = "Normalizers:";
  std::size_t length = text.size();
  const auto add = [&](const std::string& word) {
    if (length + 1 + word.size() > kLine) {
      text += "\n" + word;
      length = word.size();
    } else {
      text += " " + word;
      length += 1 + word.size();
    }
  };
  for (const std::string& name : normalizer_names()) add(name + ",");
  add("single:NAME.");
  return text + "\nFormulas in docs/method.md.\n\n";
}

}  // namespace

void add_evaluate(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("evaluate", "Judge normalizers on a table of energies, as the paper does");
  auto options = std::make_shared<EvaluateArguments>();
  add_settings(command, *options);
  add_splits_and_outputs(command, context, *options);
  command->footer(normalizers_help() +
                  "Example:\n"
                  "  isojoule evaluate energies.csv --section 3.1,3.2,3.3\n"
                  "  isojoule evaluate energies.csv --compare\n"
                  "  isojoule evaluate energies.csv --k 2,4,8,all --selection min-max,random \\\n"
                  "    --normalizer ratio,linear,log-linear --features energy --group family");
  command->callback([&context, options] { evaluate_data(context.world, *options); });
}

}  // namespace isojoule::cli
