// What to say of two trainings on a common machine.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/normalize/compare.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// What is said beside a comparison.
struct ComparisonContext {
  std::string first;                 ///< how the trainings are called: "cnn-2x128", "record 01H..."
  std::string second;                ///< likewise
  bool modelled = false;             ///< any energy that it stands on is
  std::vector<std::string> remarks;  ///< sentences
};

/// Both on the common machine, then the verdict with its probability, what the spread is made of
/// and what would settle it.
Table comparison_table(const CompareQuestion& question, const Comparison& comparison,
                       const ComparisonContext& context);

/// {"schema", "on", "first": {"training", "machine" and as answer_to_json}, "second", "ratio",
/// "ratio_lower", "ratio_upper", "probability_less", "certainty", "verdict", "sd_log_ratio":
/// {"measuring", "references", "own"}, "settle": {"by", "number"}, "kind", "remarks"}; what is
/// missing is null.
Json comparison_to_json(const CompareQuestion& question, const Comparison& comparison,
                        const ComparisonContext& context);

}  // namespace isojoule
