// What the sensors of this machine show right now, without a command.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/world.hpp"
#include "isojoule/meter/live_history.hpp"
#include "isojoule/meter/live_readings.hpp"
#include "isojoule/meter/meter.hpp"
#include "isojoule/sensor/sensor.hpp"

namespace isojoule {

/// The sensors that a live view reads, which show the whole machine: all that are usable, or those
/// of `wanted`. Throws as open_sensors does, and Error(io) with the reason of each backend where
/// none is usable.
std::vector<std::unique_ptr<Sensor>> sensors_to_view(const World& world,
                                                     const std::vector<std::string>& wanted);

/// Throws Error(usage) unless the time between two readings is from 1 ms to 60 s; `named` is what
/// the caller calls it: "--period".
void check_sampling_period(const std::string& named, Duration period);

/// Sensors that are read for as long as this lives. The members are thread-safe.
///
///     const LiveSensors sensors(real_world(), sensors_to_view(real_world(), {}), second, "0.1.0");
///     for (const LiveChannel& channel : sensors.channels()) ...
class LiveSensors {
 public:
  /// Starts reading. `version` is the program's. A sensor that fails later loses its own channels
  /// only. `world` must outlive it.
  LiveSensors(const World& world, std::vector<std::unique_ptr<Sensor>> sensors, Duration period,
              const std::string& version);

  /// As they are now, in the order of the sensors. A power that is empty is not known.
  std::vector<LiveChannel> channels() const { return readings_->channels(); }

 private:
  std::shared_ptr<LiveReadings> readings_;
  Meter meter_;
};

/// Every channel at one moment, and how its power went.
struct LiveLook {
  std::vector<LiveChannel> channels;
  std::vector<LiveTrend> trends;  ///< of the same channels
  Duration elapsed{};             ///< since the sensors are read
};

/// As LiveSensors, with the powers of the last minute. The members are thread-safe.
class LiveView {
 public:
  LiveView(const World& world, std::vector<std::unique_ptr<Sensor>> sensors, Duration period,
           const std::string& version);

  LiveLook look() const;
  Duration elapsed() const { return clock_.now() - begin_; }

 private:
  const Clock& clock_;
  Instant begin_;
  std::shared_ptr<LiveReadings> readings_;
  std::shared_ptr<LiveHistory> history_;
  Meter meter_;
};

/// How often a live view is looked at, and for how long.
struct WatchPace {
  Duration period = 1.0 * second;  ///< between two looks
  std::optional<Duration> length;  ///< empty: until somebody ends it

  /// Between two readings: at most 100 ms, since meters of power have to be read more often than
  /// people look.
  Duration sampling_period() const;
  bool is_over(Duration elapsed) const { return length && elapsed >= *length; }
  /// To the next look or, if that comes first, to the end.
  Duration next_wait(Duration elapsed) const;
};

/// Throws Error(usage) unless looks are from 100 ms to 1 h apart and the length, if there is one,
/// is more than 0.
void check_pace(const WatchPace& pace);

}  // namespace isojoule
