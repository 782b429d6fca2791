// The table of backends: one line each. A new sensor is a folder and a line.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/sensor/patience.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

struct SensorType {
  std::string_view name;
  std::string_view summary;
  /// Looks without opening for good; cheap, and never throws for what is merely absent.
  Probe (*probe)(const World&);
  /// Looks and opens in one: a vendor's library takes long to start. Empty where it is not usable;
  /// what was found is told as probe() does.
  std::unique_ptr<Sensor> (*open)(const World&, const Subject&, Probe&);
  /// Opened only where no measured channel covers this scope (models stand in for what is missing).
  std::optional<Scope> stands_in_for;
  /// Scopes of which its channels are left out where an earlier sensor measures them: whether the
  /// two see the same devices cannot be known, so that their energies would be counted twice.
  std::span<const Scope> yields = {};
};

/// All backends that look at this machine, in the order of preference. (`replay` is not among them:
/// it looks at a file.)
std::span<const SensorType> sensor_types();

/// A backend and what it found here.
struct ProbedSensor {
  const SensorType* type;  ///< in sensor_types()
  Probe probe;
};

/// Probes every backend. One that does not answer in time (a driver that hangs) is not usable, and
/// its reason says so. `world` and what it refers to must live as long as the program, or be kept
/// by World::keeps: a thread that hangs is left behind.
std::vector<ProbedSensor> probe_sensors(const World& world, const Patience& patience = {});

struct OpenedSensors {
  std::vector<std::unique_ptr<Sensor>> sensors;
  std::vector<Unmeasured> unmeasured;  ///< what is here and cannot be measured, models aside
};

/// Opens every usable backend, models only where nothing measured covers their scope. `wanted`
/// names backends to choose from; empty means all. Backends are opened at once, each on a thread of
/// its own: one that hangs is left behind after `patience` and named as unmeasured (see
/// probe_sensors for what must outlive it).
///
/// Throws Error(unknown_name) for a name that is not in the table, and Error(io) for a wanted one
/// that is not usable, with its reason and remedy.
OpenedSensors open_sensors(const World& world, const Subject& subject,
                           std::span<const std::string> wanted = {}, const Patience& patience = {});

}  // namespace isojoule
