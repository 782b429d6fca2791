#include "isojoule/campaign/campaign_plan.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using ::testing::HasSubstr;

CampaignItem command(const std::string& name, int repeats = 1) {
  CampaignItem item;
  item.name = name;
  item.command = {"true"};
  item.repeats = repeats;
  return item;
}

CampaignPlan plan(std::vector<CampaignItem> items) {
  CampaignPlan plan;
  plan.name = "p";
  plan.items = std::move(items);
  return plan;
}

std::string refusal(const CampaignPlan& plan) {
  try {
    check_plan(plan);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST(PlannedCells, EachRoundHasEveryItemOnceThatIsRunSoOften) {
  const CampaignPlan three =
      plan({command("a", 3), command("b", 1), command("c", 3), command("d", 2)});
  const std::vector<PlannedCell> cells = planned_cells(three);
  ASSERT_EQ(cells.size(), 9u);
  const std::vector<std::set<std::size_t>> rounds{{0, 1, 2, 3}, {0, 2, 3}, {0, 2}};
  std::size_t at = 0;
  for (std::size_t round = 0; round < rounds.size(); ++round) {
    std::set<std::size_t> items;
    for (std::size_t i = 0; i < rounds[round].size(); ++i, ++at) {
      EXPECT_EQ(cells[at].repeat, static_cast<int>(round) + 1);
      items.insert(cells[at].item);
    }
    EXPECT_EQ(items, rounds[round]);
  }
}

TEST(PlannedCells, TheOrderIsTheSeedsAndDiffersFromRoundToRound) {
  std::vector<CampaignItem> items;
  for (int i = 0; i < 20; ++i) items.push_back(command("w" + std::to_string(i), 2));
  CampaignPlan twenty = plan(items);
  const auto first = planned_cells(twenty);
  EXPECT_EQ(planned_cells(twenty), first);
  const auto order = [](const std::vector<PlannedCell>& cells, std::size_t from) {
    std::vector<std::size_t> result;
    for (std::size_t i = from; i < from + 20; ++i) result.push_back(cells[i].item);
    return result;
  };
  EXPECT_NE(order(first, 0), order(first, 20));
  EXPECT_FALSE(std::ranges::is_sorted(order(first, 0)));
  twenty.seed = 2;
  EXPECT_NE(planned_cells(twenty), first);
  twenty.shuffled = false;
  EXPECT_TRUE(std::ranges::is_sorted(order(planned_cells(twenty), 20)));
}

TEST(CheckPlan, RefusesWhatCannotBeRun) {
  EXPECT_EQ(refusal(plan({command("a")})), "nothing thrown");
  EXPECT_THAT(refusal(plan({})), HasSubstr("has no workloads"));
  EXPECT_THAT(refusal(plan({command("a"), command("a")})), HasSubstr("has a twice"));
  EXPECT_THAT(refusal(plan({command("")})), HasSubstr("needs a name"));
  EXPECT_THAT(refusal(plan({command("a", 0)})), HasSubstr("repeats must be at least 1"));
  CampaignItem nothing = command("a");
  nothing.command.clear();
  EXPECT_THAT(refusal(plan({nothing})), HasSubstr("run must be the command's words"));
  CampaignPlan profile = plan({reference_item("cnn-1x128", Training{})});
  profile.profile = "my machine";
  EXPECT_THAT(refusal(profile), HasSubstr("profile name 'my machine' must be"));
  profile = plan({command("a")});
  profile.profile = "auto";
  EXPECT_THAT(refusal(profile), HasSubstr("a profile needs at least one workload"));
  CampaignPlan negative = plan({command("a")});
  negative.contention.reruns = -1;
  EXPECT_THAT(refusal(negative), HasSubstr("must not be negative"));
}

TEST(CheckPlan, RefusesTrainingsThatCannotBe) {
  const auto with = [](auto change) {
    Training training;
    change(training);
    return refusal(plan({reference_item("cnn-1x128", training)}));
  };
  EXPECT_EQ(with([](Training&) {}), "nothing thrown");
  EXPECT_THAT(with([](Training& t) { t.protocol = "paper"; }), HasSubstr("needs a dataset"));
  EXPECT_THAT(with([](Training& t) { t.protocol = "papr"; }),
              HasSubstr("unknown protocol of workload 'cnn-1x128' 'papr'; did you mean paper?"));
  EXPECT_THAT(with([](Training& t) { t.mode = "infer"; }), HasSubstr("unknown mode"));
  EXPECT_THAT(with([](Training& t) { t.precision = "half"; }), HasSubstr("unknown precision"));
  EXPECT_THAT(with([](Training& t) { t.steps = 0; }), HasSubstr("must be at least 1"));
  EXPECT_THAT(with([](Training& t) { t.threads = 0; }), HasSubstr("must be at least 1"));
}

TEST(PlanJson, IsReadBackExactly) {
  Training training;
  training.protocol = "paper";
  training.data = "/data/desed";
  training.threads = 3;
  training.seed = 18446744073709551615u;
  CampaignItem own = command("mine", 2);
  own.cost = Cost{"stated", 2e9 * flop, std::nullopt, 1000};
  own.samples = 15780;
  own.device = "cuda:1";
  CampaignPlan whole = plan({reference_item("cnn-1x128", training, 3), own});
  whole.shuffled = false;
  whole.idle = 5.0 * second;
  whole.cooling = {30.0 * second, true, 60.0 * second};
  whole.contention = {0.1, 0.2, 3};
  whole.profile = "auto";
  const Json json = parse_json(plan_to_json(whole).dump(), "it");
  EXPECT_EQ(plan_from_json(json, "it"), whole);
}

TEST(PlanJson, OneOfMixedTrainingsIsStillReadThoughNoProfileCanComeOfIt) {
  Training cuda;
  cuda.device = "cuda";
  CampaignPlan mixed =
      plan({reference_item("cnn-1x128", Training{}), reference_item("mlp-1x512", cuda)});
  mixed.profile = "auto";
  EXPECT_THAT(refusal(mixed), HasSubstr("device cpu against cuda"));
  EXPECT_EQ(plan_from_json(plan_to_json(mixed), "it"), mixed);
}

TEST(PlanJson, ABadOneIsNamed) {
  Json json = plan_to_json(plan({command("a")}));
  json["items"][0]["repeats"] = "two";
  try {
    plan_from_json(json, "campaign 01K");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "campaign 01K: items[0]: key 'repeats' is not a whole number");
  }
}

}  // namespace
}  // namespace isojoule
