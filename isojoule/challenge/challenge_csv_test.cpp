#include "isojoule/challenge/challenge_csv.hpp"

#include <functional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

ChallengeColumns columns() {
  ChallengeColumns columns;
  columns.name = "system";
  columns.energy = "kwh";
  columns.baseline = "base";
  columns.scores = {"f1"};
  return columns;
}

std::vector<Submission> read(const std::string& text, const ChallengeColumns& named = columns()) {
  std::istringstream in(text);
  return read_submissions(in, "s.csv", named);
}

/// The message, after its code was checked.
std::string refused(const std::string& text, ErrorCode code = ErrorCode::bad_input,
                    const ChallengeColumns& named = columns()) {
  try {
    read(text, named);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  return "not refused";
}

TEST(SubmissionsFile, OneRowIsOneSubmission) {
  const auto all = read("f1,base,kwh,system,team_name,macs\n0.5 (0.4 - 0.6),0.10,2,a,t,1e9\n");
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].name, "a");
  EXPECT_EQ(all[0].team, "t");
  EXPECT_DOUBLE_EQ(all[0].energy->upper.in(kilowatt_hour), 2.5);
  EXPECT_DOUBLE_EQ(all[0].baseline->lower.in(kilowatt_hour), 0.095);
  EXPECT_EQ(all[0].scores[0]->value, 0.5);
  EXPECT_EQ(all[0].macs, 1e9);
}

TEST(SubmissionsFile, EmptyCellsAreMissing) {
  const auto all = read("system,kwh,base,f1,team_name,macs\na,, ,,,\n");
  EXPECT_FALSE(all[0].energy);
  EXPECT_FALSE(all[0].baseline);
  EXPECT_FALSE(all[0].scores[0]);
  EXPECT_FALSE(all[0].macs);
  EXPECT_TRUE(all[0].team.empty());
}

TEST(SubmissionsFile, ZerosAreValues) {
  const auto all = read("system,kwh,base,f1\na,0.0,0,0\n");
  EXPECT_EQ(all[0].energy->value, Energy{});
  EXPECT_EQ(all[0].energy->text, "0.0");
  EXPECT_EQ(all[0].baseline->value, Energy{});
}

TEST(SubmissionsFile, TeamAndMacsNeedNotBeThereUnlessNamed) {
  EXPECT_NO_THROW(read("system,kwh,base,f1\na,1,1,1\n"));
  ChallengeColumns named = columns();
  named.team = "tean";
  EXPECT_THAT(refused("system,kwh,base,f1,team\na,1,1,1,t\n", ErrorCode::unknown_name, named),
              HasSubstr("did you mean team"));
  named.team.reset();
  named.macs = "flops";
  refused("system,kwh,base,f1\na,1,1,1\n", ErrorCode::unknown_name, named);
}

TEST(SubmissionsFile, AMissingColumnListsNearNames) {
  EXPECT_THAT(refused("system,kwhs,base,f1\na,1,1,1\n", ErrorCode::unknown_name),
              HasSubstr("s.csv:1: unknown column 'kwh'; did you mean kwhs"));
}

TEST(SubmissionsFile, FaultsHaveTheirPlace) {
  const std::string good = "system,kwh,base,f1,macs\na,1,1,1,1\n";
  for (const auto& [row, words] : std::vector<std::pair<const char*, const char*>>{
           {"b,1 kWh,1,1,1", "s.csv:3: column 'kwh': is not a number: '1 kWh'"},
           {"b,-1,1,1,1", "s.csv:3: column 'kwh': is negative: '-1'"},
           {"b,1,nan,1,1", "s.csv:3: column 'base': is 'nan', which is no value"},
           {"b,1,1,-0.5,1", "s.csv:3: column 'f1': is negative"},
           {"b,1,1,1,0", "s.csv:3: column 'macs': is zero"},
           {",1,1,1,1", "s.csv:3: column 'system': is empty"},
           {"a,1,1,1,1", "s.csv:3: column 'system': 'a' stands in line 2 too"},
           {"b,1,1,1", "s.csv:3: the row has 4 fields where the header has 5"}})
    EXPECT_THAT(refused(good + row + "\n"), HasSubstr(words));
}

TEST(SubmissionsFile, NothingInIt) {
  EXPECT_THAT(refused(""), HasSubstr("is empty"));
  EXPECT_THAT(refused("system,kwh,base,f1\n"), HasSubstr("no submissions"));
}

}  // namespace
}  // namespace isojoule
