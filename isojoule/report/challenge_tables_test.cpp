#include "isojoule/report/challenge_tables.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/challenge/challenge_csv.hpp"
#include "isojoule/page/text.hpp"
#include "isojoule/report/challenge_report.hpp"

namespace isojoule {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

struct Ranked {
  explicit Ranked(const std::string& rows, ChallengeOrder order = ChallengeOrder::ew_score)
      : submissions(read(rows)) {
    // Normalized = energy / baseline; EW-score = score / normalized.
    ranking = {"f1", 0, {kilowatt_hour, kilowatt_hour, false}, order, {}, {}};
    ranking.ranked = rank_submissions(submissions, 0, ranking.rule, order);
    remarks = find_challenge_remarks(submissions, ranking.rule);
  }

  static std::vector<Submission> read(const std::string& rows) {
    ChallengeColumns columns;
    columns.energy = "kwh";
    columns.baseline = "base";
    columns.scores = {"f1"};
    std::istringstream in("code,team_name,kwh,base,f1\n" + rows);
    return read_submissions(in, "s.csv", columns);
  }

  Table table() const { return challenge_table(submissions, ranking); }
  Json json() const { return challenge_to_json(submissions, ranking, remarks); }

  std::vector<Submission> submissions;
  ChallengeRanking ranking;
  std::vector<ChallengeRemark> remarks;
};

TEST(ChallengeTable, HasRanksIntervalsAndVerdicts) {
  // t_1: 2.0/0.50 = 4 kWh, 1.95/0.505 = 3.861 to 2.05/0.495 = 4.141; 0.8/4 = 0.2, 0.75/4.141 to
  // 0.85/3.861. The others are far below it and near each other, of different teams.
  const Ranked ranked("t_1,t,2.0,0.50,0.8\nu_1,u,20.0,0.50,0.8\nv_1,v,20.1,0.50,0.8\n");
  const Table table = ranked.table();
  ASSERT_THAT(table.rows, SizeIs(3));
  EXPECT_THAT(table.rows[0],
              ElementsAre("1", "t_1", "0.8", "4.00 (3.86-4.14)", "0.200 (0.181-0.220)", "more"));
  EXPECT_EQ(table.rows[1][0], "2-3");
  EXPECT_EQ(table.rows[1].back(), "~");
  EXPECT_EQ(table.rows[2].back(), "-");
  EXPECT_THAT(table.notes, Contains(HasSubstr("no probability")));
}

TEST(ChallengeTable, ShowsTeamsThatTheNamesDoNotTell) {
  const Table table = Ranked("a,t,1,1,1\n").table();
  EXPECT_EQ(table.columns[2].title, "team");
  EXPECT_EQ(table.rows[0][2], "t");
  EXPECT_THAT(Ranked("t_1,t_x,1,1,1\n").table().columns, SizeIs(6));
}

TEST(ChallengeTable, TheUnrankedAreRowsWithReasonsBelow) {
  // A baseline of 0.0 is 0 to 0.05: 0.95/0.05 = 19 kWh or more, 0.55/19 = 0.0289 or less.
  const Table table = Ranked("t_1,t,1.0,0.0,0.5\nt_2,t,,0.1,0.5\n").table();
  EXPECT_THAT(table.rows[0], ElementsAre("-", "t_1", "0.5", "- (from 19.0)", "- (0-0.0289)", "-"));
  EXPECT_THAT(table.rows[1], ElementsAre("-", "t_2", "0.5", "-", "-", "-"));
  EXPECT_THAT(table.notes, Contains("Unranked, its baseline energy is reported as 0.0: t_1."));
  EXPECT_THAT(table.notes, Contains("Unranked, no energy is reported: t_2."));
}

TEST(ChallengeTable, FitsATerminalAtAnySize) {
  const Ranked ranked(
      "Somebody_SOMEWHERE-Institute_task4a_10,Somebody,0.0000012,0.5,0.8\n"
      "Somebody_SOMEWHERE-Institute_task4a_11,Somebody,123456789,0.5,0.8\n");
  std::istringstream lines(render_text(ranked.table()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST(ChallengeJson, HoldsNumbersWithTheirUnits) {
  const Json rows = Ranked("t_1,t,2.0,0.50,0.8\nt_2,,1.0,0.0,0.5\n").json();
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0]["rank_best"], 1);
  EXPECT_EQ(rows[0]["submission"], "t_1");
  EXPECT_EQ(rows[0]["energy_kwh"], 2.0);
  EXPECT_DOUBLE_EQ(rows[0]["baseline_energy_upper_kwh"].get<double>(), 0.505);
  EXPECT_DOUBLE_EQ(rows[0]["normalized_energy_kwh"].get<double>(), 4.0);
  EXPECT_EQ(rows[0]["normalized_energy_unbounded"], false);
  EXPECT_EQ(rows[0]["verdict_against_next"], nullptr);
  EXPECT_EQ(rows[0]["unranked"], nullptr);
  EXPECT_EQ(rows[1]["rank_best"], nullptr);
  EXPECT_EQ(rows[1]["team"], nullptr);
  EXPECT_EQ(rows[1]["normalized_energy_kwh"], nullptr);
  EXPECT_EQ(rows[1]["normalized_energy_upper_kwh"], nullptr);
  EXPECT_EQ(rows[1]["normalized_energy_unbounded"], true);
  EXPECT_EQ(rows[1]["unranked"], "its baseline energy is reported as 0.0");
}

TEST(ChallengeJson, EachRowHasItsRemarks) {
  const Json rows = Ranked("t_1,t,2.0,0.50,0.8\nt_2,t,2.0,0.50,0.7\nu_1,u,2.0,0.50,0.6\n").json();
  EXPECT_THAT(rows[0]["remarks"], ElementsAre("2 systems report the same energy, 2.0 kWh"));
  EXPECT_THAT(rows[1]["remarks"], SizeIs(1));
  EXPECT_THAT(rows[2]["remarks"], SizeIs(0));
}

TEST(ChallengeCsv, QuotesWhatMustBe) {
  const std::string csv = challenge_csv(
      Json::array({{{"schema", "s/1"}, {"name", "a \"b\", c"}, {"x", nullptr}, {"y", 0.1}},
                   {{"name", "d"}, {"x", true}, {"y", Json::array({"p", "q"})}}}));
  EXPECT_EQ(csv, "name,x,y\n\"a \"\"b\"\", c\",,0.1\nd,true,p; q\n");
}

TEST(ChallengeDocument, IsHeadedByWhatItRanksBy) {
  const Ranked by_score("t_1,t,2.0,0.50,0.8\n");
  const Ranked by_energy("t_1,t,2.0,0.50,0.8\n", ChallengeOrder::energy);
  const auto heading = [](const Ranked& one) {
    return make_challenge_document(one.submissions, {one.ranking}, {}, {}).sections[0].heading;
  };
  EXPECT_EQ(heading(by_score), "By energy-weighted f1");
  EXPECT_EQ(heading(by_energy), "By normalized energy, beside f1");
}

TEST(ChallengeRemarksTable, NamesTheSystems) {
  const Ranked ranked("t_1,t,2.0,0.50,0.8\nt_2,t,2.0,0.50,0.7\n");
  EXPECT_THAT(challenge_remarks_table(ranked.submissions, ranked.remarks).rows,
              ElementsAre(ElementsAre("t_1, t_2", "2 systems report the same energy, 2.0 kWh")));
}

}  // namespace
}  // namespace isojoule
