#include "isojoule/campaign/plan_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/workload/plan.hpp"

namespace isojoule {
namespace {

CampaignPlan preset(const std::string& name, const std::string& list, const Training& settings) {
  CampaignPlan plan;
  plan.name = name;
  for (const std::string& id : find_plan(list).workloads)
    plan.items.push_back(reference_item(id, settings));
  return plan;
}

template <class T, class U>
void change(T& value, const std::optional<U>& changed) {
  // NOLINTNEXTLINE(bugprone-optional-value-conversion): T may be an optional itself.
  if (changed) value = *changed;
}

void change_training(CampaignItem& item, const PlanChanges& changes) {
  Training& training = *item.training;
  change(training.steps, changes.steps);
  change(training.warmup, changes.warmup);
  change(training.at_least, changes.at_least);
  change(training.epochs, changes.epochs);
  change(training.protocol, changes.protocol);
  change(training.mode, changes.mode);
  change(training.precision, changes.precision);
  if (changes.data) training.data = std::filesystem::absolute(*changes.data);
  change(training.device, changes.device);
  change(training.threads, changes.threads);
  change(training.seed, changes.seed);
  item.device = training.device;
}

void apply(const PlanChanges& changes, CampaignPlan& plan) {
  if (!changes.workloads.empty()) {
    const auto trained = std::ranges::find_if(
        plan.items, [](const CampaignItem& item) { return item.training.has_value(); });
    const Training settings = trained == plan.items.end() ? Training{} : *trained->training;
    plan.items.clear();
    for (const std::string& id : expand_plans(changes.workloads))
      plan.items.push_back(reference_item(id, settings));
  }
  for (CampaignItem& item : plan.items) {
    if (item.training) change_training(item, changes);
    change(item.repeats, changes.repeats);
  }
  change(plan.seed, changes.seed);
  change(plan.idle, changes.idle);
  change(plan.contention.reruns, changes.reruns);
  change(plan.profile, changes.profile);
}

bool is_file_name(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".toml");
}

CampaignPlan read_plan_file(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored))
    throw Error(ErrorCode::io, fmt::format("plan '{}' cannot be read: {}", file.string(),
                                           stream ? "it is a directory" : std::strerror(errno)));
  return plan_from_toml({std::istreambuf_iterator<char>(stream), {}}, file);
}

CampaignPlan find_unchanged(const std::string& name) {
  if (is_file_name(name)) return read_plan_file(name);
  std::vector<std::string> known;
  for (const PresetPlan& candidate : preset_plans()) {
    if (candidate.name == name) return candidate.plan;
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
        {"quick", "all 43, a few steps each; needs 10 GB of memory", preset("quick", "all", few)},
        {"dual", "the two extremes, for the dual reference alone", preset("dual", "dual", few)},
        {"paper", "all 43 as the paper trains them: ten epochs, decoding included; needs a dataset",
         preset("paper", "all", paper)},
    };
  }();
  return presets;
}

CampaignPlan find_campaign_plan(const std::string& name_or_file, const PlanChanges& changes) {
  CampaignPlan plan = find_unchanged(name_or_file);
  apply(changes, plan);
  check_plan(plan);
  return plan;
}

}  // namespace isojoule
