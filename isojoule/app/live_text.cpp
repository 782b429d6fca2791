#include "isojoule/app/live_text.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "isojoule/meter/live_choice.hpp"
#include "isojoule/page/quantity_text.hpp"

namespace isojoule {
namespace {

/// Like devices together.
struct Devices {
  const Channel* channel;  ///< of the first
  std::size_t count;
  std::optional<Power> power;  ///< of all; empty if one is not known
  Energy energy;

  bool are_like(const Channel& other) const {
    return channel->scope == other.scope && channel->label == other.label &&
           channel->kind == other.kind;
  }
};

std::vector<Devices> devices_of(std::span<const LiveChannel> channels) {
  std::vector<Devices> all;
  for (const std::size_t i : best_of_each_component(channels)) {
    const LiveChannel& live = channels[i];
    const auto like = std::ranges::find_if(
        all, [&](const Devices& devices) { return devices.are_like(live.channel); });
    if (like == all.end()) {
      all.push_back({&live.channel, 1, live.power, live.energy});
      continue;
    }
    ++like->count;
    like->energy += live.energy;
    like->power =
        like->power && live.power ? std::optional(*like->power + *live.power) : std::nullopt;
  }
  return all;
}

}  // namespace

std::string live_text(std::span<const LiveChannel> channels, Duration elapsed) {
  std::string text = to_text(elapsed);
  for (const Devices& devices : devices_of(channels)) {
    text += fmt::format(
        " | {}{}: {}, {}{}", devices.count > 1 ? fmt::format("{} x ", devices.count) : "",
        devices.channel->label, devices.power ? to_text(*devices.power) : "- W",
        to_text(devices.energy), devices.channel->kind == Kind::modelled ? " modelled" : "");
  }
  return text;
}

}  // namespace isojoule
