#include "isojoule/core/host_info.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

namespace isojoule {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\"";
  const std::size_t start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kSpace) - start + 1);
}

/// Calls `visit(key, value)` for each line "key SEPARATOR value" of a file; nothing if it is
/// absent.
template <class Visit>
void for_each_pair(const World& world, const std::string& file, char separator, Visit visit) {
  const std::optional<std::string> text = read_text(world.path(file));
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t at = line.find(separator);
    if (at != std::string_view::npos)
      visit(trimmed(line.substr(0, at)), trimmed(line.substr(at + 1)));
  }
}

void read_cpus(const World& world, HostInfo& host, bool& virtualised) {
  int threads = 0;
  std::set<std::pair<std::string, std::string>> cores;  // (physical id, core id)
  std::string physical_id;
  for_each_pair(world, "/proc/cpuinfo", ':', [&](std::string_view key, std::string_view value) {
    if (key == "processor") ++threads;
    if ((key == "model name" || key == "Model") && host.cpu_model.empty()) host.cpu_model = value;
    if (key == "physical id") physical_id = value;
    if (key == "core id") cores.emplace(physical_id, std::string(value));
    if (key == "flags" &&
        (" " + std::string(value) + " ").find(" hypervisor ") != std::string::npos)
      virtualised = true;
  });
  if (threads > 0) host.hardware_threads = threads;
  if (!cores.empty()) host.cores = static_cast<int>(cores.size());
}

std::string first_line(const World& world, const std::string& file) {
  const std::optional<std::string> text = read_text(world.path(file));
  if (!text) return {};
  return std::string(trimmed(text->substr(0, text->find('\n'))));
}

std::string hypervisor_name(const World& world, bool virtualised) {
  if (const std::string type = first_line(world, "/sys/hypervisor/type"); !type.empty())
    return type;
  if (!virtualised) return {};
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kVendors{
      {{"QEMU", "KVM"},
       {"KVM", "KVM"},
       {"Amazon EC2", "Amazon EC2"},
       {"Google", "Google Compute Engine"},
       {"Microsoft", "Hyper-V"},
       {"VMware", "VMware"},
       {"innotek", "VirtualBox"}}};
  const std::string dmi = first_line(world, "/sys/class/dmi/id/sys_vendor") + " " +
                          first_line(world, "/sys/class/dmi/id/product_name");
  for (const auto& [mark, name] : kVendors) {
    if (dmi.find(mark) != std::string::npos) return std::string(name);
  }
  return "yes";
}

std::optional<double> number_in(const World& world, const std::string& file) {
  const std::string text = first_line(world, file);
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "2.4", "250": as few digits as tell it.
std::string short_number(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

/// Whether the CPU may go above its nominal frequency; empty where nothing tells.
std::optional<bool> boost(const World& world) {
  const std::string cpu = "/sys/devices/system/cpu";
  if (const auto off = number_in(world, cpu + "/intel_pstate/no_turbo")) return *off == 0.0;
  if (const auto on = number_in(world, cpu + "/cpufreq/boost")) return *on != 0.0;
  return std::nullopt;
}

std::vector<MachineSetting> cpu_settings(const World& world) {
  std::vector<MachineSetting> settings;
  const auto add = [&settings](const char* name, std::string value) {
    settings.push_back({"cpu", name, std::move(value)});
  };
  const std::string scaling = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_";
  if (std::string governor = first_line(world, scaling + "governor"); !governor.empty())
    add("governor", std::move(governor));
  if (const auto kilohertz = number_in(world, scaling + "max_freq"))
    add("frequency limit", short_number(*kilohertz * 1e-6) + " GHz");
  if (const auto on = boost(world)) add("boost", *on ? "on" : "off");
  if (const auto microwatts =
          number_in(world, "/sys/class/powercap/intel-rapl:0/constraint_0_power_limit_uw"))
    add("power limit", short_number(*microwatts * 1e-6) + " W");
  return settings;
}

}  // namespace

HostInfo read_host_info(const World& world) {
  HostInfo host;
  bool virtualised = false;
  read_cpus(world, host, virtualised);
  for_each_pair(world, "/proc/meminfo", ':', [&](std::string_view key, std::string_view value) {
    std::uint64_t kibibytes = 0;
    if (key == "MemTotal" &&
        std::from_chars(value.data(), value.data() + value.size(), kibibytes).ec == std::errc{})
      host.memory_bytes = kibibytes * 1024;
  });
  host.kernel = first_line(world, "/proc/sys/kernel/osrelease");
  for_each_pair(world, "/etc/os-release", '=', [&](std::string_view key, std::string_view value) {
    if (key == "PRETTY_NAME") host.os = value;
  });
  host.hypervisor = hypervisor_name(world, virtualised);
  host.settings = cpu_settings(world);
  return host;
}

}  // namespace isojoule
