#include "isojoule/campaign/cool_down.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "isojoule/run/held_signals.hpp"

namespace isojoule {
namespace {

// Boards are as cool as at the start when they are so near: the resolution is one degree, and a
// board's idle temperature wanders by about as much.
constexpr double kAsCool = 3.0;
constexpr Duration kLook = 1.0 * second;  // between two looks at a thermometer

std::set<std::string> devices_of(const CampaignPlan& plan) {
  std::set<std::string> devices;
  for (const CampaignItem& item : plan.items) devices.insert(item.device);
  return devices;
}

}  // namespace

CoolDown::CoolDown(const World& world, const CampaignPlan& plan, Temperatures at_begin,
                   Remark remark)
    : world_(world), cooling_(plan.cooling), remark_(std::move(remark)) {
  if (!cooling_.to_rest) return;
  thermometer_.emplace(world, devices_of(plan), std::move(at_begin));
  if (thermometer_->rise()) return;
  thermometer_.reset();
  say("no sensor here reports a temperature of what the plan runs on: between two runs there is no "
      "rest until it is cool; give a time instead");
}

void CoolDown::say(const std::string& text) const {
  if (remark_) remark_(text);
}

bool CoolDown::between_runs() { return wait_unless_asked(world_, cooling_.time) && until_cool(); }

bool CoolDown::until_cool() {
  const Instant latest = world_.clock->now() + cooling_.longest;
  while (thermometer_) {
    const std::optional<double> rise = thermometer_->rise();
    if (!rise) {
      thermometer_.reset();
      say("the boards report no temperature any more: from here on there is no rest until they are "
          "cool");
    } else if (*rise <= kAsCool) {
      break;
    } else if (world_.clock->now() >= latest) {
      say(
          fmt::format("after {:g} s of rest the boards are still {:.0f} °C warmer than when the "
                      "campaign started; it continues",
                      cooling_.longest.in(second), *rise));
      break;
    } else if (!wait_unless_asked(world_, kLook)) {
      return false;
    }
  }
  return !end_is_asked();
}

}  // namespace isojoule
