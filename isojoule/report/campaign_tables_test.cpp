#include "isojoule/report/campaign_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using State = CampaignCell::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

StepEnergy energy(double joules, Kind kind = Kind::measured) {
  StepEnergy energy;
  energy.basis.kind = kind;
  energy.per_step = joules * joule;
  energy.duration_per_step = 0.5 * second;
  return energy;
}

TEST(CampaignTable, HasALineForEachWorkload) {
  const CampaignEntry campaign{"01AAAA", "quick", "2026-01-31T12:34:56Z", {}};
  const std::vector<CampaignRow> rows{
      {"two",
       3,
       {{"two", 1, State::done, "R1", "", 1, {}}, {"two", 2, State::done, "R2", "heat", 2, {}}},
       {energy(1.0), energy(2.0), energy(9.0)}},
      {"one", 1, {{"one", 1, State::done, "R3", "", 1, {}}}, {energy(5.0, Kind::modelled)}},
      {"large",
       2,
       {{"large", 1, State::skipped, "", "too large", 1, {}},
        {"large", 2, State::skipped, "", "too large", 0, {}}},
       {}},
      {"none", 1, {}, {}}};
  const Table table = campaign_table(campaign, rows);
  EXPECT_THAT(table.title, HasSubstr("campaign 01AAAA  quick"));
  EXPECT_THAT(table.rows[0], ElementsAre("two", "2 of 3", "2.00 J (sd 4.36 J)", "500 ms",
                                         "measured", "disturbed: heat"));
  EXPECT_THAT(table.rows[1], ElementsAre("one", "1 of 1", "5.00 J", "500 ms", "modelled", ""));
  EXPECT_THAT(table.rows[2], ElementsAre("large", "0 of 2", "-", "-", "-", "skipped: too large"));
  EXPECT_THAT(table.rows[3], ElementsAre("none", "0 of 1", "-", "-", "-", ""));
}

TEST(CampaignsTable, CountsHowTheCellsEnded) {
  CampaignEntry campaign{"01AAAA", "quick", "2026-01-31T12:34:56Z", {}};
  campaign.cells = {{"a", 1, State::done, "R", "", 1, {}},
                    {"b", 1, State::failed, "", "x", 1, {}},
                    {"c", 1, State::skipped, "", "y", 1, {}}};
  EXPECT_THAT(campaigns_table({{campaign, 7}}).rows[0],
              ElementsAre("01AAAA", "quick", "2026-01-31T12:34:56Z", "7", "1", "1", "1"));
  const Table unreadable =
      campaigns_table({{campaign, {}, "campaign 01AAAA: no key 'name'"}, {campaign, 7}});
  EXPECT_EQ(unreadable.rows[0][3], "unknown");
  EXPECT_EQ(unreadable.rows[1][3], "7");
  EXPECT_THAT(unreadable.notes, ElementsAre("campaign 01AAAA: no key 'name'."));
  EXPECT_THAT(campaigns_table({}).notes, ElementsAre(HasSubstr("No campaigns yet")));
}

}  // namespace
}  // namespace isojoule
