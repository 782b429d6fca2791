// What to say of an evaluation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/evaluate/evaluate.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// Mean and standard deviation over the splits in which a score exists.
struct Score {
  double mean;
  std::optional<double> sd;  ///< empty for one split
};

/// The rows of an evaluation that differ in nothing but their split.
struct EvaluationGroup {
  EvaluationRow first;  ///< what they have in common is taken from it
  std::vector<EvaluationRow> rows;
  std::optional<Score> r2;
  std::optional<Score> mse_kwh2;
  std::optional<Score> mdape;
  std::optional<Score> coverage90;
  bool best = false;       ///< lowest mean MdAPE of its pair, without a refused split
  bool near_best = false;  ///< its MdAPE cannot be told from the best one's: corrected resampled
                           ///< t test, p >= 0.05
};

/// In the order of their first row.
std::vector<EvaluationGroup> group_by_fit(const std::vector<EvaluationRow>& rows);

/// One line for each group: scores as mean (sd), the best of each pair marked * and what cannot be
/// told from it ~. What all groups share stands in the title.
Table evaluation_table(const std::string& title, const std::vector<EvaluationGroup>& groups);

/// One line for each combination of selection, references, normalizer and features: medians over
/// the pairs of the means over the splits, and in how many pairs it is best or near the best.
Table evaluation_summary(const std::string& title, const std::vector<EvaluationGroup>& groups);

/// {schema,source,target,split,selection,k,normalizer,features,r2,mse_kwh2,mdape,mape,p90,
///  coverage90,refused}; what is missing is null.
Json evaluation_row_to_json(const EvaluationRow& row);

/// Header and lines of a predictions file: split,source,target,selection,k,normalizer,features,
/// workload,role,truth_j,predicted_j,lower_j,upper_j,unlike.
std::string predictions_header();
std::string prediction_line(const PredictionRow& prediction);

}  // namespace isojoule
