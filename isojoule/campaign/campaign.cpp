#include "isojoule/campaign/campaign.hpp"

#include <signal.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/campaign/cool_down.hpp"
#include "isojoule/campaign/detail/campaign_lock.hpp"
#include "isojoule/campaign/thermometer.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/run/record_of_trace.hpp"

namespace isojoule {
namespace {

using State = CampaignCell::State;

/// Processes that the kernel has killed for want of memory.
std::uint64_t memory_kills(const World& world) {
  std::istringstream lines(read_text(world.path("/proc/vmstat")).value_or(""));
  std::string key;
  std::uint64_t count = 0;
  while (lines >> key >> count)
    if (key == "oom_kill") return count;
  return 0;
}

std::string text_of(const Disturbance& disturbance) {
  return fmt::format("{}", fmt::join(disturbance.signs, "; "));
}

/// A run and how it ended.
struct Attempt {
  std::optional<Record> record;  ///< empty: nothing was run
  Disturbance disturbance;       ///< of a done one
  State state = State::done;
  std::string reason;  ///< why skipped or failed
  bool interrupted = false;

  /// What is compared: signs first, then how much.
  std::pair<std::size_t, double> badness() const {
    return {disturbance.signs.size(), disturbance.others + disturbance.steal};
  }
};

/// Empty where anything has an energy, be it by a model.
std::string why_no_energy(const Measurement& whole) {
  if (std::ranges::any_of(whole.channels,
                          [](const ChannelEnergy& channel) { return channel.energy.has_value(); }))
    return {};
  if (whole.channels.empty()) return "no sensor could be used; isojoule doctor shows why";
  const ChannelEnergy& first = whole.channels.front();
  return fmt::format("{}: {}", first.channel.component, first.reason);
}

void remove_trace(Files& files, const Attempt& attempt) {
  if (attempt.record) remove_trace(files, *attempt.record);
}

/// How warm the boards were when the first run of a campaign that goes on began.
Temperatures temperatures_at_begin(const Store& store, const CampaignEntry& campaign) {
  const auto first = std::ranges::find_if(
      campaign.cells, [](const CampaignCell& cell) { return !cell.record.empty(); });
  if (first == campaign.cells.end()) return {};
  const Record record = store.record(first->record);
  return coolest(record.idle_before ? *record.idle_before : record.whole);
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
        cool_down_(world, plan_, temperatures_at_begin(store, campaign), events.remark) {}

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
      // One that goes on may find the boards still warm from what was interrupted.
      interrupted_ =
          !(std::exchange(has_run_, true) ? cool_down_.between_runs() : cool_down_.until_cool());
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

  MeasureOptions measure_options(const CampaignItem& item, ContentionWatch& watch) const {
    MeasureOptions measure = options_.measure;
    measure.workload = WorkloadId(item.name);
    measure.cost = item.cost;
    measure.samples = item.samples;
    measure.device = item.device;
    measure.idle = plan_.idle;
    measure.life = ChildLife::ours;
    measure.context[kCampaignContext] = campaign_.id;
    measure.begins = [&watch] { watch.begin(); };
    measure.ended = [&watch, also = options_.measure.ended] {
      watch.end();
      if (also) also();
    };
    return measure;
  }

  std::vector<std::string> command_of(const CampaignItem& item) const {
    if (!item.training) return item.command;
    Training training = *item.training;
    training.trainer = options_.trainer;
    return training_command(training);
  }

  /// Runs it until it is undisturbed, or as often as the plan allows, and keeps what came of it.
  void run_cell(const PlannedCell& planned, Instant begin) {
    const CampaignItem& item = plan_.items[planned.item];
    std::optional<Attempt> best;
    int attempts = 0;
    while (true) {
      ++attempts;
      Attempt attempt = measure_once(item);
      interrupted_ = interrupted_ || attempt.interrupted || end_is_asked();
      const bool done = attempt.state == State::done && !attempt.interrupted;
      // One that failed says nothing against one that is measured already.
      const bool better = !best || (done && attempt.badness() < best->badness());
      if (!better || attempt.interrupted) {
        remove_trace(*world_.files, attempt);
      } else {
        if (best) remove_trace(*world_.files, *best);
        best = std::move(attempt);
      }
      if (!done || interrupted_ || !best->disturbance.seen() || attempts > plan_.contention.reruns)
        break;
      if (events_.disturbed) events_.disturbed(item, best->disturbance);
      interrupted_ = !cool_down_.between_runs();
      if (interrupted_) break;
    }
    if (best) keep_best(planned, attempts, world_.clock->now() - begin, *std::move(best));
  }

  Attempt measure_once(const CampaignItem& item) {
    ContentionWatch watch(world_);
    const std::uint64_t kills = memory_kills(world_);
    Attempt attempt;
    try {
      attempt.record =
          measure_command(world_, signals_, command_of(item), measure_options(item, watch));
    } catch (const Error& error) {  // what cannot be measured is one item's affair
      attempt.state = State::failed;
      attempt.reason = error.what();
      attempt.interrupted = end_is_asked();
      return attempt;
    }
    const Record& record = *attempt.record;
    attempt.interrupted = record.outcome.interrupted;
    if (record.outcome.state != CommandOutcome::State::complete) {
      judge_failure(item, record.outcome, memory_kills(world_) > kills, attempt);
    } else if (std::string why_not;
               item.training && !energy_per_step(record, std::nullopt, why_not)) {
      attempt.state = State::failed;
      attempt.reason = "no energy per step: " + why_not;
    } else if (const std::string why = why_no_energy(record.whole);
               !item.training && !why.empty()) {
      attempt.state = State::failed;
      attempt.reason = "no energy: " + why;
    } else {
      attempt.disturbance = watch.seen(record.whole, plan_.contention);
    }
    return attempt;
  }

  static void judge_failure(const CampaignItem& item, const CommandOutcome& outcome,
                            bool memory_ran_out, Attempt& attempt) {
    const bool does_not_fit = item.training && outcome.exit_code == kDoesNotFit;
    const bool killed = outcome.signal == SIGKILL && memory_ran_out;
    attempt.state = does_not_fit || killed ? State::skipped : State::failed;
    if (does_not_fit) {
      attempt.reason = "it does not fit into memory";
    } else if (killed) {
      attempt.reason = "the system killed it for want of memory";
    } else if (outcome.signal) {
      attempt.reason = fmt::format("it was killed by signal {}", *outcome.signal);
    } else {
      attempt.reason = fmt::format("it ended with exit code {}", outcome.exit_code);
    }
  }

  void keep_best(const PlannedCell& planned, int attempts, Duration took, Attempt best) {
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
  CoolDown cool_down_;
  std::map<std::size_t, std::string> skipped_;  // items that do not fit, and why
  std::set<std::size_t> failed_;
  std::set<std::pair<std::string, int>> ended_;  // by us
  bool has_run_ = false;
  bool interrupted_ = false;
};

/// Throws Error(incompatible) if what is done was measured on another machine.
void require_same_machine(const World& world, const Store& store, const CampaignEntry& campaign) {
  for (const CampaignCell& cell : campaign.cells) {
    if (cell.state != State::done) continue;
    const HostInfo then = store.record(cell.record).host;
    const HostInfo now = read_host_info(world);
    if (then.cpu_model == now.cpu_model && then.hardware_threads == now.hardware_threads) return;
    throw Error(
        ErrorCode::incompatible,
        fmt::format("campaign {} was started on another machine ({}); resume it there, or start "
                    "one here",
                    campaign.id, then.cpu_model.empty() ? "unknown CPU" : then.cpu_model));
  }
}

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
  require_same_machine(world, store, now);
  return Runner(world, store, now, plan_from_json(now.plan, "campaign " + now.id), options,
                forecast, events)
      .run();
}

}  // namespace isojoule
