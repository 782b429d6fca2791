#include "sensors.hpp"

#include "isojoule/core/error.hpp"
#include "isojoule/sensor/sensor_types.hpp"

namespace isojoule::cli {

std::vector<std::unique_ptr<Sensor>> sensors_to_view(const World& world,
                                                     const std::vector<std::string>& wanted) {
  std::vector<std::unique_ptr<Sensor>> sensors = open_sensors(world, Subject{}, wanted).sensors;
  if (!sensors.empty()) return sensors;
  std::string reasons;
  for (const auto& [type, probe] : probe_sensors(world))
    reasons += std::string(type->name) + ": " + probe.reason + "; ";
  throw Error(ErrorCode::io,
              "no sensor can be used here: " + reasons + "isojoule doctor shows what to do");
}

}  // namespace isojoule::cli
