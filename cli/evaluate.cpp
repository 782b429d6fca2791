#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "isojoule/app/machine_pair.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/experiments.hpp"
#include "isojoule/report/evaluation_tables.hpp"
#include "isojoule/stats/quantile.hpp"

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

std::vector<Experiment> experiments(const EvaluateArguments& options) {
  if (options.compare) return {comparison_experiment()};
  if (options.sections.empty()) return {plain_experiment()};
  std::vector<Experiment> chosen;
  for (const std::string& name : options.sections) chosen.push_back(paper_experiment(name));
  return chosen;
}

Grouping grouping_from_string(const std::string& text) {
  if (text == "workload") return Grouping::workload;
  if (text == "family") return Grouping::family;
  throw unknown_name("group", text, std::vector<std::string>{"workload", "family"});
}

/// What was given, or else the experiment's.
template <class T, class Parse>
std::vector<T> parsed(const std::vector<std::string>& given, const std::vector<T>& preset,
                      Parse parse) {
  if (given.empty()) return preset;
  std::vector<T> values;
  for (const std::string& text : given) values.push_back(parse(text));
  return values;
}

/// Puts the tuned form of a normalizer in its place.
void tune(std::vector<Normalizer>& normalizers, const std::string& name) {
  if (name != "svr")
    throw unknown_name("normalizer to tune", name, std::vector<std::string>{"svr"});
  std::ranges::replace(normalizers, parse_normalizer(name), parse_normalizer(name + "-tuned"));
}

EvaluateOptions evaluate_options(const EvaluateArguments& options, const Experiment& experiment,
                                 const Dataset& dataset) {
  EvaluateOptions result;
  result.seed = options.seed;
  result.splits = options.splits.value_or(experiment.splits);
  result.test_percent = options.test_percent;
  result.grouping = grouping_from_string(options.group);
  for (const std::string& text : options.pairs)
    result.pairs.push_back(parse_machine_pair(text, dataset));
  result.selections = parsed(options.selections, experiment.selections, selection_from_string);
  result.counts = options.counts.empty()
                      ? parsed(options.percents, experiment.counts, percent_from_string)
                      : parsed(options.counts, experiment.counts, count_from_string);
  result.normalizers = parsed(options.normalizers, experiment.normalizers, parse_normalizer);
  for (const std::string& name : options.tune) tune(result.normalizers, name);
  result.features = parsed(options.features, experiment.features, parse_features);
  return result;
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

  EvaluationSinks sinks(std::vector<EvaluationRow>& rows, bool with_files) {
    EvaluationSinks sinks;
    sinks.row = [this, &rows, with_files](const EvaluationRow& row) {
      rows.push_back(row);
      if (with_files && !json_file_.empty()) json_.push_back(evaluation_row_to_json(row));
    };
    if (with_files && predictions_)
      sinks.prediction = [this](const PredictionRow& row) {
        predictions_->put(prediction_line(row));
      };
    return sinks;
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

std::string described(const Experiment& experiment, const EvaluateOptions& options) {
  return experiment.title + ", " +
         (options.grouping == Grouping::family ? "whole families left out" : "workloads left out");
}

/// How often cells were measured, and how well the repeats agree; empty if none was repeated.
std::string repeats_note(const Dataset& dataset) {
  std::size_t most = 1;
  std::vector<double> spreads;
  for (std::size_t w = 0; w < dataset.workloads().size(); ++w) {
    for (std::size_t m = 0; m < dataset.machines().size(); ++m) {
      const auto& cell = dataset.cell(w, m);
      if (!cell || cell->repeats < 2) continue;
      most = std::max(most, cell->repeats);
      spreads.push_back(cell->spread);
    }
  }
  if (spreads.empty()) return {};
  return fmt::format(
      "Repeats: up to {} of a cell, whose median is used; their standard deviation is {:.1f} % of "
      "their mean in the median cell, {:.1f} % in the worst.",
      most, 100.0 * *quantile(spreads, 0.5), 100.0 * std::ranges::max(spreads));
}

void print_dataset(const Dataset& dataset, const EvaluationSummary& summary,
                   const EvaluateOptions& options) {
  Table table;
  table.columns = {{"machines"},
                   {"workloads", Column::Align::right},
                   {"left out", Column::Align::right},
                   {"splits", Column::Align::right},
                   {"test part", Column::Align::right},
                   {"seed", Column::Align::right}};
  std::string machines;
  for (const std::string& machine : summary.machines)
    machines += (machines.empty() ? "" : ", ") + machine;
  table.rows = {{machines, std::to_string(summary.workloads.size()),
                 std::to_string(summary.left_out), std::to_string(options.splits),
                 std::to_string(options.test_percent) + " %", std::to_string(options.seed)}};
  if (const std::string note = repeats_note(dataset); !note.empty()) table.notes.push_back(note);
  if (summary.left_out > 0)
    table.notes.push_back("Left out: workloads that are not known on every one of the machines.");
  print(table);
}

/// One experiment: as asked for, and where families are known its summary the other way too.
void run(const Dataset& dataset, const EvaluateArguments& options, const Experiment& experiment,
         Outputs& outputs, bool first) {
  EvaluateOptions settings = evaluate_options(options, experiment, dataset);
  std::vector<EvaluationRow> rows;
  const EvaluationSummary summary = evaluate(dataset, settings, outputs.sinks(rows, true));
  if (outputs.take_standard_output()) return;
  if (first) print_dataset(dataset, summary, settings);
  const std::vector<EvaluationGroup> groups = group_by_fit(rows);
  print_text("\n");
  print(evaluation_table(described(experiment, settings), groups));
  print_text("\n");
  print(evaluation_summary(described(experiment, settings), groups));
  if (!dataset.has_families()) return;
  settings.grouping = settings.grouping == Grouping::family ? Grouping::workload : Grouping::family;
  std::vector<EvaluationRow> other;
  evaluate(dataset, settings, outputs.sinks(other, false));
  print_text("\n");
  print(evaluation_summary(described(experiment, settings), group_by_fit(other)));
}

void evaluate_data(const World& world, const EvaluateArguments& options) {
  const Dataset dataset = read_dataset(options.data);
  Outputs outputs(*world.files, options);
  bool first = true;
  for (const Experiment& experiment : experiments(options)) {
    run(dataset, options, experiment, outputs, first);
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
  command->add_option("--features", options.features, kFeaturesHelp)->delimiter(',');
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
