// What to say of campaigns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/record/campaign_entry.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/page/table.hpp"

namespace isojoule {

/// How far a campaign has come with one of its workloads.
struct CampaignRow {
  std::string workload;
  int planned = 1;                        ///< runs
  std::vector<CampaignCell> cells = {};   ///< those that have ended
  std::vector<StepEnergy> energies = {};  ///< of the done ones that have an energy per step
};

/// One line for each workload: runs, energy and time per step (the median of its runs, as a
/// profile has it, with their standard deviation), and what is to be said of them: why skipped or
/// failed, what disturbed them.
Table campaign_table(const CampaignEntry& campaign, const std::vector<CampaignRow>& rows);

/// A campaign and how many runs its plan has.
struct ListedCampaign {
  CampaignEntry campaign;
  std::optional<std::size_t> planned;  ///< empty: its plan cannot be read...
  std::string trouble = {};            ///< ...for this reason
};

/// One line for each campaign.
Table campaigns_table(const std::vector<ListedCampaign>& campaigns);

}  // namespace isojoule
