// What to say of predictions for the workloads of a table.
#pragma once

#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/normalize/question.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// One line for each workload: its energy on the source, the prediction with its interval, and what
/// the table says of the target, where it does.
Table predictions_table(const Question& question, const std::vector<Answer>& answers);

/// {"schema", "from", "to", "normalizer", "features", "references", "answers": [as
/// answer_to_json]}.
Json predictions_to_json(const Question& question, const std::vector<Answer>& answers);

}  // namespace isojoule
