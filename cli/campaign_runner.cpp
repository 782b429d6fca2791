#include "campaign_runner.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/campaign/calibration.hpp"
#include "isojoule/campaign/campaign.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/record_tables.hpp"

#include "paths.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

constexpr int kSomeFailed = 1;

/// To standard error. Where nobody reads it any more that is no trouble: what is measured is kept.
template <class... Values>
void tell(fmt::format_string<Values...> format, Values&&... values) {
  print_note(fmt::format(format, std::forward<Values>(values)...));
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
  options.measure.trace_directory = store.folders().traces;
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

void add_duration(CLI::App* command, const std::string& name, std::optional<Duration>& duration,
                  const std::string& help) {
  command->add_option_function<std::string>(
      name, [name, &duration](const std::string& text) { duration = parse_duration(name, text); },
      help);
}

/// The profile that a campaign ends with, made and kept; empty if it has none or is not at its end.
std::optional<MachineProfile> keep_profile(Store& store, const std::string& campaign,
                                           const CampaignPlan& plan, const CampaignEnd& end) {
  if (plan.profile.empty() || !end.complete()) return std::nullopt;
  MachineProfile profile = campaign_profile(store, store.campaign(campaign), plan.profile);
  store.put(profile);
  return profile;
}

void tell_end(const CampaignEnd& end, const CampaignEntry& campaign, const CampaignPlan& plan,
              Duration took) {
  tell("{}{} in {}\n", end.interrupted ? "\ninterrupted: " : "", counts_text(end), to_text(took));
  if (!end.complete())
    tell("{}what was measured is kept; to go on: isojoule campaign resume {}\n",
         plan.profile.empty() ? "" : "no profile was made; ", campaign.id);
  if (end.skipped > 0)
    tell("to try again what was skipped: isojoule campaign resume {} --retry-skipped\n",
         campaign.id);
}

}  // namespace

void add_plan_options(CLI::App* command, PlanChanges& changes) {
  command->add_option("--workloads", changes.workloads, "Train these instead of the plan's")
      ->delimiter(',');
  command->add_option("--repeats", changes.repeats, "Runs of each workload")->check(positive());
  command->add_option("--protocol", changes.protocol, "steps, or paper: the whole loop");
  command->add_option("--steps", changes.steps, "Measured steps")->check(positive());
  command->add_option("--warmup", changes.warmup, "Steps before them")
      ->check(CLI::NonNegativeNumber);
  add_duration(command, "--at-least", changes.at_least, "The measured steps go on for so long");
  command->add_option("--epochs", changes.epochs, "Of the protocol paper")->check(positive());
  command->add_option("--mode", changes.mode, "train, test or forward");
  command->add_option("--precision", changes.precision,
                      "float32, tf32, amp-float16 or amp-bfloat16");
  command->add_option("--data", changes.data, "A dataset's folder (default: synthetic clips)");
  command->add_option("--device", changes.device, "cpu, cuda, or cuda:N");
  command->add_option("--threads", changes.threads, "CPU threads (default: all)")
      ->check(positive());
  command->add_option("--seed", changes.seed, "Of the order, the clips and the weights");
  add_duration(command, "--idle", changes.idle,
               "Measure the machine at rest for so long, before and after each run");
  command
      ->add_option("--reruns", changes.reruns, "How often a run that others disturbed is repeated")
      ->check(CLI::NonNegativeNumber);
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
                                           const CampaignEntry& campaign, bool retry_skipped) {
  const CampaignPlan plan = plan_from_json(campaign.plan, "campaign " + campaign.id);
  Forecast forecast = forecast_for(plan, store);
  learn(forecast, plan, campaign);
  std::vector<PlannedCell> left = cells_left(plan, campaign, retry_skipped);
  tell("campaign {} ({}): {} runs of {} workloads, {}\n", campaign.id, plan.name, left.size(),
       plan.items.size(), text_with_source(forecast, left));
  Teller teller(plan, forecast, std::move(left));
  CampaignOptions options = options_for(store);
  options.retry_skipped = retry_skipped;
  const Instant begin = context.world.clock->now();
  const CampaignEnd end =
      run_campaign(context.world, store, campaign, options, forecast, teller.events());
  if (end.interrupted) {
    context.exit_code = kInterrupted;
  } else if (!end.complete()) {
    context.exit_code = kSomeFailed;
  }
  // Kept before anything is said: a terminal that is gone must not cost the profile.
  std::optional<MachineProfile> profile;
  std::exception_ptr trouble;
  try {
    profile = keep_profile(store, campaign.id, plan, end);
  } catch (const Error&) {
    trouble = std::current_exception();
  }
  tell_end(end, campaign, plan, context.world.clock->now() - begin);
  if (trouble) std::rethrow_exception(trouble);
  return profile;
}

}  // namespace isojoule::cli
