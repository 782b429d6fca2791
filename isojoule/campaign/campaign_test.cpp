#include "isojoule/campaign/campaign.hpp"

#include <signal.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/campaign/calibration.hpp"
#include "isojoule/core/error.hpp"

#include "support/campaign_fixture.hpp"

namespace isojoule {
namespace {

using State = CampaignCell::State;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(CampaignTest, RunsEachCellOnceAndKeepsIt) {
  add("a", "true", 2);
  add("b", "true");
  const CampaignEnd end = begin_and_run();
  EXPECT_EQ(runs(), "a\nb\na\n");
  EXPECT_THAT(cells(), ElementsAre("a 1 done", "b 1 done", "a 2 done"));
  EXPECT_EQ(end.done, 3u);
  EXPECT_TRUE(end.complete());
  const auto records = store_.records();
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].context.at("campaign"), id_);
  EXPECT_EQ(records[0].id, store_.campaign(id_).cells[0].record);
  EXPECT_TRUE(run(id_).complete());
  EXPECT_EQ(runs(), "a\nb\na\n") << "what is done is not run again";
}

TEST_F(CampaignTest, GoesOnAfterAFailureAndTriesItAgainLater) {
  const std::string marker = (fake_.root() / "works").string();
  add("bad", "test -e " + marker + " || exit 7", 2);
  add("good", "true");
  const CampaignEnd end = begin_and_run();
  EXPECT_EQ(runs(), "bad\ngood\n") << "its other repeats are left";
  EXPECT_THAT(cells(), ElementsAre("bad 1 failed: it ended with exit code 7", "good 1 done"));
  EXPECT_EQ(end.failed, 1u);
  EXPECT_EQ(end.left, 1u);
  EXPECT_FALSE(end.complete());
  write_file(marker, "");
  EXPECT_TRUE(run(id_).complete());
  EXPECT_EQ(runs(), "bad\ngood\nbad\nbad\n");
  EXPECT_THAT(cells(), UnorderedElementsAre("bad 1 done", "bad 2 done", "good 1 done"));
}

TEST_F(CampaignTest, WhatDidNotFitBeforeIsNotTriedAgain) {
  set_trainer("echo trained >> " + runs_.string() + "\nexit 3\n");
  plan_.items.push_back(reference_item("mlp-32x4096", Training{}, 2));
  id_ = begin_campaign(store_, *world_.clock, plan_).id;
  store_.end_cell(id_, {"mlp-32x4096", 1, State::skipped, "", "too large", 1, {}}, nullptr);
  EXPECT_TRUE(run(id_).complete());
  EXPECT_EQ(runs(), "");
  EXPECT_THAT(cells(),
              ElementsAre("mlp-32x4096 1 skipped: too large", "mlp-32x4096 2 skipped: too large"));
}

TEST_F(CampaignTest, WhatDidNotFitIsTriedAgainIfAskedFor) {
  set_trainer("echo trained >> " + runs_.string() + "\nexit 3\n");
  plan_.items.push_back(reference_item("mlp-32x4096", Training{}, 2));
  id_ = begin_campaign(store_, *world_.clock, plan_).id;
  store_.end_cell(id_, {"mlp-32x4096", 1, State::skipped, "", "too large", 1, {}}, nullptr);
  store_.end_cell(id_, {"mlp-32x4096", 2, State::skipped, "", "too large", 0, {}}, nullptr);
  options_.retry_skipped = true;
  const CampaignEnd end = run(id_);
  EXPECT_EQ(runs(), "trained\n") << "the first says it for its repeats";
  EXPECT_EQ(end.skipped, 2u);
  EXPECT_TRUE(end.complete());
  EXPECT_THAT(cells(), ElementsAre("mlp-32x4096 1 skipped: it does not fit into memory",
                                   "mlp-32x4096 2 skipped: it does not fit into memory"));
}

TEST_F(CampaignTest, WhatIsToBeTriedAgainIsLeftUntilItIs) {
  for (const char* name : {"a", "b"}) add(name, "sleep 0.05");  // time for a second value
  id_ = begin_campaign(store_, *world_.clock, plan_).id;
  for (const char* name : {"a", "b"})
    store_.end_cell(id_, {name, 1, State::skipped, "", "too large", 1, {}}, nullptr);
  options_.retry_skipped = true;
  options_.measure.ended = [] { kill(getpid(), SIGINT); };
  const CampaignEnd end = run(id_);
  EXPECT_EQ(end.done, 1u);
  EXPECT_EQ(end.skipped, 0u);
  EXPECT_EQ(end.left, 1u);
  EXPECT_FALSE(end.complete());
}

TEST_F(CampaignTest, AnInterruptLeavesTheRestForLater) {
  const std::string marker = (fake_.root() / "go").string();
  add("a", "true");
  // A shell waits for what it runs before it heeds an interrupt.
  add("b", "test -e " + marker + " || { trap 'exit 1' INT; kill -INT " + std::to_string(getpid()) +
               "; while :; do sleep 0.01; done; }");
  add("c", "true");
  const CampaignEnd end = begin_and_run();
  EXPECT_TRUE(end.interrupted);
  EXPECT_EQ(end.left, 2u);
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
  EXPECT_EQ(traces(), 1u);
  write_file(marker, "");
  EXPECT_TRUE(run(id_).complete());
  EXPECT_THAT(cells(), ElementsAre("a 1 done", "b 1 done", "c 1 done"));
  EXPECT_THAT(store_.records(), SizeIs(3));
}

TEST_F(CampaignTest, AnInterruptInTheRestAfterARunKeepsTheRun) {
  add("a", "true");
  add("b", "true");
  plan_.idle = 50.0 * millisecond;
  options_.measure.ended = [] { kill(getpid(), SIGINT); };
  const CampaignEnd end = begin_and_run();
  EXPECT_TRUE(end.interrupted);
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
  EXPECT_EQ(end.left, 1u);
  EXPECT_EQ(runs(), "a\n");
}

TEST_F(CampaignTest, OneProcessAtATimeRunsIt) {
  // The command runs while the lock is held; flock tells by its exit code.
  add("a", "! flock -n " + (fake_.root() / "data/campaigns").string() + "/*.lock true");
  begin_and_run();
  EXPECT_THAT(cells(), ElementsAre("a 1 done"));
}

TEST_F(CampaignTest, AProfileNeedsATraining) {
  add("a", "true");
  begin_and_run();
  EXPECT_THROW(campaign_profile(store_, store_.campaign(id_), "p"), Error);
}

TEST(CellsLeft, AreThoseThatAreNeitherDoneNorSkipped) {
  CampaignPlan plan;
  for (const char* name : {"a", "b", "c", "d"}) {
    CampaignItem item;
    item.name = name;
    item.command = {"true"};
    plan.items.push_back(item);
  }
  plan.shuffled = false;
  CampaignEntry entry;
  entry.cells = {{"a", 1, State::done, "R", "", 1, {}},
                 {"b", 1, State::failed, "", "", 1, {}},
                 {"c", 1, State::skipped, "", "", 1, {}}};
  EXPECT_THAT(cells_left(plan, entry), ElementsAre(PlannedCell{1, 1}, PlannedCell{3, 1}));
  EXPECT_THAT(cells_left(plan, entry, true),
              ElementsAre(PlannedCell{1, 1}, PlannedCell{2, 1}, PlannedCell{3, 1}));
}

}  // namespace
}  // namespace isojoule
