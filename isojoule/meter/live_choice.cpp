#include "isojoule/meter/live_choice.hpp"

#include <algorithm>
#include <tuple>

namespace isojoule {
namespace {

/// Less is better.
auto rank(const LiveChannel& live) {
  return std::tuple(live.readings == 0, live.channel.kind != Kind::measured,
                    !live.channel.is_counter());
}

}  // namespace

std::vector<std::size_t> best_of_each_component(std::span<const LiveChannel> channels) {
  std::vector<std::size_t> best;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const Channel& channel = channels[i].channel;
    if (channel.is_gauge() || channel.validity == Validity::whole_command) continue;
    const auto rival = std::ranges::find_if(
        best, [&](std::size_t j) { return channels[j].channel.component == channel.component; });
    if (rival == best.end()) {
      best.push_back(i);
    } else if (rank(channels[i]) < rank(channels[*rival])) {
      *rival = i;
    }
  }
  return best;
}

}  // namespace isojoule
