// Which files of /sys/class/hwmon have a known meaning. Only those are read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/channel.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/sensor/hwmon/devices.hpp"

namespace isojoule::hwmon {

/// A channel and how it is read: its count is the sum over `terms` of the product of the numbers in
/// a term's files.
struct Source {
  Channel channel;
  std::vector<std::vector<std::filesystem::path>> terms;
};

/// What is read whole or not at all: some packages without the others would look like a total.
struct Group {
  std::string driver;
  std::vector<Source> sources;
};

/// What was found of one device, or of several that belong together.
struct Finding {
  std::vector<Source> sources;
  std::string why_not;  ///< why nothing, or not everything, is taken; empty: nothing to say
};

struct Sources {
  std::vector<Group> groups;
  std::vector<std::string> left_out;  ///< in words: what has a power or energy and is not read
};
Sources find_sources(const World& world, const std::vector<Device>& devices);

inline constexpr Power kMicrowatt = 1e-6 * watt;

/// A channel of component and scope, without a unit.
Channel make_channel(const Device& device, Scope scope, const std::string& component,
                     std::string label);

/// A source of one file of microwatts. `interval` is the file in which the device states, in
/// milliseconds, the time over which it averages, which is also how often it has a new mean; where
/// it does not, the averaging is not known, and the channel's caveat says so.
Source power_source(const Device& device, Channel channel, const std::string& file,
                    const std::string& interval);
void set_averaging(const Device& device, const std::string& interval, Channel& channel);

/// A source of one file of microjoules.
Source energy_source(const Device& device, Channel channel, const std::string& file);

/// What a board is, for the table of a record's hardware: the same for the same kind of board.
std::string board_name(const Device& device);

/// "gpu-" and the board's address on the PCI bus, by which other sensors know it too.
std::optional<std::string> board_component(const Device& device);

// One function for each kind of device.
Finding find_intel_board(const World& world, const Device& device,
                         const std::vector<Device>& devices);
Finding find_acpi_meter(const Device& device);
/// Of all ina3221 together: a Jetson may have several.
Finding find_jetson_rails(const std::vector<const Device*>& chips);

}  // namespace isojoule::hwmon
