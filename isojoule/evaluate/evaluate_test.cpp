#include "isojoule/evaluate/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_evaluation.hpp"

namespace isojoule {
namespace {

using test_table::all;
using test_table::error_of;
using test_table::Evaluation;
using test_table::number;
using test_table::percent;
using test_table::Prediction;
using test_table::row;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Names = std::set<std::string>;
using Rows = std::vector<Observation>;

Evaluation evaluate(const Rows& rows, const EvaluateOptions& options) {
  return test_table::evaluate(rows, options);
}

/// Workloads of one split of the pair that comes first.
Names workloads(const Evaluation& evaluation, int split, bool references) {
  Names names;
  for (const Prediction& p : evaluation.predictions) {
    if (p.fit.split == split && p.is_reference == references) names.insert(p.workload);
  }
  return names;
}

TEST(Splits, TestOnAFifthRoundedUp) {
  for (const auto& [n, tests] :
       std::map<int, std::size_t>{{3, 1}, {5, 1}, {6, 2}, {10, 2}, {43, 9}}) {
    for (const EvaluationRow& row : evaluate(test_table::rows(n, 2), {}).rows) {
      EXPECT_EQ(row.test_rows, tests);
      EXPECT_EQ(row.train_rows, static_cast<std::size_t>(n) - tests);
    }
  }
}

TEST(Splits, PartTheWorkloads) {
  const Evaluation evaluation =
      evaluate(test_table::rows(12, 2), {.pairs = {{"A", "B"}}, .counts = {all()}});
  std::set<Names> tested;
  for (int split = 0; split < 5; ++split) {
    const Names test = workloads(evaluation, split, false);
    const Names train = workloads(evaluation, split, true);
    EXPECT_EQ(test.size(), 3u);
    EXPECT_EQ(train.size(), 9u);
    Names both = test;
    both.insert(train.begin(), train.end());
    EXPECT_EQ(both.size(), 12u);
    tested.insert(test);
  }
  EXPECT_GT(tested.size(), 1u);
}

TEST(Splits, AreTheSameForAllPairs) {
  const Evaluation evaluation = evaluate(test_table::rows(12, 3), {.counts = {number(4)}});
  std::map<int, std::set<Names>> by_split;
  for (const char* source : {"A", "B", "C"}) {
    for (int split = 0; split < 5; ++split) {
      Names names;
      for (const Prediction& p : evaluation.predictions) {
        if (p.fit.source == source && p.fit.split == split && !p.is_reference)
          names.insert(p.workload);
      }
      by_split[split].insert(names);
    }
  }
  for (const auto& [split, sets] : by_split) EXPECT_EQ(sets.size(), 1u) << split;
}

TEST(Splits, DependOnTheSeed) {
  const auto tested = [](std::uint64_t seed) {
    return workloads(evaluate(test_table::rows(30, 2), {.seed = seed, .splits = 1}), 0, false);
  };
  EXPECT_EQ(tested(1), tested(1));
  EXPECT_NE(tested(1), tested(2));  // the same once in 593,775 pairs of seeds; these are fixed
}

TEST(Families, AreNeverSplit) {
  const Rows rows = test_table::rows(18, 2);
  std::map<std::string, std::string> family;
  for (const Observation& row : rows) family[row.workload] = row.family;
  const Evaluation evaluation = evaluate(
      rows, {.splits = 20, .grouping = Grouping::family, .pairs = {{"A", "B"}}, .counts = {all()}});
  for (int split = 0; split < 20; ++split) {
    Names tested;
    for (const std::string& name : workloads(evaluation, split, false)) tested.insert(family[name]);
    EXPECT_EQ(tested.size(), 2u);  // ceil(0.2 x 6)
    for (const std::string& name : workloads(evaluation, split, true))
      EXPECT_FALSE(tested.contains(family[name])) << name;
    EXPECT_EQ(workloads(evaluation, split, true).size(), 12u);
  }
}

TEST(RowsOfAnEvaluation, ComeInTheOrderThatIsStated) {
  const EvaluateOptions options{
      .splits = 2,
      .selections = {Selection::random, Selection::lowest},
      .counts = {number(4), number(5)},
      .normalizers = {parse_normalizer("ratio"), parse_normalizer("linear")},
      .features = {parse_features("energy"), parse_features("flops")}};
  std::vector<std::tuple<std::string, std::string, std::string, std::string, std::string, int>>
      expected;
  for (const char* pair : {"AB", "BA"})
    for (const char* selection : {"random", "lowest"})
      for (const char* count : {"4", "5"})
        for (const char* normalizer : {"ratio", "linear"})
          for (const char* features : {"energy", "flops"})
            for (int split = 0; split < 2; ++split)
              expected.emplace_back(pair, selection, count, normalizer, features, split);
  const Evaluation evaluation = evaluate(test_table::rows(10, 2), options);
  ASSERT_EQ(evaluation.rows.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const EvaluationRow& row = evaluation.rows[i];
    EXPECT_EQ(std::tuple(row.source + row.target, row.selection, row.count, row.normalizer,
                         row.features, row.split),
              expected[i]);
    EXPECT_EQ(std::to_string(row.k), row.count);
  }
}

TEST(AllReferences, AreEvaluatedOnceWhateverTheSelections) {
  const EvaluateOptions options{.splits = 2,
                                .pairs = {{"A", "B"}},
                                .selections = {Selection::random, Selection::min_max},
                                .counts = {percent(50), percent(100)}};
  std::vector<std::pair<std::string, std::size_t>> rows;
  for (const EvaluationRow& row : evaluate(test_table::rows(10, 2), options).rows)
    rows.emplace_back(row.selection, row.k);
  using P = std::pair<std::string, std::size_t>;
  EXPECT_THAT(rows, ElementsAre(P("random", 4), P("random", 4), P("all", 8), P("all", 8),
                                P("min-max", 4), P("min-max", 4)));
}

/// One fit's scores, from its predictions.
void expect_scores(const EvaluationRow& row, const std::vector<Prediction>& tests) {
  constexpr double kJoulesPerKwh = 3.6e6;
  double mean = 0.0;
  for (const Prediction& p : tests) mean += p.truth_j / static_cast<double>(tests.size());
  double residual = 0.0;
  double total = 0.0;
  double inside = 0.0;
  std::vector<double> errors;
  for (const Prediction& p : tests) {
    residual += std::pow(p.truth_j - p.predicted_j, 2);
    total += std::pow(p.truth_j - mean, 2);
    errors.push_back(std::abs(p.predicted_j / p.truth_j - 1));
    inside += p.lower_j && *p.lower_j <= p.truth_j && p.truth_j <= *p.upper_j ? 1.0 : 0.0;
  }
  std::ranges::sort(errors);
  ASSERT_EQ(errors.size(), 5u);
  const double mape = std::accumulate(errors.begin(), errors.end(), 0.0) / 5;
  const double mse_kwh2 = residual / 5 / kJoulesPerKwh / kJoulesPerKwh;
  // Sums of five numbers in two orders: some 1e-16 of the largest.
  EXPECT_NEAR(*row.r2, 1 - residual / total, 1e-13 * (1 + residual / total));
  EXPECT_NEAR(*row.mse_kwh2, mse_kwh2, 1e-13 * mse_kwh2);
  EXPECT_NEAR(*row.mdape, errors[2], 1e-13);
  EXPECT_NEAR(*row.mape, mape, 1e-13 * (1 + mape));
  EXPECT_NEAR(*row.p90, 0.4 * errors[3] + 0.6 * errors[4], 1e-13 * (1 + mape));  // place 3.6 of 0-4
  EXPECT_EQ(row.coverage90.has_value(), tests[0].lower_j.has_value());
  if (row.coverage90) {
    EXPECT_DOUBLE_EQ(*row.coverage90, inside / 5);
  }
}

TEST(Scores, AreThoseOfThePredictionsForTheTestPart) {
  const Evaluation evaluation =
      evaluate(test_table::rows(25, 2),
               {.counts = {number(6), all()},
                .normalizers = {parse_normalizer("ratio"), parse_normalizer("linear"),
                                parse_normalizer("svr")}});
  ASSERT_EQ(evaluation.rows.size(), 2u * 2 * 3 * 5);
  auto next = evaluation.predictions.begin();
  for (const EvaluationRow& row : evaluation.rows) {
    EXPECT_EQ(row.refused, "");
    next += static_cast<std::ptrdiff_t>(row.k);  // its references
    const std::vector<Prediction> tests(next, next + 5);
    next += 5;
    expect_scores(row, tests);
  }
  EXPECT_EQ(next, evaluation.predictions.end());
}

TEST(Scores, HaveNoR2WhereTheTruthDoesNotVary) {
  Rows rows;
  for (int w = 0; w < 6; ++w) {
    rows.push_back(row("w" + std::to_string(w), "A", 10.0 + w));
    rows.push_back(row("w" + std::to_string(w), "B", 7.0));
  }
  for (const EvaluationRow& row : evaluate(rows, {.pairs = {{"A", "B"}}}).rows) {
    EXPECT_EQ(row.refused, "");
    EXPECT_FALSE(row.r2);
    EXPECT_NEAR(*row.mdape, 0.0, 1e-14);
  }
}

TEST(Predictions, ComeReferencesFirstInTheOrderOfNamesWithTheTruth) {
  const Rows rows = test_table::rows(10, 2);
  std::map<std::string, double> truth;
  for (const Observation& row : rows)
    if (row.hardware == "B") truth[row.workload] = row.energy->in(joule);
  const Evaluation evaluation =
      evaluate(rows, {.splits = 1, .pairs = {{"A", "B"}}, .counts = {number(4)}});
  ASSERT_EQ(evaluation.predictions.size(), 6u);
  std::vector<std::string> names[2];
  for (std::size_t i = 0; i < 6; ++i) {
    const Prediction& p = evaluation.predictions[i];
    EXPECT_EQ(p.is_reference, i < 4);
    EXPECT_EQ(p.truth_j, truth[p.workload]);
    EXPECT_EQ(p.fit.normalizer, "linear");
    EXPECT_EQ(p.fit.k, 4u);
    names[p.is_reference ? 1 : 0].push_back(p.workload);
  }
  EXPECT_TRUE(std::ranges::is_sorted(names[0]));
  EXPECT_TRUE(std::ranges::is_sorted(names[1]));
}

TEST(Predictions, NeedNoSink) {
  std::size_t rows = 0;
  isojoule::evaluate(Dataset(test_table::rows(10, 2)), {},
                     {[&rows](const EvaluationRow&) { ++rows; }, nullptr});
  EXPECT_EQ(rows, 10u);
}

TEST(RefusedFits, AreRowsWithAReasonAndWithoutAnythingElse) {
  Rows rows = test_table::rows(10, 2);
  for (Observation& row : rows) row.duration = std::nullopt;
  const std::vector<std::tuple<ReferenceCount, const char*, const char*, const char*>> cases{
      {number(2), "linear", "energy+flops+params", "4 coefficients need as many rows"},
      {number(2), "polynomial", "energy", "3 coefficients"},
      {number(9), "linear", "energy", "9 references are asked for, there are 8 workloads"},
      {percent(1), "linear", "energy", "no reference"},
      {number(4), "linear", "duration", "has no known duration"},
      {number(4), "none", "flops", "needs the energy"}};
  for (const auto& [count, normalizer, features, reason] : cases) {
    const Evaluation evaluation = evaluate(rows, {.counts = {count},
                                                  .normalizers = {parse_normalizer(normalizer)},
                                                  .features = {parse_features(features)}});
    ASSERT_EQ(evaluation.rows.size(), 10u) << reason;
    EXPECT_THAT(evaluation.predictions, IsEmpty());
    for (const EvaluationRow& row : evaluation.rows) {
      EXPECT_THAT(row.refused, HasSubstr(reason));
      EXPECT_FALSE(row.r2 || row.mse_kwh2 || row.mdape || row.mape || row.p90 || row.coverage90);
      EXPECT_EQ(row.normalizer, normalizer);
      EXPECT_EQ(row.features, features);
    }
  }
}

TEST(RefusedFits, AreThoseThatLeaveTheRangeOfNumbers) {
  // Energies of 1e-300 to 1e300 J: every normalizer has an answer or a reason, never an infinite
  // number.
  Rows rows;
  Random random(1);
  for (int w = 0; w < 20; ++w) {
    for (const char* machine : {"A", "B"})
      rows.push_back(
          row("w" + std::to_string(w), machine, std::pow(10.0, 600.0 * random.uniform() - 300.0)));
  }
  std::vector<Normalizer> normalizers;
  for (const char* normalizer : {"none", "single:lowest", "ratio", "dual", "linear", "log-linear",
                                 "polynomial", "svr", "svr-tuned"})
    normalizers.push_back(parse_normalizer(normalizer));
  int beyond = 0;
  for (const EvaluationRow& row :
       evaluate(rows, {.counts = {number(3), all()}, .normalizers = normalizers}).rows) {
    beyond += row.refused.ends_with("is beyond the range of numbers") ? 1 : 0;
    for (const auto& score : {row.r2, row.mse_kwh2, row.mdape, row.mape, row.p90})
      EXPECT_TRUE(!score || std::isfinite(*score)) << row.normalizer;
  }
  EXPECT_GT(beyond, 0);
}

TEST(NamedReference, IsRefusedInSplitsThatDoNotFitOnIt) {
  const Evaluation evaluation = evaluate(
      test_table::rows(10, 2),
      {.splits = 40, .pairs = {{"A", "B"}}, .normalizers = {parse_normalizer("single:w03")}});
  int refused = 0;
  for (const EvaluationRow& row : evaluation.rows) {
    const bool tested = workloads(evaluation, row.split, false).contains("w03");
    EXPECT_FALSE(tested);
    if (row.refused.empty()) continue;
    EXPECT_EQ(row.refused, "w03 is not among the references of the split");
    ++refused;
  }
  EXPECT_GT(refused, 0);  // tested in a fifth of the splits
  EXPECT_LT(refused, 40);
}

TEST(LeftOut, AreWorkloadsThatAreNotKnownOnAllOfTheMachines) {
  Rows rows = test_table::rows(10, 3);
  std::erase_if(rows, [](const Observation& row) {
    return (row.hardware == "C" && row.workload == "w02") ||
           (row.hardware == "A" && row.workload == "w05");
  });
  rows.push_back(row("lonely", "D", 1));
  const EvaluateOptions three{.pairs = {{"A", "B"}, {"A", "C"}}};
  const EvaluationSummary on_three = evaluate(rows, three).summary;
  EXPECT_THAT(on_three.machines, ElementsAre("A", "B", "C"));
  EXPECT_EQ(on_three.workloads.size(), 8u);
  EXPECT_EQ(on_three.left_out, 2u);
  const EvaluationSummary on_two = evaluate(rows, {.pairs = {{"B", "A"}}}).summary;
  EXPECT_THAT(on_two.machines, ElementsAre("A", "B"));
  EXPECT_EQ(on_two.workloads.size(), 9u);
  EXPECT_EQ(on_two.left_out, 1u);
}

void expect_error(const Rows& rows, const EvaluateOptions& options, ErrorCode code,
                  const std::string& text) {
  const Error error = error_of([&] { evaluate(rows, options); });
  EXPECT_EQ(error.code(), code) << error.what();
  EXPECT_THAT(error.what(), HasSubstr(text));
}

TEST(Errors, TooLittleData) {
  expect_error({}, {}, ErrorCode::bad_input, "two machines, there is 0");
  expect_error(test_table::rows(10, 1), {}, ErrorCode::bad_input, "two machines, there is 1");
  expect_error({row("a", "A", 1), row("a", "B", 2), row("b", "A", 3), row("c", "B", 4)}, {},
               ErrorCode::bad_input, "have 1 workload in common");
  expect_error({row("a", "A", 1), row("b", "B", 2)}, {}, ErrorCode::bad_input,
               "have 0 workloads in common");
}

TEST(Errors, UnknownNames) {
  const Rows rows = test_table::rows(10, 2);
  expect_error(rows, {.pairs = {{"A", "X"}}}, ErrorCode::unknown_name, "unknown machine 'X'");
  expect_error(rows, {.normalizers = {parse_normalizer("single:w0")}}, ErrorCode::unknown_name,
               "unknown reference 'w0'; did you mean w00");
}

TEST(Errors, FamiliesThatCannotBeLeftOut) {
  Rows rows = test_table::rows(10, 2);
  const EvaluateOptions by_family{.grouping = Grouping::family};
  for (Observation& row : rows) row.family = "same";
  expect_error(rows, by_family, ErrorCode::bad_input, "cannot be split");
  for (Observation& row : rows)
    if (row.workload == "w04") row.family.clear();
  expect_error(rows, by_family, ErrorCode::bad_input, "not every workload has a family");
  EXPECT_NO_THROW(evaluate(rows, {}));
}

TEST(Errors, WhatMakesNoSense) {
  const Rows rows = test_table::rows(10, 2);
  expect_error(rows, {.splits = 0}, ErrorCode::usage, "splits");
  expect_error(rows, {.splits = 1'000'001}, ErrorCode::usage, "splits");
  expect_error(rows, {.test_percent = 0}, ErrorCode::usage, "test part");
  expect_error(rows, {.test_percent = 100}, ErrorCode::usage, "test part");
  expect_error(rows, {.pairs = {{"A", "B"}, {"A", "A"}}}, ErrorCode::usage, "paired with itself");
  expect_error(rows, {.selections = {}}, ErrorCode::usage, "needs a selection");
  expect_error(rows, {.counts = {}}, ErrorCode::usage, "needs a selection");
  expect_error(rows, {.normalizers = {}}, ErrorCode::usage, "needs a selection");
  expect_error(rows, {.features = {}}, ErrorCode::usage, "needs a selection");
}

}  // namespace
}  // namespace isojoule
