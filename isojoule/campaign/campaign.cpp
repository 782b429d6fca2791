#include "isojoule/campaign/campaign.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/campaign/detail/campaign_lock.hpp"
#include "isojoule/campaign/thermometer.hpp"
#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using State = CampaignCell::State;

// Boards are as cool as at the begin when they are so near: the resolution is one degree, and a
// board's idle temperature wanders by about as much.
constexpr double kAsCool = 3.0;
constexpr Duration kLook = 1.0 * second;  // between two looks at a thermometer

/// Processes that the kernel has killed for want of memory.
std::uint64_t memory_kills(const World& world) {
  std::istringstream lines(read_text(world.path("/proc/vmstat")).value_or(""));
  std::string key;
  std::uint64_t count = 0;
  while (lines >> key >> count)
    if (key == "oom_kill") return count;
  return 0;
}

void remove_trace(const Record& record) {
  std::error_code ignored;
  if (!record.trace.empty()) std::filesystem::remove(record.trace, ignored);
}

std::string text_of(const Disturbance& disturbance) {
  return fmt::format("{}", fmt::join(disturbance.signs, "; "));
}

/// A run that ended well.
struct Attempt {
  Record record;
  Disturbance disturbance;

  /// What is compared: signs first, then how much.
  std::pair<std::size_t, double> badness() const {
    return {disturbance.signs.size(), disturbance.others + disturbance.steal};
  }
};

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
        events_(events) {}

  CampaignEnd run() {
    find_thermometer();
    const std::vector<PlannedCell> left = cells_left(plan_, campaign_);
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
      if (std::exchange(has_run_, true) && !cool()) break;
      if (events_.begin) events_.begin(item, planned.repeat, index, count);
      run_cell(planned);
      if (interrupted_) break;
    }
    return end(count);
  }

 private:
  void find_thermometer() {
    if (!plan_.cooling.to_rest) return;
    thermometer_.emplace(world_);
    if (!thermometer_->rise()) {
      thermometer_.reset();
      if (events_.remark)
        events_.remark(
            "no sensor here tells a temperature: between two runs there is no rest "
            "until the boards are cool; give a time instead");
    }
  }

  /// Rests between two runs. False if the end is asked for.
  bool cool() {
    if (!wait_unless_asked(world_, plan_.cooling.time)) return !(interrupted_ = true);
    const Instant latest = world_.clock->now() + plan_.cooling.longest;
    while (thermometer_ && thermometer_->rise().value_or(0.0) > kAsCool &&
           world_.clock->now() < latest) {
      if (!wait_unless_asked(world_, kLook)) return !(interrupted_ = true);
    }
    interrupted_ = end_is_asked();
    return !interrupted_;
  }

  MeasureOptions measure_options(const CampaignItem& item) const {
    MeasureOptions measure = options_.measure;
    measure.workload = WorkloadId(item.name);
    measure.cost = item.cost;
    measure.samples = item.samples;
    measure.device = item.device;
    measure.idle = plan_.idle;
    measure.life = ChildLife::ours;
    measure.context["campaign"] = campaign_.id;
    return measure;
  }

  std::vector<std::string> command_of(const CampaignItem& item) const {
    if (!item.training) return item.command;
    Training training = *item.training;
    training.trainer = options_.trainer;
    return training_command(training);
  }

  /// Runs it until it is undisturbed, or as often as the plan allows.
  void run_cell(const PlannedCell& planned) {
    const CampaignItem& item = plan_.items[planned.item];
    const Instant begin = world_.clock->now();
    CampaignCell cell{item.name, planned.repeat, State::done, "", "", 0, {}};
    std::optional<Attempt> best;
    while (true) {
      ++cell.attempts;
      std::optional<Attempt> attempt = measure_once(planned, item, cell);
      if (!attempt) break;
      const bool disturbed = attempt->disturbance.seen();
      if (!best || attempt->badness() < best->badness()) std::swap(best, attempt);
      if (attempt) remove_trace(attempt->record);
      if (!disturbed || cell.attempts > plan_.contention.reruns) break;
      if (events_.disturbed) events_.disturbed(item, best->disturbance);
      if (!cool()) break;
    }
    cell.took = world_.clock->now() - begin;
    if (interrupted_ && !best) return;
    if (best) keep_best(item, cell, *std::move(best));
    if (cell.state == State::done) forecast_.took(planned.item, cell.took);
  }

  /// Empty if it did not end well; `cell` says how, and is kept unless it was interrupted.
  std::optional<Attempt> measure_once(const PlannedCell& planned, const CampaignItem& item,
                                      CampaignCell& cell) {
    const ContentionWatch watch(world_);
    const std::uint64_t kills = memory_kills(world_);
    std::optional<Record> record;
    try {
      record = measure_command(world_, signals_, command_of(item), measure_options(item));
    } catch (const StartError& error) {
      cell.state = State::failed;
      cell.reason = error.what();
    }
    if (record && record->outcome.interrupted) {
      interrupted_ = true;
      remove_trace(*record);
      return std::nullopt;
    }
    if (record && record->outcome.state == CommandOutcome::State::complete) {
      Disturbance disturbance = watch.since(record->whole, plan_.contention);
      return Attempt{*std::move(record), std::move(disturbance)};
    }
    if (record) judge_failure(item, record->outcome, memory_kills(world_) > kills, cell);
    if (cell.state == State::skipped) {
      skipped_[planned.item] = cell.reason;
    } else {
      failed_.insert(planned.item);
    }
    keep(item, cell, record ? &*record : nullptr);
    return std::nullopt;
  }

  static void judge_failure(const CampaignItem& item, const CommandOutcome& outcome,
                            bool memory_ran_out, CampaignCell& cell) {
    const bool does_not_fit = item.training && outcome.exit_code == kDoesNotFit;
    const bool killed = outcome.signal == SIGKILL && memory_ran_out;
    cell.state = does_not_fit || killed ? State::skipped : State::failed;
    if (does_not_fit) {
      cell.reason = "it does not fit into memory";
    } else if (killed) {
      cell.reason = "the system killed it for want of memory";
    } else if (outcome.signal) {
      cell.reason = fmt::format("it was killed by signal {}", *outcome.signal);
    } else {
      cell.reason = fmt::format("it ended with exit code {}", outcome.exit_code);
    }
  }

  void keep_best(const CampaignItem& item, CampaignCell& cell, Attempt best) {
    cell.state = State::done;
    cell.record = best.record.id;
    cell.reason = text_of(best.disturbance);
    if (best.disturbance.seen()) best.record.context["disturbed"] = cell.reason;
    keep(item, cell, &best.record);
  }

  void keep(const CampaignItem& item, const CampaignCell& cell, const Record* record) {
    store_.end_cell(campaign_.id, cell, record);
    if (events_.ended) events_.ended(item, cell, record);
  }

  CampaignEnd end(std::size_t count) const {
    CampaignEnd result;
    for (const CampaignCell& cell : store_.campaign(campaign_.id).cells) {
      result.done += cell.state == State::done ? 1 : 0;
      result.skipped += cell.state == State::skipped ? 1 : 0;
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
  std::optional<Thermometer> thermometer_;
  std::map<std::size_t, std::string> skipped_;  // items that do not fit, and why
  std::set<std::size_t> failed_;
  bool has_run_ = false;
  bool interrupted_ = false;
};

}  // namespace

CampaignEntry begin_campaign(Store& store, const Clock& clock, const CampaignPlan& plan) {
  check_plan(plan);
  const auto wall = clock.wall();
  const auto since_1970 =
      std::chrono::duration_cast<std::chrono::milliseconds>(wall.time_since_epoch());
  CampaignEntry campaign{make_record_id(since_1970.count()), plan.name, format_utc(wall),
                         plan_to_json(plan)};
  store.add(campaign);
  return campaign;
}

std::vector<PlannedCell> cells_left(const CampaignPlan& plan, const CampaignEntry& campaign) {
  std::set<std::pair<std::string, int>> ended;
  for (const CampaignCell& cell : campaign.cells)
    if (cell.state != State::failed) ended.emplace(cell.workload, cell.repeat);
  std::vector<PlannedCell> left = planned_cells(plan);
  std::erase_if(left, [&](const PlannedCell& cell) {
    return ended.contains({plan.items[cell.item].name, cell.repeat});
  });
  return left;
}

CampaignEnd run_campaign(const World& world, Store& store, const CampaignEntry& campaign,
                         const CampaignOptions& options, Forecast& forecast,
                         const CampaignEvents& events) {
  const detail::CampaignLock lock(store.file().parent_path() / "campaigns", campaign.id);
  // Read again under the lock: another process may have been at it meanwhile.
  const CampaignEntry now = store.campaign(campaign.id);
  return Runner(world, store, now, plan_from_json(now.plan, "campaign " + now.id), options,
                forecast, events)
      .run();
}

}  // namespace isojoule
