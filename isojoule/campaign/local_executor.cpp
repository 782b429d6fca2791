// Runs on this machine.
#include <signal.h>

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "isojoule/campaign/cool_down.hpp"
#include "isojoule/campaign/executor.hpp"
#include "isojoule/campaign/thermometer.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/run/record_of_trace.hpp"

namespace isojoule::detail {
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

/// How warm the boards were when the first run of a campaign that goes on began.
Temperatures temperatures_at_begin(const StoreReader& store, const CampaignEntry& campaign) {
  const auto first = std::ranges::find_if(
      campaign.cells, [](const CampaignCell& cell) { return !cell.record.empty(); });
  if (first == campaign.cells.end()) return {};
  const Record record = store.record(first->record);
  return coolest(record.idle_before ? *record.idle_before : record.whole);
}

/// Throws Error(incompatible) if what is done was measured on another machine.
void require_same_machine(const ExecutorSetup& setup) {
  const auto& cells = setup.campaign.cells;
  const auto done = std::ranges::find(cells, State::done, &CampaignCell::state);
  if (done == cells.end()) return;
  const HostInfo then = setup.store.record(done->record).host;
  const HostInfo now = read_host_info(setup.world);
  if (then.cpu_model == now.cpu_model && then.hardware_threads == now.hardware_threads) return;
  throw Error(
      ErrorCode::incompatible,
      fmt::format("campaign {} was started on another machine ({}); resume it there, or start "
                  "one here",
                  setup.campaign.id, then.cpu_model.empty() ? "unknown CPU" : then.cpu_model));
}

/// Empty where anything has an energy, be it by a model.
std::string why_no_energy(const Measurement& whole) {
  if (std::ranges::any_of(whole.channels,
                          [](const ChannelEnergy& channel) { return channel.energy.has_value(); }))
    return {};
  if (whole.channels.empty()) return "no sensor could be used; isojoule doctor shows why";
  const ChannelEnergy& first = whole.channels.front();
  return fmt::format("{}: {}", first.channel.component, first.reason);
}

void judge_failure(const CampaignItem& item, const CommandOutcome& outcome, bool memory_ran_out,
                   CellRun& run) {
  const bool does_not_fit = item.training && outcome.exit_code == kDoesNotFit;
  const bool killed = outcome.signal == SIGKILL && memory_ran_out;
  run.state = does_not_fit || killed ? State::skipped : State::failed;
  if (does_not_fit) {
    run.reason = "it does not fit into memory";
  } else if (killed) {
    run.reason = "the system killed it for want of memory";
  } else if (outcome.signal) {
    run.reason = fmt::format("it was killed by signal {}", *outcome.signal);
  } else {
    run.reason = fmt::format("it ended with exit code {}", outcome.exit_code);
  }
}

class LocalExecutor final : public Executor {
 public:
  explicit LocalExecutor(const ExecutorSetup& setup)
      : setup_(setup),
        cool_down_(setup.world, setup.plan, temperatures_at_begin(setup.store, setup.campaign),
                   setup.remark) {}

  /// A campaign that goes on may find the boards still warm from what was interrupted.
  bool rest() override {
    return std::exchange(has_rested_, true) ? cool_down_.between_runs() : cool_down_.until_cool();
  }

  CellRun run(const CampaignItem& item) override {
    ContentionWatch watch(setup_.world);
    const std::uint64_t kills = memory_kills(setup_.world);
    CellRun run;
    try {
      run.record = measure_command(setup_.world, setup_.signals, command_of(item),
                                   measure_options(item, watch));
    } catch (const Error& error) {  // what cannot be measured is one item's affair
      run.state = State::failed;
      run.reason = error.what();
      run.interrupted = end_is_asked();
      return run;
    }
    const Record& record = *run.record;
    run.interrupted = record.outcome.interrupted;
    if (record.outcome.state != CommandOutcome::State::complete) {
      judge_failure(item, record.outcome, memory_kills(setup_.world) > kills, run);
    } else if (const auto energy = energy_per_step(record, std::nullopt);
               item.training && !energy) {
      run.state = State::failed;
      run.reason = "no energy per step: " + energy.refused;
    } else if (const std::string why = why_no_energy(record.whole);
               !item.training && !why.empty()) {
      run.state = State::failed;
      run.reason = "no energy: " + why;
    } else {
      run.disturbance = watch.seen(record.whole, setup_.plan.contention);
    }
    return run;
  }

  void discard(const CellRun& run) override {
    if (run.record) remove_trace(*setup_.world.files, *run.record);
  }

 private:
  MeasureOptions measure_options(const CampaignItem& item, ContentionWatch& watch) const {
    MeasureOptions measure = setup_.measure;
    measure.workload = WorkloadId(item.name);
    measure.cost = item.cost;
    measure.samples = item.samples;
    measure.device = item.device;
    measure.idle = setup_.plan.idle;
    measure.life = ChildLife::ours;
    measure.context[kCampaignContext] = setup_.campaign.id;
    measure.begins = [&watch] { watch.begin(); };
    measure.ended = [&watch, also = setup_.measure.ended] {
      watch.end();
      if (also) also();
    };
    return measure;
  }

  std::vector<std::string> command_of(const CampaignItem& item) const {
    if (!item.training) return item.command;
    Training training = *item.training;
    training.trainer = setup_.trainer;
    return training_command(training);
  }

  const ExecutorSetup setup_;
  CoolDown cool_down_;
  bool has_rested_ = false;
};

std::unique_ptr<Executor> make_local(const ExecutorSetup& setup) {
  require_same_machine(setup);
  return std::make_unique<LocalExecutor>(setup);
}

}  // namespace

ExecutorKind local_executor() { return {"local", "on this machine", make_local}; }

}  // namespace isojoule::detail
