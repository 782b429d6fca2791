#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/normalize/question.hpp"

#include "support/test_evaluation.hpp"

namespace isojoule {
namespace {

using test_table::Evaluation;
using test_table::Prediction;
using Rows = std::vector<Observation>;
using testing::HasSubstr;
using testing::IsEmpty;

EvaluateOptions settings(int k) {
  EvaluateOptions options;
  options.normalizers = {parse_normalizer("pooled")};
  options.selections = {Selection::variance};
  options.counts = {test_table::number(k)};
  options.pairs = {{"A", "B"}};
  return options;
}

LearnerPointer learner_of(const View& view) {
  return *learn(parse_normalizer("pooled"), {Feature::energy}, view);
}

void expect_same(const Evaluation& a, const Evaluation& b, double relative) {
  ASSERT_EQ(a.predictions.size(), b.predictions.size());
  ASSERT_FALSE(a.predictions.empty());
  for (std::size_t i = 0; i < a.predictions.size(); ++i) {
    EXPECT_EQ(a.predictions[i].workload, b.predictions[i].workload);
    const double scale = relative * a.predictions[i].predicted_j;
    EXPECT_NEAR(a.predictions[i].predicted_j, b.predictions[i].predicted_j, scale);
    EXPECT_NEAR(a.predictions[i].upper_j.value(), b.predictions[i].upper_j.value(), 10 * scale);
  }
}

TEST(Pooled, NothingHiddenEntersReferencesOrPredictions) {
  const Rows rows = test_table::rows(24, 4);
  const Evaluation plain = test_table::evaluate(rows, settings(4));
  for (int split = 0; split < 5; ++split) {
    // Whatever is no reference's energy on B, and every row of a test workload but that on A, is
    // made another one.
    std::vector<std::string> references;
    std::vector<std::string> tested;
    for (const Prediction& p : plain.predictions) {
      if (p.fit.split != split) continue;
      (p.is_reference ? references : tested).push_back(p.workload);
    }
    ASSERT_EQ(references.size(), 4U);
    Rows changed = rows;
    for (Observation& row : changed) {
      const bool is_tested = std::ranges::find(tested, row.workload) != tested.end();
      const bool is_reference = std::ranges::find(references, row.workload) != references.end();
      if (row.hardware == "A" || (is_tested ? false : row.hardware != "B") || is_reference)
        continue;
      row.energy = (7.0 + static_cast<double>(row.line)) * *row.energy;
      row.duration = 3.0 * *row.duration;
    }
    const Evaluation other = test_table::evaluate(changed, settings(4));
    for (std::size_t i = 0; i < plain.predictions.size(); ++i) {
      if (plain.predictions[i].fit.split != split) continue;
      EXPECT_EQ(plain.predictions[i].workload, other.predictions[i].workload);
      EXPECT_EQ(plain.predictions[i].predicted_j, other.predictions[i].predicted_j);
      EXPECT_EQ(plain.predictions[i].lower_j, other.predictions[i].lower_j);
    }
  }
}

TEST(Pooled, AReferencesEnergyDoesEnter) {
  const Rows rows = test_table::rows(24, 3);
  const Evaluation plain = test_table::evaluate(rows, settings(4));
  Rows changed = rows;
  for (Observation& row : changed) {
    if (row.hardware == "B") row.energy = 2.0 * *row.energy;
  }
  const Evaluation other = test_table::evaluate(changed, settings(4));
  EXPECT_GT(other.predictions.back().predicted_j, 1.3 * plain.predictions.back().predicted_j);
}

TEST(Pooled, UnitsOfTimeFlopsAndParametersDoNotMatter) {
  const Rows rows = test_table::rows(24, 3);
  Rows changed = rows;
  for (Observation& row : changed) {
    row.duration = 1e3 * *row.duration;
    row.flops = 1e-9 * *row.flops;
    row.parameters = 1e-6 * *row.parameters;
  }
  expect_same(test_table::evaluate(rows, settings(4)), test_table::evaluate(changed, settings(4)),
              1e-7);
}

TEST(Pooled, TheUnitOfEnergyScalesPredictions) {
  const Rows rows = test_table::rows(24, 3);
  Rows changed = rows;
  for (Observation& row : changed) row.energy = 1e-3 * *row.energy;
  Evaluation other = test_table::evaluate(changed, settings(4));
  for (Prediction& p : other.predictions) {
    p.predicted_j *= 1e3;
    *p.upper_j *= 1e3;
  }
  expect_same(test_table::evaluate(rows, settings(4)), other, 1e-7);
}

TEST(Pooled, TheOrderOfRowsAndACopyOfAMachineDoNotMatter) {
  const Rows rows = test_table::rows(24, 3);
  Rows changed(rows.rbegin(), rows.rend());
  for (const Observation& row : rows) {
    if (row.hardware != "C") continue;
    changed.push_back(row);
    changed.back().hardware = "D";
  }
  expect_same(test_table::evaluate(rows, settings(4)), test_table::evaluate(changed, settings(4)),
              1e-12);
}

TEST(Pooled, TwoMachinesAreBasedOnThePrior) {
  const Rows rows = test_table::rows(24, 2);
  const Evaluation evaluation = test_table::evaluate(rows, settings(2));
  for (const EvaluationRow& row : evaluation.rows) EXPECT_THAT(row.refused, IsEmpty());
  const Dataset dataset(rows);
  EXPECT_EQ(learner_of(View(dataset, 0, 1, {0, 1, 2, 3}))->others(), 0U);
}

TEST(Pooled, AProportionalMachineIsPredictedAsByTheRatio) {
  Rows rows = test_table::rows(24, 2);
  for (std::size_t i = 1; i < rows.size(); i += 2) rows[i].energy = 2.5 * *rows[i - 1].energy;
  EvaluateOptions options = settings(3);
  const Evaluation evaluation = test_table::evaluate(rows, options);
  for (const EvaluationRow& row : evaluation.rows) {
    EXPECT_LT(row.mdape.value(), 0.02);  // the least noise that is considered
    EXPECT_EQ(row.coverage90, 1.0);
  }
}

TEST(Pooled, OneReferenceTwoEqualOnesAndMissingFeaturesAreNoObstacle) {
  Rows rows = test_table::rows(12, 3);
  for (Observation& row : rows) {
    row.flops.reset();
    if (row.workload == "w03") row.parameters.reset();
    if (row.hardware == "A") row.duration = 5.0 * second;
    if (row.workload == "w01") row.energy = 1234.0 * joule;
    if (row.workload == "w02") row.energy = 1234.0 * joule;
  }
  const Dataset dataset(rows);
  for (const std::vector<std::string>& references :
       {std::vector<std::string>{"w00"}, {"w01", "w02"}}) {
    const Question question{{"A"}, "B", {}, references, parse_normalizer("pooled"), {}};
    for (const Answer& answer : answer_question(dataset, question)) {
      ASSERT_TRUE(answer.energy) << answer.energy.refused;
      const auto& interval = answer.energy->interval;
      ASSERT_TRUE(interval);
      EXPECT_LT(interval->lower, answer.energy->point);
      EXPECT_LT(answer.energy->point, interval->upper);
    }
  }
}

/// What is said of w03 of a table whose references are w00, w05 and w10.
std::string unlike(const Rows& rows) {
  const Question question{{"A"}, "B", {"w03"}, {"w00", "w05", "w10"}, parse_normalizer("pooled"),
                          {}};
  return answer_question(Dataset(rows), question).front().unlike;
}

TEST(Pooled, WhatIsUnlikeTheReferencesIsSaidWithWhy) {
  // All alike, but for what is changed below.
  Rows rows = test_table::rows(12, 3);
  for (Observation& row : rows) {
    row.energy = (row.hardware == "A" ? 100.0 : 250.0) * joule;
    row.duration = 1.0 * second;
    row.flops = 1e9 * flop;
    row.parameters = 1e6;
    row.family = "f";
  }
  EXPECT_EQ(unlike(rows), "");
  const auto changed = [&rows](const auto& change) {
    Rows copy = rows;
    for (Observation& row : copy) {
      if (row.workload == "w03") change(row);
    }
    return unlike(copy);
  };
  EXPECT_EQ(changed([](Observation& row) { row.flops = 1.9e9 * flop; }), "");
  EXPECT_EQ(changed([](Observation& row) { row.flops = 3e9 * flop; }),
            "its FLOP per second is 3 times the most of the references, its FLOP per parameter is "
            "3 times the most of the references");
  EXPECT_EQ(
      changed([](Observation& row) { row.duration = 4.0 * second; }),
      "its power is 0.25 times the least of the references, its FLOP per second is 0.25 times "
      "the least of the references");
  EXPECT_EQ(changed([](Observation& row) { row.family = "g"; }), "");  // C knows of it
  Rows alone;
  for (const Observation& row : rows) {
    alone.push_back(row);
    if (row.workload == "w03") alone.back().family = "g";
    if (row.workload == "w03" && row.hardware == "C") alone.pop_back();
  }
  EXPECT_THAT(unlike(alone), HasSubstr("family"));
}

TEST(Pooled, ANewFamilyHasItsOwnPartStillOpen) {
  // w03 of a family that the other machines and the references know, or of one that nobody does.
  Rows rows = test_table::rows(24, 4);
  for (Observation& row : rows) {
    // Families depart from the law by what is their own, so that there is something to leave open.
    const double own = 0.25 * static_cast<double>(row.family.back() % 3 - 1);
    if (row.hardware != "A") row.energy = std::exp(own) * *row.energy;
  }
  const auto width = [](const Rows& table) {
    const Question question{
        {"A"}, "B", {"w03"}, {"w04", "w05", "w10", "w20"}, parse_normalizer("pooled"), {}};
    const auto& interval = *answer_question(Dataset(table), question).front().energy->interval;
    return std::log(interval.upper / interval.lower);
  };
  Rows renamed = rows;
  std::erase_if(
      renamed, [](const Observation& row) { return row.workload == "w03" && row.hardware != "A"; });
  const double known = width(renamed);
  for (Observation& row : renamed) {
    if (row.workload == "w03") row.family = "new";
  }
  EXPECT_GT(width(renamed), 1.1 * known);
}

TEST(Pooled, OfManyMachinesItTakesTheMostUnlike) {
  // Ten near-copies of A's law, and one machine that differs: whichever order they come in, the one
  // that differs is learnt from.
  Rows rows = test_table::rows(16, 3);
  for (int copy = 0; copy < 10; ++copy) {
    for (const Observation& row : test_table::rows(16, 3)) {
      if (row.hardware != "A") continue;
      rows.push_back(row);
      rows.back().hardware = "A" + std::to_string(copy);
      rows.back().energy = (1.0 + 0.01 * copy + 1e-4 * static_cast<double>(row.line)) * *row.energy;
    }
  }
  const Question question{{"A"}, "B", {}, {"w00", "w05", "w10"}, parse_normalizer("pooled"), {}};
  const auto with = answer_question(Dataset(rows), question);
  EXPECT_EQ(with.front().fit->others, 8U);
  std::erase_if(rows, [](const Observation& row) { return row.hardware == "C"; });
  const auto without = answer_question(Dataset(rows), question);
  EXPECT_NE(with.front().energy->point.in(joule), without.front().energy->point.in(joule));
}

TEST(Pooled, MoreReferencesThanThereAreAreRefused) {
  const Dataset dataset(test_table::rows(6, 3));
  const LearnerPointer learner = learner_of(View(dataset, 0, 1, {0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(learner->order(7)->size(), 6U);
  EXPECT_THAT(first_references(*learner, 7).refused, HasSubstr("there are 6 workloads"));
  EXPECT_EQ(first_references(*learner, 6)->size(), 6U);
  EXPECT_THAT(learner->fit({}).refused, HasSubstr("needs references"));
}

}  // namespace
}  // namespace isojoule
