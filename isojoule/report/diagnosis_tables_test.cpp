#include "isojoule/report/diagnosis_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Answer left_out(const std::string& workload, double truth, double predicted) {
  Answer answer;
  answer.workload = workload;
  answer.truth = truth * joule;
  answer.energy = Estimate<Energy>{
      predicted * joule, Interval<Energy>{0.9 * predicted * joule, 1.1 * predicted * joule, 0.9}};
  return answer;
}

PairErrors errors() {
  return {"pooled",
          "ratio",
          {left_out("near", 100.0, 101.0), left_out("far", 100.0, 50.0)},
          {{1, 0.3, 0.35, 0.8}, {2, 0.2, 0.3, 0.9}, {4, 0.1, 0.3, 1.0}, {5, 0.09, 0.3, 1.0}}};
}

TEST(DiagnosisTables, TheWorstStandsFirst) {
  const Table table = left_out_table("A", "B", errors());
  EXPECT_THAT(table.rows[0],
              ElementsAre("far", "100 J", "50.0 J", "45.0 J to 55.0 J", "-50.0 %", "outside"));
  EXPECT_THAT(table.rows[1],
              ElementsAre("near", "100 J", "101 J", "90.9 J to 111 J", "+1.0 %", ""));
}

TEST(DiagnosisTables, TheCurveSaysWhatTheLastDoublingBrought) {
  const Table table = learning_curve_table("A", "B", errors());
  EXPECT_THAT(table.rows[2], ElementsAre("4", "10.0", "100", "30.0"));
  EXPECT_THAT(table.notes,
              Contains("From 2 references to 5 the error of pooled goes from 20.0 % to 9.0 %."));
  EXPECT_THAT(table.notes, Contains(HasSubstr("2 workloads, each left out")));
}

TEST(DiagnosisTables, WithoutDoubtsItSaysSo) {
  EXPECT_THAT(doubtful_table("A", {}).notes, Contains("No suspicious rows."));
  EXPECT_THAT(doubtful_table("A", {{"w", "B", 0.1, 2.04}}).rows[0],
              ElementsAre("w", "B", "2.04", "0.10"));
}

TEST(DiagnosisJson, HasJoulesAndShares) {
  const Json json = diagnosis_to_json({{"w", "B", 0.1, 2.04}}, errors());
  EXPECT_EQ(json.at("schema"), "isojoule.diagnosis/1");
  EXPECT_EQ(json.at("doubtful")[0].at("hardware"), "B");
  EXPECT_EQ(json.at("left_out")[1].at("energy_j"), 50.0);
  EXPECT_EQ(json.at("left_out")[1].at("measured_energy_j"), 100.0);
  EXPECT_EQ(
      json.at("learning_curve")[0],
      Json({{"references", 1}, {"mdape", 0.3}, {"baseline_mdape", 0.35}, {"coverage90", 0.8}}));
}

TEST(DiagnosisJson, WithoutASecondMachineHasDoubtsAlone) {
  const Json json = diagnosis_to_json({}, std::nullopt);
  EXPECT_EQ(json.at("doubtful"), Json::array());
  EXPECT_FALSE(json.contains("left_out"));
}

}  // namespace
}  // namespace isojoule
