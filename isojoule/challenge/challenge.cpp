#include "isojoule/challenge/challenge.hpp"

#include <algorithm>

namespace isojoule {
namespace {

/// Bounds that touch but for the rounding of a few products count as touching.
constexpr double kTouching = 1e-12;

/// What is compared: the quantity by which is ordered, in whatever unit, with its bounds.
struct Contender {
  RankedSubmission ranked;
  const Submission* submission;
  double value;
  Possible<double> possible;
  Possible<double> own;  ///< the same without the baseline energy, which two may share
};

bool surely_above(const Possible<double>& a, const Possible<double>& b) {
  return b.upper && a.lower > *b.upper * (1.0 + kTouching);
}

bool is_same(const Reported<Energy>& a, const Reported<Energy>& b) {
  return a.value == b.value && a.upper == b.upper;
}

class Comparison {
 public:
  Comparison(ChallengeOrder order, bool baselines_cancel)
      : order_(order), baselines_cancel_(baselines_cancel) {}

  bool higher_is_better() const { return order_ == ChallengeOrder::ew_score; }

  bool surely_better(const Contender& a, const Contender& b) const {
    const auto& bounds = share_baseline(a, b) ? &Contender::own : &Contender::possible;
    return higher_is_better() ? surely_above(a.*bounds, b.*bounds)
                              : surely_above(b.*bounds, a.*bounds);
  }

  bool sorts_before(const Contender& a, const Contender& b) const {
    return higher_is_better() ? a.value > b.value : a.value < b.value;
  }

 private:
  bool share_baseline(const Contender& a, const Contender& b) const {
    const bool predicted = a.submission->predicted || b.submission->predicted;
    return baselines_cancel_ && !predicted && !a.submission->team.empty() &&
           a.submission->team == b.submission->team &&
           is_same(*a.submission->baseline, *b.submission->baseline);
  }

  ChallengeOrder order_;
  bool baselines_cancel_;
};

Contender energy_contender(RankedSubmission ranked, const Submission& submission) {
  const Reported<Energy>& energy = *submission.energy;
  const Energy value = *ranked.weighted.normalized;
  const Possible<Energy> possible = *ranked.weighted.normalized_possible;
  return {std::move(ranked),
          &submission,
          value.in(joule),
          {possible.lower.in(joule), possible.upper->in(joule)},
          {energy.lower.in(joule), energy.upper.in(joule)}};
}

Contender score_contender(RankedSubmission ranked, const Submission& submission,
                          const Reported<double>& score) {
  const Reported<Energy>& energy = *submission.energy;
  const double value = *ranked.weighted.ew_score;
  const Possible<double> possible = *ranked.weighted.ew_score_possible;
  return {std::move(ranked),
          &submission,
          value,
          possible,
          {score.lower / energy.upper.in(joule), score.upper / energy.lower.in(joule)}};
}

RankRange rank_of(const Contender& one, std::span<const Contender> all,
                  const Comparison& comparison) {
  RankRange rank{1, all.size()};
  for (const Contender& other : all) {
    if (comparison.surely_better(other, one)) ++rank.best;
    if (comparison.surely_better(one, other)) --rank.worst;
  }
  return rank;
}

Verdict verdict_of(const Contender& one, const Contender& next, const Comparison& comparison) {
  if (!comparison.surely_better(one, next)) return Verdict::indistinguishable;
  return comparison.higher_is_better() ? Verdict::more : Verdict::less;
}

/// In order, with their ranks and verdicts.
std::vector<RankedSubmission> ranked(std::vector<Contender> contenders,
                                     const Comparison& comparison) {
  std::ranges::stable_sort(contenders, [&](const Contender& a, const Contender& b) {
    return comparison.sorts_before(a, b);
  });
  std::vector<RankedSubmission> result;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    RankedSubmission& one = result.emplace_back(contenders[i].ranked);
    one.rank = rank_of(contenders[i], contenders, comparison);
    if (i + 1 < contenders.size())
      one.against_next = verdict_of(contenders[i], contenders[i + 1], comparison);
  }
  return result;
}

}  // namespace

std::vector<RankedSubmission> rank_submissions(std::span<const Submission> submissions,
                                               std::size_t score, const ChallengeRule& rule,
                                               ChallengeOrder order) {
  const bool by_energy = order == ChallengeOrder::energy;
  std::vector<Contender> contenders;
  std::vector<RankedSubmission> unranked;
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    const Submission& submission = submissions[i];
    WeightedScore weighted = weigh(submission, score, rule);
    const std::string& why_not =
        by_energy ? weighted.normalized.refused : weighted.ew_score.refused;
    auto no_rank = Outcome<RankRange>::refuse(why_not);
    const bool has_rank = why_not.empty();
    RankedSubmission one{i, std::move(weighted), std::move(no_rank), {}};
    if (!has_rank) {
      unranked.push_back(std::move(one));
    } else if (by_energy) {
      contenders.push_back(energy_contender(std::move(one), submission));
    } else {
      contenders.push_back(score_contender(std::move(one), submission, *submission.scores[score]));
    }
  }
  std::vector<RankedSubmission> result =
      ranked(std::move(contenders), Comparison(order, !rule.published_rounding));
  std::ranges::move(unranked, std::back_inserter(result));
  return result;
}

}  // namespace isojoule
