// How long a campaign will take.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isojoule/campaign/campaign_plan.hpp"
#include "isojoule/record/machine_profile.hpp"

namespace isojoule {

/// What a forecast says of a number of runs.
struct ForecastTime {
  Duration time{};                   ///< of those that something is known of
  std::vector<std::string> unknown;  ///< items that nothing is known of, each once
};

/// Foretells the time of runs from the time per step of a machine that has trained the same
/// workloads, and corrects it by how long this machine's runs take: by the ratio of the times of
/// those that have ended to what was foretold of them. An item that has run before takes as long
/// again.
class Forecast {
 public:
  /// Of `profiles` that is taken which holds the most workloads of the plan, trained on the same
  /// kind of device ("cpu", "cuda"); among equals the first.
  Forecast(const CampaignPlan& plan, std::span<const MachineProfile> profiles);

  /// The name of the profile that is stood on; empty: none.
  const std::string& stands_on() const { return stands_on_; }

  /// An item's run has ended and took so long, rests included.
  void took(std::size_t item, Duration time);

  ForecastTime of(std::span<const PlannedCell> cells) const;

 private:
  std::optional<Duration> foretold(const CampaignItem& item) const;

  CampaignPlan plan_;
  std::string stands_on_;
  std::map<std::string, Duration> per_step_;           // by workload
  std::map<std::size_t, std::vector<double>> seen_s_;  // by item
  double seen_sum_s_ = 0.0;
  double foretold_sum_s_ = 0.0;
};

}  // namespace isojoule
