// A campaign: the runs of a plan, one after the other, each kept when it ends; to be interrupted
// and continued at any moment.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "isojoule/campaign/campaign_plan.hpp"
#include "isojoule/campaign/contention.hpp"
#include "isojoule/campaign/executor.hpp"
#include "isojoule/campaign/forecast.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/run/measure_command.hpp"

namespace isojoule {

struct CampaignOptions {
  std::filesystem::path trainer;  ///< the program isojoule-train
  MeasureOptions measure;         ///< how each run is measured; what is the workload's, its idle
                                  ///< time, device and context are set for each
  bool retry_skipped = false;     ///< also what did not fit before: there may be more memory now
  MakeExecutor executor = executor_kinds().front().make;  ///< where the runs are done
};

/// What a campaign tells while it goes on. All members may be empty.
struct CampaignEvents {
  /// Before a run; `index` counts from 1 among all of the plan's `count`.
  std::function<void(const CampaignItem&, int repeat, std::size_t index, std::size_t count)> begin;
  /// After it is kept; without a record where nothing was run.
  std::function<void(const CampaignItem&, const CampaignCell&, const Record*)> ended;
  /// A disturbed run is about to be repeated.
  std::function<void(const CampaignItem&, const Disturbance&)> disturbed;
  std::function<void(const std::string&)> remark;
};

/// How far a campaign has come, of all that its plan has.
struct CampaignEnd {
  std::size_t done = 0;
  std::size_t skipped = 0;
  std::size_t failed = 0;  ///< to be run again when it is continued
  std::size_t left = 0;    ///< not run yet
  bool interrupted = false;

  bool complete() const { return failed == 0 && left == 0; }
};

/// Keeps a new campaign of `plan` in the store. Throws as check_plan and Store::add do.
CampaignEntry begin_campaign(Store& store, const Clock& clock, const CampaignPlan& plan);

/// The runs that a campaign still has to do, in their order: those that are not done, nor skipped
/// unless these are tried again.
std::vector<PlannedCell> cells_left(const CampaignPlan& plan, const CampaignEntry& campaign,
                                    bool retry_skipped = false);

/// Runs what is left of a campaign. A run and how it ended are kept together (Store::end_cell), so
/// that being killed costs no more than the run that is going on, and none is done twice. That
/// run's process is killed with us.
///
/// A training of ours that ends well and has no energy per step has failed, and so has another
/// command without any energy. A training that does
/// not fit into memory, or that the system killed for want of memory, is skipped together with its
/// other repeats; one that fails otherwise is noted, its other repeats are left for another time,
/// and the campaign goes on. A run that others disturbed is repeated as the plan says; the least
/// disturbed is kept, and how it was disturbed stands in its cell and in the record's context
/// (kDisturbedContext).
///
/// Throws Error(usage) if another process is at this campaign, Error(incompatible) where its
/// executor cannot go on with it (the local one: it was begun on another machine), Error(io) where
/// the store cannot be written.
CampaignEnd run_campaign(const World& world, Store& store, const CampaignEntry& campaign,
                         const CampaignOptions& options, Forecast& forecast,
                         const CampaignEvents& events);

}  // namespace isojoule
