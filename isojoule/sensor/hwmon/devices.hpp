// The devices of /sys/class/hwmon, and which of their files have a known meaning.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule::hwmon {

struct Device {
  std::filesystem::path path;
  std::string driver;           ///< the text of its `name`
  std::set<std::string> files;  ///< names

  bool has(const std::string& file) const { return files.contains(file); }
  /// The first line of a file; empty if it cannot be read.
  std::string line(const std::string& file) const;
  /// The file as a number.
  std::optional<std::uint64_t> number(const std::string& file) const;
};

/// In the order of their names.
std::vector<Device> find_devices(const World& world);

/// What a device tells that can be measured.
struct Source {
  Channel channel;
  std::vector<std::string> files;  ///< whose counts' product is the channel's count
};

/// The sources of a device. What it has of a known driver but is not taken comes back in words in
/// `left_out`.
std::vector<Source> find_sources(const World& world, const Device& device,
                                 std::vector<std::string>& left_out);

/// Whether the device tells any power or energy at all, of whatever meaning.
bool tells_power(const Device& device);

}  // namespace isojoule::hwmon
