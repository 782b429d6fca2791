// Campaigns of the store: how long one takes, run and resumed, its profile kept.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/app/trainings.hpp"
#include "isojoule/campaign/campaign.hpp"
#include "isojoule/campaign/forecast.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/record/machine_profile.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/report/campaign_tables.hpp"
#include "isojoule/run/node_claim.hpp"

namespace isojoule {

/// How long the runs of a plan take, by the store's profiles, the user's own first.
Forecast forecast_for(const CampaignPlan& plan, const ProfileShelf& shelf);

/// How what is left of a campaign is run.
struct CampaignSettings {
  std::string executor = executor_kinds().front().name;  ///< a name of executor_kinds()
  bool retry_skipped = false;                            ///< also what did not fit before
};

/// A campaign of the store that has runs left.
struct OpenCampaign {
  CampaignEntry entry;
  CampaignPlan plan;
  Forecast forecast;  ///< knows the runs that are done
  std::vector<PlannedCell> left;
  CampaignSettings settings;

  /// How long what is left takes; empty: nothing is left, or nothing is known of its time.
  std::optional<ForecastTime> time_left() const;
};

/// Throws Error(bad_input) where its plan cannot be read.
OpenCampaign open_campaign(const ProfileShelf& shelf, const CampaignEntry& entry,
                           const CampaignSettings& settings = {});

struct CampaignOutcome {
  CampaignEnd end;
  Duration took{};
  std::optional<MachineProfile> profile;  ///< the one that the plan asks for, kept in the store
  std::exception_ptr no_profile;          ///< an Error: why it could not be made
};

/// Runs what is left, and keeps each run and, at the end, the profile. `node` is the claim of
/// claim_whole_node, `version` the program's. When a run's end is reported, it is not left in
/// `campaign` any more. Throws as find_executor and run_campaign do.
CampaignOutcome run_open_campaign(World& world, Store& store, OpenCampaign& campaign,
                                  std::shared_ptr<const NodeClaim> node, const std::string& version,
                                  const CampaignEvents& events);

/// A campaign with how many runs are planned. Throws Error(bad_input) where its plan cannot be
/// read.
ListedCampaign listed_campaign(const CampaignEntry& campaign);

/// All campaigns, with how many runs are planned; one whose plan cannot be read shows why, and does
/// not hide the others.
std::vector<ListedCampaign> list_campaigns(const StoreReader& store);

}  // namespace isojoule
