#include "isojoule/app/campaigns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/fake_world.hpp"
#include "support/memory_store.hpp"
#include "support/test_table.hpp"

namespace isojoule {
namespace {

using State = CampaignCell::State;
using test_table::error_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Real commands on the real clock, over a synthetic counter.
class Campaigns : public testing::Test {
 protected:
  Campaigns() {
    world.root = fake.root();
    fake.write("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
    fake.write("/sys/class/powercap/intel-rapl:0/energy_uj", "1000000\n");
    fake.write("/sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
    plan.name = "synthetic";
    plan.shuffled = false;
  }

  void add(const std::string& name, const std::string& script, int repeats) {
    CampaignItem item;
    item.name = name;
    item.command = {"sh", "-c", script};
    item.repeats = repeats;
    plan.items.push_back(item);
  }

  OpenCampaign open() {
    const CampaignEntry entry = store.campaigns().empty()
                                    ? begin_campaign(store, *world.clock, plan)
                                    : store.campaign("latest");
    return open_campaign({store, {}}, entry);
  }

  FakeWorld fake;
  World world = real_world();
  MemoryStore store{fake.root() / "data"};
  CampaignPlan plan;
};

TEST_F(Campaigns, WhatHasEndedIsNotLeftAnyMore) {
  add("good", "true", 2);
  add("bad", "exit 7", 2);
  OpenCampaign campaign = open();
  EXPECT_THAT(campaign.left, SizeIs(4));
  EXPECT_FALSE(campaign.time_left()) << "nothing is known of any";
  std::vector<std::size_t> left;
  CampaignEvents events;
  events.ended = [&](const CampaignItem&, const CampaignCell&, const Record*) {
    left.push_back(campaign.left.size());
  };
  const CampaignOutcome outcome =
      run_open_campaign(world, store, campaign, nullptr, "test", events);
  EXPECT_THAT(left, ElementsAre(3U, 1U, 0U)) << "of one that failed the repeats are not tried";
  EXPECT_EQ(outcome.end.done, 2U);
  EXPECT_EQ(outcome.end.failed, 1U);
  EXPECT_FALSE(outcome.profile);
  EXPECT_FALSE(outcome.no_profile);
  EXPECT_FALSE(campaign.time_left());
  EXPECT_THAT(open().left, SizeIs(2)) << "resumed, what failed is tried again";
}

TEST_F(Campaigns, TheTimeLeftIsLearntFromRunsThatHaveEnded) {
  add("good", "sleep 0.1", 2);
  OpenCampaign campaign = open();
  std::vector<double> seconds;
  CampaignEvents events;
  events.ended = [&](const CampaignItem&, const CampaignCell&, const Record*) {
    if (const auto time = campaign.time_left()) seconds.push_back(time->time.in(second));
  };
  run_open_campaign(world, store, campaign, nullptr, "test", events);
  ASSERT_THAT(seconds, SizeIs(1)) << "after the last run nothing is left";
  EXPECT_GE(seconds[0], 0.1);
}

TEST_F(Campaigns, RunsWithoutAnybodyWhoLooksOn) {
  add("good", "true", 1);
  OpenCampaign campaign = open();
  EXPECT_TRUE(run_open_campaign(world, store, campaign, nullptr, "test", {}).end.complete());
  EXPECT_THAT(campaign.left, IsEmpty());
}

TEST_F(Campaigns, OneThatCannotBeReadHidesNoOther) {
  add("good", "true", 3);
  begin_campaign(store, *world.clock, plan);
  const CampaignEntry broken{"01JBROKEN", "broken", "2026-01-31T12:34:56Z", Json::array()};
  store.add(broken);
  const auto listed = list_campaigns(store);
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].planned, 3U);
  EXPECT_EQ(listed[1].planned, std::nullopt);
  EXPECT_FALSE(listed[1].trouble.empty());
  EXPECT_EQ(error_of([&] { listed_campaign(broken); }).code(), ErrorCode::bad_input);
}

}  // namespace
}  // namespace isojoule
