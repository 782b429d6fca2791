#include "isojoule/sensor/hwmon/devices.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "isojoule/sensor/detail/polled_file.hpp"

namespace isojoule::hwmon {
namespace {

namespace fs = std::filesystem;

constexpr const char* kClassDirectory = "/sys/class/hwmon";
constexpr Power kMicrowatt = 1e-6 * watt;

// Bounds that tell nonsense from energy. A board's transients reach twice its limit.
constexpr double kTransientFactor = 2.0;
constexpr Power kMostOfAPackage = 1500.0 * watt;
constexpr Power kMostOfABoard = 3000.0 * watt;
constexpr Power kMostOfANode = 30'000.0 * watt;

enum class Quantity {
  energy,  ///< microjoules
  power,   ///< microwatts
  rail     ///< in (millivolts) x curr (milliamperes)
};

/// One meaning that is known.
struct Known {
  std::string_view driver;
  Scope scope;
  Quantity quantity;
  std::string_view suffix;  ///< of the file: "_input" in "power1_input"
  std::string_view label;   ///< how the text of the file's label begins
  std::string_view needs;   ///< a file that must be there
};

// The first row that fits a component is taken. Sources of the meanings: Documentation/hwmon and
// Documentation/ABI/testing of the kernel; for the Jetson's rails NVIDIA's Jetson Linux Developer
// Guide. A processor's own graphics (an APU) has no power1_cap: its power is the whole socket's.
constexpr std::array kKnown{
    Known{"amd_energy", Scope::package, Quantity::energy, "_input", "Esocket", ""},
    Known{"amdgpu", Scope::gpu, Quantity::power, "_average", "", "power1_cap"},
    Known{"amdgpu", Scope::gpu, Quantity::power, "_input", "", "power1_cap"},
    Known{"i915", Scope::gpu, Quantity::energy, "_input", "", ""},
    Known{"xe", Scope::gpu, Quantity::energy, "_input", "", ""},
    Known{"power_meter", Scope::node, Quantity::power, "_average", "", ""},
    Known{"corsairpsu", Scope::node, Quantity::power, "_input", "power total", ""},
    Known{"ina3221", Scope::node, Quantity::rail, "_input", "VDD_IN", ""},
    Known{"ina3221", Scope::node, Quantity::rail, "_input", "POM_5V_IN", ""},
};

// Variables that leave a job only some of its boards. They count the boards in an order that hwmon
// does not know.
constexpr std::array kChoosers{
    std::pair{"amdgpu", "ROCR_VISIBLE_DEVICES"}, std::pair{"amdgpu", "HIP_VISIBLE_DEVICES"},
    std::pair{"amdgpu", "CUDA_VISIBLE_DEVICES"}, std::pair{"i915", "ZE_AFFINITY_MASK"},
    std::pair{"xe", "ZE_AFFINITY_MASK"},
};

std::string_view prefix_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::energy:
      return "energy";
    case Quantity::power:
      return "power";
    case Quantity::rail:
      return "in";
  }
  return "";
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// "1" of "power1_average"; empty if the file is not of this kind.
std::string number_in(std::string_view file, std::string_view prefix, std::string_view suffix) {
  if (!file.starts_with(prefix) || !file.ends_with(suffix) ||
      file.size() <= prefix.size() + suffix.size())
    return {};
  const std::string_view number =
      file.substr(prefix.size(), file.size() - prefix.size() - suffix.size());
  return is_digits(number) ? std::string(number) : "";
}

/// "0000:03:00.0", by the link to the device; empty if it is no PCI device.
std::string pci_address(const Device& device) {
  std::error_code error;
  const std::string name = fs::read_symlink(device.path / "device", error).filename().string();
  const bool is_address = std::ranges::count(name, ':') == 2 && std::ranges::count(name, '.') == 1;
  return is_address ? name : "";
}

/// Whether some package has several dies: RAPL may then count each of them.
bool has_dies(const World& world) {
  const auto read = [&](const char* file) {
    return read_text(world.path(std::string("/sys/devices/system/cpu/cpu0/topology/") + file));
  };
  const auto die = read("die_cpus_list");
  const auto package = read("package_cpus_list");
  return die && package && *die != *package;
}

/// The variable that chooses among the boards of this driver; empty if none is set.
std::string chooser_of(const World& world, std::string_view driver) {
  for (const auto& [of, variable] : kChoosers)
    if (of == driver && world.environment->get(variable)) return variable;
  return {};
}

/// Whose energy it is; empty, with the reason, if that cannot be told. `index` is what follows the
/// known label.
std::string component_of(const World& world, const Device& device, const Known& known,
                         const std::string& index, std::string& why_not) {
  switch (known.scope) {
    case Scope::package:
      if (!is_digits(index)) return {};
      if (!has_dies(world)) return "package-" + index;
      why_not = "its sockets have several dies, which RAPL counts";
      return {};
    case Scope::gpu: {
      const std::string chooser = chooser_of(world, device.driver);
      if (!chooser.empty()) {
        why_not = chooser + " chooses among the boards";
        return {};
      }
      const std::string address = pci_address(device);
      if (!address.empty()) return "gpu-" + address;
      why_not = "it has no PCI address";
      return {};
    }
    default:
      return "node";
  }
}

std::optional<Power> power_bound(const Device& device, Scope scope) {
  if (scope == Scope::package) return kMostOfAPackage;
  if (scope == Scope::node) return kMostOfANode;
  for (const char* file : {"power1_cap_max", "power1_rated_max"}) {
    const auto most = device.number(file);
    if (most && *most > 0) return kTransientFactor * static_cast<double>(*most) * kMicrowatt;
  }
  return kMostOfABoard;
}

/// What a board is, for the table of a record's hardware: the same for the same kind of board.
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

std::string label_for_people(const Device& device, const Known& known, const std::string& component,
                             const std::string& label) {
  if (known.scope == Scope::package) return "CPU " + component;
  if (known.scope == Scope::gpu) return board_name(device);
  return label.empty() ? fmt::format("whole machine ({})", device.driver)
                       : fmt::format("whole machine ({}, {})", device.driver, label);
}

/// The device's mean over a time that it states, which is also how often it has a new one.
std::optional<Duration> interval_of(const Device& device, Quantity quantity) {
  const auto file = quantity == Quantity::rail ? "update_interval" : "power1_average_interval";
  const auto interval = device.number(file);
  if (!interval || *interval == 0) return std::nullopt;
  return static_cast<double>(*interval) * millisecond;
}

Source make_source(const Device& device, const Known& known, const std::string& number,
                   const std::string& component, const std::string& label) {
  Channel channel;
  channel.id = fmt::format("hwmon:{}:{}", device.driver, component);
  channel.component = component;
  channel.label = label_for_people(device, known, component, label);
  channel.scope = known.scope;
  channel.max_power = power_bound(device, known.scope);
  const std::string file = fmt::format("{}{}{}", prefix_of(known.quantity), number, known.suffix);
  if (known.quantity == Quantity::energy) {
    channel.unit = microjoule;
    return {std::move(channel), {file}};
  }
  channel.unit = kMicrowatt;
  channel.refresh = interval_of(device, known.quantity);
  channel.averaging = channel.refresh;
  if (known.quantity == Quantity::power) return {std::move(channel), {file}};
  return {std::move(channel), {file, fmt::format("curr{}_input", number)}};
}

/// The sources that one row of the table finds.
void add_sources(const World& world, const Device& device, const Known& known,
                 std::vector<Source>& sources, std::set<std::string>& reasons) {
  for (const std::string& file : device.files) {
    const std::string number = number_in(file, prefix_of(known.quantity), known.suffix);
    if (number.empty()) continue;
    const std::string label =
        device.line(fmt::format("{}{}_label", prefix_of(known.quantity), number));
    // What has no known label is told by its number: the first is the whole.
    if (known.label.empty() ? number != "1" : !label.starts_with(known.label)) continue;
    if (!known.needs.empty() && !device.has(std::string(known.needs))) {
      reasons.insert(fmt::format("it has no {}, as a processor's own graphics", known.needs));
      continue;
    }
    std::string why_not;
    const std::string component =
        component_of(world, device, known, label.substr(known.label.size()), why_not);
    if (!why_not.empty()) reasons.insert(why_not);
    if (component.empty()) continue;
    Source source = make_source(device, known, number, component, label);
    const bool is_new = std::ranges::none_of(
        sources, [&](const Source& other) { return other.channel.id == source.channel.id; });
    if (is_new) sources.push_back(std::move(source));
  }
}

}  // namespace

std::string Device::line(const std::string& file) const {
  if (!has(file)) return {};
  const std::string text = read_text(path / file).value_or("");
  return text.substr(0, text.find('\n'));
}

std::optional<std::uint64_t> Device::number(const std::string& file) const {
  return detail::parse_count(line(file));
}

std::vector<Device> find_devices(const World& world) {
  std::map<std::string, Device> devices;
  std::error_code error;
  for (fs::directory_iterator entry(world.path(kClassDirectory), error), end;
       !error && entry != end; entry.increment(error)) {
    Device device;
    device.path = entry->path();
    std::error_code closed;
    for (fs::directory_iterator file(device.path, closed), last; !closed && file != last;
         file.increment(closed))
      device.files.insert(file->path().filename().string());
    device.driver = device.line("name");
    devices.emplace(device.path.filename().string(), std::move(device));
  }
  std::vector<Device> found;
  for (auto& [name, device] : devices) found.push_back(std::move(device));
  return found;
}

std::vector<Source> find_sources(const World& world, const Device& device,
                                 std::vector<std::string>& left_out) {
  std::vector<Source> sources;
  std::set<std::string> reasons;
  bool is_known = false;
  for (const Known& known : kKnown) {
    if (known.driver != device.driver) continue;
    is_known = true;
    add_sources(world, device, known, sources, reasons);
  }
  if (!sources.empty()) return sources;
  if (!is_known) reasons = {"its meaning is not known"};
  if (reasons.empty()) reasons = {"none of its channels is known to be a whole device"};
  if (is_known || tells_power(device))
    left_out.push_back(fmt::format("{} ({})", device.driver, *reasons.begin()));
  return sources;
}

bool tells_power(const Device& device) {
  return std::ranges::any_of(device.files, [](const std::string& file) {
    return !number_in(file, "energy", "_input").empty() ||
           !number_in(file, "power", "_input").empty() ||
           !number_in(file, "power", "_average").empty();
  });
}

}  // namespace isojoule::hwmon
