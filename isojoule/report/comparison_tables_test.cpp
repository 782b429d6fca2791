#include "isojoule/report/comparison_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CompareQuestion question() { return {{"x", "A"}, {"y", "B"}, "B", {}, 0.95}; }

Comparison comparison(Verdict verdict, double less, Settling settling) {
  Comparison result;
  result.first.source = 100.0 * joule;
  result.first.energy =
      Estimate<Energy>{50.0 * joule, Interval<Energy>{40.0 * joule, 60.0 * joule, 0.9}};
  result.first.unlike = "its power is 3.0 times the most of the references";
  result.first.fit = std::make_shared<const FitFacts>(FitFacts{"pooled", {"r1", "r2"}, 1});
  result.second.source = 70.0 * joule;
  result.second.energy =
      Estimate<Energy>{70.0 * joule, Outcome<Interval<Energy>>::refuse("not known")};
  result.ratio = Estimate<double>{0.714, Interval<double>{0.6, 0.85, 0.9}};
  result.probability_less = less;
  result.verdict = verdict;
  result.measuring_sd = 0.01;
  result.references_sd = 0.05;
  result.own_sd = 0.08;
  result.settling = settling;
  return result;
}

Table table(Verdict verdict, double less, Settling settling) {
  return comparison_table(question(), comparison(verdict, less, settling), {"x", "y", false, {}});
}

TEST(ComparisonTable, SaysTheVerdictWithItsProbability) {
  const Table less = table(Verdict::less, 0.974, {});
  EXPECT_EQ(less.title, "Energy on B");
  EXPECT_THAT(less.rows[0], ElementsAre("x", "A", "100 J", "50.0 J", "40.0 J to 60.0 J", "2"));
  EXPECT_THAT(less.rows[1], ElementsAre("y", "B", "70.0 J", "70.0 J", "none", "measured"));
  EXPECT_THAT(less.notes, Contains("pooled has learnt from 1 other machine."));
  EXPECT_EQ(less.notes[0],
            "x uses less on B, with a probability of 97.4 %: the first uses 0.714 times (0.6 to "
            "0.85) what the second uses. That is less sure than it looks: x is unlike the "
            "references, see below.");
  EXPECT_THAT(less.notes, Contains(AllOf(HasSubstr("measuring 1.0 %"), HasSubstr("machines 5.0 %"),
                                         HasSubstr("own 8.0 %"))));
  EXPECT_THAT(less.notes, Contains(HasSubstr("x is unlike the references: its power")));
  EXPECT_THAT(table(Verdict::more, 0.03, {}).notes[0],
              HasSubstr("more on B, with a probability of 97.0 %"));
}

TEST(ComparisonTable, WhatIsBelowTheCertaintyDoesNotLookLikeIt) {
  EXPECT_THAT(table(Verdict::indistinguishable, 0.9499, {}).notes[0], HasSubstr("of 94.9 %, and"));
}

TEST(ComparisonTable, NothingIsEverCertain) {
  EXPECT_THAT(table(Verdict::less, 1.0, {}).notes[0], HasSubstr("more than 99.9 %"));
  EXPECT_THAT(table(Verdict::less, 1.0, {}).notes[0], Not(HasSubstr("100")));
}

TEST(ComparisonTable, SaysWhatWouldSettleIt) {
  using By = Settling::By;
  const auto notes = [](By by, int number) {
    return table(Verdict::indistinguishable, 0.8, {by, number}).notes;
  };
  EXPECT_THAT(notes(By::repeats, 4)[0], HasSubstr("Indistinguishable on B"));
  EXPECT_THAT(notes(By::repeats, 4)[0],
              HasSubstr("probability of 80.0 %, and a verdict takes 95 %"));
  EXPECT_THAT(notes(By::repeats, 4), Contains(HasSubstr("4 runs of each in all")));
  EXPECT_THAT(notes(By::references, 1), Contains(HasSubstr("about 1 more reference on B")));
  EXPECT_THAT(notes(By::on_machine, 2), Contains(HasSubstr("training both on B itself, 2 runs")));
  EXPECT_THAT(notes(By::repeats, 0), Contains(HasSubstr("three or more")));
  EXPECT_THAT(notes(By::on_machine, 0), Contains(HasSubstr("several times each")));
  EXPECT_THAT(notes(By::never, 0), Contains(HasSubstr("hundred runs")));
  EXPECT_THAT(notes(By::nothing, 0),
              Not(Contains(AnyOf(HasSubstr("settle it"), HasSubstr("hundred")))));
}

TEST(ComparisonTable, ModelledEnergiesAreSaid) {
  const Comparison found = comparison(Verdict::less, 0.99, {});
  const Table told = comparison_table(question(), found, {"x", "y", true, {"A remark."}});
  EXPECT_THAT(told.notes, Contains(HasSubstr("modelled")));
  EXPECT_EQ(told.notes.back(), "A remark.");
  EXPECT_EQ(comparison_to_json(question(), found, {"x", "y", true, {}}).at("kind"), "modelled");
}

TEST(ComparisonJson, MissingIsNull) {
  Comparison found = comparison(Verdict::indistinguishable, 0.8, {Settling::By::repeats, 2});
  found.probability_less.reset();
  found.ratio.interval = Outcome<Interval<double>>::refuse("not known");
  const Json json = comparison_to_json(question(), found, {"x", "y", false, {}});
  EXPECT_TRUE(json.at("probability_less").is_null());
  EXPECT_TRUE(json.at("ratio_lower").is_null());
  EXPECT_TRUE(json.at("second").at("lower_j").is_null());
  EXPECT_TRUE(json.at("second").at("other_machines").is_null());
  EXPECT_TRUE(json.at("second").at("unlike").is_null());
  EXPECT_EQ(json.at("first").at("references"), Json::array({"r1", "r2"}));
  EXPECT_EQ(json.at("settle"), Json({{"by", "repeats"}, {"number", 2}}));
  EXPECT_EQ(json.at("verdict"), "indistinguishable");
  EXPECT_EQ(json.at("kind"), "measured");
  const Table told = comparison_table(question(), found, {"x", "y", false, {}});
  EXPECT_THAT(told.notes[0], HasSubstr("how far runs of them scatter is not known"));
}

}  // namespace
}  // namespace isojoule
