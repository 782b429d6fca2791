#include "isojoule/campaign/campaign.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/campaign/detail/campaign_lock.hpp"
#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using State = CampaignCell::State;

std::string text_of(const Disturbance& disturbance) {
  return fmt::format("{}", fmt::join(disturbance.signs, "; "));
}

/// What is compared: signs first, then how much.
std::pair<std::size_t, double> badness(const CellRun& run) {
  const Disturbance& disturbance = run.disturbance;
  return {disturbance.signs.size(), disturbance.others + disturbance.steal};
}

class Runner {
 public:
  Runner(const World& world, Store& store, const CampaignEntry& campaign, CampaignPlan plan,
         const CampaignOptions& options, Forecast& forecast, const CampaignEvents& events)
      : world_(world),
        store_(store),
        campaign_(campaign),
        plan_(std::move(plan)),
        options_(options),
        forecast_(forecast),
        events_(events),
        executor_(options.executor({world, signals_, store, campaign, plan_, options.trainer,
                                    options.measure, events.remark})) {}

  CampaignEnd run() {
    if (!options_.retry_skipped) find_skipped();
    const std::vector<PlannedCell> left = cells_left(plan_, campaign_, options_.retry_skipped);
    const std::size_t count = planned_cells(plan_).size();
    std::size_t index = count - left.size();
    for (const PlannedCell& planned : left) {
      ++index;
      const CampaignItem& item = plan_.items[planned.item];
      if (failed_.contains(planned.item)) continue;
      if (const auto skipped = skipped_.find(planned.item); skipped != skipped_.end()) {
        keep(item, {item.name, planned.repeat, State::skipped, "", skipped->second, 0, {}},
             nullptr);
        continue;
      }
      const Instant begin = world_.clock->now();
      interrupted_ = !executor_->rest();
      if (interrupted_) break;
      if (events_.begin) events_.begin(item, planned.repeat, index, count);
      run_cell(planned, begin);
      if (interrupted_) break;
    }
    return end(count);
  }

 private:
  /// What did not fit before the campaign was interrupted.
  void find_skipped() {
    for (const CampaignCell& cell : campaign_.cells) {
      const auto item = std::ranges::find(plan_.items, cell.workload, &CampaignItem::name);
      if (cell.state == State::skipped && item != plan_.items.end())
        skipped_[static_cast<std::size_t>(item - plan_.items.begin())] = cell.reason;
    }
  }

  /// Runs it until it is undisturbed, or as often as the plan allows, and keeps what came of it.
  void run_cell(const PlannedCell& planned, Instant begin) {
    const CampaignItem& item = plan_.items[planned.item];
    std::optional<CellRun> best;
    int attempts = 0;
    while (true) {
      ++attempts;
      CellRun run = executor_->run(item);
      interrupted_ = interrupted_ || run.interrupted || end_is_asked();
      const bool done = run.state == State::done && !run.interrupted;
      // One that failed says nothing against one that is measured already.
      const bool better = !best || (done && badness(run) < badness(*best));
      if (!better || run.interrupted) {
        executor_->discard(run);
      } else {
        if (best) executor_->discard(*best);
        best = std::move(run);
      }
      if (!done || interrupted_ || !best->disturbance.seen() || attempts > plan_.contention.reruns)
        break;
      if (events_.disturbed) events_.disturbed(item, best->disturbance);
      interrupted_ = !executor_->rest();
      if (interrupted_) break;
    }
    if (best) keep_best(planned, attempts, world_.clock->now() - begin, *std::move(best));
  }

  void keep_best(const PlannedCell& planned, int attempts, Duration took, CellRun best) {
    const CampaignItem& item = plan_.items[planned.item];
    if (best.disturbance.seen()) {
      best.reason = text_of(best.disturbance);
      best.record->context[kDisturbedContext] = best.reason;
    }
    if (best.state == State::skipped) skipped_[planned.item] = best.reason;
    if (best.state == State::failed) failed_.insert(planned.item);
    if (best.state == State::done) forecast_.took(planned.item, took);
    keep(item,
         {item.name, planned.repeat, best.state, best.record ? best.record->id : "", best.reason,
          attempts, took},
         best.record ? &*best.record : nullptr);
  }

  void keep(const CampaignItem& item, const CampaignCell& cell, const Record* record) {
    store_.end_cell(campaign_.id, cell, record);
    ended_.emplace(cell.workload, cell.repeat);
    if (events_.ended) events_.ended(item, cell, record);
  }

  CampaignEnd end(std::size_t count) const {
    CampaignEnd result;
    for (const CampaignCell& cell : store_.campaign(campaign_.id).cells) {
      result.done += cell.state == State::done ? 1 : 0;
      const bool to_be_tried =
          options_.retry_skipped && !ended_.contains({cell.workload, cell.repeat});
      result.skipped += cell.state == State::skipped && !to_be_tried ? 1 : 0;
      result.failed += cell.state == State::failed ? 1 : 0;
    }
    result.left = count - result.done - result.skipped - result.failed;
    result.interrupted = interrupted_;
    return result;
  }

  const World& world_;
  Store& store_;
  const CampaignEntry& campaign_;
  const CampaignPlan plan_;
  const CampaignOptions& options_;
  Forecast& forecast_;
  const CampaignEvents& events_;
  const HeldSignals signals_;  // until the last record is kept
  const std::unique_ptr<Executor> executor_;
  std::map<std::size_t, std::string> skipped_;  // items that do not fit, and why
  std::set<std::size_t> failed_;
  std::set<std::pair<std::string, int>> ended_;  // by us
  bool interrupted_ = false;
};

}  // namespace

CampaignEntry begin_campaign(Store& store, const Clock& clock, const CampaignPlan& plan) {
  check_plan(plan);
  const auto wall = clock.wall();
  CampaignEntry campaign{make_record_id(wall), plan.name, format_utc(wall), plan_to_json(plan)};
  store.add(campaign);
  return campaign;
}

std::vector<PlannedCell> cells_left(const CampaignPlan& plan, const CampaignEntry& campaign,
                                    bool retry_skipped) {
  std::set<std::pair<std::string, int>> ended;
  for (const CampaignCell& cell : campaign.cells)
    if (cell.state == State::done || (cell.state == State::skipped && !retry_skipped))
      ended.emplace(cell.workload, cell.repeat);
  std::vector<PlannedCell> left = planned_cells(plan);
  std::erase_if(left, [&](const PlannedCell& cell) {
    return ended.contains({plan.items[cell.item].name, cell.repeat});
  });
  return left;
}

CampaignEnd run_campaign(const World& world, Store& store, const CampaignEntry& campaign,
                         const CampaignOptions& options, Forecast& forecast,
                         const CampaignEvents& events) {
  const detail::CampaignLock lock(*world.files, store.folders().locks, campaign.id);
  // Read again under the lock: another process may have been at it meanwhile.
  const CampaignEntry now = store.campaign(campaign.id);
  return Runner(world, store, now, plan_from_json(now.plan, "campaign " + now.id), options,
                forecast, events)
      .run();
}

}  // namespace isojoule
