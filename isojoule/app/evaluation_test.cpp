#include "isojoule/app/evaluation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The linear normalizer on all training workloads, in two splits of one pair.
EvaluationQuestion small() {
  EvaluationQuestion question;
  question.pairs = {"A:B"};
  question.splits = 2;
  return question;
}

class Evaluations : public testing::Test {
 protected:
  EvaluateOptions options(const EvaluationQuestion& question) {
    return evaluate_options(question, experiments_of(question).front(), dataset);
  }

  Dataset dataset{test_table::rows(12, 3)};
};

TEST(ExperimentsOf, AQuestionAreThoseThatItNames) {
  EvaluationQuestion question;
  EXPECT_EQ(experiments_of(question).at(0).title, plain_experiment().title);
  question.sections = {"3.2", "3.1"};
  const auto two = experiments_of(question);
  ASSERT_THAT(two, SizeIs(2));
  EXPECT_EQ(two[0].name, "3.2");
  EXPECT_EQ(two[1].name, "3.1");
  question.sections = {"3.4"};
  EXPECT_EQ(error_of([&] { experiments_of(question); }).code(), ErrorCode::unknown_name);
  question.sections.clear();
  question.compare = true;
  EXPECT_EQ(experiments_of(question).at(0).splits, comparison_experiment().splits);
}

TEST(GroupingFromString, KnowsTwo) {
  EXPECT_EQ(grouping_from_string("workload"), Grouping::workload);
  EXPECT_EQ(grouping_from_string("family"), Grouping::family);
  EXPECT_EQ(error_of([] { grouping_from_string("famly"); }).code(), ErrorCode::unknown_name);
}

TEST_F(Evaluations, WhatIsEmptyIsTheExperiments) {
  EvaluationQuestion question;
  question.sections = {"3.1"};
  const Experiment& experiment = paper_experiment("3.1");
  const EvaluateOptions taken = options(question);
  EXPECT_EQ(taken.splits, experiment.splits);
  EXPECT_EQ(taken.selections, experiment.selections);
  EXPECT_THAT(taken.counts, SizeIs(experiment.counts.size()));
  EXPECT_EQ(taken.features, experiment.features);
  EXPECT_THAT(taken.pairs, IsEmpty());
}

TEST_F(Evaluations, WhatIsGivenTakesItsPlace) {
  EvaluationQuestion question = small();
  question.selections = {Selection::highest};
  question.counts = {count_from_string("4")};
  question.normalizers = {parse_normalizer("ratio"), parse_normalizer("svr")};
  question.tune = {"svr"};
  question.test_percent = 25;
  question.seed = 7;
  question.grouping = Grouping::family;
  const EvaluateOptions taken = options(question);
  EXPECT_THAT(taken.pairs, ElementsAre(testing::Pair("A", "B")));
  EXPECT_THAT(taken.selections, ElementsAre(Selection::highest));
  EXPECT_EQ(to_string(taken.counts.at(0)), "4");
  ASSERT_THAT(taken.normalizers, SizeIs(2));
  EXPECT_EQ(to_string(taken.normalizers[0]), "ratio");
  EXPECT_EQ(to_string(taken.normalizers[1]), "svr-tuned");
  EXPECT_EQ(taken.splits, 2);
  EXPECT_EQ(taken.test_percent, 25);
  EXPECT_EQ(taken.seed, 7U);
  EXPECT_EQ(taken.grouping, Grouping::family);
}

TEST_F(Evaluations, WhatIsNotThereIsNamed) {
  EvaluationQuestion question = small();
  question.tune = {"linear"};
  EXPECT_EQ(error_of([&] { options(question); }).code(), ErrorCode::unknown_name);
  question.tune.clear();
  question.pairs = {"A:Z"};
  EXPECT_EQ(error_of([&] { options(question); }).code(), ErrorCode::unknown_name);
}

TEST_F(Evaluations, RowsAreKeptAndReported) {
  std::vector<int> splits;
  std::size_t predictions = 0;
  EvaluationEvents events;
  events.row = [&](const EvaluationRow& row) { splits.push_back(row.split); };
  events.prediction = [&](const PredictionRow&) { ++predictions; };
  const EvaluatedExperiment evaluated =
      evaluate_experiment(dataset, small(), plain_experiment(), events);
  EXPECT_THAT(splits, ElementsAre(0, 1));
  EXPECT_GT(predictions, 0U);
  ASSERT_THAT(evaluated.rows, SizeIs(2));
  EXPECT_TRUE(evaluated.rows[0].mdape);
  EXPECT_THAT(evaluated.title, HasSubstr(", workloads left out"));
  EXPECT_EQ(*evaluate_experiment(dataset, small(), plain_experiment(), {}).rows[1].mdape,
            *evaluated.rows[1].mdape)
      << "who looks on changes nothing";
}

TEST_F(Evaluations, TheOtherGroupingIsTheReverse) {
  EvaluationQuestion question = small();
  const auto by_family = evaluate_other_grouping(dataset, question, plain_experiment());
  ASSERT_TRUE(by_family);
  EXPECT_EQ(by_family->options.grouping, Grouping::family);
  EXPECT_THAT(by_family->title, HasSubstr(", whole families left out"));
  question.grouping = Grouping::family;
  EXPECT_EQ(evaluate_other_grouping(dataset, question, plain_experiment())->options.grouping,
            Grouping::workload);
  EXPECT_EQ(by_family->rows.at(0).mdape,
            evaluate_experiment(dataset, question, plain_experiment(), {}).rows.at(0).mdape);
}

TEST_F(Evaluations, WithoutFamiliesThereIsNoOtherGrouping) {
  std::vector<Observation> rows = test_table::rows(12, 2);
  for (Observation& row : rows) row.family.clear();
  EXPECT_FALSE(evaluate_other_grouping(Dataset(rows), small(), plain_experiment()));
}

TEST_F(Evaluations, TheTableSaysWhatWasEvaluatedOn) {
  std::vector<Observation> rows = test_table::rows(12, 3);
  rows.pop_back();  // the last workload is not known on C
  const Dataset incomplete(rows);
  EvaluationQuestion question = small();
  question.pairs.clear();
  const Table table = evaluated_table(
      incomplete, evaluate_experiment(incomplete, question, plain_experiment(), {}));
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("A, B, C", "11", "1", "2", "20 %", "1")));
  EXPECT_THAT(table.notes, ElementsAre(HasSubstr("Left out: workloads")));
}

TEST(RepeatsNote, IsOfTheCellsThatWereRepeated) {
  EXPECT_EQ(repeats_note(Dataset(test_table::rows(4, 2))), "");
  // 9, 10, 11: standard deviation 1, mean 10. 10, 10: none.
  const std::vector rows{test_table::row("w", "A", 9.0),  test_table::row("w", "A", 10.0),
                         test_table::row("w", "A", 11.0), test_table::row("w", "B", 10.0),
                         test_table::row("w", "B", 10.0), test_table::row("v", "A", 5.0)};
  EXPECT_EQ(repeats_note(Dataset(rows)),
            "Repeats: up to 3 of a cell, whose median is used; their standard deviation is 5.0 % "
            "of their mean in the median cell, 10.0 % in the worst.");
}

}  // namespace
}  // namespace isojoule
