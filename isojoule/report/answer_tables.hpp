// What is said of an answer, wherever it stands.
#pragma once

#include <string>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/normalize/question.hpp"

namespace isojoule {

/// {"normalizer", "workload", "source_energy_j", "energy_j", "lower_j", "upper_j", "no_interval",
///  "known_energy_j", "extrapolated", "unlike", "references" (those used), "other_machines" (learnt
///  from), "refused"}; what is missing is null.
Json answer_to_json(const Answer& answer);

/// The ends of the interval, in J; null where there is none.
Json lower_to_json(const Answer& answer);
Json upper_to_json(const Answer& answer);

/// ", learnt from 2 other machines", or that there is none; "" of a normalizer that learns from
/// none.
std::string others_text(const FitFacts& fit);

/// Why there is no interval, a sentence for each reason with the normalizers that it holds for.
std::vector<std::string> no_interval_notes(const std::vector<Answer>& answers);

}  // namespace isojoule
