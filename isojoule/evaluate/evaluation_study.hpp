// What a report on a table of energies stands on: the paper's experiments, computed once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/evaluate/evaluate.hpp"

namespace isojoule {

struct StudyOptions {
  std::uint64_t seed = 1;
  int splits = 5;
  int test_percent = 20;
  std::vector<std::pair<std::string, std::string>> pairs = {};  ///< empty: all ordered pairs
  /// Whose relative errors are shown; empty: those that are asked for a report by default.
  std::vector<Normalizer> normalizers = {};
};

/// A prediction of an experiment.
struct StudyPrediction {
  std::size_t row;       ///< of the experiment: its fit
  std::size_t workload;  ///< place in EvaluationSummary::workloads
  bool is_reference;
  double truth_j;
  double predicted_j;
  std::optional<double> lower_j;
  std::optional<double> upper_j;
};

/// One experiment with one way of leaving out.
struct StudyExperiment {
  Grouping grouping = Grouping::workload;
  std::vector<EvaluationRow> rows;
  std::vector<StudyPrediction> predictions;  ///< as far as figures show them
};

/// A workload normalized by one of four simple normalizers, with the table's lowest and highest
/// workload as references: Figures 1 and 2 of the paper.
struct PanelPrediction {
  std::size_t source;  ///< places in EvaluationSummary::machines
  std::size_t target;
  std::size_t normalizer;  ///< place in panel_normalizers()
  std::size_t workload;    ///< place in EvaluationSummary::workloads
  bool is_reference;
  double source_j;
  double truth_j;
  std::optional<double> normalized_j;  ///< as the normalizer gives it, also below 0; empty: refused
};

/// none, single:lowest, single:highest, dual.
const std::vector<std::string>& panel_normalizers();

struct EvaluationStudy {
  StudyOptions options;  ///< with pairs and normalizers as they were taken
  EvaluationSummary summary;
  std::vector<PanelPrediction> panels;
  // Each by workloads and, where families are known, by families.
  std::vector<StudyExperiment> references;   ///< section 3.1
  std::vector<StudyExperiment> regressions;  ///< section 3.2
  std::vector<StudyExperiment> metrics;      ///< section 3.3
  std::vector<StudyExperiment> normalizers;  ///< those of the options
  std::vector<std::string> left_out;         ///< sentences: what was not computed, and why
};

/// Throws as evaluate does.
EvaluationStudy study_evaluation(const Dataset& dataset, const StudyOptions& options);

}  // namespace isojoule
