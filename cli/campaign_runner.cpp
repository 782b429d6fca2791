#include "campaign_runner.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/app/campaign_text.hpp"
#include "isojoule/app/campaigns.hpp"
#include "isojoule/app/installation.hpp"
#include "isojoule/campaign/campaign.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/profile_tables.hpp"

#include "output.hpp"
#include "output_options.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

constexpr int kSomeFailed = 1;

/// To standard error. Where nobody reads it any more that is no trouble: what is measured is kept.
template <class... Values>
void show(fmt::format_string<Values...> format, Values&&... values) {
  print_note(fmt::format(format, std::forward<Values>(values)...));
}

/// The lines of a campaign that is running.
class Lines {
 public:
  explicit Lines(const OpenCampaign& campaign) : campaign_(campaign) {
    for (const CampaignItem& item : campaign.plan.items)
      width_ = std::max(width_, item.name.size());
  }

  CampaignEvents events() {
    CampaignEvents events;
    events.begin = [this](const CampaignItem& item, int repeat, std::size_t index,
                          std::size_t count) { begin(item, repeat, index, count); };
    events.ended = [this](const CampaignItem& item, const CampaignCell& cell,
                          const Record* record) { ended(item, cell, record); };
    events.disturbed = [this](const CampaignItem&, const Disturbance& disturbance) {
      show("{}{}disturbed: {}; once more\n", again_, begun_, fmt::join(disturbance.signs, "; "));
      announce();
    };
    events.remark = [](const std::string& text) { show("isojoule: {}\n", text); };
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
    if (!again_.empty()) show("{}", begun_);
  }

  void ended(const CampaignItem& item, const CampaignCell& cell, const Record* record) {
    if (cell.attempts == 0) begun_ = fmt::format("      {:<{}}  ", item.name, width_);
    const auto time = campaign_.time_left();
    const std::string rest = time ? "; " + forecast_text(*time) + " left" : "";
    show("{}{}{}{}\n", again_, begun_, run_text(cell, record), rest);
    if (cell.state == CampaignCell::State::done && !cell.reason.empty())
      show("      disturbed: {}\n", cell.reason);
    if (record == nullptr) return;
    for (const Fault& fault : record->faults)
      show("      fault: {}: {}\n", fault.source, fault.message);
  }

  const OpenCampaign& campaign_;
  std::size_t width_ = 0;
  std::string begun_;  ///< what the line of the run begins with
  /// What goes back to the begin of a terminal's line, over what the run itself may have written.
  const std::string again_ = isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "";
};

void add_duration(CLI::App* command, const std::string& name, std::optional<Duration>& duration,
                  const std::string& help) {
  command->add_option_function<std::string>(
      name, [name, &duration](const std::string& text) { duration = parse_duration(name, text); },
      help);
}

void show_end(const CampaignEnd& end, const CampaignEntry& campaign, const CampaignPlan& plan,
              Duration took) {
  show("{}{} in {}\n", end.interrupted ? "\ninterrupted: " : "", counts_text(end), to_text(took));
  if (!end.complete())
    show("{}what was measured is kept; to resume: isojoule campaign resume {}\n",
         plan.profile.empty() ? "" : "no profile was made; ", campaign.id);
  if (end.skipped > 0)
    show("to try again what was skipped: isojoule campaign resume {} --retry-skipped\n",
         campaign.id);
}

}  // namespace

void add_plan_options(CLI::App* command, PlanChanges& changes) {
  command->add_option("--workloads", changes.workloads, "Train these instead of the plan's")
      ->delimiter(',');
  command->add_option("--repeats", changes.repeats, "Runs of each workload")->check(positive());
  command->add_option("--protocol", changes.protocol, "steps, or paper: the whole loop");
  command->add_option("--steps", changes.steps, "Measured steps")->check(positive());
  command->add_option("--warmup-steps", changes.warmup, "Steps before the measured ones")
      ->check(CLI::NonNegativeNumber);
  add_duration(command, "--at-least", changes.at_least, "Duration of the measured steps");
  command->add_option("--epochs", changes.epochs, "Of the protocol paper")->check(positive());
  command->add_option("--mode", changes.mode, "train, test or forward");
  command->add_option("--precision", changes.precision,
                      "float32, tf32, amp-float16 or amp-bfloat16");
  command->add_option("--recordings", changes.data,
                      "Folder of recorded clips (default: synthetic clips)");
  command->add_option("--device", changes.device, kDeviceHelp);
  command->add_option("--threads", changes.threads, "CPU threads (default: all)")
      ->check(positive());
  command->add_option("--seed", changes.seed, kSeedHelp);
  add_duration(command, "--idle", changes.idle, kIdleHelp);
  command
      ->add_option("--reruns", changes.reruns, "How often a run that others disturbed is repeated")
      ->check(CLI::NonNegativeNumber);
}

void add_executor_option(CLI::App* command, CampaignSettings& settings) {
  std::string help = "Where the runs are done:";
  for (const ExecutorKind& kind : executor_kinds())
    help += fmt::format("{} {} ({})", &kind == &executor_kinds().front() ? "" : ",", kind.name,
                        kind.help);
  command
      ->add_option_function<std::string>(
          "--executor",
          [&settings](const std::string& name) { settings.executor = find_executor(name).name; },
          help)
      ->default_str(settings.executor);
}

void show_profile(const Context& context, const MachineProfile& profile, const std::string& output,
                  const std::string& json) {
  const auto document = [&profile] { return profile_to_json(profile); };
  const auto table = [&] {
    if (output != "-") print(profile_table(profile));
  };
  if (!output.empty()) write_json(*context.world.files, document(), output);
  show_answer(*context.world.files, json, document, table);
}

std::optional<MachineProfile> run_and_show(Context& context, Store& store,
                                           const CampaignEntry& entry,
                                           const CampaignSettings& settings,
                                           std::shared_ptr<const NodeClaim> node) {
  OpenCampaign campaign = open_campaign(shelf_of(store), entry, settings);
  show("campaign {} ({}): {} runs of {} workloads, {}\n", entry.id, campaign.plan.name,
       campaign.left.size(), campaign.plan.items.size(),
       forecast_text(campaign.forecast, campaign.left));
  Lines lines(campaign);
  const CampaignOutcome outcome = run_open_campaign(context.world, store, campaign, std::move(node),
                                                    ISOJOULE_VERSION, lines.events());
  if (outcome.end.interrupted) {
    context.exit_code = kInterrupted;
  } else if (!outcome.end.complete()) {
    context.exit_code = kSomeFailed;
  }
  show_end(outcome.end, entry, campaign.plan, outcome.took);
  if (outcome.no_profile) std::rethrow_exception(outcome.no_profile);
  return outcome.profile;
}

}  // namespace isojoule::cli
