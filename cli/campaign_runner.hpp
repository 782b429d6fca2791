// Campaigns as they are watched: the lines that a user sees, and the profile at the end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/campaign/forecast.hpp"
#include "isojoule/campaign/plan_file.hpp"
#include "isojoule/record/store.hpp"

#include "context.hpp"

namespace isojoule::cli {

/// Options that change a plan; `changes` must outlive the command.
void add_plan_options(CLI::App* command, PlanChanges& changes);

/// Of --profile and -o, where a profile is made.
inline constexpr const char* kProfileHelp = "Name of the profile to make; auto: after the machine";
inline constexpr const char* kProfileOutputHelp =
    "Write the profile to FILE too, - for standard output alone";
/// The profile that was made: to the file of -o, as JSON, and as a table, unless one of them takes
/// standard output.
void show_profile(const Context& context, const MachineProfile& profile, const std::string& output,
                  const std::string& json);

/// "about 3 min 10 s and the unknown time of mine".
std::string text_of(const ForecastTime& time);
/// "about 3 min 10 s (by the times of NAME)".
std::string text_with_source(const Forecast& forecast, const std::vector<PlannedCell>& cells);

/// Runs what is left of a campaign, on request with what was skipped, with a line for each run on
/// standard error; makes the plan's profile if it has one and all is done. Sets the context's exit
/// code: 0, 1 if a run failed, 130 if it was interrupted. The profile, if one was made.
std::optional<MachineProfile> run_and_show(Context& context, Store& store,
                                           const CampaignEntry& campaign,
                                           bool retry_skipped = false);

}  // namespace isojoule::cli
