// A challenge's submissions, ranked.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/challenge/challenge.hpp"
#include "isojoule/challenge/challenge_csv.hpp"
#include "isojoule/challenge/challenge_remarks.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/report/challenge_tables.hpp"
#include "isojoule/table/observation.hpp"

namespace isojoule {

/// How submissions are ranked. The defaults are those of DCASE 2023, task 4a.
struct RankQuestion {
  ChallengeColumns columns;  ///< of the submissions' file; its scores are ranked by, each
  ChallengeRule rule;
  ChallengeOrder order = ChallengeOrder::ew_score;
  std::optional<Normalizer> normalizer;  ///< empty: the challenge's own rule, by the baseline that
                                         ///< every team has trained
  std::string to;                        ///< of a normalizer: the organisers' machine
};

struct RankedChallenge {
  std::vector<Submission> submissions;
  std::vector<ChallengeRanking> rankings;  ///< one for each score
  std::vector<ChallengeRemark> remarks;
};

/// The challenge's rule for a phase, "training" or "test".
ChallengeRule challenge_rule(const std::string& phase, double reference_kwh,
                             std::optional<double> score_reference_kwh, bool published_rounding);
/// The baseline's energy on the organisers' machine, in kWh, of DCASE 2023, task 4a.
inline constexpr double kReferenceKwh = 0.032;

/// Reads a file of submissions, "-" is standard input. Throws as read_submissions does, Error(io).
std::vector<Submission> read_submissions_file(const std::string& file,
                                              const ChallengeColumns& columns);

/// `references`: energies of reference workloads on all machines, for a normalizer. Throws as
/// predict_submissions and rank_submissions do.
RankedChallenge rank_challenge(std::vector<Submission> submissions, const RankQuestion& question,
                               std::span<const Observation> references);

/// The rows of all rankings, as challenge_to_json.
Json ranked_to_json(const RankedChallenge& ranked);

}  // namespace isojoule
