#include "isojoule/report/evaluation_figures.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/page/table_data.hpp"
#include "isojoule/report/detail/evaluation_view.hpp"
#include "isojoule/report/evaluation_report.hpp"

#include "support/power_law_table.hpp"

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using power_law::dataset;
using power_law::small_options;

const std::pair<std::string, std::string> kPair{"A", "B"};

std::vector<std::string> ids_of(const std::vector<Figure>& figures) {
  std::vector<std::string> ids;
  for (const Figure& figure : figures) ids.push_back(figure.id);
  return ids;
}

std::vector<std::string> ids_in(const Document& document) {
  std::vector<std::string> ids;
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks)
      if (const auto* figure = std::get_if<Figure>(&block)) ids.push_back(figure->id);
  }
  return ids;
}

/// All that a figure says, as one text.
std::string text_of(const std::vector<Figure>& figures) {
  std::string text;
  for (const Figure& figure : figures) {
    text += render_json(figure);
    for (const KeyEntry& entry : figure.key)
      text += fmt::format("{}={} ", entry.value, entry.place);
  }
  return text;
}

TEST(EvaluationFigures, EachLineOfTheTableMakesTheFiguresThatItNames) {
  const Dataset table = dataset(20, true);
  const EvaluationStudy study = study_evaluation(table, small_options());
  const detail::EvaluationView view(table, study, kPair, "");
  std::set<std::string> ids;
  for (const EvaluationFigure& entry : evaluation_figures()) {
    EXPECT_EQ(ids_of(entry.make(view).figures), entry.ids);
    for (const std::string& id : entry.ids) EXPECT_TRUE(ids.insert(id).second) << id;
  }
}

TEST(EvaluationFigures, TheReportHasEachLineOfTheTableInItsOrder) {
  const Dataset table = dataset(20, true);
  const EvaluationStudy study = study_evaluation(table, small_options());
  const Document document = make_evaluation_document(table, study, kPair, {}, {"d", "c", "p"});
  std::vector<std::string> listed;
  for (const EvaluationFigure& entry : evaluation_figures())
    listed.insert(listed.end(), entry.ids.begin(), entry.ids.end());
  EXPECT_EQ(ids_in(document), listed);
}

TEST(EvaluationFigures, NoneDependsOnWhichOthersAreMadeOrWhen) {
  const Dataset table = dataset(20, true);
  const EvaluationStudy study = study_evaluation(table, small_options());
  const detail::EvaluationView view(table, study, kPair, "");
  std::vector<std::string> forwards;
  for (const EvaluationFigure& entry : evaluation_figures())
    forwards.push_back(text_of(entry.make(view).figures));
  std::size_t i = evaluation_figures().size();
  while (i-- > 0) {
    const detail::EvaluationView alone(table, study, kPair, "");
    EXPECT_EQ(text_of(evaluation_figures()[i].make(alone).figures), forwards[i]);
  }
}

TEST(EvaluationFigures, ANormalizerLooksAlikeInAllFigures) {
  StudyOptions options = small_options();
  options.normalizers = {parse_normalizer("ratio"), parse_normalizer("svr")};
  const Dataset table = dataset(20, true);
  const EvaluationStudy study = study_evaluation(table, options);
  const detail::EvaluationView view(table, study, kPair, "");
  const auto place_of = [](const std::vector<KeyEntry>& key, const std::string& value) {
    return std::ranges::find(key, value, &KeyEntry::value)->place;
  };
  EXPECT_EQ(place_of(view.normalizer_key(), "svr"), place_of(view.regression_key(), "svr"));
  EXPECT_EQ(place_of(view.normalizer_key(), "ratio"), view.regression_key().size());
}

TEST(EvaluationFigures, WhatIsNotKnownIsNotDrawn) {
  const Dataset table = dataset(20, false, false);
  const EvaluationStudy study = study_evaluation(table, small_options());
  EvaluationFigures figures = make_evaluation_figures(table, study, kPair, "");
  EXPECT_THAT(ids_of(figures.by_section["metrics"]), ElementsAre("6a", "6b", "6c"));
  EXPECT_THAT(ids_of(figures.by_section["errors"]), ElementsAre("8", "9"));
  EXPECT_THAT(figures.remarks, IsEmpty());
}

TEST(EvaluationFigures, OfManyWorkloadsSomeAreShownAndThatIsSaid) {
  const Dataset table = dataset(1800, false);
  StudyOptions options = small_options();
  options.normalizers = {parse_normalizer("ratio")};
  options.splits = 1;
  const EvaluationStudy study = study_evaluation(table, options);
  EvaluationFigures figures = make_evaluation_figures(table, study, kPair, "");
  const Figure& first = figures.by_section["normalization"].front();
  EXPECT_LT(first.data->rows(), 12'100U);
  EXPECT_GT(first.data->rows(), 11'000U);
  ASSERT_FALSE(figures.remarks.empty());
  EXPECT_THAT(figures.remarks.front(), HasSubstr("workloads, chosen at random, of 1800"));
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
  const Dataset table(rows);
  const EvaluationStudy study = study_evaluation(table, small_options());
  EvaluationFigures figures = make_evaluation_figures(table, study, {"m1", "m4"}, "");
  for (const Figure& figure : figures.by_section["normalization"]) {
    const auto pairs = distinct(figure.data->column("pair").texts());
    EXPECT_EQ(pairs.size(), 2U * 8U);
    for (const std::string& pair : pairs)
      EXPECT_TRUE(pair.starts_with("m1 ") || pair.starts_with("m4 ")) << pair;
    EXPECT_EQ(std::ranges::count(pairs, figure.pickers.front().initial), 1);
  }
  // There are no FLOPs, so no Figure 7.
  ASSERT_FALSE(figures.remarks.empty());
  EXPECT_EQ(
      figures.remarks.front(),
      "Figures 1, 2, 4 and 8 hold the 16 pairs from m1 and from m4, of 72; --from and --to choose "
      "others.");
  // Scores are of all pairs.
  const Figure& scores = figures.by_section["references"].front();
  EXPECT_EQ(distinct(scores.data->column("pair").texts()).size(), 72U);
}

}  // namespace
}  // namespace isojoule
