#include "isojoule/challenge/challenge.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kByScore = ChallengeOrder::ew_score;
constexpr auto kByEnergy = ChallengeOrder::energy;

/// Of a few operations in double precision.
constexpr double kRounding = 1e-13;

std::optional<Reported<double>> number(const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto reported = parse_reported(text);
  EXPECT_TRUE(reported) << reported.refused;
  return reported.value;
}

std::optional<Reported<Energy>> energy(const std::string& text) {
  const auto reported = number(text);
  if (!reported) return std::nullopt;
  return in_unit(*reported, kilowatt_hour);
}

Submission submission(const std::string& name, const std::string& team, const std::string& kwh,
                      const std::string& baseline_kwh, const std::string& score) {
  return {name, team, energy(kwh), energy(baseline_kwh), {number(score)}, {}};
}

/// Normalized = energy x 0.2 / baseline; EW-score = score / normalized.
const ChallengeRule kRule{0.2 * kilowatt_hour, 1.0 * kilowatt_hour, false};

WeightedScore weighed(const std::string& kwh, const std::string& baseline_kwh,
                      const std::string& score, const ChallengeRule& rule = kRule) {
  return weigh(submission("a", "t", kwh, baseline_kwh, score), 0, rule);
}

TEST(WeighedSubmission, ByHand) {
  // 1.0 is 0.95 to 1.05, 0.1 is 0.05 to 0.15, 0.5 is 0.45 to 0.55.
  const WeightedScore weighted = weighed("1.0", "0.1", "0.5");
  EXPECT_NEAR(weighted.normalized->in(kilowatt_hour), 2.0, kRounding);
  EXPECT_NEAR(weighted.normalized_possible->lower.in(kilowatt_hour), 0.95 * 0.2 / 0.15, kRounding);
  EXPECT_NEAR(weighted.normalized_possible->upper->in(kilowatt_hour), 4.2, kRounding);
  EXPECT_NEAR(*weighted.ew_score, 0.25, kRounding);
  EXPECT_NEAR(weighted.ew_score_possible->lower, 0.45 / 4.2, kRounding);
  EXPECT_NEAR(*weighted.ew_score_possible->upper, 0.55 / (0.19 / 0.15), kRounding);
}

TEST(WeighedSubmission, ABaselineOfZeroHasNoUpperEnd) {
  // 0.0 is 0 to 0.05: at least 0.95 x 0.2 / 0.05 = 3.8 kWh, and at most 0.55 / 3.8.
  const WeightedScore weighted = weighed("1.0", "0.0", "0.5");
  EXPECT_FALSE(weighted.normalized);
  EXPECT_FALSE(weighted.ew_score);
  EXPECT_NEAR(weighted.normalized_possible->lower.in(kilowatt_hour), 3.8, kRounding);
  EXPECT_FALSE(weighted.normalized_possible->upper);
  EXPECT_EQ(weighted.ew_score_possible->lower, 0.0);
  EXPECT_NEAR(*weighted.ew_score_possible->upper, 0.55 / 3.8, kRounding);
  EXPECT_EQ(weighted.normalized.refused, "its baseline energy is reported as 0.0");
  EXPECT_EQ(weighted.ew_score.refused, weighted.normalized.refused);
}

TEST(WeighedSubmission, AnEnergyOfZeroHasAnUpperEnd) {
  // 0.00 is 0 to 0.005: at most 0.005 x 0.2 / 0.05 = 0.02 kWh, at least 0.45 / 0.02 = 22.5.
  const WeightedScore weighted = weighed("0.00", "0.1", "0.5");
  EXPECT_EQ(weighted.normalized.refused, "its energy is reported as 0.00");
  EXPECT_NEAR(weighted.normalized_possible->upper->in(kilowatt_hour), 0.02, kRounding);
  EXPECT_NEAR(weighted.ew_score_possible->lower, 22.5, 1e-11);
  EXPECT_FALSE(weighted.ew_score_possible->upper);
}

TEST(WeighedSubmission, WhatIsMissingIsMissing) {
  EXPECT_EQ(weighed("", "0.1", "0.5").normalized.refused, "no energy is reported");
  EXPECT_FALSE(weighed("", "0.1", "0.5").normalized_possible);
  EXPECT_EQ(weighed("1.0", "", "0.5").ew_score.refused, "no baseline energy is reported");
  const WeightedScore no_score = weighed("1.0", "0.1", "");
  EXPECT_EQ(no_score.ew_score.refused, "no score is reported");
  EXPECT_TRUE(no_score.normalized);
  EXPECT_FALSE(no_score.ew_score_possible);
}

TEST(WeighedSubmission, AScoreOfZeroIsAScore) {
  const WeightedScore weighted = weighed("1.0", "0.1", "0.0");
  EXPECT_EQ(*weighted.ew_score, 0.0);
  EXPECT_EQ(weighted.ew_score_possible->lower, 0.0);
  EXPECT_TRUE(weighted.ew_score.refused.empty());
}

TEST(WeighedSubmission, NumbersBeyondADoubleGiveNone) {
  EXPECT_THAT(weighed("1e300", "1e-300", "0.5").normalized.refused, HasSubstr("beyond"));
  EXPECT_THAT(weighed("1e-300", "1e300", "0.5").normalized.refused, HasSubstr("beyond"));
  EXPECT_THAT(weighed("1e-200", "1.0", "1e200").ew_score.refused, HasSubstr("beyond"));
}

TEST(WeighedSubmission, PublishedRoundingDividesByThreeDecimals) {
  ChallengeRule rule = kRule;
  rule.published_rounding = true;
  // 0.0031 x 0.2 / 0.25 = 0.00248, rounded 0.002; bounds 0.00305 x 0.2/0.255 = 0.00239 and
  // 0.00315 x 0.2/0.245 = 0.00257, rounded 0.002 and 0.003.
  const WeightedScore weighted = weighed("0.0031", "0.25", "0.50", rule);
  EXPECT_NEAR(weighted.normalized->in(kilowatt_hour), 0.002, kRounding);
  EXPECT_NEAR(*weighted.ew_score, 250.0, 1e-10);
  EXPECT_NEAR(weighted.ew_score_possible->lower, 0.495 / 0.003, 1e-10);
  EXPECT_NEAR(*weighted.ew_score_possible->upper, 0.505 / 0.002, 1e-10);
}

TEST(WeighedSubmission, PublishedRoundingToZeroGivesNoScore) {
  ChallengeRule rule = kRule;
  rule.published_rounding = true;
  const WeightedScore weighted = weighed("0.0001", "0.25", "0.5", rule);
  EXPECT_FALSE(weighted.ew_score);
  EXPECT_EQ(weighted.ew_score.refused, "its normalized energy rounds to 0.000 kWh");
  EXPECT_FALSE(weighted.ew_score_possible->upper);
  EXPECT_TRUE(weighed("0.0001", "0.25", "0.5").ew_score) << "at full precision it has one";
}

TEST(WeighedSubmission, NeedsConstants) {
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(weighed("1", "1", "1", {bad * kilowatt_hour, kilowatt_hour, false}), Error);
    EXPECT_THROW(weighed("1", "1", "1", {kilowatt_hour, bad * kilowatt_hour, false}), Error);
  }
}

std::vector<std::string> names(const std::vector<Submission>& submissions,
                               const std::vector<RankedSubmission>& ranked) {
  std::vector<std::string> result;
  for (const RankedSubmission& one : ranked) result.push_back(submissions[one.submission].name);
  return result;
}

std::vector<std::string> ranks(const std::vector<RankedSubmission>& ranked) {
  std::vector<std::string> result;
  for (const RankedSubmission& one : ranked)
    result.push_back(one.rank ? fmt::format("{}-{}", one.rank->best, one.rank->worst)
                              : one.rank.refused);
  return result;
}

TEST(Ranking, OfClearAndOfOpenCases) {
  // Score 1.00 and baseline 0.200 everywhere, so that normalized is nearly the energy: a 0.5 to
  // 1.5, b 1.5 to 2.5, c 2.95 to 3.05. Baselines of half a per cent make a and b overlap.
  const std::vector<Submission> all{submission("c", "u", "3.0", "0.200", "1.00"),
                                    submission("a", "v", "1", "0.200", "1.00"),
                                    submission("b", "w", "2", "0.200", "1.00")};
  const auto ranked = rank_submissions(all, 0, kRule, kByScore);
  EXPECT_THAT(names(all, ranked), ElementsAre("a", "b", "c"));
  EXPECT_THAT(ranks(ranked), ElementsAre("1-2", "1-2", "3-3"));
  EXPECT_EQ(ranked[0].against_next, Verdict::indistinguishable);
  EXPECT_EQ(ranked[1].against_next, Verdict::more);
  EXPECT_FALSE(ranked[2].against_next);

  const auto by_energy = rank_submissions(all, 0, kRule, kByEnergy);
  EXPECT_THAT(names(all, by_energy), ElementsAre("a", "b", "c"));
  EXPECT_EQ(by_energy[1].against_next, Verdict::less);
}

TEST(Ranking, EndsThatTouchAreOpen) {
  // With one baseline only the energies matter, 0.5 to 1.5 and 1.5 to 2.5.
  const std::vector<Submission> all{submission("a", "t", "1", "0.200", "1.00"),
                                    submission("b", "t", "2", "0.200", "1.00")};
  EXPECT_THAT(ranks(rank_submissions(all, 0, kRule, kByEnergy)), ElementsAre("1-2", "1-2"));
}

TEST(Ranking, ATeamsOwnBaselineCancels) {
  // 0.01 is 0.005 to 0.015, a factor of three that hides 0.50 against 0.40 between teams.
  const auto pair = [](const std::string& team, const std::string& baseline) {
    return std::vector<Submission>{submission("a", "t", "1.00", "0.01", "0.50"),
                                   submission("b", team, "1.00", baseline, "0.40")};
  };
  const auto ranks_of = [](const std::vector<Submission>& all, bool published) {
    ChallengeRule rule = kRule;
    rule.published_rounding = published;
    return ranks(rank_submissions(all, 0, rule, kByScore));
  };
  EXPECT_THAT(ranks_of(pair("t", "0.01"), false), ElementsAre("1-1", "2-2"));
  EXPECT_THAT(ranks_of(pair("u", "0.01"), false), ElementsAre("1-2", "1-2"));
  EXPECT_THAT(ranks_of(pair("", "0.01"), false), ElementsAre("1-2", "1-2"));
  EXPECT_THAT(ranks_of(pair("t", "0.010"), false), ElementsAre("1-2", "1-2"))
      << "other digits, another measurement";
  EXPECT_THAT(ranks_of(pair("t", "0.01"), true), ElementsAre("1-2", "1-2"));
}

TEST(Ranking, TheUnrankedComeLastWithTheirReasons) {
  const std::vector<Submission> all{
      submission("zero", "t", "1.0", "0", "0.5"), submission("mute", "t", "1.0", "0.20", ""),
      submission("good", "t", "1.0", "0.20", "0.5"), submission("gone", "t", "", "0.20", "0.5")};
  const auto ranked = rank_submissions(all, 0, kRule, kByScore);
  EXPECT_THAT(names(all, ranked), ElementsAre("good", "zero", "mute", "gone"));
  EXPECT_THAT(ranks(ranked), ElementsAre("1-1", "its baseline energy is reported as 0",
                                         "no score is reported", "no energy is reported"));
  EXPECT_FALSE(ranked[0].against_next);
  EXPECT_THAT(
      ranks(rank_submissions(all, 0, kRule, kByEnergy)),
      ElementsAre("1-2", "1-2", "its baseline energy is reported as 0", "no energy is reported"));
}

TEST(Ranking, EqualOnesStayAsGiven) {
  const std::vector<Submission> all{submission("b", "t", "1.0", "0.20", "0.5"),
                                    submission("a", "t", "1.0", "0.20", "0.5")};
  EXPECT_THAT(names(all, rank_submissions(all, 0, kRule, kByScore)), ElementsAre("b", "a"));
}

TEST(Ranking, OfNobodyIsEmpty) { EXPECT_TRUE(rank_submissions({}, 0, kRule, kByScore).empty()); }

TEST(Ranking, TakesTheScoreThatIsAskedFor) {
  std::vector<Submission> all{submission("a", "t", "1.00", "0.20", "0.5"),
                              submission("b", "t", "1.00", "0.20", "0.8")};
  all[0].scores.push_back(number("0.9"));
  all[1].scores.push_back(number("0.1"));
  EXPECT_THAT(names(all, rank_submissions(all, 0, kRule, kByScore)), ElementsAre("b", "a"));
  EXPECT_THAT(names(all, rank_submissions(all, 1, kRule, kByScore)), ElementsAre("a", "b"));
}

/// Whatever the digits stand for, at its extremes: each reported number at either end, a baseline
/// that a team reports twice at the same one.
class Corners {
 public:
  static constexpr std::size_t kSystems = 4;

  Corners(const std::vector<Submission>& all, ChallengeOrder order) : all_(all), order_(order) {
    for (RankRange& range : ranges_) range = {kSystems, 1};
    for (unsigned ends = 0; ends < (1U << (3 * kSystems)); ++ends) take(ends);
  }
  const std::array<RankRange, kSystems>& ranges() const { return ranges_; }

 private:
  template <class T>
  static double end(const Reported<T>& reported, T unit, bool upper) {
    return (upper ? reported.upper : reported.lower) / unit;
  }

  /// Higher is better.
  double merit(std::size_t i, unsigned ends) const {
    std::size_t owner = i;  // of the baseline
    for (std::size_t j = i; j-- > 0;)
      if (all_[j].team == all_[i].team && all_[j].baseline->text == all_[i].baseline->text)
        owner = j;
    const double own = end(*all_[i].energy, kilowatt_hour, (ends >> (3 * i)) & 1U);
    const double base = end(*all_[owner].baseline, kilowatt_hour, (ends >> (3 * owner + 1)) & 1U);
    if (order_ == kByEnergy) return base / own;
    return end(*all_[i].scores[0], 1.0, (ends >> (3 * i + 2)) & 1U) * base / own;
  }

  void take(unsigned ends) {
    std::array<double, kSystems> merits{};
    for (std::size_t i = 0; i < kSystems; ++i) merits[i] = merit(i, ends);
    for (std::size_t i = 0; i < kSystems; ++i) {
      // Equal ones may stand in either order; the tolerance is for equal ones in doubles.
      const auto above = std::ranges::count_if(
          merits, [&](double other) { return other > merits[i] * (1 + kRounding); });
      const auto below = std::ranges::count_if(
          merits, [&](double other) { return other * (1 + kRounding) < merits[i]; });
      ranges_[i].best = std::min(ranges_[i].best, static_cast<std::size_t>(above) + 1);
      ranges_[i].worst = std::max(ranges_[i].worst, kSystems - static_cast<std::size_t>(below));
    }
  }

  const std::vector<Submission>& all_;
  ChallengeOrder order_;
  std::array<RankRange, kSystems> ranges_{};
};

TEST(Ranking, IsWhatAllCornersGive) {
  unsigned state = 1;
  const auto below = [&state](unsigned limit) {
    state = state * 1664525U + 1013904223U;  // Numerical Recipes
    return (state >> 16) % limit;
  };
  for (int table = 0; table < 60; ++table) {
    std::vector<Submission> all;
    for (std::size_t i = 0; i < Corners::kSystems; ++i)
      all.push_back(submission(
          std::to_string(i), below(2) ? "t" : "u", fmt::format("{:.1f}", 0.1 * (5 + below(20))),
          fmt::format("0.{}", 2 + below(3)), fmt::format("0.{:02}", 20 + below(60))));
    for (const ChallengeOrder order : {kByScore, kByEnergy}) {
      const Corners corners(all, order);
      for (const RankedSubmission& one : rank_submissions(all, 0, kRule, order)) {
        EXPECT_EQ(one.rank->best, corners.ranges()[one.submission].best) << "table " << table;
        EXPECT_EQ(one.rank->worst, corners.ranges()[one.submission].worst) << "table " << table;
      }
    }
  }
}

}  // namespace
}  // namespace isojoule
