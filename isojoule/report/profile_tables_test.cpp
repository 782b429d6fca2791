#include "isojoule/report/profile_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ReferenceEnergy reference(const std::string& workload, double joules) {
  ReferenceEnergy reference;
  reference.workload = WorkloadId(workload);
  reference.energy.per_step = joules * joule;
  reference.energy.duration_per_step = 0.1 * joules * second;
  reference.energy.steps = 10;
  reference.records = {"R"};
  return reference;
}

MachineProfile profile(const std::string& name) {
  MachineProfile profile;
  profile.name = name;
  profile.created = "2026-01-31T12:34:56Z";
  profile.basis.protocol = "steps";
  profile.host.cpu_model = "Made CPU";
  profile.host.settings = {{"cpu", "governor", "performance"}};
  profile.context = {{"campaign", name}, {"torch", "2.6.0"}};
  profile.references = {reference("small", 2.0), reference("large", 8.0)};
  return profile;
}

TEST(ProfileTable, TellsRunsRestAndSettings) {
  MachineProfile made = profile("a");
  made.idle_power = 15.0 * watt;
  made.references[0].records = {"R1", "R2", "R3"};
  made.references[0].sd_of_runs = 0.1 * joule;
  const Table table = profile_table(made);
  EXPECT_THAT(table.rows[0],
              ElementsAre("small", "2.00 J (sd of runs 0.100 J)", "200 ms", "3", "10", "-", "-"));
  EXPECT_THAT(table.notes, Contains("At rest: 15.0 W."));
  EXPECT_THAT(table.notes, Contains("Settings: governor of cpu performance."));
}

TEST(ChangesTable, TellsWhetherTheProfileHolds) {
  const MachineProfile made = profile("a");
  EXPECT_THAT(changes_table(made, {}).notes, ElementsAre(HasSubstr("Nothing has changed")));
  const MachineChange torch{"torch", "2.6.0", "2.7.0", false};
  const Table told = changes_table(made, {torch});
  EXPECT_THAT(told.rows[0], ElementsAre("torch", "2.6.0", "2.7.0", "still holds"));
  EXPECT_TRUE(told.notes.empty());
  const MachineChange governor{"governor of cpu", "performance", "powersave", true};
  EXPECT_THAT(changes_table(made, {torch, governor}).notes,
              ElementsAre(HasSubstr("no longer a profile of this machine")));
  EXPECT_EQ(changes_to_json(made, {torch})["stale"], false);
  EXPECT_EQ(changes_to_json(made, {governor})["stale"], true);
}

TEST(ProfileDifference, SetsEnergiesSideBySideAndNamesWhatDiffers) {
  MachineProfile other = profile("b");
  other.references = {reference("large", 12.0), reference("huge", 90.0)};
  other.host.settings[0].value = "powersave";
  other.context["torch"] = "2.7.0";
  const Table table = profile_difference_table(profile("a"), other);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_THAT(table.rows[0], ElementsAre("large", "8.00 J", "12.0 J", "1.500", "1.500"));
  EXPECT_THAT(table.notes, ElementsAre("governor of cpu: performance against powersave.",
                                       "torch: 2.6.0 against 2.7.0."));
  EXPECT_EQ(profile_difference_to_json(profile("a"), other)["comparable"], true);
}

TEST(ProfileDifference, SaysWhereTheFootingsDiffer) {
  MachineProfile other = profile("b");
  other.basis.precision = "tf32";
  EXPECT_THAT(profile_difference_table(profile("a"), other).notes,
              Contains(HasSubstr("do not compare them")));
  EXPECT_THAT(profile_difference_table(profile("a"), profile("c")).notes,
              Not(Contains(HasSubstr("do not compare them"))));
}

}  // namespace
}  // namespace isojoule
