// What to say of predictions for the workloads of a table.
#pragma once

#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/normalize/predict_data.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// One line for each workload: its energy on the source, the prediction with its interval, and what
/// the table says of the target, where it does.
Table predictions_table(const DataQuestion& question, const std::vector<DataAnswer>& answers);

/// {"from", "to", "normalizer", "features", "references", "answers": [{"workload",
///  "source_energy_j", "energy_j", "lower_j", "upper_j", "known_energy_j", "extrapolated",
///  "refused"}]}.
Json predictions_to_json(const DataQuestion& question, const std::vector<DataAnswer>& answers);

}  // namespace isojoule
