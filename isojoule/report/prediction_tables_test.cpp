#include "isojoule/report/prediction_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::Contains;
using testing::ElementsAre;

Question question() {
  Question result;
  result.from = {"A"};
  result.to = "B";
  result.references = {"a", "b"};
  result.normalizer = parse_normalizer("linear");
  return result;
}

Answer answer(const std::string& workload, double source, Outcome<Estimate<Energy>> energy) {
  Answer result;
  result.workload = workload;
  result.source = source * joule;
  result.energy = std::move(energy);
  result.fit = std::make_shared<const FitFacts>(FitFacts{"linear", {"a", "b"}, {}});
  return result;
}

std::vector<Answer> answers() {
  Answer full = answer(
      "w", 10.0, Estimate<Energy>{20.0 * joule, Interval<Energy>{15.0 * joule, 25.0 * joule, 0.9}});
  full.truth = 22.0 * joule;
  full.extrapolated = true;
  return {full,
          answer("x", 10.0,
                 Estimate<Energy>{20.0 * joule,
                                  Outcome<Interval<Energy>>::refuse("too few references")}),
          answer("y", 1.0, Outcome<Estimate<Energy>>::refuse("no line"))};
}

TEST(PredictionsTable, SaysWhatIsPredictedAndWhatIsKnown) {
  const Table table = predictions_table(question(), answers());
  // 20 J for 22 J: 9.1 % too low.
  EXPECT_THAT(table.rows[0], ElementsAre("w", "10.0 J", "20.0 J", "15.0 J to 25.0 J", "22.0 J",
                                         "-9.1 %", "extrapolated"));
  EXPECT_THAT(table.rows[1], ElementsAre("x", "10.0 J", "20.0 J", "-", "-", "-", ""));
  EXPECT_THAT(table.rows[2], Contains("refused: no line"));
  EXPECT_THAT(table.notes, Contains("No interval for linear: too few references."));
  EXPECT_THAT(table.notes, Contains("References: a, b."));
}

TEST(PredictionsJson, MissingIsNull) {
  const Json json = predictions_to_json(question(), answers());
  EXPECT_EQ(json["answers"][0]["lower_j"], 15.0);
  EXPECT_EQ(json["answers"][0]["known_energy_j"], 22.0);
  EXPECT_EQ(json["answers"][1]["lower_j"], nullptr);
  EXPECT_EQ(json["answers"][2]["energy_j"], nullptr);
  EXPECT_EQ(json["answers"][2]["refused"], "no line");
}

}  // namespace
}  // namespace isojoule
