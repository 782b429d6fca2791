// What a search through subsets refuses, how many there are, and subsets without a score.
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/subset_search.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using Places = std::vector<std::size_t>;

SubsetProblem made_problem(std::size_t workloads, std::size_t pairs) {
  SubsetPair pair;
  for (std::size_t i = 0; i < workloads; ++i) {
    pair.x.emplace_back(1.0 + static_cast<double>(i));
    pair.y.emplace_back(2.0 + static_cast<double>(i * i));
  }
  return {.pairs = std::vector<SubsetPair>(pairs, pair)};
}

void expect_refused(const SubsetProblem& problem, std::size_t size, ErrorCode code,
                    const std::string& words, const SubsetSearchOptions& options = {}) {
  try {
    search_subsets(problem, size, options);
    FAIL() << "nothing was thrown: " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_THAT(error.what(), HasSubstr(words));
  }
}

TEST(SubsetSearch, RefusesSizesThatMakeNoSense) {
  auto problem = made_problem(6, 1);
  expect_refused(problem, 1, ErrorCode::usage, "subsets of 1: a line takes 2 or more");
  expect_refused(problem, 7, ErrorCode::usage, "subsets of 7 among 6 candidates");
  expect_refused(problem, 6, ErrorCode::usage, "a subset of 6 may hold them all");
  expect_refused(problem, 2, ErrorCode::usage, "none of the best", {.keep = 0});
  problem.pairs[0].x[0].reset();
  expect_refused(problem, 6, ErrorCode::usage, "subsets of 6 among 5 candidates");
  expect_refused(problem, 5, ErrorCode::usage, "5 scored workloads have energies in pair 1");
  problem.fit = SubsetFit::ratio;
  expect_refused(problem, 0, ErrorCode::usage, "subsets of 0: a ratio takes 1 or more");
}

TEST(SubsetSearch, RefusesMoreSubsetsThanItCanGoThrough) {
  const auto problem = made_problem(300, 1);
  expect_refused(problem, 5, ErrorCode::usage,
                 "there are 19582837560 subsets of 5 among 300 candidates, more than 2000000000");
  expect_refused(problem, 40, ErrorCode::usage, "there are 9.79e+49 subsets of 40");
}

TEST(SubsetCount, IsTheBinomialCoefficient) {
  EXPECT_EQ(subset_count(43, 4), 123410.0);
  EXPECT_EQ(subset_count(43, 6), 6096454.0);
  EXPECT_EQ(subset_count(43, 43), 1.0);
  EXPECT_EQ(subset_count(43, 0), 1.0);
  EXPECT_EQ(subset_count(3, 4), 0.0);
  EXPECT_EQ(subset_count(0, 0), 1.0);
  EXPECT_EQ(subset_count(63246, 2), 1999996635.0);
  for (std::size_t n = 1; n < 40; ++n)
    for (std::size_t k = 1; k <= n; ++k)
      EXPECT_EQ(subset_count(n, k), subset_count(n - 1, k) + subset_count(n - 1, k - 1));
}

TEST(SubsetSearch, RefusesEnergiesThatAreNone) {
  for (const double bad : {0.0, -1.0, 1e31, 1e-31, std::nan(""), HUGE_VAL}) {
    auto problem = made_problem(6, 2);
    problem.pairs[1].y[3] = bad;
    expect_refused(problem, 2, ErrorCode::bad_input, "energy y of workload 4 in pair 2 is ");
    EXPECT_THROW(score_subset(problem, Places{0, 1}), Error);
  }
}

TEST(SubsetSearch, RefusesTablesThatDoNotFit) {
  expect_refused({}, 2, ErrorCode::usage, "no pairs");
  auto problem = made_problem(6, 2);
  problem.scored.assign(5, true);
  expect_refused(problem, 2, ErrorCode::usage, "5 of 6 workloads are marked as scored");
  problem.scored.assign(6, false);
  expect_refused(problem, 2, ErrorCode::usage, "0 scored workloads have energies in pair 1");
  problem.scored.clear();
  problem.candidates.assign(7, true);
  expect_refused(problem, 2, ErrorCode::usage, "7 of 6 workloads are marked as candidates");
  problem.candidates.clear();
  problem.pairs[1].x.pop_back();
  expect_refused(problem, 2, ErrorCode::bad_input, "pair 2 has 5 and 6 energies");
}

TEST(ScoreSubset, SaysWhyThereIsNoScore) {
  SubsetProblem problem{.pairs = {{{1, 1, 2, 3}, {1, 2, 3, 4}}, {{1, 2, 3, {}}, {1, 2, 3, 4}}}};
  EXPECT_THAT(score_subset(problem, Places{0, 1}).refused, HasSubstr("pair 1: "));
  EXPECT_THAT(score_subset(problem, Places{0, 3}).refused,
              HasSubstr("pair 2: a reference lacks an energy"));
  EXPECT_THAT(score_subset(problem, Places{0, 1, 2}).refused,
              HasSubstr("pair 2: no scored workload is left"));
  EXPECT_THROW(score_subset(problem, Places{1, 0}), Error);
  EXPECT_THROW(score_subset(problem, Places{1, 1}), Error);
  EXPECT_THROW(score_subset(problem, Places{0, 4}), Error);
  EXPECT_THROW(score_subset(problem, Places{0}), Error);
  problem.fit = SubsetFit::ratio;
  EXPECT_TRUE(score_subset(problem, Places{0}));
  EXPECT_THROW(score_subset(problem, {}), Error);
}

}  // namespace
}  // namespace isojoule
