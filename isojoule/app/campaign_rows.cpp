#include "isojoule/app/campaign_rows.hpp"

namespace isojoule {

CampaignPlan plan_of(const CampaignEntry& campaign) {
  return plan_from_json(campaign.plan, "campaign " + campaign.id);
}

std::vector<CampaignRow> campaign_rows(const StoreReader& store, const CampaignEntry& campaign) {
  std::vector<CampaignRow> rows;
  for (const CampaignItem& item : plan_of(campaign).items) {
    CampaignRow row{item.name, item.repeats};
    for (const CampaignCell& cell : campaign.cells) {
      if (cell.workload != item.name) continue;
      row.cells.push_back(cell);
      if (cell.state != CampaignCell::State::done) continue;
      if (auto energy = energy_per_step(store.record(cell.record), std::nullopt))
        row.energies.push_back(*energy);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace isojoule
