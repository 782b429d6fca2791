#include "isojoule/run/cpu_times.hpp"

#include <unistd.h>

#include <array>
#include <sstream>

#include <fmt/format.h>

namespace isojoule {
namespace {

// Shorter commands do too little to tell.
constexpr Duration kShortest = 1.0 * second;
// Of one CPU's time: less than this of others is no sign.
constexpr double kOthersWork = 0.5;
// Of the others' time: more than this of its own, and it worked itself.
constexpr double kOwnWork = 0.05;

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

}  // namespace

// The line "cpu  user nice system idle iowait irq softirq steal ..." and how many "cpuN" follow.
CpuTimes read_cpu_times(const World& world) {
  CpuTimes times;
  times.ours = our_time(world);
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

std::string work_elsewhere(const CpuTimes& before, const CpuTimes& after, Duration length) {
  const Duration ours = after.ours - before.ours;
  const Duration others = after.busy - before.busy - ours;
  if (length < kShortest || !(others > kOthersWork * length) || ours > kOwnWork * others) return {};
  return fmt::format(
      "the machine's CPUs worked for {:.2g} s meanwhile, the command's own processes for {:.2g} s: "
      "what others do for it (containers, daemons, srun, ssh) is not in this",
      others.in(second), ours.in(second));
}

}  // namespace isojoule
