// Where the runs of a campaign are done: the interface, and the table of all executors.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/campaign/campaign_plan.hpp"
#include "isojoule/campaign/contention.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/record/record.hpp"
#include "isojoule/record/store.hpp"
#include "isojoule/run/measure_command.hpp"

namespace isojoule {

/// One run of an item, and how it ended.
struct CellRun {
  std::optional<Record> record;  ///< empty: nothing was run
  CampaignCell::State state = CampaignCell::State::done;
  std::string reason;        ///< why skipped or failed
  Disturbance disturbance;   ///< of a done one
  bool interrupted = false;  ///< it was ended early: it counts for nothing and is run again later
};

/// Does the runs of one campaign, one after the other. The campaign decides which and how often,
/// and keeps what comes of them; the executor knows the machine. To be called by one thread.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Waits until the machine is fit for the next run, as the plan's cooling says. False if the end
  /// is asked for meanwhile.
  virtual bool rest() = 0;

  /// Runs an item once and measures it. Whatever is wrong with this item or its run is in the
  /// result. Throws only what ends the campaign.
  virtual CellRun run(const CampaignItem& item) = 0;

  /// Removes what a run that is not kept has left behind (its trace).
  virtual void discard(const CellRun& run) = 0;
};

/// What an executor works with. All of it outlives the executor.
struct ExecutorSetup {
  const World& world;
  const HeldSignals& signals;
  const StoreReader& store;
  const CampaignEntry& campaign;  ///< as it is in the store when it is started or resumed
  const CampaignPlan& plan;
  const std::filesystem::path& trainer;                   ///< the program isojoule-train
  const MeasureOptions& measure;                          ///< as CampaignOptions::measure
  const std::function<void(const std::string&)>& remark;  ///< may be empty
};

/// Throws Error(incompatible) where the campaign cannot go on there.
using MakeExecutor = std::function<std::unique_ptr<Executor>(const ExecutorSetup&)>;

/// A line of the table of executors.
struct ExecutorKind {
  std::string name;
  std::string help;  ///< where it runs, to stand behind the name: "on this machine"
  MakeExecutor make;
};

/// All executors; the first is the one that is used unless another is named. The list is at the
/// head of executors.cpp.
const std::vector<ExecutorKind>& executor_kinds();

/// Throws Error(unknown_name) with near names, or all.
///
///     options.executor = find_executor("local").make;
const ExecutorKind& find_executor(const std::string& name);

}  // namespace isojoule
