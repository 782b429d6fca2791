#include "isojoule/app/rank.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/temp_directory.hpp"
#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(RankQuestion, DefaultsAreThoseOfThePhase) {
  const RankQuestion training = make_rank_question({});
  EXPECT_EQ(training.columns.energy, "energy_training_kwh");
  EXPECT_EQ(training.columns.baseline, "energy_baseline_kwh");
  EXPECT_EQ(training.rule.reference, 0.032 * kilowatt_hour);
  EXPECT_EQ(training.rule.score_reference, 1.39 * kilowatt_hour);
  EXPECT_EQ(training.order, ChallengeOrder::ew_score);
  EXPECT_FALSE(training.normalizer);
  EXPECT_EQ(training.columns.machine, "") << "the challenge's own rule reads no machine";
  RankChoice test;
  test.phase = "test";
  EXPECT_EQ(make_rank_question(test).columns.energy, "energy_test_kwh");
  EXPECT_EQ(make_rank_question(test).rule.score_reference, 0.019 * kilowatt_hour);
}

TEST(RankQuestion, WhatIsGivenTakesTheirPlace) {
  RankChoice choice;
  choice.energy = "kwh";
  choice.baseline = "base";
  choice.team = "group";
  choice.macs = "mult_adds";
  choice.sort = "energy";
  choice.reference_kwh = 0.5;
  choice.score_reference_kwh = 2.0;
  choice.published_rounding = true;
  const RankQuestion question = make_rank_question(choice);
  EXPECT_EQ(question.columns.energy, "kwh");
  EXPECT_EQ(question.columns.baseline, "base");
  EXPECT_EQ(question.columns.team, "group");
  EXPECT_EQ(question.columns.macs, "mult_adds");
  EXPECT_EQ(question.order, ChallengeOrder::energy);
  EXPECT_EQ(question.rule.reference, 0.5 * kilowatt_hour);
  EXPECT_EQ(question.rule.score_reference, 2.0 * kilowatt_hour);
  EXPECT_TRUE(question.rule.published_rounding);
}

TEST(RankQuestion, ANormalizerNeedsMachinesAndNoBaseline) {
  RankChoice choice;
  choice.normalizer = "ratio";
  choice.on = "OURS";
  RankQuestion question = make_rank_question(choice);
  EXPECT_EQ(to_string(question.normalizer.value()), "ratio");
  EXPECT_EQ(question.columns.machine, "machine");
  EXPECT_EQ(question.columns.baseline, std::nullopt);
  EXPECT_EQ(question.to, "OURS");
  choice.baseline = "base";
  question = make_rank_question(choice);
  EXPECT_EQ(question.columns.baseline, "base") << "asked for, it is read and shown";
  choice.normalizer = "rato";
  EXPECT_EQ(error_of([&] { make_rank_question(choice); }).code(), ErrorCode::unknown_name);
}

TEST(RankChallenge, RanksByEachScore) {
  const TempDirectory folder;
  const std::string file = folder.path() / "submissions.csv";
  write_file(file,
             "code,energy_training_kwh,energy_baseline_kwh,f1,psds\n"
             "frugal,1.00,1.00,0.40,0.60\n"
             "lavish,4.00,1.00,0.50,0.90\n");
  RankChoice choice;
  choice.columns.scores = {"f1", "psds"};
  const RankQuestion question = make_rank_question(choice);
  const RankedChallenge ranked =
      rank_challenge(read_submissions_file(file, question.columns), question, {});
  ASSERT_EQ(ranked.rankings.size(), 2U);
  EXPECT_EQ(ranked.rankings[1].score, "psds");
  for (const ChallengeRanking& ranking : ranked.rankings)
    EXPECT_EQ(ranking.ranked.at(0).submission, 0U);
  // 0.4 x 1.39 / 0.032
  EXPECT_NEAR(*ranked.rankings[0].ranked[0].weighted.ew_score, 17.375, 1e-9);
  const Json rows = ranked_to_json(ranked);
  EXPECT_EQ(rows.size(), 4U) << "a row for each submission and score";
}

TEST(ReadSubmissions, AFileThatIsNotThereIsNamed) {
  const Error error = error_of([] { read_submissions_file("/nowhere/s.csv", {}); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_THAT(error.what(), HasSubstr("/nowhere/s.csv: cannot be opened"));
}

}  // namespace
}  // namespace isojoule
