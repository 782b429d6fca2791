#include "isojoule/campaign/forecast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MachineProfile profile(const std::string& name, const std::string& device,
                       const std::map<std::string, double>& seconds_per_step) {
  MachineProfile profile;
  profile.name = name;
  profile.context["device"] = device;
  for (const auto& [workload, seconds] : seconds_per_step) {
    ReferenceEnergy reference;
    reference.workload = WorkloadId(workload);
    reference.energy.duration_per_step = seconds * second;
    profile.references.push_back(reference);
  }
  return profile;
}

CampaignPlan plan() {
  Training training;
  training.steps = 10;
  training.warmup = 2;
  CampaignPlan plan;
  plan.items = {reference_item("cnn-1x128", training), reference_item("mlp-1x512", training)};
  CampaignItem own;
  own.name = "mine";
  own.command = {"true"};
  plan.items.push_back(own);
  return plan;
}

const std::vector<PlannedCell> kAll{{0, 1}, {1, 1}, {2, 1}};

TEST(Forecast, StandsOnTheProfileThatKnowsMost) {
  const CampaignPlan three = plan();
  const std::vector<MachineProfile> profiles{
      profile("one", "cpu", {{"cnn-1x128", 1.0}}),
      profile("gpu", "cuda:0", {{"cnn-1x128", 0.1}, {"mlp-1x512", 0.1}}),
      profile("two", "cpu", {{"cnn-1x128", 2.0}, {"mlp-1x512", 0.5}})};
  const Forecast forecast(three, profiles);
  EXPECT_EQ(forecast.stands_on(), "two");
  // 12 steps each, and a second around each run.
  const ForecastTime time = forecast.of(kAll);
  EXPECT_DOUBLE_EQ(time.time.in(second), 24.0 + 1.0 + 6.0 + 1.0);
  EXPECT_THAT(time.unknown, ElementsAre("mine"));
}

TEST(Forecast, CountsRestsAndTheLeastLength) {
  CampaignPlan three = plan();
  three.idle = 5.0 * second;
  three.cooling.time = 30.0 * second;
  three.items[1].training->at_least = 20.0 * second;
  const std::vector<MachineProfile> profiles{profile("p", "cpu", {{"mlp-1x512", 0.5}})};
  const std::vector<PlannedCell> one{{1, 1}};
  // Two steps of warming up, 20 s instead of 10 steps, rests, a second around.
  EXPECT_DOUBLE_EQ(Forecast(three, profiles).of(one).time.in(second), 1.0 + 20.0 + 40.0 + 1.0);
}

TEST(Forecast, IsCorrectedByWhatTheRunsTake) {
  const CampaignPlan three = plan();
  const std::vector<MachineProfile> profiles{
      profile("p", "cpu", {{"cnn-1x128", 2.0}, {"mlp-1x512", 0.5}})};
  Forecast forecast(three, profiles);
  forecast.took(0, 75.0 * second);  // 25 s were foretold
  const std::vector<PlannedCell> again{{0, 2}};
  const std::vector<PlannedCell> other{{1, 1}};
  EXPECT_DOUBLE_EQ(forecast.of(again).time.in(second), 75.0);
  EXPECT_DOUBLE_EQ(forecast.of(other).time.in(second), 3.0 * 7.0);
  forecast.took(2, 4.0 * second);
  const std::vector<PlannedCell> own{{2, 2}};
  EXPECT_DOUBLE_EQ(forecast.of(own).time.in(second), 4.0);
  EXPECT_THAT(forecast.of(own).unknown, IsEmpty());
}

TEST(Forecast, OfThePapersProtocolHasAllItsSteps) {
  CampaignPlan three = plan();
  three.items[0].training->protocol = "paper";
  const std::vector<MachineProfile> profiles{profile("p", "cpu", {{"cnn-1x128", 2.0}})};
  const std::vector<PlannedCell> one{{0, 1}};
  EXPECT_DOUBLE_EQ(Forecast(three, profiles).of(one).time.in(second), 1980 * 2.0 + 1.0);
}

TEST(Forecast, KnowsNothingWithoutAProfile) {
  const CampaignPlan three = plan();
  const Forecast forecast(three, {});
  EXPECT_EQ(forecast.stands_on(), "");
  EXPECT_THAT(forecast.of(kAll).unknown, ElementsAre("cnn-1x128", "mlp-1x512", "mine"));
}

}  // namespace
}  // namespace isojoule
