// Campaigns as they are watched: the lines that a user sees, and the profile at the end.
#pragma once

#include <optional>

#include "isojoule/campaign/plan_file.hpp"
#include "isojoule/record/store.hpp"

#include "context.hpp"

namespace isojoule::cli {

/// Options that change a plan; `changes` must outlive the command.
void add_plan_options(CLI::App* command, PlanChanges& changes);

/// Runs what is left of a campaign, on request with what was skipped, with a line for each run on
/// standard error; makes the plan's profile if it has one and all is done. Sets the context's exit
/// code: 0, 1 if a run failed, 130 if it was interrupted. The profile, if one was made.
std::optional<MachineProfile> run_and_show(Context& context, Store& store,
                                           const CampaignEntry& campaign,
                                           bool retry_skipped = false);

}  // namespace isojoule::cli
