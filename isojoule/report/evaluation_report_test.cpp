#include "isojoule/report/evaluation_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/evaluation_study.hpp"
#include "isojoule/page/table_data.hpp"
#include "isojoule/report/evaluation_figures.hpp"

namespace isojoule {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Workloads of 1, 2, ... J on A, and three times the power 1.1 of that on B.
Dataset made(int workloads, bool families, bool costs = true) {
  std::vector<Observation> rows;
  for (int i = 0; i < workloads; ++i) {
    for (const char* machine : {"A", "B"}) {
      Observation row;
      row.workload = fmt::format("w{:04d}", i);
      row.hardware = machine;
      if (families) row.family = fmt::format("f{}", i % 4);
      const double energy = i + 1.0;
      row.energy = (machine[0] == 'A' ? energy : 3.0 * std::pow(energy, 1.1)) * joule;
      if (costs) {
        row.flops = (1e6 * energy * (1.0 + 0.3 * (i % 3))) * flop;
        row.parameters = 1000.0 + 17.0 * (i % 5);
      }
      row.line = rows.size() + 2;
      rows.push_back(row);
    }
  }
  return Dataset(rows);
}

StudyOptions small_options() {
  StudyOptions options;
  options.splits = 2;
  options.rules = {parse_normalizer("ratio"), parse_normalizer("linear")};
  return options;
}

const PanelPrediction& panel_of(const EvaluationStudy& study, std::size_t rule,
                                std::size_t workload) {
  return *std::ranges::find_if(study.panels, [&](const PanelPrediction& panel) {
    return panel.source == 0 && panel.rule == rule && panel.workload == workload;
  });
}

TEST(Study, PanelsStandOnTheLowestAndTheHighestWorkload) {
  const EvaluationStudy study = study_evaluation(made(20, false), small_options());
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
  EXPECT_EQ(study_evaluation(made(20, true), small_options()).references.size(), 2U);
  EXPECT_EQ(study_evaluation(made(20, false), small_options()).references.size(), 1U);
}

TEST(Study, WhatIsNotComputedIsSaid) {
  const EvaluationStudy study = study_evaluation(made(20, false, false), small_options());
  ASSERT_EQ(study.left_out.size(), 1U);
  EXPECT_THAT(study.left_out[0], HasSubstr("flops"));
  StudyOptions unasked = small_options();
  unasked.rules.clear();
  const EvaluationStudy large = study_evaluation(made(100, false), unasked);
  ASSERT_EQ(large.left_out.size(), 1U);
  EXPECT_THAT(large.left_out[0], HasSubstr("pooled"));
}

TEST(Study, PredictionsBelongToTheirRowsAndWorkloads) {
  const Dataset dataset = made(20, false);
  const EvaluationStudy study = study_evaluation(dataset, small_options());
  const StudyExperiment& experiment = study.rules.front();
  for (const StudyPrediction& prediction : experiment.predictions) {
    const std::size_t target = dataset.machine(experiment.rows[prediction.row].target);
    // The workloads are all known on both machines, so that places are those of the dataset.
    EXPECT_EQ(prediction.truth_j, dataset.cell(prediction.workload, target)->energy.in(joule));
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
    const Dataset dataset = made(20, false, costs);
    const EvaluationStudy study = study_evaluation(dataset, small_options());
    const std::string json =
        document_to_json(make_evaluation_document(dataset, study, {"A", "B"}, {}, {"d", "c", "p"}))
            .dump();
    EXPECT_EQ(json.find("\"id\":\"7a\"") != std::string::npos, costs);
  }
}

TEST(EvaluationDocument, SaysWhatIsMeasuredAndWhatIsModelled) {
  const Dataset dataset = made(20, false);
  const EvaluationStudy study = study_evaluation(dataset, small_options());
  const auto summary = [&](const std::map<std::string, MachineFacts>& facts) {
    return make_evaluation_document(dataset, study, {"A", "B"}, facts, {"d", "c", "p"}).summary;
  };
  EXPECT_THAT(summary({}), HasSubstr("not said in the data"));
  EXPECT_THAT(summary({{"A", {"measured", "", ""}}, {"B", {"measured", "", ""}}}),
              HasSubstr("All energies are measured."));
  EXPECT_THAT(summary({{"A", {"measured", "", ""}}, {"B", {"modelled", "", ""}}}),
              HasSubstr("A: measured; of B: modelled"));
}

TEST(EvaluationFigures, OfManyWorkloadsSomeAreShownAndThatIsSaid) {
  const Dataset dataset = made(1800, false);
  StudyOptions options = small_options();
  options.rules = {parse_normalizer("ratio")};
  options.splits = 1;
  const EvaluationStudy study = study_evaluation(dataset, options);
  EvaluationFigures figures(dataset, study, {"A", "B"}, "");
  const Figure first = figures.panels().front();
  EXPECT_LT(first.data->rows(), 12'100U);
  EXPECT_GT(first.data->rows(), 11'000U);
  ASSERT_FALSE(figures.remarks().empty());
  EXPECT_THAT(figures.remarks().front(), HasSubstr("workloads, chosen at random, of 1800"));
  // References are shown whatever chance says.
  const auto& roles = first.data->column("role").texts();
  EXPECT_EQ(std::ranges::count(roles, "reference"), 2 * 4);
}

TEST(EvaluationFigures, OfVeryManyPairsThoseOfTheFirstTwoMachinesAreShown) {
  std::vector<Observation> rows;
  for (int machine = 0; machine < 9; ++machine) {
    for (int i = 0; i < 8; ++i) {
      Observation& row = rows.emplace_back();
      row.workload = fmt::format("w{}", i);
      row.hardware = fmt::format("m{}", machine);
      row.energy = std::pow(i + 1.0, 1.0 + 0.1 * machine) * joule;
      row.line = rows.size() + 1;
    }
  }
  const Dataset dataset(rows);
  const EvaluationStudy study = study_evaluation(dataset, small_options());
  EvaluationFigures figures(dataset, study, {"m1", "m4"}, "");
  for (const Figure& figure : figures.panels()) {
    const auto pairs = distinct(figure.data->column("pair").texts());
    EXPECT_EQ(pairs.size(), 2U * 8U);
    for (const std::string& pair : pairs)
      EXPECT_TRUE(pair.starts_with("m1 ") || pair.starts_with("m4 ")) << pair;
    EXPECT_EQ(std::ranges::count(pairs, figure.pickers.front().initial), 1);
  }
  ASSERT_FALSE(figures.remarks().empty());
  EXPECT_THAT(figures.remarks().front(), HasSubstr("16 pairs from m1 and from m4, of 72"));
  // Scores are of all pairs.
  EXPECT_EQ(distinct(figures.references().front().data->column("pair").texts()).size(), 72U);
}

}  // namespace
}  // namespace isojoule
