// What to say of the energies of a table: which look wrong, and what references are worth.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/evaluate/learning_curve.hpp"
#include "isojoule/evaluate/reference_search.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

Table doubtful_table(const std::string& from, const std::vector<DoubtfulRow>& rows);

/// Each workload as the others predict it, the worst first.
Table left_out_table(const std::string& from, const std::string& to, const PairErrors& errors);

/// Error against the number of references, and what the last doubling brought.
Table learning_curve_table(const std::string& from, const std::string& to,
                           const PairErrors& errors);

/// {"schema": "isojoule.diagnosis/1", "doubtful": [{"workload", "hardware", "weight",
///  "measured_over_expected"}]}; with errors also "normalizer", "baseline",
///  "left_out": [{"workload", "measured_energy_j", "energy_j", "lower_j", "upper_j"}] and
///  "learning_curve": [{"references", "mdape", "baseline_mdape", "coverage90"}].
Json diagnosis_to_json(const std::vector<DoubtfulRow>& doubtful,
                       const std::optional<PairErrors>& errors);

}  // namespace isojoule
