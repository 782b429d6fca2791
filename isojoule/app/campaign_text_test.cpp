#include "isojoule/app/campaign_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/app/campaigns.hpp"

#include "support/memory_store.hpp"
#include "support/sample_record.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using State = CampaignCell::State;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ForecastText, SaysWhatIsKnownAndWhatIsNot) {
  EXPECT_EQ(forecast_text(ForecastTime{190.0 * second, {}}), "about 3 min 10 s");
  EXPECT_EQ(forecast_text(ForecastTime{190.0 * second, {"mine"}}),
            "about 3 min 10 s and the unknown time of mine");
  EXPECT_EQ(forecast_text(ForecastTime{Duration{}, {"mine"}}), "duration unknown");
  EXPECT_EQ(forecast_text(ForecastTime{}), "no time at all");
}

TEST(ForecastText, ManyUnknownItemsAreCounted) {
  EXPECT_THAT(forecast_text(ForecastTime{second, {"a", "b", "c"}}), HasSubstr("time of a, b, c"));
  EXPECT_THAT(forecast_text(ForecastTime{second, {"a", "b", "c", "d"}}),
              HasSubstr("time of 4 others"));
}

/// Two runs of cnn-1x128, 12 steps each, and one of a command that nobody has timed.
CampaignPlan two_items() {
  Training training;
  training.steps = 10;
  training.warmup = 2;
  CampaignItem own;
  own.name = "mine";
  own.command = {"true"};
  CampaignPlan plan;
  plan.name = "both";
  plan.items = {reference_item("cnn-1x128", training, 2), own};
  return plan;
}

MachineProfile timed() {
  MachineProfile profile;
  profile.name = "timed";
  profile.context["device"] = "cpu";
  ReferenceEnergy reference;
  reference.workload = WorkloadId("cnn-1x128");
  reference.energy.duration_per_step = 2.0 * second;
  profile.references.push_back(reference);
  return profile;
}

TEST(PlanTable, HasALineForEachWorkloadAndTheTimeOfAll) {
  const MemoryStore store;
  // A second around each run comes to the time of its steps.
  const Table table = plan_table(two_items(), {store, {timed()}});
  EXPECT_EQ(table.title, "plan both");
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("cnn-1x128", "2", "about 25.0 s"),
                                      ElementsAre("mine", "1", "duration unknown")));
  EXPECT_THAT(table.notes, ElementsAre("3 runs, about 50.0 s and the unknown time of mine (by the "
                                       "times of timed)."));
}

TEST(PlanTable, WithoutAProfileNothingIsForetold) {
  const MemoryStore store;
  EXPECT_THAT(plan_table(two_items(), {store, {}}).notes, ElementsAre("3 runs, duration unknown."));
}

CampaignCell cell(State state, const std::string& reason = {}) {
  CampaignCell cell;
  cell.workload = "cnn-1x8";
  cell.state = state;
  cell.reason = reason;
  return cell;
}

TEST(RunText, IsTheEnergyPerStep) {
  const Record record = sample_record();
  EXPECT_EQ(run_text(cell(State::done), &record),
            "5.00 J (sd 1.41 J) and 200 ms per step, measured");
}

TEST(RunText, WithoutOneIsTheWholeEnergyAndWhy) {
  Record record = sample_record();
  record.windows[0].attributes.erase("steps");
  EXPECT_THAT(run_text(cell(State::done), &record),
              testing::StartsWith("80.0 J in 3.50 s, measured; no energy per step: "));
  record.windows.clear();
  EXPECT_EQ(run_text(cell(State::done), &record), "80.0 J in 3.50 s, measured")
      << "a command without marks has no steps to speak of";
  record.whole.channels.clear();
  EXPECT_EQ(run_text(cell(State::done), &record), "no known energy in 3.50 s");
}

TEST(RunText, WhatWasNotMeasuredSaysWhy) {
  EXPECT_EQ(run_text(cell(State::skipped, "does not fit"), nullptr), "skipped: does not fit");
  const Record record = sample_record();
  EXPECT_EQ(run_text(cell(State::failed, "exit code 7"), &record), "failed: exit code 7");
}

TEST(CountsText, NamesWhatThereIs) {
  EXPECT_EQ(counts_text({}), "0 done");
  EXPECT_EQ(counts_text({40, 2, 1, 3, false}), "40 done, 2 skipped, 1 failed, 3 left");
  EXPECT_EQ(counts_text({40, 0, 1, 0, true}), "40 done, 1 failed");
}

TEST(CampaignToJson, WhatIsMissingIsNull) {
  CampaignCell ended = cell(State::skipped, "does not fit");
  ended.took = 1.5 * second;
  const CampaignEntry campaign{
      "01J", "both", "2026-01-31T12:34:56Z", plan_to_json(two_items()), {ended}};
  const Json json = campaign_to_json(listed_campaign(campaign));
  EXPECT_EQ(json.at("planned_runs"), 3);
  EXPECT_EQ(json.at("cells").at(0).at("state"), "skipped");
  EXPECT_TRUE(json.at("cells").at(0).at("record").is_null());
  EXPECT_EQ(json.at("cells").at(0).at("took_s"), 1.5);
  EXPECT_TRUE(campaign_to_json({campaign, {}, "unreadable"}).at("planned_runs").is_null());
}

}  // namespace
}  // namespace isojoule
