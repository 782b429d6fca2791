// A challenge that weighs its scores with energy, and what its ranking is worth.
//
// Ronchini and Serizel, "Performance and energy balance: a comprehensive study of state-of-the-art
// sound event detection systems", ICASSP 2024 (arXiv 2310.03455): every team also trains the
// organisers' baseline on its own machine, the one reference point between the machines.
//
//   normalized energy = energy x reference / baseline energy on the team's machine
//   EW-score          = score x score reference / normalized energy
//
// Both come with everything that they may be, given only the digits that were reported. Pure
// functions; from several threads at once without harm.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/challenge/challenge_reported.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/normalize/question.hpp"
#include "isojoule/normalize/verdict.hpp"

namespace isojoule {

/// One system as its team reported it. What was not reported is empty; team: "".
struct Submission {
  std::string name;
  std::string team;
  std::optional<Reported<Energy>> energy;
  std::optional<Reported<Energy>> baseline;             ///< on the same machine
  std::vector<std::optional<Reported<double>>> scores;  ///< one for each kind of score
  std::optional<double> macs;  ///< multiply-accumulates for one input, positive
  std::string machine = {};    ///< that it ran on; "": not reported
  /// What a normalizer states that it would use on the organisers' machine, by more references than
  /// the baseline alone, or why it states nothing; takes the place of energy x reference /
  /// baseline. Its interval, where there is one, is taken for what is possible.
  std::optional<Answer> predicted = {};
};

/// The organisers' constants, taken as exact. The defaults are those of DCASE 2023, task 4a,
/// training.
struct ChallengeRule {
  Energy reference = 0.032 * kilowatt_hour;
  Energy score_reference = 1.39 * kilowatt_hour;
  /// Normalized energies, and their bounds, rounded to three decimals of a kilowatt-hour before
  /// anything is divided by them, as the organisers did.
  bool published_rounding = false;
};

/// What the rule makes of one submission and one of its scores. A value is refused where there is
/// none (not reported, zero); `possible` can be there without a value: an energy printed 0.00 has
/// an upper bound.
struct WeightedScore {
  Outcome<Energy> normalized = Outcome<Energy>::refuse("not asked");
  std::optional<Possible<Energy>> normalized_possible = {};
  Outcome<double> ew_score = Outcome<double>::refuse("not asked");
  std::optional<Possible<double>> ew_score_possible = {};
};

/// Interval arithmetic on positive numbers: each of the three reported numbers varies by itself
/// within its digits. `score` is a place in Submission::scores. Throws Error(usage) unless the
/// rule's constants are positive and finite.
WeightedScore weigh(const Submission& submission, std::size_t score, const ChallengeRule& rule);

/// The normalized energy at full precision, whatever the rule's rounding.
Outcome<Energy> normalized_energy(const Submission& submission, const ChallengeRule& rule);

enum class ChallengeOrder { ew_score, energy };  ///< highest EW-score, lowest normalized energy

/// From the best to the worst rank that is possible, counted from 1.
struct RankRange {
  std::size_t best;
  std::size_t worst;
};

struct RankedSubmission {
  std::size_t submission;  ///< its place among those that were given
  WeightedScore weighted;
  Outcome<RankRange> rank;
  std::optional<Verdict>
      against_next;  ///< by that quantity; empty for the last one ranked and where unranked
};

/// All submissions: the ranked ones by their values (equal ones as given), then the others as
/// given. Of two, one is surely better if it is so whatever the digits stand for; ends that touch
/// leave it open. Two of one team that report the same baseline in the same digits mean the same
/// measurement, so that its error is common to both and cancels; not so under published rounding,
/// which comes after the division, and not for predicted energies, whose intervals are taken as
/// independent. Takes time in the square of the submissions.
std::vector<RankedSubmission> rank_submissions(std::span<const Submission> submissions,
                                               std::size_t score, const ChallengeRule& rule,
                                               ChallengeOrder order);

}  // namespace isojoule
