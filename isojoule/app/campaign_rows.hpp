// How far a campaign of the store has come.
#pragma once

#include <vector>

#include "isojoule/campaign/campaign_plan.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/report/campaign_tables.hpp"

namespace isojoule {

/// The plan that a campaign began with. Throws Error(bad_input) where it cannot be read.
CampaignPlan plan_of(const CampaignEntry& campaign);

/// A row for each workload of its plan, with the energies of the runs that are done.
std::vector<CampaignRow> campaign_rows(const StoreReader& store, const CampaignEntry& campaign);

}  // namespace isojoule
