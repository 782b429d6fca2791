#include "isojoule/sensor/rapl/perf.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "isojoule/sensor/detail/polled_file.hpp"

namespace isojoule::rapl {
namespace {

constexpr const char* kSource = "/sys/bus/event_source/devices/power";
constexpr const char* kParanoid = "/proc/sys/kernel/perf_event_paranoid";

struct EventName {
  const char* name;
  Scope scope;
};

// The source's other events are left out: energy-cores and energy-gpu lie inside the package, and
// energy-psys contains it.
constexpr std::array kEvents{EventName{"energy-pkg", Scope::package},
                             EventName{"energy-ram", Scope::dram}};

struct Event {
  Scope scope;
  std::uint64_t config;
  Energy unit;
};

struct Cpu {
  int number;
  std::uint64_t package;
  std::uint64_t die;
};

/// Everything about the source but its counters.
struct Source {
  std::uint32_t type = 0;
  std::vector<Event> events;
  std::vector<Cpu> cpus;  ///< one for each package or die
};

/// A file's text without the newline at its end; empty if it cannot be read.
std::string read_line(const World& world, const std::string& path) {
  std::string text = read_text(world.path(path)).value_or("");
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

/// All of `text` as a number; empty if it is none.
template <class Number, class... Format>
std::optional<Number> parse(std::string_view text, Format... format) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, format...);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

/// 2 of "event=0x02".
std::optional<std::uint64_t> parse_event(std::string_view text) {
  constexpr std::string_view kPrefix = "event=0x";
  constexpr int kHexadecimal = 16;
  if (!text.starts_with(kPrefix)) return std::nullopt;
  return parse<std::uint64_t>(text.substr(kPrefix.size()), kHexadecimal);
}

/// {0, 8, 9, 10} of "0,8-10". Empty if it is no such list.
std::vector<int> parse_cpus(std::string_view text) {
  constexpr int kMostCpus = 1 << 16;
  std::vector<int> cpus;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const std::size_t dash = item.find('-');
    const auto first = parse<int>(item.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse<int>(item.substr(dash + 1));
    if (!first || !last || *first < 0 || *last >= kMostCpus || *first > *last) return {};
    for (int cpu = *first; cpu <= *last; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

/// Empty if it is not there; `why_not` stays empty then, and otherwise says what is wrong with it.
std::optional<Event> read_event(const World& world, const EventName& event, std::string& why_not) {
  const std::string path = fmt::format("{}/events/{}", kSource, event.name);
  const std::string text = read_line(world, path);
  if (text.empty()) return std::nullopt;
  const auto config = parse_event(text);
  const auto scale = parse<double>(read_line(world, path + ".scale"));
  const std::string unit = read_line(world, path + ".unit");
  if (!config) {
    why_not = fmt::format("{} cannot be understood: '{}'", path, text);
  } else if (!scale || !(*scale > 0) || !std::isfinite(*scale)) {
    why_not = fmt::format("{}.scale is no number above 0", path);
  } else if (unit != "Joules") {
    why_not = fmt::format("{}.unit is '{}', not Joules", path, unit);
  } else {
    return Event{event.scope, *config, *scale * joule};
  }
  return std::nullopt;
}

std::optional<Cpu> read_cpu(const World& world, int number) {
  const std::string topology = fmt::format("/sys/devices/system/cpu/cpu{}/topology/", number);
  const auto package = parse<std::uint64_t>(read_line(world, topology + "physical_package_id"));
  if (!package) return std::nullopt;
  // Kernels before 5.1, and machines without dies, do not tell it.
  const auto die = parse<std::uint64_t>(read_line(world, topology + "die_id"));
  return Cpu{number, *package, die.value_or(0)};
}

/// Empty if the source is of no use; `why_not` then says why.
std::optional<Source> read_source(const World& world, std::string& why_not) {
  Source source;
  const auto type = parse<std::uint32_t>(read_line(world, fmt::format("{}/type", kSource)));
  if (!type) {
    why_not = fmt::format("there are no energy events under {}", kSource);
    return std::nullopt;
  }
  source.type = *type;

  for (const EventName& name : kEvents) {
    const std::optional<Event> event = read_event(world, name, why_not);
    if (event) source.events.push_back(*event);
    if (!why_not.empty()) return std::nullopt;
  }
  if (source.events.empty() || source.events.front().scope != Scope::package) {
    why_not = fmt::format("none of the events under {} is a CPU package's energy", kSource);
    return std::nullopt;
  }

  const std::string mask = read_line(world, fmt::format("{}/cpumask", kSource));
  for (const int number : parse_cpus(mask)) {
    const std::optional<Cpu> cpu = read_cpu(world, number);
    if (!cpu) {
      why_not = fmt::format("the package of CPU {} is not known", number);
      return std::nullopt;
    }
    source.cpus.push_back(*cpu);
  }
  if (source.cpus.empty()) {
    why_not = fmt::format("{}/cpumask is no list of CPUs: '{}'", kSource, mask);
    return std::nullopt;
  }
  return source;
}

/// The name that powercap has for the package or die of each CPU: dies are named where a package
/// has several.
std::vector<std::string> package_names(const std::vector<Cpu>& cpus) {
  std::map<std::uint64_t, int> cpus_of_package;
  int most = 0;
  for (const Cpu& cpu : cpus) most = std::max(most, ++cpus_of_package[cpu.package]);
  std::vector<std::string> names;
  for (const Cpu& cpu : cpus)
    names.push_back(most > 1 ? fmt::format("package-{}-die-{}", cpu.package, cpu.die)
                             : fmt::format("package-{}", cpu.package));
  return names;
}

Way denied(const World& world) {
  const std::string paranoid = read_line(world, kParanoid);
  const auto level = parse<int>(paranoid);
  if (level && *level <= 0)
    return not_usable(Way::State::denied,
                      fmt::format("permission denied: the energy events may not be opened, though "
                                  "kernel.perf_event_paranoid is {}, as in containers",
                                  *level),
                      "docker run --cap-add PERFMON, or podman run --cap-add PERFMON");
  return not_usable(
      Way::State::denied,
      fmt::format("permission denied: the energy events need kernel.perf_event_paranoid <= 0{} or "
                  "CAP_PERFMON",
                  level ? fmt::format(" (it is {})", *level) : ""),
      "sudo sysctl kernel.perf_event_paranoid=0 (until the next boot), or for this program only: "
      "sudo setcap cap_perfmon=ep \"$(command -v isojoule)\"");
}

Way cannot_open(const World& world, const std::string& component, int error) {
  if (error == EACCES || error == EPERM) return denied(world);
  return not_usable(Way::State::absent, fmt::format("the energy event of {} cannot be opened: {}",
                                                    component, detail::describe_errno(error)));
}

}  // namespace

Way open_perf(const World& world) {
  std::string why_not;
  const std::optional<Source> source = read_source(world, why_not);
  if (!source) return not_usable(Way::State::absent, why_not);

  Way way;
  std::map<std::pair<std::uint64_t, Scope>, std::vector<std::size_t>> of_package;
  std::set<std::string> seen;  // ids must be unique, whatever the kernel says
  const std::vector<std::string> names = package_names(source->cpus);
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const Event& event : source->events) {
      Channel channel = make_channel(names[i], event.scope);
      channel.unit = event.unit;
      channel.max_power = kBoundIfNoneIsStated;
      if (!seen.insert(channel.id).second) continue;

      const Cpu& cpu = source->cpus[i];
      int error = 0;
      std::shared_ptr<PerfCounter> counter =
          world.perf_events->open(source->type, event.config, cpu.number, error);
      if (counter == nullptr) return cannot_open(world, channel.component, error);
      if (!counter->read(why_not))
        return not_usable(
            Way::State::absent,
            fmt::format("the energy event of {} cannot be read: {}", channel.component, why_not));
      of_package[{cpu.package, event.scope}].push_back(way.counters.size());
      way.counters.push_back({std::move(channel), [counter = std::move(counter)](std::string& why) {
                                return counter->read(why);
                              }});
    }
  }
  for (auto& [package, places] : of_package)
    if (places.size() > 1) way.suspects.push_back(std::move(places));
  way.state = Way::State::usable;
  return way;
}

}  // namespace isojoule::rapl
