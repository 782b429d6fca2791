#include "isojoule/campaign/plan_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "isojoule/campaign/detail/take.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/workload/plan.hpp"

namespace isojoule {
namespace {

using detail::take;

CampaignPlan preset(const std::string& name, const std::string& list, const Training& settings) {
  CampaignPlan plan;
  plan.name = name;
  for (const std::string& id : find_plan(list).workloads)
    plan.items.push_back(reference_item(id, settings));
  return plan;
}

void change_training(CampaignItem& item, const PlanChanges& changes) {
  Training& training = *item.training;
  take(training.steps, changes.steps);
  take(training.warmup, changes.warmup);
  take(training.at_least, changes.at_least);
  take(training.epochs, changes.epochs);
  take(training.protocol, changes.protocol);
  take(training.mode, changes.mode);
  take(training.precision, changes.precision);
  if (changes.data)
    training.data =
        changes.data->empty() ? std::filesystem::path() : std::filesystem::absolute(*changes.data);
  take(training.device, changes.device);
  take(training.threads, changes.threads);
  take(training.seed, changes.seed);
  item.device = training.device;
}

/// Those that are named: as the plan has them, the others as it trains what it does not list.
std::vector<CampaignItem> chosen_items(const std::vector<std::string>& names,
                                       const WrittenPlan& written) {
  std::vector<CampaignItem> chosen;
  for (const std::string& id : expand_plans(names)) {
    const auto own = std::ranges::find_if(written.plan.items, [&id](const CampaignItem& item) {
      return item.training && item.name == id;
    });
    chosen.push_back(own != written.plan.items.end()
                         ? *own
                         : reference_item(id, written.training, written.repeats));
  }
  return chosen;
}

CampaignPlan changed(WrittenPlan written, const PlanChanges& changes) {
  if (!changes.workloads.empty()) written.plan.items = chosen_items(changes.workloads, written);
  CampaignPlan plan = std::move(written.plan);
  for (CampaignItem& item : plan.items) {
    if (item.training) change_training(item, changes);
    take(item.repeats, changes.repeats);
  }
  take(plan.seed, changes.seed);
  take(plan.idle, changes.idle);
  take(plan.contention.reruns, changes.reruns);
  take(plan.profile, changes.profile);
  return plan;
}

bool is_file_name(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".toml");
}

WrittenPlan read_plan_file(Files& files, const std::filesystem::path& file) {
  std::error_code error;
  const std::string text = read_file(files, file, error);
  if (error)
    throw Error(ErrorCode::io,
                fmt::format("plan '{}' cannot be read: {}", file.string(), reason_of(error)));
  return plan_from_toml(text, file);
}

WrittenPlan find_unchanged(Files& files, const std::string& name) {
  if (is_file_name(name)) return read_plan_file(files, name);
  std::vector<std::string> known;
  for (const PresetPlan& candidate : preset_plans()) {
    if (candidate.name == name) return {candidate.plan, *candidate.plan.items.front().training, 1};
    known.push_back(candidate.name);
  }
  throw unknown_name("plan (a preset, or a file that ends in .toml)", name, known);
}

}  // namespace

std::span<const PresetPlan> preset_plans() {
  static const std::vector<PresetPlan> presets = [] {
    Training few;
    few.steps = 5;
    // Windows of a fraction of a second are noisy, and no sensor resolves them.
    few.at_least = 1.0 * second;
    Training for_references;
    for_references.at_least = 2.0 * second;
    Training paper;
    paper.protocol = "paper";
    return std::vector<PresetPlan>{
        {"references", "six of the 43, small to large, for a first profile of a machine",
         preset("references", "references", for_references)},
        {"quick", "all 43, a few steps each; needs 9 GB of memory", preset("quick", "all", few)},
        {"dual", "the two extremes, for the dual reference alone", preset("dual", "dual", few)},
        {"paper", "all 43 as the paper trains them: ten epochs, decoding included; needs a dataset",
         preset("paper", "all", paper)},
    };
  }();
  return presets;
}

CampaignPlan find_campaign_plan(const std::string& name_or_file, const PlanChanges& changes,
                                Files& files) {
  CampaignPlan plan = changed(find_unchanged(files, name_or_file), changes);
  check_plan(plan);
  return plan;
}

}  // namespace isojoule
