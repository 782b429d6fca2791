#include "isojoule/challenge/challenge_remarks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Reported<Energy> energy(const std::string& kwh) {
  return in_unit(*parse_reported(kwh), kilowatt_hour);
}

Submission submission(const std::string& team, const std::string& kwh, const std::string& baseline,
                      std::optional<double> macs = std::nullopt) {
  return {"system", team, energy(kwh), energy(baseline), {}, macs};
}

Answer unlike(std::string why) {
  Answer answer;
  answer.unlike = std::move(why);
  return answer;
}

std::vector<ChallengeRemark> remarks_on(const std::vector<Submission>& all) {
  return find_challenge_remarks(all, ChallengeRule{});
}

TEST(ChallengeRemarks, BaselinesOfATeamThatCannotBeTheSame) {
  const auto remarks =
      remarks_on({submission("t", "1.0", "0.15"), submission("u", "1.0", "0.9"),
                  submission("t", "2.0", "0.936"), submission("t", "3.0", "0.936")});
  ASSERT_THAT(remarks, SizeIs(1));
  EXPECT_THAT(remarks[0].submissions, ElementsAre(0, 2, 3));
  EXPECT_EQ(remarks[0].text,
            "baselines of one team differ by more than their rounding: 0.15, 0.936 kWh");
}

TEST(ChallengeRemarks, BaselinesThatMayBeTheSameAreNone) {
  // 0.03 is up to 0.035, 0.04 from 0.035.
  EXPECT_THAT(remarks_on({submission("t", "1.0", "0.03"), submission("t", "2.0", "0.04"),
                          submission("", "3.0", "0.1"), submission("", "4.0", "0.9")}),
              IsEmpty());
  EXPECT_THAT(remarks_on({submission("t", "1.0", "0.0300"), submission("t", "2.0", "0.0400")}),
              SizeIs(1));
}

TEST(ChallengeRemarks, OnlyThoseThatDisagreeAreNamed) {
  // 0.1 is 0.05 to 0.15 and agrees with both; 0.060 and 0.140 do not agree.
  const auto remarks = remarks_on({submission("t", "1.0", "0.060"), submission("t", "2.0", "0.1"),
                                   submission("t", "3.0", "0.140")});
  ASSERT_THAT(remarks, SizeIs(1));
  EXPECT_THAT(remarks[0].submissions, ElementsAre(0, 2));
}

TEST(ChallengeRemarks, EnergiesShared) {
  const auto remarks =
      remarks_on({submission("t", "2.03", "0.1", 1e9), submission("u", "2.03", "0.1", 1e9),
                  submission("t", "2.030", "0.1", 5.4e9), submission("t", "2.04", "0.1", 1e9),
                  submission("", "5", "0.1"), submission("", "5", "0.1")});
  ASSERT_THAT(remarks, SizeIs(1));
  EXPECT_THAT(remarks[0].submissions, ElementsAre(0, 2));
  EXPECT_EQ(remarks[0].text,
            "2 systems report the same energy, 2.03 kWh; their MACs differ by a factor of 5.4");
}

TEST(ChallengeRemarks, ZerosAreNotShared) {
  EXPECT_THAT(remarks_on({submission("t", "0.0", "0.1"), submission("t", "0.0", "0.1")}),
              IsEmpty());
}

TEST(ChallengeRemarks, EnergyPerMacFarFromTheMedian) {
  // Normalized energy is proportional to energy here; per MAC 1, 1, 1, 90, 110, 1/110 of the
  // median.
  const auto remarks =
      remarks_on({submission("a", "1.0", "0.1", 1e9), submission("b", "1.0", "0.1", 1e9),
                  submission("c", "1.0", "0.1", 1e9), submission("d", "90.0", "0.1", 1e9),
                  submission("e", "110.0", "0.1", 1e9), submission("f", "1.0", "0.1", 110e9),
                  submission("g", "500.0", "0.1")});
  ASSERT_THAT(remarks, SizeIs(2));
  EXPECT_THAT(remarks[0].submissions, ElementsAre(4));
  EXPECT_EQ(remarks[0].text, "energy per MAC 110 times more than the median");
  EXPECT_THAT(remarks[1].submissions, ElementsAre(5));
  EXPECT_EQ(remarks[1].text, "energy per MAC 110 times less than the median");
}

TEST(ChallengeRemarks, ItIsTheNormalizedEnergyThatCounts) {
  // 200 kWh where the baseline takes 200 times as much is nothing unusual.
  EXPECT_THAT(remarks_on({submission("a", "1.0", "0.1", 1e9), submission("b", "1.0", "0.1", 1e9),
                          submission("c", "200.0", "20.0", 1e9)}),
              IsEmpty());
}

TEST(ChallengeRemarks, OfTwoNeitherIsUnusual) {
  EXPECT_THAT(remarks_on({submission("a", "1.0", "0.1", 1e9), submission("b", "1.0", "0.1", 1e15)}),
              IsEmpty());
}

TEST(ChallengeRemarks, OnNobody) { EXPECT_THAT(remarks_on({}), IsEmpty()); }

TEST(Remarks, SystemsUnlikeTheReferencesAreNamedByTheirReason) {
  std::vector<Submission> submissions{submission("a", "1", "1"), submission("b", "2", "1"),
                                      submission("c", "3", "1"), submission("d", "4", "1")};
  for (const std::size_t i : {0U, 2U})
    submissions[i].predicted = unlike("its power is far from theirs");
  submissions[1].predicted = unlike("its energy is");
  submissions[3].predicted = Answer{};
  const auto remarks = find_challenge_remarks(submissions, ChallengeRule{});
  ASSERT_EQ(remarks.size(), 2U);
  EXPECT_EQ(remarks[0].text, "unlike the references: its power is far from theirs");
  EXPECT_EQ(remarks[0].submissions, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(remarks[1].submissions, (std::vector<std::size_t>{1}));
}

}  // namespace
}  // namespace isojoule
