// The rest between two runs of a campaign.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "isojoule/campaign/campaign_plan.hpp"
#include "isojoule/campaign/thermometer.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule {

/// Waits as the plan says: for a time, and until the boards that its runs are on are as cool as
/// when the campaign began. To be used while HeldSignals lives.
class CoolDown {
 public:
  using Remark = std::function<void(const std::string&)>;

  /// `at_begin` is how warm the boards were then, of a campaign that goes on; of a new one that is
  /// how warm they are now. `remark` (may be empty) is told where there is no temperature to wait
  /// for, where it is told no more, and each time that the boards do not cool down in time.
  CoolDown(const World& world, const CampaignPlan& plan, Temperatures at_begin, Remark remark);

  /// Both rests. False if the end is asked for.
  bool between_runs();
  /// Until the boards are cool: what was interrupted may have left them warm. False likewise.
  bool until_cool();

 private:
  void say(const std::string& text) const;

  const World& world_;
  const Cooling cooling_;
  const Remark remark_;
  std::optional<Thermometer> thermometer_;  // empty: there is none to wait for
};

}  // namespace isojoule
