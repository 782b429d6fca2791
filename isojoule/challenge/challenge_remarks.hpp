// What is suspicious in a challenge's submissions: not proof of anything, but to be looked at.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "isojoule/challenge/challenge.hpp"

namespace isojoule {

/// By this factor energy per multiply-accumulate may differ from the median, either way.
inline constexpr double kUnusualEnergyPerMac = 100.0;

struct ChallengeRemark {
  std::vector<std::size_t> submissions;  ///< places of those that it is about, ascending
  std::string text;                      ///< a phrase without names and without a full stop
};

/// In this order:
/// - of one team, baselines of which two can't be the same number, given their digits: the baseline
///   is one training, so that it should use about the same each time;
/// - of one team, the same energy above zero for several systems, each such group;
/// - submissions whose normalized energy per multiply-accumulate is more than kUnusualEnergyPerMac
///   times the median of all, or less than its inverse; from three that have both;
/// - submissions whose predicted energy is unlike the references, those of one reason together.
/// Submissions without a team are in no group.
std::vector<ChallengeRemark> find_challenge_remarks(std::span<const Submission> submissions,
                                                    const ChallengeRule& rule);

}  // namespace isojoule
