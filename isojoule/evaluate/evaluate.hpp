// The paper's experiment on any data: how well does a normalizer predict energies that it has not
// seen?
//
// Protocol of Douwes and Serizel (2025), section 3: workloads are split at random into a test and a
// training part, the same splits for all pairs of machines; some of the training part become
// references; a normalizer is fitted on them and scored on the test part.
//
// What a fit may see: the references' energies on the target, their features, and nothing else of
// the target. References are chosen, and test workloads known, on the source machine only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "isojoule/evaluate/selection.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/normalize/features.hpp"
#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/normalize/question.hpp"

namespace isojoule {

/// What is left out together.
enum class Grouping { workload, family };

struct EvaluateOptions {
  std::uint64_t seed = 1;
  int splits = 5;
  int test_percent = 20;
  Grouping grouping = Grouping::workload;
  /// Source and target; empty: all ordered pairs.
  std::vector<std::pair<std::string, std::string>> pairs = {};
  std::vector<Selection> selections{Selection::min_max};
  std::vector<ReferenceCount> counts{ReferenceCount{}};
  std::vector<Normalizer> normalizers{parse_normalizer("linear")};
  std::vector<FeatureSet> features{{Feature::energy}};
};

/// One test workload under one fit.
struct TestError {
  std::size_t unit;  ///< what it is left out with: the place in EvaluationSummary::workloads
                     ///< of the first of its family, or its own
  double error;      ///< |prediction / truth - 1|
  std::optional<bool> held;  ///< whether the 90 % interval holds the truth; empty: there is none
};

/// One fit and its score on the test part of its split.
struct EvaluationRow {
  std::string source;
  std::string target;
  int split = 0;          ///< from 0
  std::string selection;  ///< "all" where every training workload is a reference
  std::string count;      ///< as it was asked for: "10 %", "4", "all"
  std::size_t k = 0;      ///< references; may differ between splits for a percentage and for all
  std::string normalizer;
  std::string features;
  std::size_t train_rows = 0;
  std::size_t test_rows = 0;
  // Each score is empty where it is beyond the range of numbers.
  std::optional<double> r2;  ///< empty where the truth does not vary, too
  std::optional<double> mse_kwh2;
  std::optional<double> mdape;        ///< median of |prediction/truth - 1|
  std::optional<double> mape;         ///< its mean
  std::optional<double> p90;          ///< its 90th percentile
  std::optional<double> coverage90;   ///< share of the 90 % intervals that hold the truth; empty
                                      ///< where the normalizer has none
  std::string refused;                ///< why there is no score; empty if there is one
  std::vector<TestError> tests = {};  ///< none if refused
};

/// One workload under one fit.
struct PredictionRow {
  const EvaluationRow* fit;   ///< valid during the call
  bool is_reference = false;  ///< else it is in the test part
  Answer answer;  ///< its truth is known; the prediction as it is, also where it is no energy
};

/// Called on the thread that called evaluate: rows in order, each row's predictions right after it.
struct EvaluationSinks {
  std::function<void(const EvaluationRow&)> row;         ///< required
  std::function<void(const PredictionRow&)> prediction;  ///< may be empty
};

/// What was evaluated on.
struct EvaluationSummary {
  std::vector<std::string> machines;
  std::vector<std::string> workloads;  ///< known on all of the machines
  std::size_t left_out = 0;            ///< known on one of them at least, but not on all
};

/// Pairs are evaluated on as many threads as there are processors; that changes no digit.
/// Evaluates every pair x selection x count x normalizer x features x split, rows in that order. A
/// selection has no part in a fit that takes every training workload: it is then evaluated once.
/// A fit by a named reference that is not among those of its split is refused. Throws
/// Error(bad_input) for fewer than two machines, fewer than three workloads known on all of them,
/// and for Grouping::family where a workload has none or there is one family only;
/// Error(unknown_name) for an unknown machine and an unknown named reference; Error(usage) for a
/// split or percentage out of range, for a pair of a machine with itself, and where there is
/// nothing to evaluate.
EvaluationSummary evaluate(const Dataset& dataset, const EvaluateOptions& options,
                           const EvaluationSinks& sinks);

}  // namespace isojoule
