#include "isojoule/sensor/rapl/powercap.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/sensor/detail/polled_file.hpp"

namespace isojoule::rapl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kClassDirectory = "/sys/class/powercap";
constexpr std::string_view kPreferredInterface = "intel-rapl";
constexpr Power kMicrowatt = 1e-6 * watt;

// The powers that a zone states are sustained ones; short bursts of desktop and mobile parts reach
// several times as much. A bound is there to tell nonsense (a step of a whole counter range, 65 kJ
// and more) from energy, so it may be generous.
constexpr double kBurstFactor = 3.0;
constexpr Power kLeastBound = 500.0 * watt;

// Counters this close to each other may be one. It is more than a package uses between two readings
// one after the other, and too little for two of their own to come so close by chance.
constexpr Energy kNear = 1.0 * joule;

struct ZoneCounter {
  Channel channel;
  detail::PolledFile file;
};

/// Zones by the name of their directory: "intel-rapl:0" is a package, "intel-rapl:0:1" a part of
/// it.
using Zones = std::map<std::string, fs::path>;

void add_zones(const fs::path& directory, Zones& zones) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(kPreferredInterface) && name.find(':') != std::string::npos)
      zones.emplace(name, entry->path());
  }
}

Zones find_zones(const World& world) {
  Zones listed;
  add_zones(world.path(kClassDirectory), listed);
  Zones zones = listed;
  for (const auto& [name, path] : listed) add_zones(path, zones);
  return zones;
}

/// The first line of a zone's file; empty if it cannot be read.
std::string read_line(const fs::path& path) {
  const detail::PolledFile file(path);
  std::array<char, 64> buffer;
  std::string why_not;
  const std::string_view text = file.read(buffer, why_not).value_or("");
  return std::string(text.substr(0, text.find('\n')));
}

std::string zone_name(const fs::path& zone) { return read_line(zone / "name"); }

std::optional<std::uint64_t> read_count(const fs::path& path) {
  return detail::parse_count(read_line(path));
}

Power power_bound(const fs::path& zone) {
  Power stated{};
  for (int constraint = 0; constraint < 3; ++constraint) {  // long term, short term, peak
    const auto count = read_count(zone / fmt::format("constraint_{}_max_power_uw", constraint));
    stated = std::max(stated, static_cast<double>(count.value_or(0)) * kMicrowatt);
  }
  return stated > Power{} ? std::max(kLeastBound, kBurstFactor * stated) : kBoundIfNoneIsStated;
}

ZoneCounter open_counter(const fs::path& zone, const std::string& package, Scope scope) {
  Channel channel = make_channel(package, scope);
  channel.unit = microjoule;
  channel.range = read_count(zone / "max_energy_range_uj");
  channel.max_power = power_bound(zone);
  return ZoneCounter{std::move(channel), detail::PolledFile(zone / "energy_uj")};
}

/// The packages of one interface, each followed by its memory. Everything else is left out: `core`
/// and `uncore` are parts of a package, `psys` contains it.
std::vector<ZoneCounter> open_interface(const Zones& zones, const std::string& interface) {
  std::vector<ZoneCounter> counters;
  std::set<std::string> seen;  // ids must be unique, whatever the kernel says
  const auto add = [&](const fs::path& zone, const std::string& package, Scope scope) {
    ZoneCounter counter = open_counter(zone, package, scope);
    if (seen.insert(counter.channel.id).second) counters.push_back(std::move(counter));
  };
  for (const auto& [directory, path] : zones) {
    const bool is_top = directory.find(':') == directory.rfind(':');
    if (!is_top || !directory.starts_with(interface + ":")) continue;
    const std::string package = zone_name(path);
    if (!package.starts_with("package-")) continue;
    add(path, package, Scope::package);
    for (const auto& [part, part_path] : zones) {
      if (part.starts_with(directory + ":") && zone_name(part_path) == "dram")
        add(part_path, package, Scope::dram);
    }
  }
  return counters;
}

/// The counters of the first interface that has packages, the usual one before others: each
/// interface repeats the same packages.
std::vector<ZoneCounter> open_counters(const Zones& zones) {
  std::vector<std::string> interfaces{std::string(kPreferredInterface)};
  for (const auto& [directory, path] : zones) {
    const std::string interface = directory.substr(0, directory.find(':'));
    if (std::ranges::find(interfaces, interface) == interfaces.end())
      interfaces.push_back(interface);
  }
  for (const std::string& interface : interfaces) {
    std::vector<ZoneCounter> counters = open_interface(zones, interface);
    if (!counters.empty()) return counters;
  }
  return {};
}

Way absent(const Zones& zones) {
  if (zones.empty())
    return not_usable(
        Way::State::absent, fmt::format("there are no RAPL zones under {}", kClassDirectory),
        "on a physical machine: sudo modprobe intel_rapl_msr; virtual machines have none");
  const bool hidden =
      std::ranges::all_of(zones, [](const auto& zone) { return zone_name(zone.second).empty(); });
  if (hidden)
    return not_usable(
        Way::State::denied,
        fmt::format("the RAPL zones under {} are hidden, as containers do", kClassDirectory),
        "docker run --security-opt systempaths=unconfined, or podman run --security-opt "
        "unmask=/sys/devices/virtual/powercap");
  return not_usable(
      Way::State::absent,
      fmt::format("none of the RAPL zones under {} is a CPU package", kClassDirectory));
}

/// `why_not` is why `counter` cannot be read.
Way unreadable(const ZoneCounter& counter, const std::string& why_not) {
  const std::string& component = counter.channel.component;
  const int error = counter.file.error();
  if (error == EACCES || error == EPERM)
    return not_usable(
        Way::State::denied,
        fmt::format("permission denied: the energy counter of {} may be read by root only",
                    component),
        fmt::format("sudo chmod a+r {}/intel-rapl*:*/energy_uj (until the next boot; "
                    "docs/sensors.md has a lasting rule), or run as root",
                    kClassDirectory));
  return not_usable(Way::State::absent,
                    fmt::format("the energy counter of {} cannot be read: {}", component, why_not));
}

/// Groups of counters of one scope of which each is near to the group's first.
std::vector<std::vector<std::size_t>> find_suspects(const std::vector<ZoneCounter>& counters,
                                                    const std::vector<std::uint64_t>& counts) {
  const auto are_near = [&](std::size_t a, std::size_t b) {
    const std::uint64_t apart = std::max(counts[a], counts[b]) - std::min(counts[a], counts[b]);
    return counters[a].channel.scope == counters[b].channel.scope &&
           static_cast<double>(apart) * microjoule <= kNear;
  };
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t place = 0; place < counters.size(); ++place) {
    const auto group = std::ranges::find_if(
        groups, [&](const auto& other) { return are_near(other.front(), place); });
    if (group != groups.end())
      group->push_back(place);
    else
      groups.push_back({place});
  }
  std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
  return groups;
}

}  // namespace

Way open_powercap(const World& world) {
  const Zones zones = find_zones(world);
  std::vector<ZoneCounter> counters = open_counters(zones);
  if (counters.empty()) return absent(zones);

  std::vector<std::uint64_t> counts;
  for (const ZoneCounter& counter : counters) {
    std::string why_not = detail::describe_errno(counter.file.error());
    const Sample count =
        counter.file.error() == 0 ? detail::read_count(counter.file, why_not) : std::nullopt;
    if (!count) return unreadable(counter, why_not);
    counts.push_back(*count);
  }

  Way way;
  way.state = Way::State::usable;
  way.suspects = find_suspects(counters, counts);
  for (ZoneCounter& counter : counters) {
    // Shared, because a std::function must be copyable.
    auto file = std::make_shared<detail::PolledFile>(std::move(counter.file));
    way.counters.push_back(
        {std::move(counter.channel), [file = std::move(file)](std::string& why_not) {
           return detail::read_count(*file, why_not);
         }});
  }
  return way;
}

}  // namespace isojoule::rapl
