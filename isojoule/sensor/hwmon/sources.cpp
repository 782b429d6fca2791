#include "isojoule/sensor/hwmon/sources.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace isojoule::hwmon {
namespace {

// Bounds that tell nonsense from energy. A board's transients reach twice its limit.
constexpr double kTransientFactor = 2.0;
constexpr Power kMostOfAPackage = 1500.0 * watt;
constexpr Power kMostOfABoard = 3000.0 * watt;
constexpr Power kMostOfANode = 30'000.0 * watt;

// Variables that leave a job only some of AMD's boards. They count the boards in an order that
// hwmon does not know.
constexpr std::array kAmdChoosers{"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES",
                                  "CUDA_VISIBLE_DEVICES"};

/// Whether some package has several dies: RAPL may then count each of them.
bool has_dies(const World& world) {
  const auto read = [&](const char* file) {
    return read_text(world.path(std::string("/sys/devices/system/cpu/cpu0/topology/") + file));
  };
  const auto die = read("die_cpus_list");
  const auto package = read("package_cpus_list");
  return die && package && *die != *package;
}

std::optional<Power> power_bound(const Device& device, Scope scope) {
  if (scope == Scope::package || scope == Scope::dram) return kMostOfAPackage;
  if (scope == Scope::node) return kMostOfANode;
  for (const char* file : {"power1_cap_max", "power1_rated_max"}) {
    const auto most = device.number(file);
    if (most && *most > 0) return kTransientFactor * static_cast<double>(*most) * kMicrowatt;
  }
  return kMostOfABoard;
}

/// amd_energy: energyN_label is "EsocketM" for the sockets and "EcoreM" for the cores inside them.
Finding find_amd_sockets(const World& world, const Device& device) {
  constexpr std::string_view kSocket = "Esocket";
  if (has_dies(world)) return {{}, "its sockets have several dies, which RAPL counts"};
  Finding finding;
  for (const std::string& number : numbers_of(device, "energy", "_input")) {
    const std::string label = device.line("energy" + number + "_label");
    if (!label.starts_with(kSocket) || label.size() == kSocket.size()) continue;
    const std::string socket = label.substr(kSocket.size());
    if (!std::ranges::all_of(socket, [](unsigned char c) { return std::isdigit(c) != 0; }))
      continue;
    const std::string component = "package-" + socket;
    finding.sources.push_back(
        energy_source(device, make_channel(device, Scope::package, component, "CPU " + component),
                      "energy" + number + "_input"));
  }
  return finding;
}

/// amdgpu: a processor's own graphics (an APU) has no power1_cap: its power is the whole socket's.
Finding find_amd_board(const World& world, const Device& device) {
  const char* const file = device.has("power1_average") ? "power1_average" : "power1_input";
  if (!device.has(file)) return {};
  if (!device.has("power1_cap")) return {{}, "it has no power1_cap, as a processor's own graphics"};
  for (const char* chooser : kAmdChoosers)
    if (world.environment->get(chooser))
      return {{}, fmt::format("{} chooses among the boards", chooser)};
  const auto component = board_component(device);
  if (!component) return {{}, "it has no PCI address"};
  return {{power_source(device, make_channel(device, Scope::gpu, *component, board_name(device)),
                        file, "power1_average_interval")},
          ""};
}

/// corsairpsu: the others of its powers are rails.
Finding find_power_supply(const Device& device) {
  for (const std::string& number : numbers_of(device, "power", "_input")) {
    if (device.line("power" + number + "_label") != "power total") continue;
    Channel channel = make_channel(device, Scope::node, "node",
                                   fmt::format("whole machine ({}, power total)", device.driver));
    return {{power_source(device, std::move(channel), "power" + number + "_input", "")}, ""};
  }
  return {};
}

bool is_known(const Device& device) {
  constexpr std::array kDrivers{"amd_energy", "amdgpu",      "corsairpsu", "i915",
                                "ina3221",    "power_meter", "xe"};
  return std::ranges::find(kDrivers, device.driver) != kDrivers.end();
}

Finding find_in(const World& world, const Device& device, const std::vector<Device>& devices) {
  if (device.driver == "amd_energy") return find_amd_sockets(world, device);
  if (device.driver == "amdgpu") return find_amd_board(world, device);
  if (device.driver == "corsairpsu") return find_power_supply(device);
  if (device.driver == "power_meter") return find_acpi_meter(device);
  return find_intel_board(world, device, devices);
}

void take(const std::string& driver, Finding finding, Sources& sources) {
  if (finding.sources.empty() && finding.why_not.empty())
    finding.why_not = "none of its channels is known to be a whole device";
  if (!finding.why_not.empty())
    sources.left_out.push_back(fmt::format("{} ({})", driver, finding.why_not));
  if (!finding.sources.empty()) sources.groups.push_back({driver, std::move(finding.sources)});
}

}  // namespace

Channel make_channel(const Device& device, Scope scope, const std::string& component,
                     std::string label) {
  Channel channel;
  channel.id = fmt::format("hwmon:{}:{}", device.driver, component);
  channel.component = component;
  channel.label = std::move(label);
  channel.scope = scope;
  channel.max_power = power_bound(device, scope);
  return channel;
}

void set_averaging(const Device& device, const std::string& interval, Channel& channel) {
  const auto milliseconds = device.number(interval);
  if (milliseconds && *milliseconds > 0) {
    channel.refresh = static_cast<double>(*milliseconds) * millisecond;
    channel.averaging = channel.refresh;
  } else {
    channel.caveat = fmt::format("over how long {} averages is not known", device.driver);
  }
}

Source power_source(const Device& device, Channel channel, const std::string& file,
                    const std::string& interval) {
  channel.unit = kMicrowatt;
  set_averaging(device, interval, channel);
  return {std::move(channel), {{device.path / file}}};
}

Source energy_source(const Device& device, Channel channel, const std::string& file) {
  channel.unit = microjoule;
  return {std::move(channel), {{device.path / file}}};
}

std::string board_name(const Device& device) {
  const auto line = [&](const char* file) {
    const std::string text = read_text(device.path / "device" / file).value_or("");
    return text.substr(0, text.find('\n'));
  };
  std::string name = line("product_name");
  if (!name.empty()) return name;
  const std::string vendor = line("vendor");  // "0x1002"
  const std::string product = line("device");
  if (vendor.empty() || product.empty()) return device.driver;
  return fmt::format("{} {}:{}", device.driver, vendor, product);
}

std::optional<std::string> board_component(const Device& device) {
  const std::string address = pci_address(device);
  return address.empty() ? std::nullopt : std::optional("gpu-" + address);
}

Sources find_sources(const World& world, const std::vector<Device>& devices) {
  Sources sources;
  std::vector<const Device*> chips;
  for (const Device& device : devices) {
    if (device.driver == "ina3221") {
      chips.push_back(&device);
    } else if (is_known(device)) {
      take(device.driver, find_in(world, device, devices), sources);
    } else if (shows_power(device)) {
      sources.left_out.push_back(device.driver + " (its meaning is not known)");
    }
  }
  if (!chips.empty()) take("ina3221", find_jetson_rails(chips), sources);
  return sources;
}

}  // namespace isojoule::hwmon
