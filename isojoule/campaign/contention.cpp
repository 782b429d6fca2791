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

Duration ticks(double count) {
  return count * (second / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

/// CPU time of the children that have ended, and our own: the 14th and the 15th word of
/// /proc/self/stat, whose second is a name in brackets.
Duration our_time(const World& world) {
  const Duration children =
      static_cast<double>(world.processes->children_cpu_microseconds()) * microsecond;
  const std::string stat = read_text(world.path("/proc/self/stat")).value_or("");
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return children;
  std::istringstream words(stat.substr(name_end + 1));
  std::string skipped;
  for (int word = 3; word < 14; ++word) words >> skipped;
  double user = 0.0;
  double system = 0.0;
  if (!(words >> user >> system)) return children;
  return children + ticks(user + system);
}

struct CpuTimes {
  Duration busy{};
  Duration steal{};
  std::size_t cpus = 0;
};

/// The line "cpu  user nice system idle iowait irq softirq steal ..." and how many "cpuN" follow.
CpuTimes read_times(const World& world) {
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
    times.busy = ticks(user + nice + system + irq + softirq);
    times.steal = ticks(steal);
  }
  return times;
}

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
  const CpuTimes times = read_times(world_);
  return {world_.clock->now(), times.busy,       times.steal,
          times.cpus,          our_time(world_), read_throttles(world_)};
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
