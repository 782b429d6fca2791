// What must hold of an evaluation whatever the data: it sees nothing that it may not see, and units
// and the order of rows do not matter.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/evaluate/evaluate.hpp"

#include "support/test_evaluation.hpp"

namespace isojoule {
namespace {

using test_table::all;
using test_table::Evaluation;
using test_table::number;
using test_table::Prediction;
using Rows = std::vector<Observation>;

constexpr std::array<std::uint64_t, 3> kSeeds{1, 2, 3};

/// Any normalizer with the features that it takes, in all ways to choose references.
EvaluateOptions settings(const std::string& normalizer, const std::string& features = "energy") {
  return {.pairs = {{"A", "B"}},
          .selections = {Selection::lowest, Selection::highest, Selection::min_max,
                         Selection::random, Selection::space_filling},
          .counts = {number(6), number(12)},
          .normalizers = {parse_normalizer(normalizer)},
          .features = {parse_features(features)}};
}

void expect_same(const Evaluation& a, const Evaluation& b, bool with_truth) {
  ASSERT_EQ(a.predictions.size(), b.predictions.size());
  for (std::size_t i = 0; i < a.predictions.size(); ++i) {
    const Prediction& left = a.predictions[i];
    const Prediction& right = b.predictions[i];
    EXPECT_EQ(left.workload, right.workload);
    EXPECT_EQ(left.is_reference, right.is_reference);
    EXPECT_EQ(left.predicted_j, right.predicted_j);
    EXPECT_EQ(left.lower_j, right.lower_j);
    EXPECT_EQ(left.upper_j, right.upper_j);
    if (with_truth) {
      EXPECT_EQ(left.truth_j, right.truth_j);
    }
  }
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    EXPECT_EQ(a.rows[i].refused, b.rows[i].refused);
    if (with_truth) {
      EXPECT_EQ(a.rows[i].mse_kwh2, b.rows[i].mse_kwh2);
    }
  }
}

struct Case {
  const char* normalizer;
  const char* features;
};

class EveryNormalizer : public ::testing::TestWithParam<Case> {};

/// Shuffles, among themselves, values that the fits of split 0 must not see: all that is known of
/// its test workloads but for their row on the source, and the target energies of all that are not
/// references.
Rows shuffle_hidden(Rows rows, const std::set<std::string>& references,
                    const std::set<std::string>& tests, std::uint64_t seed) {
  std::vector<Observation*> hidden;
  for (Observation& row : rows) {
    const bool of_target = row.hardware == "B" && !references.contains(row.workload);
    const bool of_test = row.hardware != "A" && tests.contains(row.workload);
    if (of_target || of_test) hidden.push_back(&row);
  }
  std::vector<std::pair<Energy, Duration>> values;
  for (const Observation* row : hidden) values.emplace_back(*row->energy, *row->duration);
  Random(seed).shuffle(std::span(values));
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    hidden[i]->energy = 3.0 * values[i].first;
    hidden[i]->duration = 0.5 * values[i].second;
  }
  return rows;
}

TEST_P(EveryNormalizer, DoesNotPeek) {
  const Rows rows = test_table::rows(24, 3);
  const EvaluateOptions several = settings(GetParam().normalizer, GetParam().features);
  for (const Selection selection : several.selections) {
    for (const std::uint64_t seed : kSeeds) {
      EvaluateOptions options = several;
      options.seed = seed;
      options.splits = 1;
      options.selections = {selection};
      options.counts = {number(6)};
      const Evaluation plain = test_table::evaluate(rows, options);
      std::set<std::string> parts[2];
      for (const Prediction& p : plain.predictions)
        parts[p.is_reference ? 1 : 0].insert(p.workload);
      ASSERT_EQ(parts[0].size(), 5u);
      ASSERT_EQ(parts[1].size(), 6u);
      const Rows shuffled = shuffle_hidden(rows, parts[1], parts[0], seed);
      const Evaluation blind = test_table::evaluate(shuffled, options);
      expect_same(plain, blind, false);
      EXPECT_NE(plain.rows[0].mdape, blind.rows[0].mdape);  // the truth did change
    }
  }
}

TEST_P(EveryNormalizer, OrderOfRowsDoesNotChangeADigit) {
  Rows rows = test_table::rows(24, 3);
  const EvaluateOptions options = settings(GetParam().normalizer, GetParam().features);
  const Evaluation expected = test_table::evaluate(rows, options);
  ASSERT_FALSE(expected.predictions.empty());
  for (const std::uint64_t seed : kSeeds) {
    Random(seed).shuffle(std::span(rows));
    expect_same(expected, test_table::evaluate(rows, options), true);
  }
}

TEST_P(EveryNormalizer, OtherPairsDoNotChangeADigit) {
  const Rows rows = test_table::rows(24, 3);
  EvaluateOptions options = settings(GetParam().normalizer, GetParam().features);
  const Evaluation alone = test_table::evaluate(rows, options);
  options.pairs = {{"A", "B"}, {"C", "A"}};
  Evaluation among = test_table::evaluate(rows, options);
  std::erase_if(among.predictions, [](const Prediction& p) { return p.fit.source != "A"; });
  std::erase_if(among.rows, [](const EvaluationRow& row) { return row.source != "A"; });
  expect_same(alone, among, true);
}

INSTANTIATE_TEST_SUITE_P(
    All, EveryNormalizer,
    ::testing::Values(Case{"none", "energy"}, Case{"single:lowest", "energy"},
                      Case{"single:highest", "energy"}, Case{"single:median", "energy"},
                      Case{"ratio", "energy"}, Case{"ratio", "flops"}, Case{"dual", "energy"},
                      Case{"linear", "energy"}, Case{"linear", "flops"},
                      Case{"linear", "energy+flops+params+duration"}, Case{"log-linear", "energy"},
                      Case{"log-linear", "energy+flops+params"}, Case{"polynomial", "energy"},
                      Case{"svr", "energy"}, Case{"svr", "energy+flops"},
                      Case{"svr-tuned", "energy"}));

TEST(Peeking, WouldBeSeen) {
  // The same comparison after a reference's energy on the target has changed.
  Rows rows = test_table::rows(24, 3);
  const EvaluateOptions options = settings("linear");
  const Evaluation plain = test_table::evaluate(rows, options);
  const std::string reference = plain.predictions.front().workload;
  for (Observation& row : rows)
    if (row.workload == reference && row.hardware == "B") row.energy = 2.0 * *row.energy;
  const Evaluation changed = test_table::evaluate(rows, options);
  EXPECT_NE(plain.predictions.front().predicted_j, changed.predictions.front().predicted_j);
}

class Equivariant : public ::testing::TestWithParam<const char*> {};

Rows scaled(Rows rows, const std::string& machine, double factor) {
  for (Observation& row : rows)
    if (row.hardware == machine) row.energy = factor * *row.energy;
  return rows;
}

void expect_scaled(const Evaluation& plain, const Evaluation& changed, double factor) {
  // A fit of a dozen rows loses some 1e-15; a parabola's condition costs two digits more.
  constexpr double kRelative = 1e-12;
  ASSERT_EQ(plain.predictions.size(), changed.predictions.size());
  for (std::size_t i = 0; i < plain.predictions.size(); ++i) {
    const Prediction& before = plain.predictions[i];
    const Prediction& after = changed.predictions[i];
    EXPECT_EQ(before.workload, after.workload);
    const double scale = factor * (std::abs(before.predicted_j) + before.truth_j);
    EXPECT_NEAR(after.predicted_j, factor * before.predicted_j, kRelative * scale);
    ASSERT_EQ(before.lower_j.has_value(), after.lower_j.has_value());
    if (!before.lower_j) continue;
    const double width = factor * (*before.upper_j - *before.lower_j);
    EXPECT_NEAR(after.upper_j.value() - after.lower_j.value(), width, 1e-10 * (scale + width));
  }
  for (std::size_t i = 0; i < plain.rows.size(); ++i) {
    const EvaluationRow& before = plain.rows[i];
    const EvaluationRow& after = changed.rows[i];
    EXPECT_NEAR(*after.mdape, *before.mdape, kRelative * (1 + *before.mdape));
    EXPECT_NEAR(*after.p90, *before.p90, kRelative * (1 + *before.p90));
    EXPECT_NEAR(*after.r2, *before.r2, 1e-10 * (1 + std::abs(*before.r2)));
    EXPECT_EQ(after.coverage90, before.coverage90);
  }
}

TEST_P(Equivariant, ScalingTheTargetScalesPredictionsAndLeavesRelativeErrors) {
  const Rows rows = test_table::rows(24, 2);
  const Evaluation plain = test_table::evaluate(rows, settings(GetParam()));
  for (const double factor : {1e-3, 3.7, 1e6})
    expect_scaled(plain, test_table::evaluate(scaled(rows, "B", factor), settings(GetParam())),
                  factor);
}

TEST_P(Equivariant, ScalingTheSourceChangesNothing) {
  const Rows rows = test_table::rows(24, 2);
  const Evaluation plain = test_table::evaluate(rows, settings(GetParam()));
  for (const double factor : {1e-3, 3.7, 1e6})
    expect_scaled(plain, test_table::evaluate(scaled(rows, "A", factor), settings(GetParam())),
                  1.0);
}

INSTANTIATE_TEST_SUITE_P(All, Equivariant,
                         ::testing::Values("single:median", "ratio", "dual", "linear", "log-linear",
                                           "polynomial"));

}  // namespace
}  // namespace isojoule
