// Samples the sensors while a command runs.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "isojoule/core/mark.hpp"
#include "isojoule/core/owning_process.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"
#include "isojoule/trace/trace_sink.hpp"

namespace isojoule {

/// The header of a trace of these sensors, polled every `period` by this `version` of isojoule.
TraceHeader trace_header(const Clock& clock, std::span<const std::unique_ptr<Sensor>> sensors,
                         Duration period, const std::string& version);

/// One thread for each sensor, on the monotonic clock, passing what it reads to a sink: a trace
/// file, a live view.
///
/// A mark makes every sensor take one more reading at once (unless it took one less than a tenth of
/// the period ago), so that the edges of a window lie close to readings; whoever sent the mark does
/// not wait for it. A sensor that hangs loses only its own channels: neither start() nor stop()
/// waits for it longer than kPatience. A fatal fault ends the sampling of its sensor.
///
/// start, mark, command_*, rest_* and stop may be called by any thread, start and stop once. In a
/// fork its copy does nothing, and may be destroyed.
class Meter {
 public:
  /// `period` lies between two polls of a sensor.
  Meter(const World& world, std::vector<std::unique_ptr<Sensor>> sensors,
        std::shared_ptr<TraceSink> sink, Duration period);
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;
  /// Stops, if that was not done.
  ~Meter();

  /// Returns once each sensor has been read for the first time.
  void start();
  void command_began(Instant time);
  /// How it ended stays with the trace, where it is known.
  void command_ended(Instant time, std::optional<int> exit_code = {},
                     std::optional<int> signal = {});
  /// The machine is left at rest, and no longer.
  void rest_began(Instant time);
  void rest_ended(Instant time);
  void mark(const Mark& mark);
  /// Reads each sensor a last time, from now on, and ends its thread.
  void stop();

  /// The boot clock and the monotonic one are read one after the other; less is not a suspend.
  static constexpr Duration kLeastSuspend = 50.0 * millisecond;

  /// How long a sensor is waited for before it counts as hung; of the real clock.
  static constexpr std::chrono::milliseconds kPatience{500};

 private:
  class Sampler;

  void append(const TraceEvent& event);
  void note_clocks();

  OwningProcess owner_;
  Clock* clock_;
  std::shared_ptr<TraceSink> sink_;
  std::vector<std::shared_ptr<Sampler>> samplers_;
  bool running_ = false;
};

}  // namespace isojoule
