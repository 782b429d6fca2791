#include "isojoule/stats/score_distribution.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "isojoule/stats/quantile.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

constexpr double kWidth = 1.0 / 1024;  // of a bucket, relative, at most

/// Over many powers of two.
std::vector<double> made_scores(std::size_t count) {
  Random random(1);
  std::vector<double> scores;
  for (std::size_t i = 0; i < count; ++i) scores.push_back(std::exp(20.0 * random.uniform() - 10));
  return scores;
}

ScoreDistribution of(const std::vector<double>& scores) {
  ScoreDistribution distribution;
  for (const double score : scores) distribution.add(score);
  return distribution;
}

TEST(ScoreDistribution, HasTheQuantilesOfItsScoresWithinABucket) {
  const auto scores = made_scores(5000);
  const auto distribution = of(scores);
  EXPECT_EQ(distribution.count(), 5000U);
  for (const double p : {0.0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1.0}) {
    const double expected = *quantile(scores, p);
    EXPECT_NEAR(*distribution.quantile(p), expected, kWidth * expected) << p;
  }
}

TEST(ScoreDistribution, KnowsTheLeastAndTheGreatestExactly) {
  const auto distribution = of({0.3, 0.1, 7.7});
  EXPECT_EQ(distribution.quantile(0.0), 0.1);
  EXPECT_EQ(distribution.quantile(1.0), 7.7);
}

TEST(ScoreDistribution, KnowsWhatShareIsBelow) {
  const auto scores = made_scores(1000);
  const auto distribution = of(scores);
  for (const double limit : {1e-3, 0.5, 1.0, 3.7, 1e4}) {
    const auto below = static_cast<double>(std::count_if(
        scores.begin(), scores.end(), [limit](double score) { return score < limit; }));
    // 1000 scores over 29 powers of two: about 3 % of one bucket's are one score.
    EXPECT_NEAR(*distribution.share_below(limit), below / 1000, 0.002) << limit;
  }
  EXPECT_EQ(distribution.share_below(1e-9), 0.0);
  EXPECT_EQ(distribution.share_below(1e9), 1.0);
  EXPECT_EQ(of({1.0, 2.0, 4.0, 8.0}).share_below(4.0), 0.5);
}

TEST(ScoreDistribution, IsTheSameWhereverAScoreWasCounted) {
  const auto scores = made_scores(999);
  const auto whole = of(scores);
  auto merged = of({scores.begin() + 400, scores.end()});
  merged.merge(of({scores.begin(), scores.begin() + 400}));
  merged.merge({});
  EXPECT_EQ(merged.count(), 999U);
  for (const double p : {0.0, 0.03, 0.5, 0.97, 1.0})
    EXPECT_EQ(merged.quantile(p), whole.quantile(p)) << p;
}

TEST(ScoreDistribution, TakesZerosAndOneScore) {
  EXPECT_EQ(of({0.0, 0.0, 0.0}).quantile(0.5), 0.0);
  EXPECT_EQ(of({0.0, 0.0, 1.0}).quantile(0.0), 0.0);
  EXPECT_EQ(of({0.7}).quantile(0.5), 0.7);
  EXPECT_EQ(of({5e-324}).quantile(0.5), 5e-324);
}

TEST(ScoreDistribution, HasNothingToSayWithoutScores) {
  EXPECT_EQ(ScoreDistribution().count(), 0U);
  EXPECT_EQ(ScoreDistribution().quantile(0.5), std::nullopt);
  EXPECT_EQ(ScoreDistribution().share_below(1.0), std::nullopt);
}

}  // namespace
}  // namespace isojoule
