#include "isojoule/app/evaluation.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/app/machine_pair.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/stats/quantile.hpp"

namespace isojoule {
namespace {

/// What was given, or else the experiment's.
template <class T>
std::vector<T> given_or(const std::vector<T>& given, const std::vector<T>& preset) {
  return given.empty() ? preset : given;
}

/// Puts the tuned form of a normalizer in its place.
void tune(std::vector<Normalizer>& normalizers, const std::string& name) {
  if (name != "svr")
    throw unknown_name("normalizer to tune", name, std::vector<std::string>{"svr"});
  std::ranges::replace(normalizers, parse_normalizer(name), parse_normalizer(name + "-tuned"));
}

std::string title_of(const Experiment& experiment, Grouping grouping) {
  return experiment.title + ", " +
         (grouping == Grouping::family ? "whole families left out" : "workloads left out");
}

EvaluatedExperiment evaluated(const Dataset& dataset, const Experiment& experiment,
                              EvaluateOptions options, const EvaluationEvents& events) {
  EvaluatedExperiment result{title_of(experiment, options.grouping), std::move(options), {}, {}};
  EvaluationSinks sinks;
  sinks.prediction = events.prediction;
  sinks.row = [&result, &events](const EvaluationRow& row) {
    result.rows.push_back(row);
    if (events.row) events.row(row);
  };
  result.summary = evaluate(dataset, result.options, sinks);
  return result;
}

}  // namespace

Grouping grouping_from_string(std::string_view text) {
  if (text == "workload") return Grouping::workload;
  if (text == "family") return Grouping::family;
  throw unknown_name("group", text, std::vector<std::string>{"workload", "family"});
}

std::vector<Experiment> experiments_of(const EvaluationQuestion& question) {
  if (question.compare) return {comparison_experiment()};
  if (question.sections.empty()) return {plain_experiment()};
  std::vector<Experiment> chosen;
  for (const std::string& name : question.sections) chosen.push_back(paper_experiment(name));
  return chosen;
}

EvaluateOptions evaluate_options(const EvaluationQuestion& question, const Experiment& experiment,
                                 const Dataset& dataset) {
  EvaluateOptions result;
  result.seed = question.seed;
  result.splits = question.splits.value_or(experiment.splits);
  result.test_percent = question.test_percent;
  result.grouping = question.grouping;
  for (const std::string& text : question.pairs)
    result.pairs.push_back(parse_machine_pair(text, dataset));
  result.selections = given_or(question.selections, experiment.selections);
  result.counts = given_or(question.counts, experiment.counts);
  result.normalizers = given_or(question.normalizers, experiment.normalizers);
  for (const std::string& name : question.tune) tune(result.normalizers, name);
  result.features = given_or(question.features, experiment.features);
  return result;
}

EvaluatedExperiment evaluate_experiment(const Dataset& dataset, const EvaluationQuestion& question,
                                        const Experiment& experiment,
                                        const EvaluationEvents& events) {
  return evaluated(dataset, experiment, evaluate_options(question, experiment, dataset), events);
}

std::optional<EvaluatedExperiment> evaluate_other_grouping(const Dataset& dataset,
                                                           const EvaluationQuestion& question,
                                                           const Experiment& experiment) {
  if (!dataset.has_families()) return std::nullopt;
  EvaluateOptions options = evaluate_options(question, experiment, dataset);
  options.grouping = options.grouping == Grouping::family ? Grouping::workload : Grouping::family;
  return evaluated(dataset, experiment, std::move(options), {});
}

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

Table evaluated_table(const Dataset& dataset, const EvaluatedExperiment& evaluated) {
  const auto& [title, options, summary, rows] = evaluated;
  Table table;
  table.columns = {{"machines"},
                   {"workloads", Column::Align::right},
                   {"left out", Column::Align::right},
                   {"splits", Column::Align::right},
                   {"test part", Column::Align::right},
                   {"seed", Column::Align::right}};
  table.rows = {{fmt::format("{}", fmt::join(summary.machines, ", ")),
                 std::to_string(summary.workloads.size()), std::to_string(summary.left_out),
                 std::to_string(options.splits), std::to_string(options.test_percent) + " %",
                 std::to_string(options.seed)}};
  if (const std::string note = repeats_note(dataset); !note.empty()) table.notes.push_back(note);
  if (summary.left_out > 0)
    table.notes.push_back("Left out: workloads that are not known on every one of the machines.");
  return table;
}

}  // namespace isojoule
