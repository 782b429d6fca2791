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
  bool is_reference = false;
  double truth_j = 0.0;
  double predicted_j = 0.0;
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
    const Estimate<Energy>& energy = *p.answer.energy;
    Prediction& kept = result.predictions.emplace_back();
    kept.fit = *p.fit;
    kept.workload = p.answer.workload;
    kept.is_reference = p.is_reference;
    kept.truth_j = p.answer.truth->in(joule);
    kept.predicted_j = energy.point.in(joule);
    if (!energy.interval) return;
    kept.lower_j = energy.interval->lower.in(joule);
    kept.upper_j = energy.interval->upper.in(joule);
  };
  result.summary = isojoule::evaluate(Dataset(rows), options, sinks);
  return result;
}

inline ReferenceCount percent(int value) { return {ReferenceCount::Unit::percent, value}; }
inline ReferenceCount number(int value) { return {ReferenceCount::Unit::number, value}; }
inline ReferenceCount all() { return {}; }

}  // namespace isojoule::test_table
