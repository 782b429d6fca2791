#include "isojoule/campaign/contention.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "isojoule/run/cpu_times.hpp"

namespace isojoule {
namespace {

constexpr Duration kShortest = 1.0 * second;

// Power capping is how a board works at its limit; these are troubles.
constexpr std::array<std::string_view, 4> kSlowdowns{
    "hardware slowdown", "software thermal slowdown", "hardware thermal slowdown",
    "hardware power brake"};

/// Those of all CPUs together: packages count once for each of their CPUs, which does not matter.
std::uint64_t read_throttles(const World& world) {
  std::uint64_t sum = 0;
  std::error_code error;
  const auto cpus = world.path("/sys/devices/system/cpu");
  for (std::filesystem::directory_iterator entry(cpus, error), end; !error && entry != end;
       entry.increment(error)) {
    for (const char* count : {"core_throttle_count", "package_throttle_count"}) {
      const std::string text = read_text(entry->path() / "thermal_throttle" / count).value_or("");
      std::uint64_t number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      sum += number;
    }
  }
  return sum;
}

void judge_board(const ChannelState& state, Disturbance& found) {
  const std::string& id = state.channel.id;
  if (id.ends_with(":other-processes") && state.most.value_or(0.0) > 0.0)
    found.signs.push_back(
        fmt::format("{} other processes on {}", *state.most, state.channel.label));
  const auto& flags = std::get<Gauge>(state.channel.unit).flags;
  for (std::size_t i = 0; i < std::min(flags.size(), state.flag_shares.size()); ++i) {
    const bool slowdown = std::ranges::find(kSlowdowns, flags[i]) != kSlowdowns.end();
    if (slowdown && state.flag_shares[i] > 0.0)
      found.signs.push_back(fmt::format("{}: {} in {:.0f} % of the readings", state.channel.label,
                                        flags[i], 100.0 * state.flag_shares[i]));
  }
}

}  // namespace

ContentionWatch::Look ContentionWatch::look() const {
  const CpuTimes times = read_cpu_times(world_);
  return {world_.clock->now(), times.busy, times.steal,
          times.cpus,          times.ours, read_throttles(world_)};
}

void ContentionWatch::judge_cpu(const ContentionLimits& limits, Disturbance& found) const {
  const Duration elapsed = end_.time - begin_.time;
  if (elapsed < kShortest || end_.cpus == 0) return;
  const Duration whole = static_cast<double>(end_.cpus) * elapsed;
  const Duration ours = end_.ours - begin_.ours;
  found.others = std::max(0.0, (end_.busy - begin_.busy - ours) / whole);
  found.steal = std::max(0.0, (end_.steal - begin_.steal) / whole);
  if (found.others > limits.others)
    found.signs.push_back(
        fmt::format("other processes used {:.0f} % of the CPUs' time", 100.0 * found.others));
  if (found.steal > limits.steal)
    found.signs.push_back(fmt::format("the hypervisor gave {:.0f} % of the CPUs' time to others",
                                      100.0 * found.steal));
}

Disturbance ContentionWatch::seen(const Measurement& whole, const ContentionLimits& limits) const {
  Disturbance found;
  judge_cpu(limits, found);
  if (end_.throttles > begin_.throttles)
    found.signs.push_back(
        fmt::format("the CPU was slowed down by heat {} times", end_.throttles - begin_.throttles));
  for (const ChannelState& state : whole.states) judge_board(state, found);
  return found;
}

}  // namespace isojoule
