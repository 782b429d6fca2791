#include "isojoule/report/evaluation_report.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/evaluation_study.hpp"
#include "isojoule/page/table_data.hpp"

#include "support/power_law_table.hpp"

namespace isojoule {
namespace {

using ::testing::HasSubstr;

using power_law::dataset;
using power_law::small_options;

const PanelPrediction& panel_of(const EvaluationStudy& study, std::size_t normalizer,
                                std::size_t workload) {
  return *std::ranges::find_if(study.panels, [&](const PanelPrediction& panel) {
    return panel.source == 0 && panel.normalizer == normalizer && panel.workload == workload;
  });
}

TEST(Study, PanelsStandOnTheLowestAndTheHighestWorkload) {
  const EvaluationStudy study = study_evaluation(dataset(20, false), small_options());
  EXPECT_EQ(study.panels.size(), 2U * 4U * 20U);
  // The workload of 10 J: as it is, times B/A of the lowest (3), and of the highest.
  EXPECT_DOUBLE_EQ(*panel_of(study, 0, 9).normalized_j, 10.0);
  EXPECT_DOUBLE_EQ(*panel_of(study, 1, 9).normalized_j, 30.0);
  EXPECT_NEAR(*panel_of(study, 2, 9).normalized_j, 30.0 * std::pow(20.0, 0.1), 1e-12 * 40.0);
  EXPECT_NEAR(*panel_of(study, 3, 9).normalized_j,
              3.0 + (10.0 - 1.0) / (20.0 - 1.0) * (3.0 * std::pow(20.0, 1.1) - 3.0), 1e-10);
  EXPECT_FALSE(panel_of(study, 0, 0).is_reference);
  EXPECT_TRUE(panel_of(study, 1, 0).is_reference);
  EXPECT_FALSE(panel_of(study, 1, 19).is_reference);
  EXPECT_TRUE(panel_of(study, 3, 19).is_reference);
}

TEST(Study, FamiliesAreLeftOutWhereTheyAreKnown) {
  EXPECT_EQ(study_evaluation(dataset(20, true), small_options()).references.size(), 2U);
  EXPECT_EQ(study_evaluation(dataset(20, false), small_options()).references.size(), 1U);
}

TEST(Study, WhatIsNotComputedIsSaid) {
  const EvaluationStudy study = study_evaluation(dataset(20, false, false), small_options());
  ASSERT_EQ(study.left_out.size(), 1U);
  EXPECT_THAT(study.left_out[0], HasSubstr("flops"));
  StudyOptions unasked = small_options();
  unasked.normalizers.clear();
  const EvaluationStudy large = study_evaluation(dataset(100, false), unasked);
  ASSERT_EQ(large.left_out.size(), 1U);
  EXPECT_THAT(large.left_out[0], HasSubstr("pooled"));
}

TEST(Study, PredictionsBelongToTheirRowsAndWorkloads) {
  const Dataset table = dataset(20, false);
  const EvaluationStudy study = study_evaluation(table, small_options());
  const StudyExperiment& experiment = study.normalizers.front();
  for (const StudyPrediction& prediction : experiment.predictions) {
    const std::size_t target = table.machine(experiment.rows[prediction.row].target);
    // The workloads are all known on both machines, so that places are those of the dataset.
    EXPECT_EQ(prediction.truth_j, table.cell(prediction.workload, target)->energy.in(joule));
  }
}

TEST(Study, OneMachineIsRefused) {
  std::vector<Observation> rows(1);
  rows[0].workload = "w";
  rows[0].hardware = "A";
  rows[0].energy = joule;
  rows[0].line = 2;
  EXPECT_THROW(study_evaluation(Dataset(rows), small_options()), Error);
}

TEST(EvaluationDocument, HasAFigureOfThePlaneOnlyWhereFlopsAreKnown) {
  for (const bool costs : {true, false}) {
    const Dataset table = dataset(20, false, costs);
    const EvaluationStudy study = study_evaluation(table, small_options());
    const std::string json =
        document_to_json(make_evaluation_document(table, study, {"A", "B"}, {}, {"d", "c", "p"}))
            .dump();
    EXPECT_EQ(json.find("\"id\":\"7a\"") != std::string::npos, costs);
  }
}

TEST(EvaluationDocument, SaysWhatIsMeasuredAndWhatIsModelled) {
  const Dataset table = dataset(20, false);
  const EvaluationStudy study = study_evaluation(table, small_options());
  const auto summary = [&](const std::map<std::string, MachineFacts>& facts) {
    return make_evaluation_document(table, study, {"A", "B"}, facts, {"d", "c", "p"}).summary;
  };
  EXPECT_THAT(summary({}), HasSubstr("not said in the data"));
  EXPECT_THAT(summary({{"A", {"measured", "", ""}}, {"B", {"measured", "", ""}}}),
              HasSubstr("All energies are measured."));
  EXPECT_THAT(summary({{"A", {"measured", "", ""}}, {"B", {"modelled", "", ""}}}),
              HasSubstr("A: measured; of B: modelled"));
}

}  // namespace
}  // namespace isojoule
