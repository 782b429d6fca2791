#include "isojoule/campaign/contention.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

namespace isojoule {
namespace {

constexpr Duration kShortest = 1.0 * second;

// Power capping is how a board works at its limit; these are troubles.
constexpr std::array<std::string_view, 4> kSlowdowns{
    "hardware slowdown", "software thermal slowdown", "hardware thermal slowdown",
    "hardware power brake"};

Duration children(const World& world) {
  return static_cast<double>(world.processes->children_cpu_microseconds()) * microsecond;
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

ContentionWatch::ContentionWatch(const World& world)
    : world_(world),
      begin_(world.clock->now()),
      times_(read_times(world)),
      ours_(children(world)),
      throttles_(read_throttles(world)) {}

/// The line "cpu  user nice system idle iowait irq softirq steal ..." and how many "cpuN" follow.
ContentionWatch::CpuTimes ContentionWatch::read_times(const World& world) {
  const Duration tick = second / static_cast<double>(sysconf(_SC_CLK_TCK));
  CpuTimes times;
  std::istringstream lines(read_text(world.path("/proc/stat")).value_or(""));
  std::string line;
  while (std::getline(lines, line) && line.starts_with("cpu")) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name != "cpu") {
      ++times.cpus;
      continue;
    }
    std::array<double, 8> counts{};
    for (double& count : counts) words >> count;
    const auto& [user, nice, system, idle, iowait, irq, softirq, steal] = counts;
    times.busy = (user + nice + system + irq + softirq) * tick;
    times.steal = steal * tick;
  }
  return times;
}

/// Those of all CPUs together: packages count once for each of their CPUs, which does not matter.
std::uint64_t ContentionWatch::read_throttles(const World& world) {
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

void ContentionWatch::judge_cpu(const ContentionLimits& limits, Disturbance& found) const {
  const Duration elapsed = world_.clock->now() - begin_;
  const CpuTimes now = read_times(world_);
  if (elapsed < kShortest || now.cpus == 0) return;
  const Duration whole = static_cast<double>(now.cpus) * elapsed;
  const Duration ours = children(world_) - ours_;
  found.others = std::max(0.0, (now.busy - times_.busy - ours) / whole);
  found.steal = std::max(0.0, (now.steal - times_.steal) / whole);
  if (found.others > limits.others)
    found.signs.push_back(
        fmt::format("other processes used {:.0f} % of the CPUs' time", 100.0 * found.others));
  if (found.steal > limits.steal)
    found.signs.push_back(fmt::format("the hypervisor gave {:.0f} % of the CPUs' time to others",
                                      100.0 * found.steal));
}

Disturbance ContentionWatch::since(const Measurement& whole, const ContentionLimits& limits) const {
  Disturbance found;
  judge_cpu(limits, found);
  if (const std::uint64_t throttles = read_throttles(world_); throttles > throttles_)
    found.signs.push_back(
        fmt::format("the CPU was slowed down by heat {} times", throttles - throttles_));
  for (const ChannelState& state : whole.states) judge_board(state, found);
  return found;
}

}  // namespace isojoule
