#include "isojoule/campaign/forecast.hpp"

#include <algorithm>

#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

// A process that loads LibTorch and builds a model, and what a run does around it
// (docs/workloads.md: whole run less its steps).
constexpr Duration kAroundARun = 1.0 * second;
// Ten epochs of 1578 clips in batches of 8 (docs/method.md).
constexpr double kStepsPerEpoch = 198.0;

std::string kind_of(const std::string& device) { return device.substr(0, device.find(':')); }

std::string device_of(const MachineProfile& profile) {
  return kind_of(context_value(profile.context, kDeviceContext).value_or(""));
}

std::string device_of(const CampaignPlan& plan) {
  for (const CampaignItem& item : plan.items)
    if (item.training) return kind_of(item.training->device);
  return "";
}

std::size_t known_items(const CampaignPlan& plan, const MachineProfile& profile) {
  return static_cast<std::size_t>(std::ranges::count_if(plan.items, [&](const CampaignItem& item) {
    return item.training && profile.find(WorkloadId(item.name)) != nullptr;
  }));
}

}  // namespace

Forecast::Forecast(const CampaignPlan& plan, std::span<const MachineProfile> profiles)
    : plan_(plan) {
  const MachineProfile* best = nullptr;
  std::size_t most = 0;
  for (const MachineProfile& profile : profiles) {
    const bool same_device = device_of(profile) == device_of(plan);
    const std::size_t known = same_device ? known_items(plan, profile) : 0;
    if (known > most) {
      most = known;
      best = &profile;
    }
  }
  if (best == nullptr) return;
  stands_on_ = best->name;
  for (const ReferenceEnergy& reference : best->references)
    per_step_[reference.workload.name()] = reference.energy.duration_per_step;
}

/// What is known of an item before anything has run.
std::optional<Duration> Forecast::foretold(const CampaignItem& item) const {
  const auto per_step = per_step_.find(item.name);
  if (!item.training || per_step == per_step_.end()) return std::nullopt;
  const Training& training = *item.training;
  const Duration around = kAroundARun + 2.0 * plan_.idle + plan_.cooling.time;
  if (training.protocol == "paper")
    return around + static_cast<double>(training.epochs) * kStepsPerEpoch * per_step->second;
  const auto steps = static_cast<double>(training.steps);
  const Duration measured = std::max(steps * per_step->second, training.at_least);
  return around + static_cast<double>(training.warmup) * per_step->second + measured;
}

void Forecast::took(std::size_t item, Duration time) {
  seen_s_[item].push_back(time.in(second));
  const auto before = foretold(plan_.items[item]);
  if (!before) return;
  seen_sum_s_ += time.in(second);
  foretold_sum_s_ += before->in(second);
}

ForecastTime Forecast::of(std::span<const PlannedCell> cells) const {
  const double correction = foretold_sum_s_ > 0.0 ? seen_sum_s_ / foretold_sum_s_ : 1.0;
  ForecastTime result;
  for (const PlannedCell& cell : cells) {
    const CampaignItem& item = plan_.items[cell.item];
    if (const auto seen = seen_s_.find(cell.item); seen != seen_s_.end()) {
      result.time = result.time + mean(seen->second).value() * second;
    } else if (const auto before = foretold(item)) {
      result.time = result.time + correction * *before;
    } else if (std::ranges::find(result.unknown, item.name) == result.unknown.end()) {
      result.unknown.push_back(item.name);
    }
  }
  return result;
}

}  // namespace isojoule
