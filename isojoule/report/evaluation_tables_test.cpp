#include "isojoule/report/evaluation_tables.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/page/text.hpp"

namespace isojoule {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

EvaluationRow row(const std::string& target, const std::string& normalizer, int split,
                  double mdape) {
  EvaluationRow result;
  result.source = "A";
  result.target = target;
  result.split = split;
  result.selection = "min-max";
  result.count = "4";
  result.k = 4;
  result.normalizer = normalizer;
  result.features = "energy";
  result.train_rows = 32;
  result.test_rows = 8;
  result.r2 = 1.0 - mdape;
  result.mse_kwh2 = mdape * 1e-6;
  result.mdape = mdape;
  result.mape = 2.0 * mdape;
  result.p90 = 3.0 * mdape;
  return result;
}

/// Two normalizers on one pair over three splits: `good` is near 0.10, `other` as given.
std::vector<EvaluationGroup> two_normalizers(std::vector<double> other) {
  std::vector<EvaluationRow> rows;
  const double good[] = {0.10, 0.11, 0.09};
  for (int i = 0; i < 3; ++i) {
    rows.push_back(row("B", "good", i, good[i]));
    rows.push_back(row("B", "other", i, other[static_cast<std::size_t>(i)]));
  }
  return group_by_fit(rows);
}

TEST(EvaluationGroups, AreMeansAndSpreadsOverTheSplits) {
  const auto groups = two_normalizers({0.30, 0.50, 0.40});
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].rows, SizeIs(3));
  EXPECT_DOUBLE_EQ(groups[0].mdape->mean, 0.10);
  EXPECT_DOUBLE_EQ(*groups[0].mdape->sd, 0.01);
  EXPECT_FALSE(groups[0].coverage90) << "no interval, no coverage";
}

TEST(EvaluationGroups, ACountThatDiffersBetweenSplitsIsOneGroup) {
  auto first = row("B", "linear", 0, 0.1);
  auto second = row("B", "linear", 1, 0.2);
  first.count = second.count = "all";
  first.k = 22;
  second.k = 25;
  auto third = row("B", "linear", 0, 0.3);
  const auto groups = group_by_fit({first, second, third});
  ASSERT_THAT(groups, SizeIs(2));
  const Table table = evaluation_table("t", groups);
  EXPECT_THAT(table.rows[0], Contains("22-25"));
}

TEST(EvaluationGroups, TheBestIsMarkedAndWhatIsClearlyWorseIsNot) {
  const auto groups = two_normalizers({0.80, 0.81, 0.79});  // always 0.7 worse
  EXPECT_TRUE(groups[0].best);
  EXPECT_FALSE(groups[1].near_best);
}

TEST(EvaluationGroups, WhatChanceMayHaveMadeIsNearTheBest) {
  const auto groups = two_normalizers({0.05, 0.60, 0.10});
  EXPECT_TRUE(groups[0].best);
  EXPECT_TRUE(groups[1].near_best);
}

TEST(EvaluationGroups, ARefusedSplitBarsFromBeingBest) {
  auto refused = row("B", "good", 1, 0.0);
  refused.mdape.reset();
  refused.refused = "needs two references, there is one";
  const auto groups = group_by_fit(
      {row("B", "good", 0, 0.01), refused, row("B", "other", 0, 0.5), row("B", "other", 1, 0.5)});
  EXPECT_FALSE(groups[0].best);
  EXPECT_TRUE(groups[1].best);
  const Table table = evaluation_table("t", groups);
  EXPECT_THAT(table.rows[0], Contains(HasSubstr("partly")));
  EXPECT_THAT(table.notes, Contains(HasSubstr("Refused in 1 fit: good on energy: needs two")));
}

TEST(EvaluationTable, SaysWhatDiffersInColumnsAndTheRestInTheTitle) {
  const Table table = evaluation_table("Section", two_normalizers({0.30, 0.50, 0.40}));
  EXPECT_EQ(table.title, "Section, selection min-max, k 4, features energy");
  ASSERT_THAT(table.columns, SizeIs(7));
  EXPECT_EQ(table.columns[1].title, "normalizer");
  EXPECT_THAT(table.rows[0], ElementsAre("A -> B", "good", "0.90 (0.01)", "1.0e-07 (1.0e-08)",
                                         "10.0 (1.0)", "-", "*"));
  EXPECT_EQ(table.rows[1][0], "") << "the pair is said once";
}

TEST(EvaluationTable, NegativeR2IsPrintedAsItIs) {
  auto bad = row("B", "linear", 0, 0.1);
  bad.r2 = -28.4;
  EXPECT_THAT(evaluation_table("t", group_by_fit({bad})).rows[0], Contains("-28.40"));
}

TEST(EvaluationTable, FitsTheWidthWithEverythingVarying) {
  std::vector<EvaluationRow> rows;
  for (int split = 0; split < 2; ++split) {
    auto wide = row("NVIDIA A100-SXM4-80GB", "single:lowest", split, 1234.5);
    wide.features = "energy+flops+params+duration";
    wide.k = 1234;
    rows.push_back(wide);
    rows.push_back(row("B", "linear", split, 0.1));
  }
  std::istringstream lines(render_text(evaluation_table("Section", group_by_fit(rows))));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST(EvaluationSummary, IsTheMedianOverPairsAndSplits) {
  const auto groups = group_by_fit({row("B", "linear", 0, 0.1), row("B", "linear", 1, 0.2),
                                    row("C", "linear", 0, 0.3), row("C", "linear", 1, 0.9)});
  const Table table = evaluation_summary("Section", groups);
  ASSERT_THAT(table.rows, SizeIs(1));
  // R2 0.9, 0.8, 0.7, 0.1: median 0.75; MdAPE 10, 20, 30, 90 %: median 25.
  EXPECT_THAT(table.rows[0], ElementsAre("2", "0.75", "25.0", "-", "2", "2"));
}

TEST(EvaluationSummary, SetsEachNormalizerBesideTheRatio) {
  std::vector<EvaluationRow> rows;
  for (const char* target : {"B", "C"}) {
    for (int split = 0; split < 2; ++split) {
      rows.push_back(row(target, "ratio", split, 0.2));
      rows.push_back(row(target, "linear", split, 0.1));
      rows.push_back(row(target, "pooled", split, 0.05));
      rows.back().features = "known";
      for (std::size_t i = 0; i < 3; ++i) {
        EvaluationRow& last = rows[rows.size() - 1 - i];
        last.tests = {{0, *last.mdape, true}, {1, *last.mdape, true}};
      }
    }
  }
  const Table table = evaluation_summary("Section", group_by_fit(rows));
  ASSERT_THAT(table.rows, SizeIs(3));
  EXPECT_THAT(table.title, HasSubstr("features energy"));  // pooled needs no column for its own
  EXPECT_EQ(table.columns.back().title, "to ratio's MdAPE");
  EXPECT_EQ(table.rows[0].back(), "1");
  EXPECT_EQ(table.rows[1].back(), "0.50 (0.50-0.50)");
  EXPECT_EQ(table.rows[2].back(), "0.25 (0.25-0.25)");
}

TEST(EvaluationJson, HasTheKeysAndNullForWhatIsMissing) {
  auto refused = row("B", "linear", 3, 0.1);
  refused.r2.reset();
  refused.refused = "too few";
  const Json json = evaluation_row_to_json(refused);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("schema", "source", "target", "split", "selection", "k",
                                "normalizer", "features", "r2", "mse_kwh2", "mdape", "mape", "p90",
                                "coverage90", "refused"));
  EXPECT_EQ(json["r2"], nullptr);
  EXPECT_EQ(json["k"], 4);
  EXPECT_EQ(json["refused"], "too few");
  EXPECT_EQ(evaluation_row_to_json(row("B", "linear", 0, 0.1))["refused"], nullptr);
}

TEST(Predictions, AreLinesOfTheHeader) {
  const EvaluationRow fit = row("B, the second", "linear", 2, 0.1);
  PredictionRow prediction;
  prediction.fit = &fit;
  prediction.answer.workload = "w";
  prediction.answer.truth = 10.0 * joule;
  prediction.answer.energy =
      Estimate<Energy>{0.1 * joule, Interval<Energy>{-1.5 * joule, 2.5 * joule, 0.9}};
  EXPECT_EQ(predictions_header(),
            "split,source,target,selection,k,normalizer,features,workload,role,truth_j,predicted_j,"
            "lower_j,upper_j,unlike\n");
  EXPECT_EQ(prediction_line(prediction),
            "2,A,\"B, the second\",min-max,4,linear,energy,w,test,10,0.1,-1.5,2.5,\n");
}

}  // namespace
}  // namespace isojoule
