// Samples the sensors while a command runs.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "isojoule/core/mark.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/sensor/sensor.hpp"
#include "isojoule/trace/trace_writer.hpp"

namespace isojoule {

struct MeterOptions {
  Duration period = 100.0 * millisecond;  ///< between two polls of a sensor
  std::string version;                    ///< of isojoule, for the trace's header
};

/// One thread for each sensor, on the monotonic clock, writing what it reads into one trace.
///
/// A mark makes every sensor take one more reading at once (unless it took one less than a tenth of
/// the period ago), so that the edges of a window lie close to readings; whoever sent the mark does
/// not wait for it. A sensor that hangs loses only its own channels: neither start() nor stop()
/// waits for it longer than kPatience. A fatal fault ends the sampling of its sensor.
///
/// start, mark, command_* and stop may be called by any thread, start and stop once.
class Meter {
 public:
  /// Makes the trace file. Throws as TraceWriter does.
  Meter(const World& world, std::vector<std::unique_ptr<Sensor>> sensors,
        const std::filesystem::path& trace_file, const MeterOptions& options);
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;
  /// Stops, if that was not done.
  ~Meter();

  /// Returns once each sensor has been read for the first time.
  void start();
  void command_began(Instant time);
  void command_ended(Instant time);
  void mark(const Mark& mark);
  /// Reads each sensor a last time, from now on, and ends its thread.
  void stop();

  /// Why the trace is incomplete (a full disk); empty if it is not.
  std::string trace_failure() const { return trace_->failure(); }

  /// How long a sensor is waited for before it counts as hung; of the real clock.
  static constexpr std::chrono::milliseconds kPatience{500};

 private:
  class Sampler;

  void note_clocks();

  Clock* clock_;
  std::shared_ptr<TraceWriter> trace_;
  std::vector<std::shared_ptr<Sampler>> samplers_;
  bool running_ = false;
};

}  // namespace isojoule
