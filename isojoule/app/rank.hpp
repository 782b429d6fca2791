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

/// The challenge's own rule, by the one reference that every team has trained.
inline constexpr const char* kBaseline = "baseline";

/// The baseline's energy on the organisers' machine, in kWh, of DCASE 2023, task 4a.
inline constexpr double kReferenceKwh = 0.032;

/// A question in a person's words. What is empty is as the phase and the normalizer have it.
struct RankChoice {
  std::string phase = "training";   ///< or "test": which energy
  ChallengeColumns columns;         ///< the names of systems and of scores; the others are below
  std::string energy;               ///< column; empty: "energy_PHASE_kwh"
  std::string baseline;             ///< column; empty: the default one, which only the challenge's
                                    ///< own rule needs
  std::string team;                 ///< columns; empty: read where they are there by the default
  std::string macs;                 ///< names
  std::string machine = "machine";  ///< column of the systems' machines, for a normalizer
  std::string normalizer = kBaseline;  ///< or the name of one
  std::string on;                      ///< the organisers' machine, for a normalizer
  std::string sort = "ew-score";       ///< or "energy"
  double reference_kwh = kReferenceKwh;
  std::optional<double> score_reference_kwh;  ///< empty: the phase's
  bool published_rounding = false;
};

/// Throws as parse_normalizer does.
///
///     RankChoice choice;
///     choice.phase = "test";
///     const RankQuestion question = make_rank_question(choice);
///     const auto ranked =
///         rank_challenge(read_submissions_file("submissions.csv", question.columns), question,
///         {});
RankQuestion make_rank_question(const RankChoice& choice);

struct RankedChallenge {
  std::vector<Submission> submissions;
  std::vector<ChallengeRanking> rankings;  ///< one for each score
  std::vector<ChallengeRemark> remarks;
};

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
