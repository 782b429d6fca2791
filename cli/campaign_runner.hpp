// Campaigns as they are watched: the lines that a user sees, and the profile at the end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/campaign/plan_file.hpp"
#include "isojoule/record/store.hpp"

#include "context.hpp"

namespace isojoule::cli {

/// Options that change a plan, as they are written.
struct PlanOptions {
  std::vector<std::string> workloads;
  std::optional<long> steps;
  std::optional<long> warmup;
  std::string at_least;
  std::optional<int> epochs;
  std::string protocol;
  std::string mode;
  std::string precision;
  std::string data;
  std::string device;
  std::optional<int> threads;
  std::optional<std::uint64_t> seed;
  std::optional<int> repeats;
  std::string idle;
  std::optional<int> reruns;
};

void add_plan_options(CLI::App* command, PlanOptions& options);
PlanChanges changes_of(const PlanOptions& options);

/// What is foretold of a plan's time, in words: "about 3 min 10 s (by the times of NAME)".
std::string forecast_text(const CampaignPlan& plan, const StoreReader& store,
                          const std::vector<PlannedCell>& cells);

/// Runs what is left of a campaign with a line for each run on standard error, then makes the
/// plan's profile if it has one. Sets the context's exit code: 0, 1 if a run failed, 130 if it was
/// interrupted. The profile, if one was made.
std::optional<MachineProfile> run_and_tell(Context& context, Store& store,
                                           const CampaignEntry& campaign);

}  // namespace isojoule::cli
