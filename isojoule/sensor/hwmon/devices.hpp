// The devices of /sys/class/hwmon and their files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/world.hpp"

namespace isojoule::hwmon {

struct Device {
  std::filesystem::path path;   ///< where its files are
  std::string place;            ///< below /sys/class/hwmon: "hwmon3", "hwmon3/device"
  std::string driver;           ///< the text of its `name`
  std::set<std::string> files;  ///< names

  bool has(const std::string& file) const { return files.contains(file); }
  /// The first line of a file; empty if it cannot be read.
  std::string line(const std::string& file) const;
  /// The file as a number.
  std::optional<std::uint64_t> number(const std::string& file) const;
};

/// In the order of their names. Where hwmonN has no `name` of its own, as for ACPI power meters
/// until their driver was converted, the files are those of hwmonN/device.
std::vector<Device> find_devices(const World& world);

/// The numbers N of the files "<prefix>N<suffix>" of a device: "1" of "power1_average".
std::vector<std::string> numbers_of(const Device& device, std::string_view prefix,
                                    std::string_view suffix);

/// "0000:03:00.0", by the link to the device; empty if it is no PCI device.
std::string pci_address(const Device& device);

/// Whether the device shows any power or energy at all, of whatever meaning.
bool shows_power(const Device& device);

}  // namespace isojoule::hwmon
