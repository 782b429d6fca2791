#include "isojoule/stats/subset_search.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using Places = std::vector<std::size_t>;
using enum SubsetFit;
using enum SubsetScore;

// What the search must find, by another way: each subset refitted in long doubles.

/// Empty where there is none.
std::optional<long double> refitted(const SubsetPair& pair, const std::vector<bool>& scored,
                                    const Places& members, SubsetFit fit, SubsetScore score) {
  long double x_mean = 0;
  long double y_mean = 0;
  long double log_mean = 0;
  const auto count = static_cast<long double>(members.size());
  double low = *pair.x[members.front()];
  double high = low;
  for (const auto i : members) {
    x_mean += *pair.x[i] / count;
    y_mean += *pair.y[i] / count;
    log_mean += (std::log(static_cast<long double>(*pair.y[i])) -
                 std::log(static_cast<long double>(*pair.x[i]))) /
                count;
    low = std::min(low, *pair.x[i]);
    high = std::max(high, *pair.x[i]);
  }
  if (fit == linear && high - low <= 1e-9 * high) return std::nullopt;
  long double squares = 0;
  long double products = 0;
  for (const auto i : members) {
    squares += (*pair.x[i] - x_mean) * (*pair.x[i] - x_mean);
    products += (*pair.x[i] - x_mean) * (*pair.y[i] - y_mean);
  }
  std::vector<long double> errors;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    if (!scored[i] || !pair.x[i] || !pair.y[i] || std::ranges::count(members, i) > 0) continue;
    const long double truth = *pair.y[i];
    const long double predicted = fit == linear
                                      ? y_mean + products / squares * (*pair.x[i] - x_mean)
                                      : *pair.x[i] * std::exp(log_mean);
    if (score == median_relative_error)
      errors.push_back(std::abs(predicted / truth - 1));
    else if (fit == linear)
      errors.push_back((predicted - truth) * (predicted - truth));
    else
      errors.push_back(std::pow(std::log(predicted / truth), 2.0L));
  }
  std::ranges::sort(errors);
  if (score == median_relative_error)
    return (errors[(errors.size() - 1) / 2] + errors[errors.size() / 2]) / 2;
  long double sum = 0;
  for (const long double error : errors) sum += error;
  return sum / static_cast<long double>(errors.size());
}

struct Expected {
  std::map<Places, double> scores;
  std::size_t degenerate = 0;
};

Expected brute_force(const SubsetProblem& problem, std::size_t size) {
  const std::size_t n = problem.pairs.front().x.size();
  const std::vector<bool> scored =
      problem.scored.empty() ? std::vector<bool>(n, true) : problem.scored;
  Places candidates;
  for (std::size_t i = 0; i < n; ++i) {
    bool usable = problem.candidates.empty() || problem.candidates[i];
    for (const auto& pair : problem.pairs) usable = usable && pair.x[i] && pair.y[i];
    if (usable) candidates.push_back(i);
  }
  Expected expected;
  std::vector<char> chosen(candidates.size(), 0);
  std::fill_n(chosen.begin(), size, 1);
  do {
    Places members;
    for (std::size_t i = 0; i < chosen.size(); ++i)
      if (chosen[i] != 0) members.push_back(candidates[i]);
    long double total = 0;
    bool determined = true;
    for (const auto& pair : problem.pairs) {
      const auto score = refitted(pair, scored, members, problem.fit, problem.score);
      determined = determined && score;
      total += score.value_or(0);
    }
    if (determined)
      expected.scores[members] =
          static_cast<double>(total / static_cast<long double>(problem.pairs.size()));
    else
      ++expected.degenerate;
  } while (std::ranges::prev_permutation(chosen).found);
  return expected;
}

/// Every subset's score, through the whole search.
void expect_as_refitted(const SubsetProblem& problem, std::size_t size, double tolerance = 1e-9) {
  const auto expected = brute_force(problem, size);
  const auto found = search_subsets(problem, size, {.keep = 1000000, .threads = 2});
  EXPECT_EQ(found.evaluated, expected.scores.size());
  EXPECT_EQ(found.scores.count(), expected.scores.size());
  EXPECT_EQ(found.degenerate, expected.degenerate);
  ASSERT_EQ(found.best.size(), expected.scores.size());
  EXPECT_TRUE(std::ranges::is_sorted(found.best, {}, &ScoredSubset::score));
  std::map<Places, double> scores;
  for (const auto& subset : found.best) scores[subset.members] = subset.score;
  ASSERT_EQ(scores.size(), expected.scores.size());
  for (const auto& [members, score] : expected.scores) {
    ASSERT_TRUE(scores.contains(members));
    // 1e-14: a relative error or a squared logarithm that is rounding only.
    ASSERT_NEAR(scores[members], score, tolerance * score + 1e-14)
        << testing::PrintToString(members);
    ASSERT_NEAR(*score_subset(problem, members), score, tolerance * score + 1e-14);
  }
}

double around(Random& random, double middle, double factor) {
  return middle * std::exp(std::log(factor) * (2.0 * random.uniform() - 1.0));
}

/// Energies over four powers of ten.
SubsetProblem made_problem(std::uint64_t seed, std::size_t workloads, std::size_t pairs) {
  Random random(seed);
  std::vector<double> sizes;
  for (std::size_t i = 0; i < workloads; ++i) sizes.push_back(around(random, 10.0, 100.0));
  SubsetProblem problem;
  for (std::size_t p = 0; p < pairs; ++p) {
    SubsetPair pair;
    for (const double size : sizes) {
      pair.x.emplace_back(around(random, size, 1.3));
      pair.y.emplace_back(2.0 + around(random, 3.0 * size, 1.3));
    }
    problem.pairs.push_back(pair);
  }
  return problem;
}

std::vector<bool> made_mask(Random& random, std::size_t size, double share) {
  std::vector<bool> mask;
  for (std::size_t i = 0; i < size; ++i) mask.push_back(random.uniform() < share);
  return mask;
}

/// Both fits by both scores.
template <class Check>
void for_each_kind(SubsetProblem problem, Check check) {
  for (const auto fit : {linear, ratio})
    for (const auto score : {median_relative_error, squared_error}) {
      SCOPED_TRACE(std::string(fit == linear ? "linear" : "ratio") +
                   (score == squared_error ? ", squared error" : ", median"));
      problem.fit = fit;
      problem.score = score;
      check(problem);
    }
}

TEST(SubsetSearch, AgreesWithARefitOfEachSubset) {
  for (std::size_t size = 2; size <= 6; ++size)
    for_each_kind(made_problem(size, 11, 1 + size % 3),
                  [size](const auto& problem) { expect_as_refitted(problem, size); });
}

TEST(SubsetSearch, TakesOneReferenceForARatio) {
  auto problem = made_problem(1, 12, 2);
  problem.fit = ratio;
  for (const auto score : {median_relative_error, squared_error}) {
    problem.score = score;
    expect_as_refitted(problem, 1);
  }
}

TEST(SubsetSearch, TakesAllButOneCandidateAndAll) {
  for_each_kind(made_problem(3, 9, 1), [](const auto& given) {
    expect_as_refitted(given, 8);
    auto problem = given;
    problem.candidates = {true, true, false, true, true, false, true, false, false};
    expect_as_refitted(problem, 5);
  });
}

TEST(SubsetSearch, LeavesOutWhatIsMissingAndWhatIsNotMarked) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Random random(100 + seed);
    auto problem = made_problem(seed, 14, 3);
    for (auto& pair : problem.pairs) {
      pair.x[random.below(14)].reset();
      pair.y[random.below(14)].reset();
    }
    problem.candidates = made_mask(random, 14, 0.8);
    problem.scored = made_mask(random, 14, 0.7);
    for_each_kind(problem, [](const auto& each) { expect_as_refitted(each, 3); });
  }
}

TEST(SubsetSearch, ScoresOneHalfWithReferencesFromTheOther) {
  auto problem = made_problem(5, 16, 2);
  for (std::size_t i = 0; i < 16; ++i) {
    problem.candidates.push_back(i % 2 == 0);
    problem.scored.push_back(i % 2 == 1);
  }
  for_each_kind(problem, [](const auto& each) { expect_as_refitted(each, 4); });
}

TEST(SubsetSearch, NamesCandidatesThatLackAnEnergy) {
  auto problem = made_problem(6, 6, 2);
  problem.pairs[0].x[4].reset();
  problem.pairs[1].y[1].reset();
  const auto found = search_subsets(problem, 2);
  EXPECT_THAT(found.incomplete, ElementsAre(1, 4));
  EXPECT_EQ(found.evaluated, 6U);
}

TEST(SubsetSearch, CountsSubsetsOfEqualEnergiesThatDetermineNoLine) {
  auto problem = made_problem(7, 9, 2);
  problem.pairs[0].x[2] = problem.pairs[0].x[5] = problem.pairs[0].x[6] = 4.0;
  problem.pairs[0].x[1] = 1.0;  // as what lies behind the last candidate
  problem.pairs[1].x[0] = problem.pairs[1].x[8] = 3.0;
  problem.pairs[1].x[1] = 3.0 * (1.0 + 1e-10);  // as good as equal
  for (const auto score : {median_relative_error, squared_error}) {
    problem.score = score;
    EXPECT_EQ(search_subsets(problem, 2).degenerate, 6U);
    EXPECT_EQ(search_subsets(problem, 3).degenerate, 2U);
    expect_as_refitted(problem, 2, 1e-6);  // 1e-10 apart: six digits of the slope
  }
  problem.fit = ratio;
  EXPECT_EQ(search_subsets(problem, 2).degenerate, 0U);
}

TEST(SubsetSearch, HasNoBestWhereNoLineIsDetermined) {
  SubsetProblem problem{.pairs = {{{2, 2, 2, 2}, {1, 2, 3, 4}}}};
  for (const auto score : {median_relative_error, squared_error}) {
    problem.score = score;
    const auto found = search_subsets(problem, 2);
    EXPECT_TRUE(found.best.empty());
    EXPECT_EQ(found.evaluated, 0U);
    EXPECT_EQ(found.degenerate, 6U);
    EXPECT_EQ(found.scores.quantile(0.5), std::nullopt);
  }
}

TEST(SubsetSearch, GoesThroughMoreThanABatchAtOnce) {
  auto problem = made_problem(8, 400, 1);
  problem.scored.assign(400, false);
  for (std::size_t i = 0; i < 400; i += 40) problem.scored[i] = true;
  problem.score = squared_error;
  const auto found = search_subsets(problem, 2);
  EXPECT_EQ(found.evaluated, 79800U);
  std::map<double, Places> ranking;
  for (const auto& [members, score] : brute_force(problem, 2).scores) ranking[score] = members;
  auto expected = ranking.begin();
  ASSERT_EQ(found.best.size(), 10U);
  for (const auto& subset : found.best) EXPECT_EQ(subset.members, (expected++)->second);
}

TEST(SubsetSearch, KeepsItsDigitsFarFromZeroAndWhereReferencesLieClose) {
  auto problem = made_problem(9, 10, 1);
  for (auto& x : problem.pairs[0].x) *x += 1e5;
  for (auto& y : problem.pairs[0].y) *y += 1e6;
  for_each_kind(problem, [](const auto& each) { expect_as_refitted(each, 3); });
}

TEST(SubsetSearch, KeepsItsDigitsWhereReferencesHaveNearlyAllOfTheErrors) {
  // Logarithms 5 and -5 beside some 1e-4: what is left of the sum of squares is 1e-9 of it.
  SubsetProblem problem{.pairs = {{}}, .fit = ratio, .score = squared_error};
  for (const double off : {5.0, 1e-4, -2e-4, -5.0, 3e-4, -1e-4, 2e-4}) {
    problem.pairs[0].x.emplace_back(7.0);
    problem.pairs[0].y.emplace_back(7.0 * std::exp(off));
  }
  for (const std::size_t size : {2U, 4U, 6U}) expect_as_refitted(problem, size);
  const auto found = search_subsets(problem, 2, {.keep = 1});
  EXPECT_THAT(found.best.front().members, ElementsAre(0, 3));
  // The mean of the squares of 1, -2, 3, -1 and 2 times 1e-4.
  EXPECT_NEAR(found.best.front().score, 3.8e-8, 1e-12 * 3.8e-8 + 1e-19);
}

TEST(SubsetSearch, ScoresAnExactLineWithZero) {
  SubsetProblem problem{.pairs = {{}}};
  for (const double x : {0.1, 3.0, 8.0, 20.0, 55.0, 700.0, 701.0}) {
    problem.pairs[0].x.emplace_back(x);
    problem.pairs[0].y.emplace_back(5.0 + 0.3 * x);
  }
  // Rounding, at most some 1e-16 of 215 J drawn out over 7000 times the distance of two references.
  for (const auto& subset : search_subsets(problem, 3, {.keep = 100}).best)
    EXPECT_LT(subset.score, 1e-12);
  problem.score = squared_error;
  for (const auto& subset : search_subsets(problem, 3, {.keep = 100}).best)
    EXPECT_LT(subset.score, 1e-20);
}

TEST(SubsetSearch, ScoresAnExactRatioWithZero) {
  SubsetProblem problem{.pairs = {{}}, .fit = ratio};
  for (const double x : {0.1, 3.0, 8.0, 700.0}) {
    problem.pairs[0].x.emplace_back(x);
    problem.pairs[0].y.emplace_back(0.4 * x);
  }
  EXPECT_LT(search_subsets(problem, 2).best.back().score, 1e-15);
  problem.score = squared_error;
  EXPECT_LT(search_subsets(problem, 2).best.back().score, 1e-30);
}

TEST(SubsetSearch, CountsAPredictionBelowZeroAsAnErrorAboveOne) {
  // The line through (1, 3) and (2, 1) is -15 at 10, where the truth is 5.
  const SubsetProblem problem{.pairs = {{{1, 2, 10}, {3, 1, 5}}},
                              .candidates = {true, true, false}};
  EXPECT_NEAR(search_subsets(problem, 2).best.front().score, 4.0, 1e-14);
  EXPECT_NEAR(*score_subset(problem, Places{0, 1}), 4.0, 1e-14);
}

TEST(SubsetSearch, IsTheSameForAnyNumberOfThreads) {
  for_each_kind(made_problem(11, 22, 2), [](const auto& problem) {
    const auto one = search_subsets(problem, 5, {.threads = 1});
    EXPECT_EQ(one.evaluated, 26334U);
    for (const unsigned threads : {0U, 2U, 4U, 7U}) {
      const auto found = search_subsets(problem, 5, {.threads = threads});
      EXPECT_EQ(found.evaluated, one.evaluated);
      ASSERT_EQ(found.best.size(), one.best.size());
      for (std::size_t i = 0; i < one.best.size(); ++i) {
        EXPECT_EQ(found.best[i].members, one.best[i].members);
        EXPECT_EQ(found.best[i].score, one.best[i].score);
      }
      for (const double p : {0.0, 0.01, 0.3, 0.5, 0.99, 1.0})
        EXPECT_EQ(found.scores.quantile(p), one.scores.quantile(p));
    }
  });
}

TEST(SubsetSearch, OrdersEqualScoresByTheirMembers) {
  // Copies of two workloads: many subsets score the same to the last digit.
  SubsetProblem problem{.pairs = {{}}, .fit = ratio};
  for (std::size_t i = 0; i < 16; ++i) {
    problem.pairs[0].x.emplace_back(1.0);
    problem.pairs[0].y.emplace_back(i % 4 == 3 ? 2.0 : 1.0);
  }
  const auto all = search_subsets(problem, 3, {.keep = 560, .threads = 1});
  ASSERT_EQ(all.best.size(), 560U);
  for (std::size_t i = 1; i < all.best.size(); ++i)
    EXPECT_TRUE(all.best[i].score > all.best[i - 1].score ||
                all.best[i].members > all.best[i - 1].members);
  EXPECT_THAT(all.best[0].members, ElementsAre(0, 1, 2));
  EXPECT_THAT(all.best[1].members, ElementsAre(0, 1, 4));
  EXPECT_LT(all.best[219].score, 1e-15);  // 3 of the 12 copies: rounding
  EXPECT_GT(all.best[220].score, 0.1);
  for (const unsigned threads : {1U, 4U}) {
    const auto few = search_subsets(problem, 3, {.keep = 7, .threads = threads});
    ASSERT_EQ(few.best.size(), 7U);
    for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(few.best[i].members, all.best[i].members);
  }
}

TEST(SubsetSearch, SaysHowTheScoresLie) {
  const auto problem = made_problem(12, 12, 1);
  std::vector<double> scores;
  for (const auto& [members, score] : brute_force(problem, 4).scores) scores.push_back(score);
  std::ranges::sort(scores);
  const auto found = search_subsets(problem, 4);
  EXPECT_EQ(*found.scores.quantile(0.0), found.best.front().score);
  EXPECT_NEAR(*found.scores.quantile(0.5), scores[247], scores[247] / 1024);  // a bucket
  EXPECT_NEAR(*found.scores.share_below(scores[49]), 49.0 / 495.0, 0.01);
}

TEST(ScoreSubset, ReportsAChosenSubsetOnOtherWorkloads) {
  auto problem = made_problem(13, 12, 2);
  problem.scored.assign(12, false);
  for (std::size_t i = 0; i < 6; ++i) problem.scored[i] = true;
  const auto chosen = search_subsets(problem, 3).best.front().members;
  problem.scored.flip();
  EXPECT_NEAR(*score_subset(problem, chosen), brute_force(problem, 3).scores.at(chosen), 1e-12);
}

TEST(SubsetSearch, TakesEnergiesAtTheEndsOfTheirRange) {
  auto problem = made_problem(14, 8, 1);
  problem.pairs[0].x[2] = 1e30;
  problem.pairs[0].x[3] = 1e-30;
  problem.pairs[0].y[4] = 1e30;
  problem.pairs[0].y[5] = 1e-30;
  for_each_kind(problem, [](const auto& each) {
    const auto found = search_subsets(each, 3);
    EXPECT_EQ(found.evaluated, 56U);
    EXPECT_TRUE(std::isfinite(*found.scores.quantile(1.0)));
  });
}

}  // namespace
}  // namespace isojoule
