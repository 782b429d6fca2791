#include "isojoule/sensor/sensor_types.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/sensor/amd/amd.hpp"
#include "isojoule/sensor/cpu_model/cpu_model.hpp"
#include "isojoule/sensor/cray/cray.hpp"
#include "isojoule/sensor/detail/bounded_calls.hpp"
#include "isojoule/sensor/dram_model/dram_model.hpp"
#include "isojoule/sensor/hwmon/hwmon.hpp"
#include "isojoule/sensor/ipmi/ipmi.hpp"
#include "isojoule/sensor/level_zero/level_zero.hpp"
#include "isojoule/sensor/node_model/node_model.hpp"
#include "isojoule/sensor/nvml/nvml.hpp"
#include "isojoule/sensor/rapl/rapl.hpp"
#include "isojoule/sensor/some_channels.hpp"

namespace isojoule {
namespace {

constexpr std::array kModules{Scope::module};
constexpr std::array kPartsOfANode{Scope::gpu, Scope::package, Scope::dram};

constexpr std::array kTypes{
    SensorType{"nvml", "NVIDIA boards by NVML", probe_nvml, open_nvml, std::nullopt},
    SensorType{"amd", "AMD boards by AMD SMI or ROCm SMI", probe_amd, open_amd, std::nullopt},
    SensorType{"level-zero", "Intel boards by Level Zero", probe_level_zero, open_level_zero,
               std::nullopt},
    SensorType{"rapl", "CPU packages and memory by RAPL", probe_rapl, open_rapl, std::nullopt},
    SensorType{"hwmon", "boards, modules, CPU packages and the machine by hwmon drivers",
               probe_hwmon, open_hwmon, std::nullopt, kModules},
    SensorType{"cray", "the machine and its parts by the counters of HPE Cray nodes", probe_cray,
               open_cray, std::nullopt, kPartsOfANode},
    SensorType{"ipmi", "the whole machine's power by its management controller", probe_ipmi,
               open_ipmi, std::nullopt},
    SensorType{"cpu-model", "CPU time x power per busy hardware thread (a model)", probe_cpu_model,
               open_cpu_model, Scope::package},
    SensorType{"dram-model", "power per memory module x time (a model)", probe_dram_model,
               open_dram_model, Scope::dram},
    SensorType{"node-model", "a server like this one, at the wall, by its CPU time (a model)",
               probe_node_model, open_node_model, Scope::node},
};

bool is_covered(const std::vector<std::unique_ptr<Sensor>>& sensors, Scope scope) {
  return std::ranges::any_of(sensors, [scope](const auto& sensor) {
    return std::ranges::any_of(sensor->channels(), [scope](const Channel& channel) {
      return channel.scope == scope && channel.kind == Kind::measured && !channel.is_gauge();
    });
  });
}

/// A sensor without the scopes that it yields to those before it; empty if nothing is left.
std::unique_ptr<Sensor> yielding(const SensorType& type, std::unique_ptr<Sensor> sensor,
                                 const std::vector<std::unique_ptr<Sensor>>& before) {
  std::vector<Scope> covered;
  for (const Scope scope : type.yields)
    if (is_covered(before, scope)) covered.push_back(scope);
  return without_scopes(std::move(sensor), covered);
}

void require_known(std::span<const std::string> wanted) {
  std::vector<std::string> known;
  for (const SensorType& type : kTypes) known.emplace_back(type.name);
  for (const std::string& name : wanted) {
    if (std::ranges::find(known, name) == known.end()) throw unknown_name("sensor", name, known);
  }
}

/// What one backend gives when it is opened.
struct Opened {
  std::unique_ptr<Sensor> sensor;
  Probe probe;
};

constexpr const char* kHangs = "the driver's processes may hang: see dmesg, or restart the machine";

std::string too_late(const Patience& patience) {
  return fmt::format("it did not answer within {:.3g} s", patience.longest.in(second));
}

Opened open_one(const SensorType& type, const World& world, const Subject& subject) {
  Opened opened;
  opened.sensor = type.open(world, subject, opened.probe);
  return opened;
}

[[noreturn]] void refuse(const SensorType& type, const Probe& probe) {
  throw Error(ErrorCode::io,
              fmt::format("sensor {} cannot be used: {}{}{}", type.name, probe.reason,
                          probe.remedy.empty() ? "" : "; ", probe.remedy));
}

/// The types to open: those that are wanted, and of all the models if `models`, else the others.
std::vector<const SensorType*> chosen(std::span<const std::string> wanted, bool models) {
  std::vector<const SensorType*> types;
  for (const SensorType& type : kTypes)
    if (type.stands_in_for.has_value() == models &&
        (wanted.empty() || std::ranges::find(wanted, type.name) != wanted.end()))
      types.push_back(&type);
  return types;
}

}  // namespace

std::span<const SensorType> sensor_types() { return kTypes; }

std::vector<ProbedSensor> probe_sensors(const World& world, const Patience& patience) {
  std::vector<std::function<Probe()>> calls;
  for (const SensorType& type : kTypes)
    calls.emplace_back([&type, world] { return type.probe(world); });
  const auto probes = detail::call_bounded(std::move(calls), patience);
  std::vector<ProbedSensor> probed;
  for (std::size_t i = 0; i < kTypes.size(); ++i)
    probed.push_back({&kTypes[i], probes[i].value_or(Probe{false, too_late(patience), kHangs})});
  return probed;
}

OpenedSensors open_sensors(const World& world, const Subject& subject,
                           std::span<const std::string> wanted, const Patience& patience) {
  require_known(wanted);
  const auto types = chosen(wanted, false);
  std::vector<std::function<Opened()>> calls;
  for (const SensorType* type : types)
    calls.emplace_back([type, world, subject] { return open_one(*type, world, subject); });
  auto results = detail::call_bounded(std::move(calls), patience);

  OpenedSensors opened;
  for (std::size_t i = 0; i < types.size(); ++i) {
    Opened one;
    if (results[i]) {
      one = std::move(*results[i]);
    } else {
      const std::string name(types[i]->name);
      one.probe = {false, too_late(patience), kHangs, {}, {{name, too_late(patience), kHangs}}};
    }
    if (!one.sensor && !wanted.empty()) refuse(*types[i], one.probe);
    if (one.sensor) one.sensor = yielding(*types[i], std::move(one.sensor), opened.sensors);
    if (one.sensor) opened.sensors.push_back(std::move(one.sensor));
    std::ranges::move(one.probe.unmeasured, std::back_inserter(opened.unmeasured));
  }
  for (const SensorType* type : chosen(wanted, true)) {
    if (wanted.empty() && is_covered(opened.sensors, *type->stands_in_for)) continue;
    Opened one = open_one(*type, world, subject);
    if (!one.sensor && !wanted.empty()) refuse(*type, one.probe);
    if (one.sensor) opened.sensors.push_back(std::move(one.sensor));
  }
  return opened;
}

}  // namespace isojoule
