#include "isojoule/sensor/detail/presence.hpp"

#include <filesystem>
#include <string>
#include <system_error>

namespace isojoule::detail {

bool has_pci_device(const World& world, std::string_view vendor) {
  std::error_code none;
  std::filesystem::directory_iterator devices(world.path("/sys/bus/pci/devices"), none);
  for (; devices != std::filesystem::directory_iterator(); devices.increment(none)) {
    const std::string its_class = read_text(devices->path() / "class").value_or("");
    if ((its_class.starts_with("0x03") || its_class.starts_with("0x12")) &&
        read_text(devices->path() / "vendor").value_or("").starts_with(vendor))
      return true;
  }
  return false;
}

bool is_wsl(const World& world) {
  const std::string kernel = read_text(world.path("/proc/sys/kernel/osrelease")).value_or("");
  return kernel.find("microsoft") != std::string::npos ||
         kernel.find("Microsoft") != std::string::npos;
}

}  // namespace isojoule::detail
