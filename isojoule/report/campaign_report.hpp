// The report on a campaign, also while it runs.
#pragma once

#include <vector>

#include "isojoule/page/document.hpp"
#include "isojoule/report/campaign_tables.hpp"

namespace isojoule {

/// Progress, what is done, skipped and failed, and what disturbed it. A page that is opened while
/// the campaign runs comes again every `refresh_seconds`; 0: it does not.
Document make_campaign_document(const CampaignEntry& campaign, const std::vector<CampaignRow>& rows,
                                int refresh_seconds, const ReportOrigin& origin);

/// Whether every planned run is done or skipped.
bool is_finished(const std::vector<CampaignRow>& rows);

}  // namespace isojoule
