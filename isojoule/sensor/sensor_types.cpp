#include "isojoule/sensor/sensor_types.hpp"

#include <algorithm>
#include <array>

#include "isojoule/core/error.hpp"
#include "isojoule/sensor/amd/amd.hpp"
#include "isojoule/sensor/cpu_model/cpu_model.hpp"
#include "isojoule/sensor/dram_model/dram_model.hpp"
#include "isojoule/sensor/hwmon/hwmon.hpp"
#include "isojoule/sensor/ipmi/ipmi.hpp"
#include "isojoule/sensor/nvml/nvml.hpp"
#include "isojoule/sensor/rapl/rapl.hpp"

namespace isojoule {
namespace {

constexpr std::array kTypes{
    SensorType{"nvml", "NVIDIA boards by NVML", probe_nvml, open_nvml, std::nullopt},
    SensorType{"amd", "AMD boards by ROCm SMI", probe_amd, open_amd, std::nullopt},
    SensorType{"rapl", "CPU packages and memory by RAPL", probe_rapl, open_rapl, std::nullopt},
    SensorType{"hwmon", "boards, CPU packages and the machine by hwmon drivers", probe_hwmon,
               open_hwmon, std::nullopt},
    SensorType{"ipmi", "the whole machine's power by its management controller", probe_ipmi,
               open_ipmi, std::nullopt},
    SensorType{"cpu-model", "CPU time x power per hardware thread (a model)", probe_cpu_model,
               open_cpu_model, Scope::package},
    SensorType{"dram-model", "power per memory module x time (a model)", probe_dram_model,
               open_dram_model, Scope::dram},
};

bool is_covered(const std::vector<std::unique_ptr<Sensor>>& sensors, Scope scope) {
  return std::ranges::any_of(sensors, [scope](const auto& sensor) {
    return std::ranges::any_of(sensor->channels(), [scope](const Channel& channel) {
      return channel.scope == scope && channel.kind == Kind::measured && !channel.is_gauge();
    });
  });
}

void require_known(std::span<const std::string> wanted) {
  std::vector<std::string> known;
  for (const SensorType& type : kTypes) known.emplace_back(type.name);
  for (const std::string& name : wanted) {
    if (std::ranges::find(known, name) == known.end()) throw unknown_name("sensor", name, known);
  }
}

}  // namespace

std::span<const SensorType> sensor_types() { return kTypes; }

std::vector<std::unique_ptr<Sensor>> open_sensors(const World& world, const Subject& subject,
                                                  std::span<const std::string> wanted) {
  require_known(wanted);
  std::vector<std::unique_ptr<Sensor>> sensors;
  for (const SensorType& type : kTypes) {
    const bool asked_for = std::ranges::find(wanted, type.name) != wanted.end();
    if (!wanted.empty() && !asked_for) continue;
    if (!asked_for && type.stands_in_for && is_covered(sensors, *type.stands_in_for)) continue;
    Probe probe;
    if (auto sensor = type.open(world, subject, probe)) {
      sensors.push_back(std::move(sensor));
    } else if (asked_for) {
      throw Error(ErrorCode::io, "sensor " + std::string(type.name) +
                                     " cannot be used: " + probe.reason +
                                     (probe.remedy.empty() ? "" : "; " + probe.remedy));
    }
  }
  return sensors;
}

}  // namespace isojoule
