// What to say of a challenge's ranking.
#pragma once

#include <string>
#include <vector>

#include "isojoule/challenge/challenge.hpp"
#include "isojoule/challenge/challenge_remarks.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// A ranking by one kind of score, and what it was made from.
struct ChallengeRanking {
  std::string score;         ///< its column
  std::size_t score_at = 0;  ///< its place in Submission::scores
  ChallengeRule rule;
  ChallengeOrder order = ChallengeOrder::ew_score;
  std::string normalizer;  ///< that predicted the energies; empty: the rule by the baseline alone
  std::vector<RankedSubmission> ranked;
};

/// One row for each submission; those without a rank last, with the reasons as notes. The team has
/// a column unless every system's name begins with the same word as its team's.
Table challenge_table(const std::vector<Submission>& submissions, const ChallengeRanking& ranking);

/// One row for each remark.
Table challenge_remarks_table(const std::vector<Submission>& submissions,
                              const std::vector<ChallengeRemark>& remarks);

/// An array of the table's rows, all numbers at full precision: {"schema", "score_column",
/// "rank_best", "rank_worst", "submission", "team", "score", "score_lower", "score_upper",
/// "energy_kwh", "energy_lower_kwh", "energy_upper_kwh", "baseline_energy_kwh",
/// "baseline_energy_lower_kwh", "baseline_energy_upper_kwh", "macs", "normalized_energy_kwh",
/// "normalized_energy_lower_kwh", "normalized_energy_upper_kwh", "normalized_energy_unbounded",
/// "ew_score", "ew_score_lower", "ew_score_upper", "ew_score_unbounded", "verdict_against_next",
/// "normalizer", "unranked", "remarks"}. What there is none of is null; an upper end is null too
/// where "..._unbounded" is true, which is null where there are no bounds at all.
Json challenge_to_json(const std::vector<Submission>& submissions, const ChallengeRanking& ranking,
                       const std::vector<ChallengeRemark>& remarks);

/// The rows of that array as RFC 4180: the keys but "schema" as header, null as an empty field,
/// several remarks separated by "; ". The array must not be empty.
std::string challenge_csv(const Json& rows);

}  // namespace isojoule
