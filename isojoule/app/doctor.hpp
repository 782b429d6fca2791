// What can be measured on this machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/host_info.hpp"
#include "isojoule/core/json.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/meter/sensor_look.hpp"
#include "isojoule/page/table.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// Whether a backend can be used here, with why not and the remedy.
struct SensorFinding {
  std::string name;
  std::string summary;
  Probe probe;
};

/// How fast and how steady the channels are.
struct SensorLook {
  Duration length{};
  std::vector<LookedChannel> channels;
};

struct MachineLook {
  HostInfo host;
  std::vector<SensorFinding> findings;
  std::vector<Channel> channels;   ///< that a measurement here contains
  std::optional<SensorLook> look;  ///< empty: not looked at
};

/// Every backend, in the order of the table of sensors.
std::vector<SensorFinding> find_sensors(const World& world);

/// Reads the sensors as they show the machine, without a command; takes `length`.
SensorLook look_at_channels(const World& world, Duration length);

/// All of it; without a look where `length` is 0.
///
///     const MachineLook machine = look_at_machine(real_world(), 3.0 * second);
MachineLook look_at_machine(const World& world, Duration length);

/// "Sensors": usable or not, and what to do.
Table findings_table(const std::vector<SensorFinding>& findings);
/// "What a measurement here contains": measured, modelled or absent, for each scope.
Table expectation_table(const std::vector<Channel>& channels);
/// "Channels, in a look of 3 s": refresh, mean, noise, cost of a reading.
Table look_table(const SensorLook& look);

/// {"schema", "host", "sensors": [{"name", "summary", "usable", "reason", "remedy"}], "channels",
///  "measurement_contains", "look": {"length_s", "channels"}}; "look" is null where there was none.
Json machine_look_to_json(const MachineLook& machine);

}  // namespace isojoule
