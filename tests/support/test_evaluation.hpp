// Evaluations of synthetic tables, whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/evaluate/evaluate.hpp"

#include "support/test_table.hpp"

namespace isojoule::test_table {

/// A prediction with a copy of what the sink lends.
struct Prediction {
  EvaluationRow fit;
  std::string workload;
  bool is_reference;
  double truth_j;
  double predicted_j;
  std::optional<double> lower_j;
  std::optional<double> upper_j;
};

struct Evaluation {
  std::vector<EvaluationRow> rows;
  std::vector<Prediction> predictions;
  EvaluationSummary summary;
};

inline Evaluation evaluate(const std::vector<Observation>& rows, const EvaluateOptions& options) {
  Evaluation result;
  EvaluationSinks sinks;
  sinks.row = [&result](const EvaluationRow& row) { result.rows.push_back(row); };
  sinks.prediction = [&result](const PredictionRow& p) {
    result.predictions.push_back(
        {*p.fit, p.workload, p.is_reference, p.truth_j, p.predicted_j, p.lower_j, p.upper_j});
  };
  result.summary = isojoule::evaluate(Dataset(rows), options, sinks);
  return result;
}

inline ReferenceCount percent(int value) { return {ReferenceCount::Unit::percent, value}; }
inline ReferenceCount number(int value) { return {ReferenceCount::Unit::number, value}; }
inline ReferenceCount all() { return {}; }

}  // namespace isojoule::test_table
