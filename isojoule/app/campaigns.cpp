#include "isojoule/app/campaigns.hpp"

#include <algorithm>
#include <utility>

#include "isojoule/app/campaign_rows.hpp"
#include "isojoule/app/installation.hpp"
#include "isojoule/campaign/calibration.hpp"
#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

/// From the runs that the campaign has done before.
void learn(Forecast& forecast, const CampaignPlan& plan, const CampaignEntry& campaign) {
  for (const CampaignCell& cell : campaign.cells) {
    const auto item = std::ranges::find(plan.items, cell.workload, &CampaignItem::name);
    if (cell.state == CampaignCell::State::done && item != plan.items.end())
      forecast.took(static_cast<std::size_t>(item - plan.items.begin()), cell.took);
  }
}

CampaignOptions options_for(const Store& store, std::shared_ptr<const NodeClaim> node,
                            const std::string& version, const CampaignSettings& settings) {
  CampaignOptions options;
  options.measure.node = std::move(node);
  options.trainer = trainer_program();
  options.measure.trace_directory = store.folders().traces;
  options.measure.version = version;
  options.measure.output = ChildOutput::nowhere;
  options.retry_skipped = settings.retry_skipped;
  options.executor = find_executor(settings.executor).make;
  return options;
}

/// The profile that a campaign ends with, made and kept; empty if it has none or is not at its end.
std::optional<MachineProfile> keep_profile(Store& store, const OpenCampaign& campaign,
                                           const CampaignEnd& end) {
  if (campaign.plan.profile.empty() || !end.complete()) return std::nullopt;
  MachineProfile profile =
      campaign_profile(store, store.campaign(campaign.entry.id), campaign.plan.profile);
  store.put(profile);
  return profile;
}

/// The other repeats of one that failed are left for another time.
void take_off(std::vector<PlannedCell>& left, const CampaignPlan& plan, const CampaignCell& cell) {
  std::erase_if(left, [&](const PlannedCell& planned) {
    return plan.items[planned.item].name == cell.workload &&
           (planned.repeat == cell.repeat || cell.state == CampaignCell::State::failed);
  });
}

}  // namespace

std::optional<ForecastTime> OpenCampaign::time_left() const {
  const ForecastTime time = forecast.of(left);
  if (left.empty() || !(time.time > Duration{})) return std::nullopt;
  return time;
}

Forecast forecast_for(const CampaignPlan& plan, const ProfileShelf& shelf) {
  return Forecast(plan, with_all_profiles({}, shelf));
}

OpenCampaign open_campaign(const ProfileShelf& shelf, const CampaignEntry& entry,
                           const CampaignSettings& settings) {
  CampaignPlan plan = plan_of(entry);
  Forecast forecast = forecast_for(plan, shelf);
  learn(forecast, plan, entry);
  std::vector<PlannedCell> left = cells_left(plan, entry, settings.retry_skipped);
  return {entry, std::move(plan), std::move(forecast), std::move(left), settings};
}

CampaignOutcome run_open_campaign(World& world, Store& store, OpenCampaign& campaign,
                                  std::shared_ptr<const NodeClaim> node, const std::string& version,
                                  const CampaignEvents& events) {
  const Instant start = world.clock->now();
  CampaignEvents watched = events;
  watched.ended = [&campaign, &events](const CampaignItem& item, const CampaignCell& cell,
                                       const Record* record) {
    take_off(campaign.left, campaign.plan, cell);
    if (events.ended) events.ended(item, cell, record);
  };
  CampaignOutcome outcome;
  outcome.end = run_campaign(world, store, campaign.entry,
                             options_for(store, std::move(node), version, campaign.settings),
                             campaign.forecast, watched);
  try {
    outcome.profile = keep_profile(store, campaign, outcome.end);
  } catch (const Error&) {
    outcome.no_profile = std::current_exception();
  }
  outcome.took = world.clock->now() - start;
  return outcome;
}

ListedCampaign listed_campaign(const CampaignEntry& campaign) {
  return {campaign, planned_cells(plan_of(campaign)).size()};
}

std::vector<ListedCampaign> list_campaigns(const StoreReader& store) {
  std::vector<ListedCampaign> listed;
  for (const CampaignEntry& campaign : store.campaigns()) {
    try {
      listed.push_back(listed_campaign(campaign));
    } catch (const Error& error) {
      listed.push_back({campaign, {}, error.what()});
    }
  }
  return listed;
}

}  // namespace isojoule
