// Made tables of energies for the tests of this room.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/evaluate.hpp"
#include "isojoule/stats/random.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule::test_table {

inline Observation row(std::string workload, std::string hardware, double energy_j,
                       std::size_t line = 0) {
  Observation result;
  result.workload = std::move(workload);
  result.hardware = std::move(hardware);
  result.energy = energy_j * joule;
  result.line = line;
  return result;
}

/// w00, w01, ... in families of three, on machines A, B, ...: energies over two decades that follow
/// FLOPs, parameters and the machine roughly, each with its own deviation.
inline std::vector<Observation> rows(int workloads, int machines, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<Observation> result;
  for (int w = 0; w < workloads; ++w) {
    const double flops = 1e8 * std::exp(4.6 * random.uniform());
    const double parameters = flops / 100.0 * std::exp(2.0 * random.uniform());
    for (int m = 0; m < machines; ++m) {
      const double energy_j =
          100.0 + flops * 1e-5 * (m + 1) * std::exp(0.8 * random.uniform()) + parameters * 1e-4 * m;
      Observation one = row("w" + std::to_string(w / 10) + std::to_string(w % 10),
                            std::string(1, "ABCDEFGH"[m]), energy_j, result.size() + 1);
      one.family = "f" + std::to_string(w / 3);
      one.flops = flops * flop;
      one.parameters = parameters;
      one.duration = energy_j / (100.0 + 50.0 * random.uniform()) * second;
      result.push_back(std::move(one));
    }
  }
  return result;
}

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

/// The Error that `action` throws; one that says so if it throws none.
inline Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::io, "nothing thrown"};
}

}  // namespace isojoule::test_table
