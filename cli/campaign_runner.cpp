#include "campaign_runner.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/campaign/calibration.hpp"
#include "isojoule/campaign/campaign.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/report/quantity_text.hpp"
#include "isojoule/report/record_report.hpp"

#include "paths.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

constexpr int kSomeFailed = 1;

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<Duration> given_duration(const char* option, const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(parse_duration(option, text));
}

/// Those of the user's own machine first.
std::vector<MachineProfile> known_profiles(const StoreReader& store) {
  std::vector<MachineProfile> profiles = store.profiles();
  for (MachineProfile& profile : bundled_profiles()) profiles.push_back(std::move(profile));
  return profiles;
}

std::string result_text(const CampaignCell& cell, const Record* record) {
  if (cell.state != CampaignCell::State::done || record == nullptr)
    return fmt::format("{}: {}", to_string(cell.state), cell.reason);
  std::string why_not;
  const auto energy = energy_per_step(*record, std::nullopt, why_not);
  if (energy)
    return energy_per_step_text(*energy) + " and " + to_text(energy->duration_per_step) +
           " per step, " + std::string(to_string(energy->basis.kind));
  const auto scope = default_scope(record->whole);
  const auto total = scope ? record->whole.total(*scope) : std::nullopt;
  const std::string whole =
      total ? fmt::format("{} in {}, {}", to_text(total->energy), to_text(record->whole.elapsed),
                          to_string(total->kind))
            : "no known energy in " + to_text(record->whole.elapsed);
  return steps_window(*record, why_not) == nullptr
             ? whole
             : fmt::format("{}; no energy per step: {}", whole, why_not);
}

/// The lines of a campaign that is going on.
class Teller {
 public:
  Teller(const CampaignPlan& plan, Forecast& forecast, std::vector<PlannedCell> left)
      : plan_(plan), forecast_(forecast), left_(std::move(left)) {
    for (const CampaignItem& item : plan.items) width_ = std::max(width_, item.name.size());
  }

  CampaignEvents events() {
    CampaignEvents events;
    events.begin = [this](const CampaignItem& item, int repeat, std::size_t index,
                          std::size_t count) { begin(item, repeat, index, count); };
    events.ended = [this](const CampaignItem& item, const CampaignCell& cell,
                          const Record* record) { ended(item, cell, record); };
    events.disturbed = [this](const CampaignItem&, const Disturbance& disturbance) {
      tell("{}{}disturbed: {}; once more\n", again_, begun_, fmt::join(disturbance.signs, "; "));
      announce();
    };
    events.remark = [](const std::string& text) { tell("isojoule: {}\n", text); };
    return events;
  }

 private:
  template <class... Values>
  static void tell(fmt::format_string<Values...> format, Values&&... values) {
    const std::string text = fmt::format(format, std::forward<Values>(values)...);
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
  }

  void begin(const CampaignItem& item, int repeat, std::size_t index, std::size_t count) {
    const std::string repeats =
        item.repeats > 1 ? fmt::format(" {} of {}", repeat, item.repeats) : "";
    begun_ =
        fmt::format("[{}/{}] {:<{}}  ", index, count, item.name + repeats, width_ + repeats.size());
    announce();
  }

  /// On a terminal, what is going on: a line that is written anew when it is known how it ended.
  void announce() const {
    if (!again_.empty()) tell("{}", begun_);
  }

  void ended(const CampaignItem& item, const CampaignCell& cell, const Record* record) {
    if (cell.attempts == 0) begun_ = fmt::format("      {:<{}}  ", item.name, width_);
    // The other repeats of one that failed are left for another time.
    std::erase_if(left_, [&](const PlannedCell& planned) {
      return plan_.items[planned.item].name == cell.workload &&
             (planned.repeat == cell.repeat || cell.state == CampaignCell::State::failed);
    });
    const ForecastTime time = forecast_.of(left_);
    const std::string rest =
        !left_.empty() && time.time > Duration{} ? "; " + text_of(time) + " left" : "";
    tell("{}{}{}{}\n", again_, begun_, result_text(cell, record), rest);
    if (cell.state == CampaignCell::State::done && !cell.reason.empty())
      tell("      disturbed: {}\n", cell.reason);
    if (record == nullptr) return;
    for (const Fault& fault : record->faults)
      tell("      fault: {}: {}\n", fault.source, fault.message);
  }

  const CampaignPlan& plan_;
  Forecast& forecast_;
  std::vector<PlannedCell> left_;
  std::size_t width_ = 0;
  std::string begun_;  ///< what the line of the run begins with
  /// What goes back to the begin of a terminal's line, over what the run itself may have written.
  const std::string again_ = isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "";
};

CampaignOptions options_for(const Store& store) {
  CampaignOptions options;
  options.trainer = trainer_program();
  options.measure.trace_directory = trace_directory(store.file());
  options.measure.version = ISOJOULE_VERSION;
  options.measure.output = ChildOutput::nowhere;
  return options;
}

/// From the runs that the campaign has done before.
void learn(Forecast& forecast, const CampaignPlan& plan, const CampaignEntry& campaign) {
  for (const CampaignCell& cell : campaign.cells) {
    const auto item = std::ranges::find(plan.items, cell.workload, &CampaignItem::name);
    if (cell.state == CampaignCell::State::done && item != plan.items.end())
      forecast.took(static_cast<std::size_t>(item - plan.items.begin()), cell.took);
  }
}

std::string counts_text(const CampaignEnd& end) {
  std::string text = fmt::format("{} done", end.done);
  if (end.skipped > 0) text += fmt::format(", {} skipped", end.skipped);
  if (end.failed > 0) text += fmt::format(", {} failed", end.failed);
  if (end.left > 0) text += fmt::format(", {} left", end.left);
  return text;
}

}  // namespace

void add_plan_options(CLI::App* command, PlanOptions& options) {
  command->add_option("--workloads", options.workloads, "Train these instead of the plan's")
      ->delimiter(',');
  command->add_option("--repeats", options.repeats, "Runs of each workload")
      ->check(CLI::PositiveNumber);
  command->add_option("--protocol", options.protocol, "steps, or paper: the whole loop");
  command->add_option("--steps", options.steps, "Measured steps")->check(CLI::PositiveNumber);
  command->add_option("--warmup", options.warmup, "Steps before them")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--at-least", options.at_least, "The measured steps go on for so long");
  command->add_option("--epochs", options.epochs, "Of the protocol paper")
      ->check(CLI::PositiveNumber);
  command->add_option("--mode", options.mode, "train, test or forward");
  command->add_option("--precision", options.precision,
                      "float32, tf32, amp-float16 or amp-bfloat16");
  command->add_option("--data", options.data, "A dataset's folder (default: synthetic clips)");
  command->add_option("--device", options.device, "cpu, cuda, or cuda:N");
  command->add_option("--threads", options.threads, "CPU threads (default: all)")
      ->check(CLI::PositiveNumber);
  command->add_option("--seed", options.seed, "Of the order, the clips and the weights");
  command->add_option("--idle", options.idle,
                      "Measure the machine at rest for so long, before and after each run");
  command
      ->add_option("--reruns", options.reruns, "How often a run that others disturbed is repeated")
      ->check(CLI::NonNegativeNumber);
}

PlanChanges changes_of(const PlanOptions& options) {
  PlanChanges changes;
  changes.workloads = options.workloads;
  changes.steps = options.steps;
  changes.warmup = options.warmup;
  changes.at_least = given_duration("--at-least", options.at_least);
  changes.epochs = options.epochs;
  changes.protocol = given(options.protocol);
  changes.mode = given(options.mode);
  changes.precision = given(options.precision);
  changes.data = given(options.data);
  changes.device = given(options.device);
  changes.threads = options.threads;
  changes.seed = options.seed;
  changes.repeats = options.repeats;
  changes.idle = given_duration("--idle", options.idle);
  changes.reruns = options.reruns;
  return changes;
}

Forecast forecast_for(const CampaignPlan& plan, const StoreReader& store) {
  return Forecast(plan, known_profiles(store));
}

std::string text_of(const ForecastTime& time) {
  std::string text = time.time > Duration{} ? "about " + to_text(time.time) : "";
  if (time.unknown.empty()) return text.empty() ? "no time at all" : text;
  if (text.empty()) return "nobody knows how long";
  constexpr std::size_t kFew = 3;
  return time.unknown.size() > kFew
             ? fmt::format("{} and the unknown time of {} others", text, time.unknown.size())
             : fmt::format("{} and the unknown time of {}", text, fmt::join(time.unknown, ", "));
}

std::string text_with_source(const Forecast& forecast, const std::vector<PlannedCell>& cells) {
  const std::string by =
      forecast.stands_on().empty() ? "" : " (by the times of " + forecast.stands_on() + ")";
  return text_of(forecast.of(cells)) + by;
}

std::optional<MachineProfile> run_and_tell(Context& context, Store& store,
                                           const CampaignEntry& campaign) {
  const CampaignPlan plan = plan_from_json(campaign.plan, "campaign " + campaign.id);
  Forecast forecast = forecast_for(plan, store);
  learn(forecast, plan, campaign);
  std::vector<PlannedCell> left = cells_left(plan, campaign);
  fmt::print(stderr, "campaign {} ({}): {} runs of {} workloads, {}\n", campaign.id, plan.name,
             left.size(), plan.items.size(), text_with_source(forecast, left));
  Teller teller(plan, forecast, std::move(left));
  const Instant begin = context.world.clock->now();
  const CampaignEnd end =
      run_campaign(context.world, store, campaign, options_for(store), forecast, teller.events());
  fmt::print(stderr, "{}{} in {}\n", end.interrupted ? "\ninterrupted: " : "", counts_text(end),
             to_text(context.world.clock->now() - begin));
  if (end.interrupted) {
    context.exit_code = kInterrupted;
  } else if (!end.complete()) {
    context.exit_code = kSomeFailed;
  }
  if (!end.complete()) {
    fmt::print(stderr, "{}what was measured is kept; to go on: isojoule campaign resume {}\n",
               plan.profile.empty() ? "" : "no profile was made; ", campaign.id);
    return std::nullopt;
  }
  if (plan.profile.empty()) return std::nullopt;
  MachineProfile profile = campaign_profile(store, store.campaign(campaign.id), plan.profile);
  store.put(profile);
  return profile;
}

}  // namespace isojoule::cli
