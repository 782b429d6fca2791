// Normalizers judged on a table of energies: an experiment of the paper's, or one of one's own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/evaluate/evaluate.hpp"
#include "isojoule/evaluate/experiments.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// What is to be evaluated. What is empty is as the experiment has it.
struct EvaluationQuestion {
  std::vector<std::string> sections;  ///< of the paper: "3.1"; empty: the plain experiment, or...
  bool compare = false;               ///< ...all normalizers alike
  std::vector<std::string> pairs;  ///< as parse_machine_pair takes them; empty: all ordered pairs
  std::vector<Selection> selections;
  std::vector<ReferenceCount> counts;
  std::vector<Normalizer> normalizers;
  std::vector<FeatureSet> features;
  std::vector<std::string> tune;  ///< normalizers that are tuned by inner cross-validation: "svr"
  Grouping grouping = Grouping::workload;
  std::optional<int> splits;
  int test_percent = 20;
  std::uint64_t seed = 1;
};

/// "workload" or "family". Throws Error(unknown_name).
Grouping grouping_from_string(std::string_view text);

/// One for each section that is named, else a single one. Throws as paper_experiment does.
std::vector<Experiment> experiments_of(const EvaluationQuestion& question);

/// An experiment as it is asked for on this table. Throws as parse_machine_pair does, and
/// Error(unknown_name) for a normalizer that cannot be tuned.
EvaluateOptions evaluate_options(const EvaluationQuestion& question, const Experiment& experiment,
                                 const Dataset& dataset);

/// Called on the thread that called, while fits are scored; may be empty.
struct EvaluationEvents {
  std::function<void(const EvaluationRow&)> row;
  std::function<void(const PredictionRow&)> prediction;
};

struct EvaluatedExperiment {
  std::string title;  ///< "Section 3.1, references, workloads left out"
  EvaluateOptions options;
  EvaluationSummary summary;
  std::vector<EvaluationRow> rows;
};

/// Throws as evaluate_options and evaluate do.
///
///     EvaluationQuestion question;
///     question.sections = {"3.1"};
///     for (const Experiment& experiment : experiments_of(question))
///       const auto evaluated = evaluate_experiment(dataset, question, experiment, {});
EvaluatedExperiment evaluate_experiment(const Dataset& dataset, const EvaluationQuestion& question,
                                        const Experiment& experiment,
                                        const EvaluationEvents& events);

/// The same with the other way of leaving out: families instead of workloads, or the reverse. Empty
/// where no families are known. Throws as evaluate does.
std::optional<EvaluatedExperiment> evaluate_other_grouping(const Dataset& dataset,
                                                           const EvaluationQuestion& question,
                                                           const Experiment& experiment);

/// How often cells were measured, and how well the repeats agree; empty if none was repeated.
std::string repeats_note(const Dataset& dataset);

/// What an experiment was evaluated on: machines, workloads, splits, repeats.
Table evaluated_table(const Dataset& dataset, const EvaluatedExperiment& evaluated);

}  // namespace isojoule
