// Campaigns as they are watched: the lines that a user sees, and the profile at the end.
#pragma once

#include <memory>
#include <optional>

#include "isojoule/app/campaigns.hpp"
#include "isojoule/campaign/plan_file.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/run/node_claim.hpp"

#include "context.hpp"

namespace isojoule::cli {

/// Options that change a plan; `changes` must outlive the command.
void add_plan_options(CLI::App* command, PlanChanges& changes);
/// --executor, from the table of executors; `settings` must outlive the command.
void add_executor_option(CLI::App* command, CampaignSettings& settings);

/// Of --profile and -o, where a profile is made.
inline constexpr const char* kProfileHelp = "Name of the profile to make; auto: after the machine";
inline constexpr const char* kProfileOutputHelp =
    "Write the profile to FILE too, - for standard output alone";
/// The profile that was made: to the file of -o, as JSON, and as a table, unless one of them takes
/// standard output.
void show_profile(const Context& context, const MachineProfile& profile, const std::string& output,
                  const std::string& json);

/// Runs what is left of a campaign, with a line for each run on standard error, as the one that has
/// the node; makes the plan's profile if it has one and all is done. Sets the context's exit code:
/// 0, 1 if a run failed, 130 if it was interrupted. The profile, if one was made.
std::optional<MachineProfile> run_and_show(Context& context, Store& store,
                                           const CampaignEntry& campaign,
                                           const CampaignSettings& settings,
                                           std::shared_ptr<const NodeClaim> node);

}  // namespace isojoule::cli
