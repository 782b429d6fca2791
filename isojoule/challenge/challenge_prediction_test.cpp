#include "isojoule/challenge/challenge_prediction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using testing::HasSubstr;
using testing::IsEmpty;

Submission submission(const std::string& name, const std::string& machine, const std::string& kwh) {
  Submission result;
  result.name = name;
  result.machine = machine;
  if (!kwh.empty()) result.energy = in_unit(*parse_reported(kwh), kilowatt_hour);
  result.scores = {*parse_reported("0.5")};
  return result;
}

/// References in kWh: A uses 1, 2, 4, ..., B three times as much, C half as much again.
std::vector<Observation> proportional() {
  std::vector<Observation> rows;
  for (int i = 0; i < 6; ++i) {
    const double joules = 3.6e6 * (1 << i);
    rows.push_back(test_table::row("r" + std::to_string(i), "A", joules));
    rows.push_back(test_table::row("r" + std::to_string(i), "B", 3.0 * joules));
    rows.push_back(test_table::row("r" + std::to_string(i), "C", 1.5 * joules));
  }
  return rows;
}

std::vector<Submission> predicted(std::vector<Submission> submissions,
                                  const std::string& rule = "pooled") {
  predict_submissions(submissions, proportional(), "B", parse_normalizer(rule));
  return submissions;
}

const ChallengeRule kOnes{kilowatt_hour, kilowatt_hour, false};

TEST(PredictSubmissions, ByTheRatioItIsByHand) {
  const auto found = predicted({submission("x", "A", "2.0"), submission("y", "C", "3.0")}, "ratio");
  EXPECT_NEAR(found[0].predicted->energy->point.in(kilowatt_hour), 6.0, 1e-9);
  EXPECT_NEAR(found[1].predicted->energy->point.in(kilowatt_hour), 6.0, 1e-9);
}

TEST(PredictSubmissions, PooledHasAnIntervalThatRanksCarry) {
  const auto found = predicted(
      {submission("x", "A", "2.0"), submission("y", "C", "3.0"), submission("z", "A", "40")});
  const WeightedScore x = weigh(found[0], 0, kOnes);
  EXPECT_NEAR(x.normalized->in(kilowatt_hour), 6.0, 0.3);
  const auto& interval = *found[0].predicted->energy->interval;
  // The digits of 2.0: 2.5 % to either side.
  EXPECT_NEAR(x.normalized_possible->lower / interval.lower, 0.975, 1e-9);
  EXPECT_NEAR(*x.normalized_possible->upper / interval.upper, 1.025, 1e-9);
  EXPECT_NEAR(*x.ew_score, 0.5 / x.normalized->in(kilowatt_hour), 1e-12);
  const auto ranked = rank_submissions(found, 0, kOnes, ChallengeOrder::energy);
  EXPECT_EQ(ranked[2].submission, 2U);
  EXPECT_EQ(ranked[2].rank->best, 3U);  // far above both
  EXPECT_EQ(ranked[0].rank->worst, 2U);
  EXPECT_EQ(ranked[0].against_next, Verdict::indistinguishable);
}

TEST(PredictSubmissions, OfTheOrganisersMachineItIsAsReported) {
  const auto found = predicted({submission("x", "B", "2.00")});
  EXPECT_NEAR(found[0].predicted->energy->point.in(kilowatt_hour), 2.0, 1e-12);
  const WeightedScore x = weigh(found[0], 0, kOnes);
  EXPECT_NEAR(x.normalized_possible->lower.in(kilowatt_hour), 1.995, 1e-9);
}

TEST(PredictSubmissions, WhatIsMissingIsRefusedWithItsReason) {
  const auto found = predicted({submission("x", "A", ""), submission("y", "", "1.0"),
                                submission("z", "A", "0.00"), submission("ok", "A", "1.0")});
  EXPECT_EQ(found[0].predicted->energy.refused, "no energy is reported");
  EXPECT_EQ(found[1].predicted->energy.refused, "no machine is reported");
  EXPECT_EQ(found[2].predicted->energy.refused, "its energy is reported as 0.00");
  EXPECT_THAT(found[3].predicted->energy.refused, IsEmpty());
  const WeightedScore z = weigh(found[2], 0, kOnes);
  EXPECT_EQ(z.normalized.refused, "its energy is reported as 0.00");
  EXPECT_FALSE(z.normalized);
}

TEST(PredictSubmissions, OtherSubmissionsHaveNoPart) {
  const auto alone = predicted({submission("x", "A", "2.0")});
  const auto beside = predicted(
      {submission("x", "A", "2.0"), submission("y", "C", "900"), submission("z", "B", "0.001")});
  EXPECT_EQ(alone[0].predicted->energy->point, beside[0].predicted->energy->point);
}

TEST(PredictSubmissions, OtherSubmissionsHaveNoPartWhereReferencesHaveDurations) {
  std::vector<Observation> rows = proportional();
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i].duration = (10.0 + static_cast<double>(7 * i % 5)) * second;
  std::vector<Submission> alone{submission("x", "A", "2.0")};
  predict_submissions(alone, rows, "B", parse_normalizer("pooled"));
  std::vector<Submission> many;
  for (int i = 0; i < 20; ++i)
    many.push_back(submission("x" + std::to_string(i), "A", std::to_string(2 + i) + ".0"));
  predict_submissions(many, rows, "B", parse_normalizer("pooled"));
  EXPECT_EQ(many[0].predicted->energy->point, alone[0].predicted->energy->point);
  EXPECT_EQ(many[0].predicted->energy->interval->upper,
            alone[0].predicted->energy->interval->upper);
}

TEST(PredictSubmissions, WhatADoubleDoesNotHoldIsRefusedByItself) {
  const auto found = predicted({submission("x", "A", "1e303"), submission("y", "A", "1")});
  EXPECT_THAT(found[0].predicted->energy.refused, HasSubstr("beyond"));
  EXPECT_THAT(found[1].predicted->energy.refused, IsEmpty());
}

TEST(PredictSubmissions, AnIntervalEndsAtZero) {
  const WeightedScore low = weigh(predicted({submission("x", "A", "0.1")}, "linear")[0], 0, kOnes);
  EXPECT_GE(low.normalized_possible->lower, Energy{});
}

TEST(PredictSubmissions, ASubmissionMayBeCalledLikeAReference) {
  const auto found = predicted({submission("r1", "A", "2.0")}, "ratio");
  EXPECT_NEAR(found[0].predicted->energy->point.in(kilowatt_hour), 6.0, 1e-9);
}

TEST(PredictSubmissions, UnknownMachinesAreErrors) {
  const auto found = predicted({submission("x", "D", "1"), submission("y", "A", "1")});
  EXPECT_EQ(found[0].predicted->energy.refused, "its machine 'D' has no references");
  EXPECT_THAT(found[1].predicted->energy.refused, IsEmpty());
  std::vector<Submission> one{submission("x", "A", "1")};
  EXPECT_EQ(error_of([&] {
              predict_submissions(one, proportional(), "Z", parse_normalizer("pooled"));
            }).code(),
            ErrorCode::unknown_name);
}

TEST(PredictSubmissions, AMachineWithoutACommonReferenceIsRefused) {
  std::vector<Observation> rows = proportional();
  rows.push_back(test_table::row("other", "D", 1.0));
  std::vector<Submission> one{submission("x", "D", "1")};
  predict_submissions(one, rows, "B", parse_normalizer("pooled"));
  EXPECT_THAT(one[0].predicted->energy.refused,
              HasSubstr("no reference is known on both 'D' and 'B'"));
}

}  // namespace
}  // namespace isojoule
