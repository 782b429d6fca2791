#include "isojoule/sensor/rapl/rapl.hpp"

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

namespace isojoule {
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
constexpr Power kBoundIfNoneIsStated = 1500.0 * watt;

struct Counter {
  Channel channel;
  detail::PolledFile file;
};

struct Survey {
  std::vector<Counter> counters;
  Probe probe;
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

Counter open_counter(const fs::path& zone, std::string component, std::string label, Scope scope) {
  Channel channel;
  channel.id = "rapl:" + component;
  channel.component = std::move(component);
  channel.label = std::move(label);
  channel.scope = scope;
  channel.unit = microjoule;
  channel.range = read_count(zone / "max_energy_range_uj");
  channel.max_power = power_bound(zone);
  return Counter{std::move(channel), detail::PolledFile(zone / "energy_uj")};
}

/// The packages of one interface, each followed by its memory. Everything else is left out: `core`
/// and `uncore` are parts of a package, `psys` contains it.
std::vector<Counter> open_interface(const Zones& zones, const std::string& interface) {
  std::vector<Counter> counters;
  std::set<std::string> seen;  // ids must be unique, whatever the kernel says
  const auto add = [&](const fs::path& zone, const std::string& component, std::string label,
                       Scope scope) {
    if (seen.insert(component).second)
      counters.push_back(open_counter(zone, component, std::move(label), scope));
  };
  for (const auto& [directory, path] : zones) {
    const bool is_top = directory.find(':') == directory.rfind(':');
    if (!is_top || !directory.starts_with(interface + ":")) continue;
    const std::string package = zone_name(path);
    if (!package.starts_with("package-")) continue;
    add(path, package, "CPU " + package, Scope::package);
    for (const auto& [part, part_path] : zones) {
      if (part.starts_with(directory + ":") && zone_name(part_path) == "dram")
        add(part_path, "dram-" + package, "memory of " + package, Scope::dram);
    }
  }
  return counters;
}

/// The counters of the first interface that has packages, the usual one before others: each
/// interface repeats the same packages.
std::vector<Counter> open_counters(const Zones& zones) {
  std::vector<std::string> interfaces{std::string(kPreferredInterface)};
  for (const auto& [directory, path] : zones) {
    const std::string interface = directory.substr(0, directory.find(':'));
    if (std::ranges::find(interfaces, interface) == interfaces.end())
      interfaces.push_back(interface);
  }
  for (const std::string& interface : interfaces) {
    std::vector<Counter> counters = open_interface(zones, interface);
    if (!counters.empty()) return counters;
  }
  return {};
}

Probe absent(const Zones& zones) {
  if (zones.empty())
    return {false, fmt::format("there are no RAPL zones under {}", kClassDirectory),
            "on a physical machine: sudo modprobe intel_rapl_msr; virtual machines have none"};
  const bool hidden =
      std::ranges::all_of(zones, [](const auto& zone) { return zone_name(zone.second).empty(); });
  if (hidden)
    return {false,
            fmt::format("the RAPL zones under {} are hidden, as containers do", kClassDirectory),
            "docker run --security-opt systempaths=unconfined, or podman run --security-opt "
            "unmask=/sys/devices/virtual/powercap"};
  return {false, fmt::format("none of the RAPL zones under {} is a CPU package", kClassDirectory),
          ""};
}

Sample read_counter(const Counter& counter, std::string& why_not) {
  std::array<char, 32> buffer;
  const auto text = counter.file.read(buffer, why_not);
  if (!text) return std::nullopt;
  const Sample count = detail::parse_count(*text);
  if (!count) why_not = "not a number";
  return count;
}

Probe judge(const std::vector<Counter>& counters) {
  std::string names;
  for (const Counter& counter : counters) {
    const std::string& component = counter.channel.component;
    const int error = counter.file.error();
    if (error == EACCES || error == EPERM)
      return {false,
              fmt::format("permission denied: the energy counter of {} may be read by root only",
                          component),
              fmt::format("sudo chmod a+r {}/intel-rapl*:*/energy_uj (until the next boot; "
                          "docs/sensors.md has a lasting rule), or run as root",
                          kClassDirectory)};
    std::string why_not = error != 0 ? detail::describe_errno(error) : "";
    if (error != 0 || !read_counter(counter, why_not))
      return {false, fmt::format("the energy counter of {} cannot be read: {}", component, why_not),
              ""};
    names += (names.empty() ? "" : ", ") + component;
  }
  return {true, "energy counters of " + names, ""};
}

Survey survey(const World& world) {
  const Zones zones = find_zones(world);
  std::vector<Counter> counters = open_counters(zones);
  Probe probe = counters.empty() ? absent(zones) : judge(counters);
  return {std::move(counters), std::move(probe)};
}

class RaplSensor final : public Sensor {
 public:
  explicit RaplSensor(std::vector<Counter> counters)
      : Sensor("rapl"), counters_(std::move(counters)) {
    for (const Counter& counter : counters_) channels_.push_back(counter.channel);
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    std::optional<Fault> fault;
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      std::string why_not;
      samples[i] = read_counter(counters_[i], why_not);
      if (!samples[i] && !fault)
        fault = Fault{FaultKind::retry, Instant{}, counters_[i].channel.id, why_not};
    }
    return fault;
  }

  std::vector<Counter> counters_;
};

}  // namespace

Probe probe_rapl(const World& world) { return survey(world).probe; }

std::unique_ptr<Sensor> open_rapl(const World& world, const Subject&, Probe& probe) {
  Survey found = survey(world);
  probe = found.probe;
  if (!probe.usable) return nullptr;
  return std::make_unique<RaplSensor>(std::move(found.counters));
}

}  // namespace isojoule
