// Intel's boards, by the drivers i915 and xe.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "isojoule/sensor/hwmon/sources.hpp"

namespace isojoule::hwmon {
namespace {

constexpr const char* kMask = "ZE_AFFINITY_MASK";
constexpr const char* kOfThePackage =
    "it is of the GPU's package: the board's memory and losses are not in it";
constexpr const char* kNotTold =
    "the driver does not show whether it is the card's or its package's";

bool is_intel(const Device& device) { return device.driver == "i915" || device.driver == "xe"; }

/// Whether the mask leaves this board whole: that is certain only of the one board there is, if it
/// has one tile. Else the numbers mean boards or tiles, in an order that hwmon does not know.
bool is_left_whole(const std::string& mask, const Device& device,
                   const std::vector<Device>& devices) {
  std::error_code error;
  return (mask == "0" || mask == "0.0") && std::ranges::count_if(devices, is_intel) == 1 &&
         !std::filesystem::exists(device.path / "device" / "tile1", error);
}

struct EnergyFile {
  std::string name;
  const char* caveat;
  const char* label;
};

/// i915 has one counter, the register of the package. xe has the card's and the package's, which
/// lies inside it; labels tell them apart where the kernel has them.
std::optional<EnergyFile> energy_file(const Device& device) {
  const EnergyFile package{"", kOfThePackage, ", its GPU package"};
  if (device.driver == "i915") {
    if (!device.has("energy1_input")) return std::nullopt;
    return EnergyFile{"energy1_input", package.caveat, package.label};
  }
  std::optional<EnergyFile> found;
  for (const std::string& number : numbers_of(device, "energy", "_input")) {
    const std::string label = device.line("energy" + number + "_label");
    const std::string name = "energy" + number + "_input";
    if (label == "card") return EnergyFile{name, "", ""};
    if (label == "pkg") found = EnergyFile{name, package.caveat, package.label};
  }
  if (found) return found;
  if (device.has("energy1_input"))
    return EnergyFile{"energy1_input", device.has("energy2_input") ? "" : kNotTold, ""};
  if (device.has("energy2_input"))
    return EnergyFile{"energy2_input", package.caveat, package.label};
  return std::nullopt;
}

}  // namespace

Finding find_intel_board(const World& world, const Device& device,
                         const std::vector<Device>& devices) {
  const auto file = energy_file(device);
  if (!file) return {};
  const auto component = board_component(device);
  if (!component) return {{}, "it has no PCI address"};
  const auto mask = world.environment->get(kMask);
  if (mask && !is_left_whole(*mask, device, devices))
    return {{}, fmt::format("{} chooses among boards and tiles, which level-zero knows", kMask)};
  Channel channel = make_channel(device, Scope::gpu, *component, board_name(device) + file->label);
  channel.caveat = file->caveat;
  return {{energy_source(device, std::move(channel), file->name)}, ""};
}

}  // namespace isojoule::hwmon
